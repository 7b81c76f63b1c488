"""LT511: everybody who writes waits while a statement works through a table."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.causes.causes import Family
from schema_core.lint.context import StatementContext
from schema_core.lint.existing import evidence_of
from schema_core.lint.rule import Effect, Example, Hit, Rule
from schema_core.lint.rules.observed.unexplained import UNKNOWN_CAUSE, Unexplained, all_effects, unexplained
from schema_core.lint.wording import listed, named, names
from schema_core.schema.observations import IndexBuild, Rewrite
from schema_core.schema.ref import Ref

_WORK = ("verify", "foreign key", "read")
"""Purposes of scans that no rewrite and no index build is the reason for."""


class WriterLock(Rule):
    """Reports work that takes longer the more rows there are, under the lock on the file."""

    code = "LT511"
    name = "writer-lock"
    analyzer = "observed"
    title = "Nobody can write while a statement works through a table"
    severity = "notice"
    dialects = ("sqlite",)
    effect = (
        "SQLite locks the whole file: every writer waits, whichever table it writes to, and fails with 'database is "
        "locked' when its busy_timeout is over. Readers go on in WAL mode; otherwise they wait too while the commit is "
        "written."
    )
    instead = "Apply it in a quiet hour when the table is large, with a busy_timeout in the application."
    documentation = (
        "Reports whatever was seen on a table in use and no other rule has explained. The work is read from SQLite's "
        "own program for the statement (EXPLAIN), the lock is met by a second connection. Statements that only change "
        "the catalog lock the file for a moment and are not reported."
    )
    bad = (
        Example(
            title="An index is built",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);",
            migration="CREATE INDEX users_email ON users (email);",
        ),
        Example(
            title="Every row is tested",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);",
            migration="ALTER TABLE users ADD COLUMN age int CHECK (age > 0);",
        ),
        Example(
            title="Every row is changed",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);",
            migration="UPDATE users SET email = lower(email);",
        ),
        Example(
            title="A table is made anew",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);",
            migration="CREATE TABLE new_users (id integer PRIMARY KEY, email text DEFAULT '');\n"
            "INSERT INTO new_users (id, email) SELECT id, email FROM users;\n"
            "DROP TABLE users;\nALTER TABLE new_users RENAME TO users;",
        ),
    )
    good = (
        Example(
            title="Only the catalog changes",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);",
            migration="ALTER TABLE users ADD COLUMN name text NOT NULL DEFAULT '';\n"
            "-- atlas:nolint BC102\nALTER TABLE users RENAME COLUMN email TO mail;",
        ),
        Example(
            title="One row, found by its key",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text);",
            migration="UPDATE users SET email = '' WHERE id = 1;",
        ),
        Example(
            title="A new table holds no rows",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);",
            migration="CREATE TABLE visits (id integer PRIMARY KEY, at text);\nCREATE INDEX visits_at ON visits (at);",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for work that nobody has claimed, done while others cannot write."""
        seen = context.observation
        if not any(lock.blocks_writes for lock in seen.locks):
            return
        rewritten = {effect.ref for effect in all_effects(context) if isinstance(effect, Rewrite)}
        work: list[tuple[str, Family, list[tuple[Ref, Effect]]]] = [
            ("Writes {} anew", "rewrite", [(effect.ref, effect) for effect in seen.rewrites]),
            ("Reads all of {}", "scan", [(scan.ref, scan) for scan in seen.scans if scan.purpose in _WORK]),
            (
                "Builds {}",
                "index build",
                [(build.table, build) for build in seen.index_builds if build.table not in rewritten],
            ),
        ]
        for words, family, effects in work:
            found = unexplained(context, family, effects)
            if found is not None:
                reason = UNKNOWN_CAUSE if found.cause is None else found.cause.reason()
                yield Hit(
                    message=f"{words.format(_what(found))} while nobody else can write to the file: {reason}",
                    subjects=found.tables,
                    evidence=evidence_of((*seen.locks, *found.effects)),
                    certainty=seen.certainty,
                    claims=found.effects,
                    instead=found.instead(),
                )


def _what(found: Unexplained) -> str:
    built = [effect.ref for effect in found.effects if isinstance(effect, IndexBuild)]
    if not built:
        return named(found.tables)
    return listed([f"{'index' if len(built) == 1 else 'indexes'} {names(built)} of {named(found.tables)}"])


RULE = WriterLock()
"""The rule."""
