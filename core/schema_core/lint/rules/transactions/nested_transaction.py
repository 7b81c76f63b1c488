"""TX201: a file that runs in a transaction controls transactions itself."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import ENDS, StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.schema.observations import Evidence

_REFUSING = frozenset({"sqlite"})
"""Dialects whose servers refuse a second BEGIN, and a second COMMIT, instead of warning."""


class NestedTransaction(Rule):
    """Reports BEGIN, COMMIT and ROLLBACK in files that are run in a transaction."""

    code = "TX201"
    name = "nested-transaction"
    analyzer = "nestedtx"
    title = "Transaction control inside the file's transaction"
    severity = "warning"
    dialects = ("postgres", "sqlite")
    effect = (
        "BEGIN does nothing there, and COMMIT ends the file's transaction early: what follows is not rolled back with "
        "the rest when it fails, and the file is left half applied."
    )
    effect_on = (
        (
            "sqlite",
            "SQLite refuses BEGIN inside a transaction, and after COMMIT the file's own commit fails: the "
            "migration fails, and what stood in front of the COMMIT stays.",
        ),
    )
    instead = "Remove it; for transactions of its own, begin the file with '-- atlas:txmode none' and an empty line."
    documentation = "Savepoints are fine. A file that controls transactions is not run as a whole before it is watched."
    bad = (
        Example(
            title="The file runs in a transaction already",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="BEGIN;\nALTER TABLE users ADD COLUMN name text;\nCOMMIT;",
        ),
        Example(
            title="SQLite refuses BEGIN inside a transaction",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration=("BEGIN;\nALTER TABLE users ADD COLUMN name text;\nCOMMIT;"),
        ),
    )
    good = (
        Example(
            title="The file's own transaction is enough",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="ALTER TABLE users ADD COLUMN name text;",
        ),
        Example(
            title="Transactions of its own, said so at the top",
            base="CREATE TABLE users (id bigint PRIMARY KEY);",
            migration="-- atlas:txmode none\n\nBEGIN;\nALTER TABLE users ADD COLUMN name text;\nCOMMIT;",
        ),
        Example(
            title="Transactions of its own on SQLite",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration=("-- atlas:txmode none\n\nBEGIN;\nALTER TABLE users ADD COLUMN name text;\nCOMMIT;"),
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for statements that open or end a transaction."""
        if not context.in_file_transaction:
            return
        for action in context.actions("begin", *ENDS):
            word = action.kind.upper()
            what = "opens" if action.kind == "begin" else "ends"
            yield Hit(
                message=f"{word} {what} a transaction, and the file runs in one",
                evidence=(Evidence(source="statement", detail=word),),
                severity="error" if context.server.engine in _REFUSING else None,
            )


RULE = NestedTransaction()
