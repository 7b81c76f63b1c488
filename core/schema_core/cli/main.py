"""The console script: builds the command tree and turns every outcome into an exit code."""

from __future__ import annotations

import gc
import os
import sys

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells expect it (128 + SIGINT)."""

_OBJECTS_BETWEEN_COLLECTIONS = 50_000


def main() -> None:
    """Run ``schema-action``: exit 0 fine, 1 the change is bad, 2 the tool could not do its job, 130 interrupted."""
    # A command makes many small objects and ends: looking for cycles among them as often as by default costs a
    # twentieth of the time of applying a thousand files (measured).
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    code = run(sys.argv[1:])
    try:
        from schema_core.cli.output import settle_streams

        settle_streams()
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code; errors are printed, never raised."""
    try:
        return _run(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Help, whose reader has gone; the interpreter's own flush at exit must not fail on the same pipe.
        for stream in (sys.stdout, sys.stderr):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return 0


def _run(arguments: list[str]) -> int:
    # Imported in here, because Ctrl-C may come at any moment.
    from schema_core.cli.application import build
    from schema_core.cli.errors import report_error
    from schema_core.cli.output import prepare_streams
    from schema_core.cli.project_file import refuse_project_file

    prepare_streams()
    try:
        refuse_project_file(arguments)
        code: object = build()(args=arguments, prog_name="schema-action", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the one place where everything ends
        return report_error(error)
    return code if isinstance(code, int) else 0
