"""Makes the commit that new files are found against known, however little the clone holds."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from schema_ci.context import Base
from schema_core.schema.errors import UserError
from schema_core.text.redact import redact

_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_/+.@\-]*")
_DEPTHS = ("--depth=50", "--depth=1000", "--unshallow")
"""How much history is asked for, until the merge base is known."""
_SAFE = ("-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never", "-c", "core.fsmonitor=false")
_TIMEOUT = 300
"""Seconds that one fetch may take."""
_NOTHING = "0" * 40
"""What platforms write in place of a commit that is not there."""


def known_base(
    base: Base,
    git_dir: Path,
    *,
    head: str | None = None,
    credentials: Mapping[str, str],
    progress: Callable[[str], None] = lambda _: None,
) -> str:
    """A ref or commit whose merge base with HEAD is in the clone; fetches what is missing.

    ``head`` is the newest commit of a pull request's branch: when HEAD is a merge of it with the base, made for this
    run, the base is HEAD's other parent, whatever has been merged since. Otherwise the branch comes before the commit,
    which may be older than what HEAD was merged with. ``credentials`` are environment variables for git's fetch. Raises
    UserError, with git's words, when the history cannot be had.
    """
    clone = _Clone(git_dir, credentials)
    if base.commit is None and base.branch is None:
        base = Base(branch=clone.main_branch())
    merged = clone.merged_with(head) if head else None
    if merged is not None:
        if clone.has_merge_base(merged):
            return merged
        progress("fetching the parents of the merge commit")
        clone.fetch([clone.head()], "--depth=2")
        if clone.has_merge_base(merged):
            return merged
    problem = ""
    for wanted, name in _fetchable(base):
        if name == base.commit and clone.has_merge_base(name):
            return name  # a commit, unlike a branch, cannot be out of date
        problem = clone.bring(wanted, name, progress) or problem
        if clone.has_merge_base(name):
            return name
    for known in (base.commit, base.branch and f"refs/heads/{base.branch}"):
        if known and clone.has_merge_base(known):
            return known
    shown = base.branch or (base.commit or "")[:12]
    words = f" (git says: {problem})" if problem else ""
    raise UserError(
        f"The history that this run shares with {shown} cannot be had{words}; check out with the whole history "
        "(actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0; Bitbucket: clone: depth: full)."
    )


def _fetchable(base: Base) -> list[tuple[str, str]]:
    """What to ask the remote for, and the name under which it is found then."""
    found = []
    if base.branch and _BRANCH.fullmatch(base.branch) and ".." not in base.branch:
        name = f"refs/remotes/origin/{base.branch}"
        found.append((f"+refs/heads/{base.branch}:{name}", name))
    if base.commit and _COMMIT.fullmatch(base.commit) and base.commit != _NOTHING:
        found.append((base.commit, base.commit))
    return found


class _Clone:
    def __init__(self, git_dir: Path, credentials: Mapping[str, str]) -> None:
        self._git_dir = git_dir
        self._credentials = credentials

    def has_merge_base(self, name: str) -> bool:
        return self._git("merge-base", "--end-of-options", name, "HEAD").returncode == 0

    def head(self) -> str:
        return os.fsdecode(self._git("rev-parse", "HEAD").stdout).strip()

    def main_branch(self) -> str:
        """The branch that the remote's HEAD names; raises UserError when neither the clone nor the remote says."""
        known = self._git("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
        if known.returncode == 0:
            return os.fsdecode(known.stdout).strip().removeprefix("origin/")
        asked = self._git("ls-remote", "--symref", "origin", "HEAD", environment=self._credentials)
        found = re.match(rb"ref: refs/heads/(\S+)\tHEAD\n", asked.stdout)
        if found is None:
            words = redact(" ".join(os.fsdecode(asked.stderr).split()))
            raise UserError(
                f"The repository's main branch is not known (git says: {words or 'nothing'}); set the input git-base."
            )
        return os.fsdecode(found[1])

    def merged_with(self, head: str) -> str | None:
        """HEAD's other parent when one of two is ``head``; the object names both, even in a shallow clone.

        GitHub and GitLab merge the branch into the base, Bitbucket the base into the branch.
        """
        lines = os.fsdecode(self._git("cat-file", "commit", "HEAD").stdout).split("\n\n")[0].splitlines()
        parents = [line.removeprefix("parent ") for line in lines if line.startswith("parent ")]
        others = [parent for parent in parents if parent != head]
        return others[0] if len(parents) == 2 and len(others) == 1 else None

    def is_shallow(self) -> bool:
        return self._git("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"

    def bring(self, wanted: str, name: str, progress: Callable[[str], None]) -> str:
        """Fetch, with more and more history where the clone is shallow; return git's words when that failed."""
        progress(f"fetching {name.removeprefix('refs/remotes/origin/')}")
        if not self.is_shallow():
            return self.fetch([wanted])
        problem = ""
        for depth in _DEPTHS:
            problem = self.fetch([wanted, self.head()], depth) and self.fetch([wanted], depth)
            if problem or self.has_merge_base(name):
                break
        return problem

    def fetch(self, wanted: Sequence[str], depth: str | None = None) -> str:
        """Fetch; return git's words when that failed, else nothing."""
        arguments = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", *([depth] if depth else [])]
        try:
            result = self._git(*arguments, "origin", *wanted, environment=self._credentials)
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
