"""A lint result in words, the same in every format. All texts are raw: each format escapes them for its sink."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from schema_core.dialects.registry import engine_title
from schema_core.schema.changes import Alter, Change, Create, Drop, Rename
from schema_core.schema.findings import SEVERITIES, Finding, Severity
from schema_core.schema.observations import Evidence, IndexBuild, Lock, Observation, Scan
from schema_core.schema.ref import Ref
from schema_core.schema.results import FailOn, FileReport, LintResult, StatementReport
from schema_core.text.terminal import terminal_block

_MOST_FACTS = 6
_SCAN_PURPOSES = {"verify": "to verify the rows it holds", "foreign key": "to check a foreign key", "read": ""}
_IMPLIED_SCANS = frozenset({"rewrite", "index build"})
"""Purposes of scans that are part of an effect which is told anyway."""


class Fact(msgspec.Struct, frozen=True):
    """One thing that was seen: ``what`` ``subject`` ``rest`` (``note``), and where that is known from.

    ``subject`` is a name as the author wrote it.
    """

    what: str
    subject: str = ""
    rest: str = ""
    note: str = ""
    sources: tuple[str, ...] = ()

    def sentence(self) -> str:
        """The fact as plain text, without its sources."""
        note = f"({self.note})" if self.note else ""
        return " ".join(part for part in (self.what, self.subject, self.rest, note) if part)


class Judged(msgspec.Struct, frozen=True):
    """One statement with its findings and its number in the file, from 0."""

    number: int
    report: StatementReport
    findings: tuple[Finding, ...]


def headline(result: LintResult) -> str:
    """The verdict in one line: ``FAILED: 1 error, 2 warnings in 1 of 3 new files``."""
    word = result.verdict.upper()
    if result.error is not None:
        file = f"{result.error_file}: " if result.error_file else ""
        return f"{word}: {file}{result.error.message.split(chr(10))[0]}"
    if not result.files:
        return f"{word}: no new files"
    total = len(result.files)
    noun = "new file" if all(file.change == "added" for file in result.files) else "changed file"
    parts = []
    if broken := sum(1 for file in result.files if file.error is not None):
        parts.append(f"{_share(broken, total, noun)} {'does' if broken == 1 else 'do'} not replay")
    counts = [counted(number, severity) for severity in reversed(SEVERITIES) if (number := result.count(severity))]
    if counts:
        touched = sum(1 for file in result.files if file.findings)
        parts.append(f"{', '.join(counts)} in {_share(touched, total, noun)}")
    return f"{word}: {'; '.join(parts) or f'no findings in {_share(total, total, noun)}'}"


def circumstances(result: LintResult) -> tuple[str, ...]:
    """On what the verdict rests: the server and the files replayed before the new ones."""
    if result.server is None:
        return ("nothing was replayed",)
    server = f"{engine_title(result.server.engine)} {result.server.version}"
    return (server, f"{counted(result.base_files, 'base file')} replayed")


def counted(number: int, word: str, several: str = "") -> str:
    """``1 error``, ``2 errors``; ``several`` is the plural where it is another."""
    return f"{number} {word if number == 1 else several or f'{word}s'}"


def repository_path(prefix: str, name: str) -> str:
    """A file of the directory as seen from the root of the repository."""
    return f"{prefix.rstrip('/')}/{name}" if prefix.strip("/") else name


def reaches(severity: Severity, fail_on: FailOn) -> bool:
    """Whether a finding of this severity makes the run fail."""
    return fail_on != "never" and SEVERITIES.index(severity) >= SEVERITIES.index(fail_on)


def gravest(findings: Iterable[Finding]) -> Severity | None:
    """The gravest severity of some findings, None without any."""
    return max((finding.severity for finding in findings), key=SEVERITIES.index, default=None)


def judged(file: FileReport) -> tuple[Judged, ...]:
    """The file's statements in order, each with its findings."""
    found: dict[int | None, list[Finding]] = {}
    for finding in file.findings:
        found.setdefault(finding.statement, []).append(finding)
    return tuple(Judged(number, report, tuple(found.get(number, ()))) for number, report in enumerate(file.statements))


def about_the_file(file: FileReport) -> tuple[Finding, ...]:
    """Findings that belong to no statement of the report."""
    known = range(len(file.statements))
    return tuple(finding for finding in file.findings if finding.statement not in known)


