"""Build the example shop and lint its branch, as a pull request's check would.

    python examples/shop/demo.py [DIRECTORY]

Exits 0 when the lint run finds what it must find (its own exit code 1), and 1 otherwise.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import build

CHANGE_IS_BAD = 1
"""The exit code of a lint run that could do its job and found errors."""


def main(directory: Path) -> int:
    """Explain, build, lint; return the exit code."""
    print("A shop's git repository is built, and in it the branch of a pull request that makes users.email unique.")
    print("Its new migration is now run on a throwaway PostgreSQL, statement by statement, and watched.\n")
    repository = build.build(directory)
    command = ["migrate", "lint", "--dir", "file://migrations", "--git-base", "main"]
    print(f"$ cd {shown(repository)}\n$ schema-action {' '.join(command)}\n", flush=True)
    code = subprocess.run([build.schema_action(), *command], cwd=repository, check=False).returncode
    if code != CHANGE_IS_BAD:
        print(f"\nError: the lint run was expected to exit {CHANGE_IS_BAD} and exited {code}.", file=sys.stderr)
        return 1
    print(f"\nThe lint run exited {code}: this pull request would be stopped. (That is what the demo expects.)")
    return 0


def shown(path: Path) -> str:
    """The path as short as it can be typed from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else build.BUILD))
