"""TX101: a statement that cannot run in its file's transaction."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.concurrent_index.concurrently_in_transaction import concurrent_index_action
from schema_core.lint.rules.transactions.inside import inside_transaction, refusal


class CannotShareTransaction(Rule):
    """Reports statements that run alone and are refused in the company of their file."""

    code = "TX101"
    name = "cannot-share-transaction"
    analyzer = "transaction"
    title = "A statement cannot run in its file's transaction"
    severity = "error"
    dialects = ("postgres", "sqlite")
    effect = "The server refuses the statement, so the migration fails when it is applied."
    instead = (
        "Move the statement, or those after it, to a file of its own; one that refuses every transaction needs "
        "'-- atlas:txmode none' and an empty line at the top of that file."
    )
    documentation = (
        "Each file is first run the way it will be applied, then statement by statement. A statement that works alone "
        "and not in the file is reported, with the server's words: `VACUUM`, an enum value that is used in the "
        "transaction that added it, a table altered while its constraint triggers are pending. The concurrent index "
        "statements are [PG103](PG103.md)."
    )
    bad = (
        Example(
            title="A new enum value cannot be used before it is committed",
            base="CREATE TYPE status AS ENUM ('open', 'paid');\n"
            "CREATE TABLE orders (id bigint PRIMARY KEY, status status NOT NULL DEFAULT 'open');",
            migration="ALTER TYPE status ADD VALUE 'refunded';\n"
            "ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'refunded';",
        ),
        Example(
            title="VACUUM never runs in a transaction",
            base="CREATE TABLE orders (id bigint PRIMARY KEY);",
            migration="VACUUM orders;",
        ),
        Example(
            title="VACUUM on SQLite",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration="VACUUM;",
        ),
        Example(
            title="WAL mode is not entered within a transaction",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration="PRAGMA journal_mode = WAL;",
        ),
    )
    good = (
        Example(
            title="The value is committed before it is used",
            base="CREATE TYPE status AS ENUM ('open', 'paid');\n"
            "CREATE TABLE orders (id bigint PRIMARY KEY, status status NOT NULL DEFAULT 'open');",
            migration="-- atlas:txmode none\n\nALTER TYPE status ADD VALUE 'refunded';\n"
            "ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'refunded';",
        ),
        Example(
            title="A file without a transaction",
            base="CREATE TABLE orders (id bigint PRIMARY KEY);",
            migration="-- atlas:txmode none\n\nVACUUM orders;",
        ),
        Example(
            title="A setting of the transaction comes first",
            base="CREATE TABLE orders (id bigint PRIMARY KEY);",
            migration="SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nDELETE FROM orders;",
        ),
        Example(
            title="A file without a transaction (SQLite)",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);",
            migration=("-- atlas:txmode none\n\nVACUUM;"),
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for statements that work alone and were refused, or would be, in the transaction."""
        if concurrent_index_action(context) is not None or context.observation.error is not None:
            return
        if context.apply_error is not None:
            reason = f": {context.apply_error.message}"
        elif not context.observation.in_transaction and inside_transaction(context):
            reason = ""
        else:
            return
        yield Hit(
            message=f"This statement runs alone, but cannot share its file's transaction{reason}",
            evidence=refusal(context),
        )


RULE = CannotShareTransaction()
