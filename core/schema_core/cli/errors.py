"""Every way a command can end badly, as one sentence and an exit code."""

from __future__ import annotations

import sys
import traceback

import click

from schema_core.schema.errors import UserError
from schema_core.text.redact import redact
from schema_core.text.terminal import style_for, terminal, terminal_block

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells expect it (128 + SIGINT)."""
UNABLE = 2
"""Exit code when the tool could not do its job."""


def report_error(error: Exception) -> int:
    """Print what went wrong to stderr and return the exit code.

    Bad input is one sentence; a traceback appears only for a defect of this program, redacted.
    """
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.Abort):
        return INTERRUPTED
    if isinstance(error, click.UsageError):
        where = f" See '{error.ctx.command_path} --help'." if error.ctx is not None else ""
        _say(f"{error.format_message()}{where}")
    elif isinstance(error, click.ClickException):
        _say(error.format_message())
    elif isinstance(error, UserError):
        _say(str(error))
    elif isinstance(error, OSError) and error.strerror:
        name = f": {error.filename}" if error.filename else ""
        _say(f"{error.strerror}{name}")
    else:
        print(terminal_block(redact("".join(traceback.format_exception(error)))), file=sys.stderr)  # noqa: T201
        _say("This is a defect of schema-action, not of your input; please report it with the lines above.")
    return UNABLE


def _say(sentence: str) -> None:
    style = style_for(sys.stderr)
    print(f"{style.red('Error:')} {terminal(sentence)}", file=sys.stderr)  # noqa: T201
