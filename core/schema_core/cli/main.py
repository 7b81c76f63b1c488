"""The console script: builds the command tree and turns every outcome into an exit code."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run ``schema-action``: exit 0 fine, 1 the change is bad, 2 the tool could not do its job, 130 interrupted."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code; errors are printed, never raised."""
    from schema_core.cli.application import build
    from schema_core.cli.errors import INTERRUPTED, report_error
    from schema_core.cli.project_file import refuse_project_file

    try:
        refuse_project_file(arguments)
        code: object = build()(args=arguments, prog_name="schema-action", standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone; the interpreter's own flush at exit must not fail on the same pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the one place where everything ends
        return report_error(error)
    return code if isinstance(code, int) else 0
