"""PG575: a lock keeps others from a table in use, and no other rule says why."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import TABLES, evidence_of, is_existing, keeps_out
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.lock_timeout import is_lock_timeout_set
from schema_core.lint.rules.observed.unexplained import (
    UNKNOWN_CAUSE,
    cause_of,
    unexplained_builds,
    unexplained_rewrites,
    unexplained_scans,
    works,
)
from schema_core.lint.wording import named
from schema_core.schema.observations import Lock

_QUEUE = (
    "The lock is held for a moment only. But the statement waits for whoever uses the table, and everybody who comes "
    "later waits behind it: one long query ahead of it stops the table."
)
_GIVE_UP = (
    "SET lock_timeout to a few seconds before it, so that it gives up instead of holding up the queue, and try again."
)


class BlockingLock(Rule):
    """Reports blocking locks that were seen and that no other rule has explained."""

    code = "PG575"
    name = "blocking-lock"
    analyzer = "observed"
    title = "A lock keeps others from a table"
    severity = "warning"
    dialects = ("postgres",)
    effect = "Others wait for the table until the statement has done its work."
    instead = "Keep the work and the lock apart: do what takes long beforehand, or in a transaction of its own."
    documentation = (
        "One of four families that report whatever was seen on a table in use and no other rule has explained. Where "
        "the statement does nothing that takes longer the more rows there are, the lock is brief and the finding is a "
        "notice about the lock queue; it goes away when an earlier statement of the file sets `lock_timeout`.\n\n"
        "A statement whose locks could neither be watched nor looked up is reported as unknown."
    )
    bad = (
        Example(
            title="Brief, but everybody queues up behind it",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="ALTER TABLE users ADD COLUMN nickname text;",
        ),
        Example(
            title="The other side of a foreign key is locked as long as the table is rewritten",
            base="CREATE TABLE users (id integer PRIMARY KEY);\n"
            "CREATE TABLE orders (id bigint PRIMARY KEY, user_id integer REFERENCES users);",
            migration="ALTER TABLE orders ALTER COLUMN user_id TYPE bigint;",
        ),
        Example(
            title="The timeout ended with the transaction",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="-- atlas:txmode none\n\nBEGIN;\nSET LOCAL lock_timeout = '2s';\nCOMMIT;\n"
            "ALTER TABLE users ADD COLUMN nickname text;",
        ),
    )
    good = (
        Example(
            title="It gives up after two seconds",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="SET LOCAL lock_timeout = '2s';\nALTER TABLE users ADD COLUMN nickname text;",
        ),
        Example(
            title="Comments and statistics settings block nobody",
            base="CREATE TABLE users (id bigint PRIMARY KEY, email text);",
            migration="COMMENT ON TABLE users IS 'People';\nALTER TABLE users ALTER COLUMN email SET STATISTICS 500;",
        ),
        Example(
            title="The timeout holds in a transaction that the file opens itself",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="-- atlas:txmode none\n\nBEGIN;\nSET LOCAL lock_timeout = '2s';\n"
            "ALTER TABLE users ADD COLUMN nickname text;\nCOMMIT;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for blocking locks that nobody has claimed; one hit for each mode."""
        if context.observation.certainty == "unknown":
            yield _unknown(context)
        by_mode: dict[str, list[Lock]] = {}
        told = _told(context)
        for lock in context.observation.locks:
            if lock.ref.kind in TABLES and keeps_out(lock) and lock.ref not in told and is_existing(context, lock.ref):
                by_mode.setdefault(lock.mode, []).append(lock)
        for locks in by_mode.values():
            if not works(context):
                if not is_lock_timeout_set(context):
                    yield _brief(context, locks)
                continue
            yield _lasting(context, locks)


def _told(context: StatementContext) -> frozenset[object]:
    """Tables whose locks another family reports together with what was done under them."""
    families = (unexplained_rewrites(context), unexplained_scans(context), unexplained_builds(context))
    return frozenset(table for found in families if found is not None for table in found.tables)


def _takes(locks: list[Lock]) -> str:
    tables = [lock.ref for lock in locks]
    return f"Takes {locks[0].mode} on {named(tables)}"


def _blocked(locks: list[Lock]) -> str:
    return "reads and writes" if any(lock.blocks_reads for lock in locks) else "writes"


def _brief(context: StatementContext, locks: list[Lock]) -> Hit:
    instead = _GIVE_UP
    if not context.observation.in_transaction:
        # What cannot run in a transaction waits for others by design and leaves half of its work behind when cut short.
        cause = cause_of(context, "blocking lock", tuple(lock.ref for lock in locks))
        instead = cause.instead if cause is not None else ""
    return Hit(
        message=f"{_takes(locks)}, which blocks {_blocked(locks)} for a moment",
        subjects=tuple(lock.ref for lock in locks),
        evidence=evidence_of(locks),
        certainty=context.observation.certainty,
        claims=tuple(locks),
        severity="notice",
        effect=_QUEUE,
        instead=instead,
    )


def _lasting(context: StatementContext, locks: list[Lock]) -> Hit:
    cause = cause_of(context, "blocking lock", tuple(lock.ref for lock in locks))
    reason = UNKNOWN_CAUSE if cause is None else cause.reason()
    return Hit(
        message=f"{_takes(locks)}, which blocks {_blocked(locks)} while the statement does its work: {reason}",
        subjects=tuple(lock.ref for lock in locks),
        evidence=evidence_of(locks),
        certainty=context.observation.certainty,
        claims=tuple(locks),
        instead=cause.instead if cause is not None else "",
    )


def _unknown(context: StatementContext) -> Hit:
    return Hit(
        message="Which locks this statement takes is unknown: it does not run in a transaction, where they could be "
        "watched, and the lock table does not list it",
        certainty=context.observation.certainty,
        severity="notice",
        effect="It may or may not keep others from a table.",
        instead="Look the statement up in the manual of the server before it is applied.",
    )


RULE = BlockingLock()
