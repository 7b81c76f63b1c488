"""Proven fixes: replacements are written into the directory, executed, and proposed only when they hold.

A fix holds when the changed files reach the same schema from the same start, every statement of them runs, and the
replaced statements take weaker locks than the originals did.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

import msgspec

from schema_core.devdb.development_database import DevelopmentDatabase
from schema_core.dialects.protocol import ExecutionError
from schema_core.directory.files import MigrationFile
from schema_core.directory.sums import SUM_FILE_NAME, compute
from schema_core.lint.rule import Replacement
from schema_core.lint.watch import WatchedFile, Watcher
from schema_core.schema.errors import UserError
from schema_core.schema.findings import Fix, TextEdit
from schema_core.schema.observations import Lock
from schema_core.schema.statements import Statement
from schema_core.sources.replay import ReplayError, replay

_NO_TRANSACTION = "-- atlas:txmode none\n"
_REST_OF_LINE = re.compile(rb"([ \t]*(?:--[^\n]*)?)(?:\r?\n|\Z)")
"""What stands behind a statement when nothing but a comment does: it is about that statement and moves with it."""


class Rewritten(msgspec.Struct, frozen=True, kw_only=True):
    """A file with replacements written in: one file, or two when the replaced statements had to leave it."""

    title: str
    files: tuple[MigrationFile, ...]
    edits: tuple[TextEdit, ...]
    replaced: frozenset[int]
    """Indexes of the original statements that were replaced."""


def rewrite(
    watched: WatchedFile, replacements: Mapping[int, Replacement], directory: Sequence[MigrationFile]
) -> Rewritten | None:
    """Write replacements (by statement index) into a file of the directory.

    A statement that cannot run in a transaction stays in its file when the file already runs without one or holds
    nothing else; otherwise it moves to a file of its own, just after. None when that has no place or the file's
    statements are cut by a delimiter of its own.
    """
    file = watched.file
    title = next(iter(replacements.values())).title
    if file.directives.delimiter is not None:
        return None
    outside = any(replacement.outside_transaction for replacement in replacements.values())
    if not outside or not watched.in_transaction:
        return _in_place(watched, replacements, title)
    if file.of_another_tool:
        return None  # its own marks say what runs in a transaction, and its names have shapes of their own
    if len(replacements) == len(watched.statements):
        return _in_place(watched, replacements, title, outside=True)
    return _moved(watched, replacements, title, directory)


def prove(
    database: DevelopmentDatabase,
    directory: Sequence[MigrationFile],
    earlier: Sequence[MigrationFile],
    watched: WatchedFile,
    rewritten: Rewritten,
) -> Fix | None:
    """Execute a rewritten file on a copy of the base and return the fix, or None when it does not hold.

    ``earlier`` are the new files before this one.
    Raises UserError when the server cannot make copies.
    """
    wanted = watched.state_after()
    if wanted is None:
        return None
    with database.copy_of_base() as session:
        try:
            replay(session, database.dialect, earlier)
            watcher = Watcher(session, database.dialect)
            trials = [watcher.watch(file) for file in rewritten.files]
        except (ReplayError, ExecutionError, UserError):
            return None
    if any(trial.stopped is not None or trial.apply_error is not None for trial in trials):
        return None
    if trials[-1].state_after() != wanted:
        return None
    before = _strongest(watched, {watched.statements[index].text for index in rewritten.replaced}, keep=True)
    kept = {statement.text for index, statement in enumerate(watched.statements) if index not in rewritten.replaced}
    after = max((_strongest(trial, kept, keep=False) for trial in trials), key=_strength)
    if before is None or _strength(after) >= before.strength:
        return None
    return Fix(
        title=rewritten.title,
        edits=rewritten.edits,
        lock_before=before.mode,
        lock_after=after.mode if after is not None else "none",
        patch=_patch(directory, watched.file, rewritten.files),
    )


def _in_place(
    watched: WatchedFile, replacements: Mapping[int, Replacement], title: str, *, outside: bool = False
) -> Rewritten:
    edits = [_without_transaction(watched.file)] if outside else []
    for index, replacement in sorted(replacements.items()):
        edits.append(TextEdit(file=watched.file.name, span=watched.statements[index].span, text=replacement.text))
    changed = watched.file.with_data(_edited(watched.file.data, edits))
    return Rewritten(title=title, files=(changed,), edits=tuple(edits), replaced=frozenset(replacements))


def _without_transaction(file: MigrationFile) -> TextEdit:
    """The edit that takes a file out of its transaction: its txmode, or a new one at the top of its comments."""
    source = file.source()
    for directive in file.directives.comments:
        if directive.name == "txmode":
            start = directive.position.offset
            end = source.data.find(b"\n", start) + 1 or len(source.data)
            return TextEdit(file=file.name, span=source.span(start, end), text=_NO_TRANSACTION)
    blank = "" if file.directives.comments else "\n"
    return TextEdit(file=file.name, span=source.span(0, 0), text=_NO_TRANSACTION + blank)


def _moved(
    watched: WatchedFile,
    replacements: Mapping[int, Replacement],
    title: str,
    directory: Sequence[MigrationFile],
) -> Rewritten | None:
    name = _name_after(watched.file, directory, next(iter(replacements.values())).manner)
    if name is None:
        return None
    source = watched.file.source()
    edits = []
    texts = []
    for index, replacement in sorted(replacements.items()):
        statement = watched.statements[index]
        start = _start_with_comments(watched.file.data, statement)
        rest = _REST_OF_LINE.match(watched.file.data, statement.span.end.offset)
        end = rest.end() if rest is not None else statement.span.end.offset
        edits.append(TextEdit(file=watched.file.name, span=source.span(start, end), text=""))
        comments = watched.file.data[start : statement.span.start.offset].decode("utf-8")
        behind = rest[1].decode("utf-8") if rest is not None else ""
        texts.append(f"{comments}{replacement.text}{behind.rstrip()}\n")
    shortened = watched.file.with_data(_edited(watched.file.data, edits))
    text = f"{_NO_TRANSACTION}\n{''.join(texts)}"
    start_of_file = source.span(0, 0)
    edits.append(TextEdit(file=name, span=start_of_file, text=text))
    return Rewritten(
        title=f"{title}, in a file of its own",
        files=(shortened, MigrationFile(name=name, data=text.encode())),
        edits=tuple(edits),
        replaced=frozenset(replacements),
    )


def _edited(data: bytes, edits: Sequence[TextEdit]) -> bytes:
    for edit in sorted(edits, key=lambda edit: edit.span, reverse=True):
        data = data[: edit.span.start.offset] + edit.text.encode() + data[edit.span.end.offset :]
    return data


def _start_with_comments(data: bytes, statement: Statement) -> int:
    """Where the comment group directly above a statement begins."""
    start = statement.span.start.offset
    for comment in reversed(statement.comments):
        at = data.rfind(comment.encode(), 0, start)
        if at < 0 or data[at + len(comment.encode()) : start].strip():
            break
        start = at
    return start


def _name_after(file: MigrationFile, directory: Sequence[MigrationFile], manner: str) -> str | None:
    """A file name that sorts directly after ``file``: the next number if it is free, else the version with a letter."""
    following = min((other.name for other in directory if other.name > file.name), default=None)
    suffix = f"_{file.description}_{manner}.sql" if file.description else f"_{manner}.sql"
    versions = [f"{file.version}{letter}" for letter in "ab"]
    if file.version.isdecimal():
        versions.insert(0, str(int(file.version) + 1).zfill(len(file.version)))
    taken = {other.version for other in directory}
    for version in versions:
        name = version + suffix
        if version not in taken and file.name < name and (following is None or name < following):
            return name
    return None


def _strongest(watched: WatchedFile, texts: set[str], *, keep: bool) -> Lock | None:
    """The strongest lock among statements whose text is (or is not) one of ``texts``."""
    locks = (
        step.observed.observation.strongest_lock()
        for step in watched.steps
        if (step.observed.statement.text in texts) is keep
    )
    return max((lock for lock in locks if lock is not None), key=_strength, default=None)


def _strength(lock: Lock | None) -> int:
    return 0 if lock is None else lock.strength


def _patch(directory: Sequence[MigrationFile], original: MigrationFile, files: Sequence[MigrationFile]) -> str:
    """A unified diff of the directory, the sum file of Atlas included; file names stand as in the directory."""
    present = [file for file in directory if file.name != original.name]
    changed = sorted([*present, *files], key=lambda file: file.name.encode())
    pieces = []
    for file in files:
        before = original.data.decode("utf-8") if file.name == original.name else None
        pieces.append(_unified(file.name, before, file.data.decode("utf-8")))
    if not original.of_another_tool:  # its directory may have no sum, or one that covers more than what is run
        pieces.append(_unified(SUM_FILE_NAME, compute(directory).text(), compute(changed).text()))
    return "".join(pieces)


def _unified(name: str, before: str | None, after: str) -> str:
    lines = difflib.unified_diff(
        [] if before is None else _lines(before),
        _lines(after),
        fromfile="/dev/null" if before is None else f"a/{name}",
        tofile=f"b/{name}",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """Lines as patch programs see them: only a line feed ends one."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
