"""Every way a command can end badly, as one sentence and an exit code."""

from __future__ import annotations

import contextlib
import sys
import traceback

import typer

from schema_core.cli.main import INTERRUPTED
from schema_core.schema.errors import UserError
from schema_core.text.redact import redact
from schema_core.text.terminal import style_for, terminal, terminal_block

UNABLE = 2
"""Exit code when the tool could not do its job."""
_USAGE_ERROR = typer.BadParameter.__mro__[2]
"""Click's ClickException, above UsageError; Typer brings a click of its own and exports only some of its exceptions."""


def report_error(error: Exception) -> int:
    """Print what went wrong to stderr and return the exit code.

    Bad input is one sentence; a traceback appears only for a defect of this program, redacted.
    """
    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, typer.Abort):
        return INTERRUPTED
    with contextlib.suppress(BrokenPipeError):  # nobody reads it; the exit code still counts
        _explain(error)
    return UNABLE


def _explain(error: Exception) -> None:
    if type(error).__name__ == "NoArgsIsHelpError":
        print(terminal_block(str(error)), file=sys.stderr)  # noqa: T201
    elif isinstance(error, _USAGE_ERROR):
        context = getattr(error, "ctx", None)
        where = f" See '{context.command_path} --help'." if context is not None else ""
        _say(f"{_sentence(error)}{where}")
    elif isinstance(error, UserError):
        _say(str(error))
    elif isinstance(error, OSError) and error.strerror:
        name = f": {error.filename}" if error.filename else ""
        _say(f"{error.strerror}{name}")
    else:
        print(terminal_block(redact("".join(traceback.format_exception(error)))), file=sys.stderr)  # noqa: T201
        _say("This is a defect of schema-action, not of your input; please report it with the lines above.")


def _sentence(error: Exception) -> str:
    """Click's own wording of a usage error, as a sentence."""
    text = str(error.format_message()) if hasattr(error, "format_message") else str(error)
    return text if text.endswith((".", "?")) else f"{text}."


def _say(sentence: str) -> None:
    style = style_for(sys.stderr)
    print(f"{style.red('Error:')} {terminal(sentence)}", file=sys.stderr)  # noqa: T201