def facts(observation: Observation) -> tuple[Fact, ...]:
    """What was seen of a statement, gravest first; long lists end with the number of what is left out."""
    locks = sorted(observation.locks, key=lambda lock: -lock.strength)
    scans = [scan for scan in observation.scans if scan.purpose not in _IMPLIED_SCANS]
    built = {build.ref for build in observation.index_builds}
    told = [
        *_shortened(
            [Fact("rewrites", item.ref.label(), sources=_sources(item.evidence)) for item in observation.rewrites]
        ),
        *_shortened(list(_destroyed(observation.changes))),
        *_shortened([_lock(lock) for lock in locks]),
        *_shortened([_scan(scan) for scan in scans]),
        *_shortened([_build(build) for build in observation.index_builds]),
        *_shortened([fact for ref, fact in _made(observation.changes) if ref not in built]),
        *_shortened([Fact("touches", label, note="a kind that is not modelled") for label in observation.unmodelled]),
    ]
    if not observation.in_transaction:
        told.append(Fact("runs outside a transaction"))
    if observation.certainty == "documented":
        told.append(Fact("known from the documented lock table, not from watching"))
    elif observation.certainty == "unknown":
        told.append(Fact("locks unknown: neither watched nor in the documented lock table"))
    return tuple(told)


def shown_patch(finding: Finding) -> str | None:
    """The patch of the finding's proven fix; None when it would have to be changed to be shown and so not apply."""
    if finding.fix is None:
        return None
    patch = finding.fix.patch.replace("\r\n", "\n")
    return patch if terminal_block(patch) == patch else None


NOT_SHOWN = "The patch is not shown: it holds a password or characters that cannot be printed."
"""What stands in place of a patch that ``shown_patch`` keeps back."""


def gain(finding: Finding) -> str:
    """What a proven fix gains, as ``SHARE instead of ACCESS EXCLUSIVE``."""
    if finding.fix is None:
        return ""
    after = "no lock" if finding.fix.lock_after == "none" else finding.fix.lock_after
    return f"{after} instead of {finding.fix.lock_before}"


def _share(part: int, total: int, noun: str) -> str:
    return counted(total, noun) if part == total else f"{part} of {counted(total, noun)}"


def _lock(lock: Lock) -> Fact:
    blocked = " and ".join(
        word for word, blocks in (("reads", lock.blocks_reads), ("writes", lock.blocks_writes)) if blocks
    )
    note = f"blocks {blocked}" if blocked else ""
    return Fact(f"takes {lock.mode} on", lock.ref.label(), note=note, sources=_sources(lock.evidence))


def _scan(scan: Scan) -> Fact:
    rest = _SCAN_PURPOSES.get(scan.purpose, f"for {scan.purpose}")
    return Fact("reads all of", scan.ref.label(), rest, sources=_sources(scan.evidence))


def _build(build: IndexBuild) -> Fact:
    over = f"over the rows of {build.table.label()}"
    return Fact("builds index", build.ref.label(), over, sources=_sources(build.evidence))


def _destroyed(changes: Iterable[Change]) -> Iterator[Fact]:
    changes = tuple(changes)
    dropped = {change.ref for change in changes if isinstance(change, Drop)}
    owners = {(ref.schema, ref.name) for ref in dropped if ref.parent is None}
    for change in changes:
        if isinstance(change, Drop) and (change.ref.schema, change.ref.parent) not in owners:
            yield Fact(f"drops {change.ref.kind}", change.ref.label())
        elif isinstance(change, Rename):
            yield Fact(f"renames {change.ref.kind}", change.before.ref.label(), f"to {change.after.ref.label()}")


def _made(changes: Iterable[Change]) -> Iterator[tuple[Ref, Fact]]:
    changes = tuple(changes)
    created = {change.ref for change in changes if isinstance(change, Create)}
    owners = {(ref.schema, ref.name) for ref in created if ref.parent is None}
    for change in changes:
        if isinstance(change, Create) and (change.ref.schema, change.ref.parent) not in owners:
            yield change.ref, Fact(f"creates {change.ref.kind}", change.ref.label())
        elif isinstance(change, Alter):
            fields = ", ".join(name.replace("_", " ") for name in change.fields())
            yield change.ref, Fact(f"alters {change.ref.kind}", change.ref.label(), note=fields)


def _shortened(told: list[Fact]) -> list[Fact]:
    if len(told) <= _MOST_FACTS:
        return told
    left_out = len(told) - _MOST_FACTS + 1
    return [*told[: _MOST_FACTS - 1], Fact(f"and {left_out} more of this sort")]


def _sources(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.source for item in evidence))
