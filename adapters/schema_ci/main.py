"""The console script ``schema-action-ci``: finds platform and action, turns every outcome into an exit code."""

from __future__ import annotations

import os
import sys
from pathlib import Path

INTERRUPTED = 130
"""Exit code after Ctrl-C (128 + SIGINT)."""
UNABLE = 2
"""Exit code when the action could not do its job."""


def main() -> None:
    """Run one action: exit 0 fine, 1 the change is bad, 2 the action could not do its job.

    After a signal, 128 and its number: 130 after Ctrl-C, 143 after a polite end.
    """
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the action that the arguments, or else the environment, name; errors are printed, never raised."""
    from schema_core.devdb.interruption import clean_end

    try:
        # A container's first process gets no signal that it does not handle.
        with clean_end():
            return _run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(arguments: list[str]) -> int:
    from schema_core.cli.output import prepare_streams
    from schema_core.schema.errors import UserError

    prepare_streams()
    if arguments in (["--help"], ["-h"]):
        sys.stdout.write(_help())
        return 0
    if arguments == ["--version"]:
        from schema_core import __version__

        sys.stdout.write(f"{__version__}\n")
        return 0
    from schema_ci.platforms.registry import platform_of

    try:
        platform = platform_of(os.environ)
    except UserError as error:
        from schema_core.text.terminal import terminal

        sys.stderr.write(f"Error: {terminal(str(error))}\n")
        return UNABLE
    from schema_ci.actions.registry import run_action
    from schema_ci.manifest import action_named
    from schema_ci.misspelt_variables import misspelt
    from schema_ci.ownership import give_back

    root = Path(platform.context.root).resolve()
    try:
        for name, meant in misspelt(os.environ):
            platform.warning(f"{name} is no input and is not read; {meant} is one.")
        name = arguments[0] if arguments else (platform.given("action") or "")
        code = run_action(action_named(name), platform)
        platform.finish()
    except UserError as error:
        platform.error(str(error))
    except OSError as error:
        name = f": {error.filename}" if error.filename else ""
        platform.error(f"{error.strerror or error}{name}")
    except Exception as error:  # noqa: BLE001 - the one place where everything ends
        _explain_defect(error)
        platform.error("This is a defect of schema-action, not of your input; please report it with the lines above.")
    else:
        return code
    finally:
        give_back(root)
    return UNABLE


def _explain_defect(error: Exception) -> None:
    import traceback

    from schema_core.text.terminal import terminal_block

    sys.stderr.write(terminal_block("".join(traceback.format_exception(error))))


def _help() -> str:
    from schema_ci.manifest import ACTIONS

    lines = [
        "Usage: schema-action-ci ACTION",
        "",
        "Runs one action of a CI pipeline. Inputs come from the environment: INPUT_<NAME> on GitHub,",
        "SCHEMA_ACTION_<NAME> elsewhere (capitals, with _ for -).",
        "",
        "Actions:",
    ]
    lines += [f"  {action.name:<14} {action.summary}" for action in ACTIONS]
    lines += ["", "Example:", "  SCHEMA_ACTION_GIT_BASE=origin/main schema-action-ci migrate/lint", ""]
    return "\n".join(lines)
