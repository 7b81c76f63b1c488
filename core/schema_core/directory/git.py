"""What git knows of the migration directory; every call passes arguments as a list and reads NUL-separated output."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from schema_core.schema.errors import UserError
from schema_core.text.shell import shell
from schema_core.text.truncate import shorten

_ENVIRONMENT = {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_PAGER": "cat"}
_ELSEWHERE = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE"}
"""Variables by which a hook, for one, names another repository than ``--git-dir`` does."""
_BRANCH = re.compile(r"(?:origin/)?([A-Za-z0-9_](?:[A-Za-z0-9_/+.\-]*[A-Za-z0-9_])?)")
"""Names of branches that we put into a command for people to copy."""
_LONGEST_REFERENCE = 200
_UNRESOLVED = (b"symlink", b"dangling", b"loop", b"notdir")


class Repository:
    """The repository that holds a directory."""

    def __init__(self, git_dir: str, directory: Path) -> None:
        """Find the work tree; raises UserError when the directory is in none."""
        self._directory = directory
        self._where = Path(git_dir)
        if not self._where.is_dir():
            raise UserError(f"There is no directory {git_dir} to look for a git repository in; correct --git-dir.")
        top = self._git("rev-parse", "--show-toplevel", problem="is in no git repository; use --latest N instead")
        root = Path(os.fsdecode(top).rstrip("\n"))
        resolved = directory.resolve()
        if not resolved.is_relative_to(root.resolve()):
            raise UserError(f"The migration directory {directory} is outside the git repository {root}; see --git-dir.")
        inner = self._try("rev-parse", "--show-toplevel", at=resolved)
        if inner.returncode == 0 and (own := Path(os.fsdecode(inner.stdout).rstrip("\n"))).resolve() != root.resolve():
            raise UserError(
                f"The migration directory {directory} belongs to a submodule or another git repository; "
                f"pass --git-dir {shell(str(own))}."
            )
        self._prefix = resolved.relative_to(root.resolve()).as_posix()
        self._root = root

    def merge_base(self, reference: str) -> str:
        """The commit at which HEAD left ``reference``; raises UserError with the command that makes it findable."""
        commit = self._commit(reference)
        found = self._try("merge-base", commit, "HEAD")
        if found.returncode == 0:
            return found.stdout.decode().split()[0]
        if self._is_shallow():
            raise UserError(
                f"This clone is shallow and does not reach the merge base with {_shown(reference)}: run "
                f"'git fetch --unshallow origin{_refspec(reference)}' first "
                "(actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0)."
            )
        raise UserError(
            f"{_shown(reference)} and HEAD have no common history; name the branch that this one started from."
        )

    def files_at(self, commit: str, *, recursive: bool = False) -> dict[str, str]:
        """File name to blob id for the directory's own files at a commit, or for those of its folders too."""
        prefix = "" if self._prefix == "." else f"{self._prefix}/"
        where = [prefix] if prefix else []
        deep = ["-r"] if recursive else []
        listing = self._git("ls-tree", "-z", *deep, "--full-tree", commit, *where, problem="cannot be listed")
        files = {}
        links = []
        for entry in listing.split(b"\0"):
            if not entry:
                continue
            meta, _, path = entry.partition(b"\t")
            mode, kind, blob = meta.split()
            name = os.fsdecode(path).removeprefix(prefix)
            if mode == b"120000":
                links.append(name)
            elif kind == b"blob":
                files[name] = blob.decode()
        return files | self._behind_links(commit, prefix, links)

    def _behind_links(self, commit: str, prefix: str, names: Sequence[str]) -> dict[str, str]:
        """Name to blob id for symbolic links to files of the same commit; others lead to nothing that git knows."""
        names = [name for name in names if "\n" not in name]
        if not names:
            return {}
        questions = "".join(f"{commit}:{prefix}{name}\n" for name in names)
        answers = self._git(
            *("cat-file", "--batch-check=%(objecttype) %(objectname)", "--follow-symlinks"),
            problem="cannot be read",
            stdin=os.fsencode(questions),
        )
        found = {}
        at = 0
        for name in names:
            end = answers.index(b"\n", at)
            kind, _, rest = answers[at:end].partition(b" ")
            at = end + 1
            if kind == b"blob":
                found[name] = rest.decode()
            elif kind in _UNRESOLVED:
                at += int(rest) + 1  # the path that it leads to follows, on a line of its own
        return found

    def blob_ids(self, contents: Sequence[bytes], names: Sequence[str]) -> dict[str, str]:
        """File name to the blob id that git would give its present content, line-ending filters included."""
        if not names:
            return {}
        prefix = "" if self._prefix == "." else f"{self._prefix}/"
        paths = "".join(f"{_quoted(prefix + name)}\n" for name in names)
        if any("\n" in name for name in names):
            return {name: self._hash(data) for name, data in zip(names, contents, strict=True)}
        output = self._git(
            "hash-object", "--stdin-paths", problem="cannot be hashed", stdin=os.fsencode(paths), at=self._root
        )
        return dict(zip(names, output.decode().split(), strict=True))

    def content(self, blob: str) -> bytes:
        """The bytes of a blob."""
        return self._git("cat-file", "blob", blob, problem="cannot be read")

    def _hash(self, data: bytes) -> str:
        return self._git("hash-object", "--stdin", problem="cannot be hashed", stdin=data).decode().strip()

    def _commit(self, reference: str) -> str:
        if not reference.strip() or reference.startswith(("-", "^")):
            raise UserError(
                f"{_shown(reference)!r} is no git ref; pass a branch, tag or commit, as in --git-base origin/main."
            )
        found = self._try("rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
        if found.returncode == 0:
            return found.stdout.decode().strip()
        refspec = _refspec(reference)
        if not refspec:
            raise UserError(f"git does not know {_shown(reference)!r} here; pass a branch, tag or commit that it has.")
        # A shallow clone needs the history too, or the next run would ask for it.
        depth = " --unshallow" if self._is_shallow() else ""
        raise UserError(f"git does not know {reference!r} here: run 'git fetch{depth} origin{refspec}' first.")

    def _is_shallow(self) -> bool:
        return self._try("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"

    def _git(self, *arguments: str, problem: str, stdin: bytes | None = None, at: Path | None = None) -> bytes:
        result = self._try(*arguments, stdin=stdin, at=at)
        if result.returncode == 0:
            return result.stdout
        words = " ".join(os.fsdecode(result.stderr).split())
        if "dubious ownership" in words:
            raise UserError(
                f"git does not trust {self._where.resolve()}, which belongs to another user: run "
                f"'git config --global --add safe.directory {self._where.resolve()}'."
            )
        raise UserError(f"{self._directory} {problem} (git says: {words or 'nothing'}).")

    def _try(
        self, *arguments: str, stdin: bytes | None = None, at: Path | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                ["git", "-C", str(at or self._where), *arguments],
                input=stdin if stdin is not None else b"",
                capture_output=True,
                env={**{name: value for name, value in os.environ.items() if name not in _ELSEWHERE}, **_ENVIRONMENT},
                check=False,
            )
        except FileNotFoundError as error:
            raise UserError(
                "--git-base needs git, which is not installed here; install it or use --latest N."
            ) from error


def _refspec(reference: str) -> str:
    """What to add to ``git fetch origin`` so that ``reference`` is known afterwards; empty when it is no branch.

    The target is named, because a clone of one branch fetches others without keeping them under any name.
    """
    branch = _BRANCH.fullmatch(reference)
    if branch is None or ".." in reference or reference.startswith("refs/"):
        return ""
    if reference.startswith("origin/"):
        return f" +refs/heads/{branch[1]}:refs/remotes/{reference}"
    return f" refs/heads/{reference}:refs/heads/{reference}"


def _quoted(path: str) -> str:
    """A path as a line for git, which takes one that begins with a quote for a C string."""
    if not path.startswith('"'):
        return path
    escaped = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _shown(reference: str) -> str:
    return shorten(reference, _LONGEST_REFERENCE)
