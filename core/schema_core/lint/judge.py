"""Ask every rule about every watched statement; turn hits into findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from schema_core.addresses import rule_page
from schema_core.dialects.registry import dialect_named
from schema_core.directory.changeset import ChangeSet
from schema_core.lint.context import ENDS, ObservedStatement, StatementContext
from schema_core.lint.directory_rule import DirectoryRule
from schema_core.lint.folding import folded
from schema_core.lint.rebuilds import find_rebuilds
from schema_core.lint.rule import Effect, Hit, Replacement, Rule
from schema_core.lint.watch import WatchedFile
from schema_core.schema.findings import SEVERITIES, Finding, Severity
from schema_core.schema.observations import Evidence
from schema_core.schema.results import FileReport, ServerInfo
from schema_core.schema.statements import Position, Span

OBSERVED = "observed"
"""Analyzer of the families that report what no other rule has explained; they are asked last."""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """A finding with its rule's analyzer and, when the rule knows one, what to write instead of the statement."""

    finding: Finding
    analyzer: str
    replacement: Replacement | None = None


def contexts(watched: WatchedFile, server: ServerInfo) -> tuple[StatementContext, ...]:
    """What rules may look at, one context for each watched statement."""
    dialect = dialect_named(server.engine)
    rebuilds = find_rebuilds(watched.steps, dialect.fold) if dialect.rebuilds_tables else ()
    steps = folded(watched.steps, rebuilds)
    finished = {rebuild.finished: rebuild for rebuild in rebuilds}
    observed = tuple(step.observed for step in steps)
    starts = _transaction_starts(observed, in_transaction=watched.in_transaction)
    return tuple(
        StatementContext(
            file=watched.file.name,
            server=server,
            index=index,
            statements=observed,
            before=step.before,
            after=step.after,
            new=step.new,
            in_file_transaction=watched.in_transaction,
            transaction_start=start,
            connected_schema=step.connected_schema,
            apply_error=watched.apply_error if index == watched.apply_failed_at else None,
            end=steps[-1].after,
            rebuild=finished.get(index),
            fold=dialect.fold,
            waits_limited=watched.waits_limited,
        )
        for index, (step, start) in enumerate(zip(steps, starts, strict=True))
    )


def _transaction_starts(statements: Iterable[ObservedStatement], *, in_transaction: bool) -> Iterator[int | None]:
    """For each statement the place of the first one of its transaction, None outside of any."""
    start = 0 if in_transaction else None
    for index, step in enumerate(statements):
        yield start
        kinds = {action.kind for action in step.statement.actions}
        if "begin" in kinds:
            start = index + 1 if start is None else start
        elif not ENDS.isdisjoint(kinds):
            start = None


def judge(
    watched: WatchedFile,
    server: ServerInfo,
    rules: Sequence[Rule],
    severities: Mapping[str, Severity | None],
) -> tuple[Judgement, ...]:
    """All findings of a file, by statement, gravest first; ``severities`` overrides codes, None switches one off."""
    return tuple(
        judgement
        for context in contexts(watched, server)
        for judgement in sorted(
            _judge_statement(context, rules, severities),
            key=lambda judgement: -SEVERITIES.index(judgement.finding.severity),
        )
    )


def judge_change_set(
    change_set: ChangeSet, rules: Sequence[DirectoryRule], severities: Mapping[str, Severity | None]
) -> tuple[FileReport, ...]:
    """Reports of files that rules about the change set object to; a finding stands at the file's first line."""
    start = Position(0, 1, 1)
    reports = []
    for rule in rules:
        severity = severities.get(rule.code, rule.severity)
        if severity is None:
            continue
        for hit in rule.check(change_set):
            finding = Finding(
                code=rule.code,
                rule=rule.name,
                severity=severity,
                message=hit.message,
                file=hit.file,
                span=Span(start, start),
                statement=None,
                certainty="observed",
                evidence=(Evidence(source="git", detail=f"{hit.file} differs from the merge base"),),
                effect=rule.effect,
                instead=rule.instead,
                documentation=rule_page(rule.code),
            )
            reports.append(FileReport(name=hit.file, change=hit.change, findings=(finding,)))
    return tuple(reports)


def _judge_statement(
    context: StatementContext, rules: Sequence[Rule], severities: Mapping[str, Severity | None]
) -> Iterator[Judgement]:
    claimed: set[Effect] = set()
    for families in (False, True):
        unclaimed = _without(context, claimed) if families else context
        for rule in rules:
            if (rule.analyzer == OBSERVED) is not families:
                continue
            for hit in rule.check(unclaimed):
                # A code that is switched off still explains what it saw: the families must not report it instead.
                claimed.update(hit.claims)
                severity = severities.get(rule.code, hit.severity or rule.severity)
                if severity is not None:
                    yield Judgement(
                        finding=_finding(context, rule, hit, severity),
                        analyzer=rule.analyzer,
                        replacement=rule.replacement(context),
                    )


def _without(context: StatementContext, claimed: set[Effect]) -> StatementContext:
    """The context with the effects that no hit has claimed."""
    seen = context.observation
    remaining = msgspec.structs.replace(
        seen,
        locks=tuple(lock for lock in seen.locks if lock not in claimed),
        rewrites=tuple(rewrite for rewrite in seen.rewrites if rewrite not in claimed),
        scans=tuple(scan for scan in seen.scans if scan not in claimed),
        index_builds=tuple(build for build in seen.index_builds if build not in claimed),
    )
    statements = list(context.statements)
    statements[context.index] = msgspec.structs.replace(statements[context.index], observation=remaining)
    return msgspec.structs.replace(context, statements=tuple(statements), claimed=frozenset(claimed))


def _finding(context: StatementContext, rule: Rule, hit: Hit, severity: Severity) -> Finding:
    return Finding(
        code=rule.code,
        rule=rule.name,
        severity=severity,
        message=hit.message,
        file=context.file,
        span=context.statement.span,
        statement=context.index,
        certainty=hit.certainty,
        subjects=hit.subjects,
        evidence=hit.evidence,
        effect=hit.effect or dict(rule.effect_on).get(context.server.engine, rule.effect),
        instead=hit.instead or dict(rule.instead_on).get(context.server.engine, rule.instead),
        documentation=rule_page(rule.code),
    )
