"""Makes the commit that new files are found against known, however little the clone holds."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from schema_ci.context import Base
from schema_core.schema.errors import UserError
from schema_core.text.redact import redact

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_/+.@\-]*")
_DEPTHS = ("--deepen=50", "--deepen=1000", "--unshallow")
"""How much history is asked for, until the merge base is known."""
_SAFE = ("-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never", "-c", "core.fsmonitor=false")
_TIMEOUT = 300
"""Seconds that one fetch may take."""
_NOTHING = "0" * 40


def known_base(
    base: Base, git_dir: Path, *, credentials: Mapping[str, str], progress: Callable[[str], None] = lambda _: None
) -> str:
    """A git ref or commit whose merge base with HEAD is in the clone; fetches what is missing.

    ``credentials`` are environment variables for git's fetch. Raises UserError, with git's words, when the history
    cannot be had.
    """
    clone = _Clone(git_dir, credentials)
    names = [name for name in (base.commit, base.branch and f"refs/remotes/origin/{base.branch}") if name]
    for name in names:
        if clone.has_merge_base(name):
            return name
    problem = ""
    for wanted, name in _fetchable(base):
        progress(f"fetching {name}")
        problem = clone.fetch(wanted) or problem
        if clone.has_merge_base(name):
            return name
        for depth in _DEPTHS if clone.is_shallow() else ():
            progress(f"fetching more history ({depth.removeprefix('--')})")
            problem = clone.fetch(wanted, depth) or problem
            if clone.has_merge_base(name):
                return name
    if base.branch and clone.has_merge_base(f"refs/heads/{base.branch}"):
        # Last, since a branch of the clone may lag behind the remote's.
        return f"refs/heads/{base.branch}"
    shown = base.branch or (base.commit or "")[:12]
    words = f" (git says: {problem})" if problem else ""
    raise UserError(
        f"The history that this run shares with {shown} cannot be had{words}; check out with the whole history "
        "(actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0; Bitbucket: clone depth full)."
    )


def _fetchable(base: Base) -> list[tuple[str, str]]:
    """What to ask the remote for, and the name under which it is found then."""
    found = []
    if base.branch and _BRANCH.fullmatch(base.branch) and ".." not in base.branch:
        name = f"refs/remotes/origin/{base.branch}"
        found.append((f"+refs/heads/{base.branch}:{name}", name))
    if base.commit and _COMMIT.fullmatch(base.commit) and base.commit != _NOTHING:
        found.insert(0, (base.commit, base.commit))
    return found


class _Clone:
    def __init__(self, git_dir: Path, credentials: Mapping[str, str]) -> None:
        self._git_dir = git_dir
        self._credentials = credentials

    def has_merge_base(self, name: str) -> bool:
        return self._git("merge-base", "--end-of-options", name, "HEAD").returncode == 0

    def is_shallow(self) -> bool:
        return self._git("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"

    def fetch(self, wanted: str, depth: str | None = None) -> str:
        """Fetch; return git's words when that failed, else nothing."""
        arguments = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", *([depth] if depth else [])]
        try:
            result = self._git(*arguments, "origin", wanted, environment=self._credentials)
        except subprocess.TimeoutExpired:
            return f"the remote did not answer within {_TIMEOUT} seconds"
        return "" if result.returncode == 0 else redact(" ".join(os.fsdecode(result.stderr).split()))

    def _git(self, *arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                ["git", "-C", str(self._git_dir), *_SAFE, *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TIMEOUT,
                env={**os.environ, **(environment or {}), "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
                check=False,
            )
        except FileNotFoundError as error:
            raise UserError(
                "The new files are found with git, which is not installed here; use the input latest."
            ) from error
