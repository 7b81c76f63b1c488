"""PG103: a concurrent index statement in a file that runs in a transaction."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.transactions.inside import inside_transaction, refusal
from schema_core.schema.statements import Action

_WORDS = {
    "create index": "CREATE INDEX CONCURRENTLY",
    "drop index": "DROP INDEX CONCURRENTLY",
    "reindex": "REINDEX CONCURRENTLY",
}


class ConcurrentlyInTransaction(Rule):
    """Reports concurrent index statements that would run in a transaction."""

    code = "PG103"
    name = "concurrently-in-transaction"
    analyzer = "concurrent_index"
    title = "A concurrent index statement inside a transaction"
    severity = "error"
    dialects = ("postgres",)
    effect = "The server refuses the statement, so the migration fails when it is applied."
    instead = "Begin the file with '-- atlas:txmode none' and an empty line, and keep other statements out of it."
    documentation = (
        "A file runs in one transaction unless its directive says otherwise. An explicit `BEGIN` in a file with the "
        "directive counts as well. Other statements that refuse a transaction are [TX101](TX101.md)."
    )
    bad = (
        Example(
            title="The file runs in a transaction",
            base="CREATE TABLE orders (id bigint PRIMARY KEY, status text);",
            migration="CREATE INDEX CONCURRENTLY orders_status ON orders (status);",
        ),
        Example(
            title="The file opens a transaction itself",
            base="CREATE TABLE orders (id bigint PRIMARY KEY, status text);",
            migration="-- atlas:txmode none\n\nBEGIN;\n"
            "CREATE INDEX CONCURRENTLY orders_status ON orders (status);\nCOMMIT;",
        ),
    )
    good = (
        Example(
            title="The directive takes the file out of the transaction",
            base="CREATE TABLE orders (id bigint PRIMARY KEY, status text);",
            migration="-- atlas:txmode none\n\nCREATE INDEX CONCURRENTLY orders_status ON orders (status);",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for concurrent index statements."""
        action = concurrent_index_action(context)
        if action is None or not inside_transaction(context):
            return
        yield Hit(
            message=f"{_WORDS[action.kind]} cannot run inside a transaction",
            subjects=(action.target,) if action.target is not None and action.target.name else (),
            evidence=refusal(context),
        )


def concurrent_index_action(context: StatementContext) -> Action | None:
    """The statement's action, when it is a concurrent index statement."""
    actions = context.actions(*_WORDS)
    return next((action for action in actions if action.has("concurrently")), None)


RULE = ConcurrentlyInTransaction()
