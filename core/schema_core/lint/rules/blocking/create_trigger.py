"""PG308: a trigger is created or dropped on a table in use."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import evidence_of, is_existing, is_meant
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.lock_timeout import is_lock_timeout_set
from schema_core.lint.wording import quoted

_TABLE = "CREATE TABLE orders (id bigint PRIMARY KEY, changed_at timestamptz);\n"
_FUNCTION = (
    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS\n"
    "  $$ BEGIN NEW.changed_at := now(); RETURN NEW; END $$;"
)


class CreateTrigger(Rule):
    """Reports triggers that are created or dropped while writers wait and no lock timeout is set."""

    code = "PG308"
    name = "create-trigger"
    analyzer = "blocking"
    title = "A trigger is created or dropped on a table in use"
    severity = "warning"
    dialects = ("postgres",)
    effect = (
        "The statement itself is short, but it waits for every running transaction that has written to the table, and "
        "all writers (for DROP TRIGGER readers too) wait behind it."
    )
    instead = "SET lock_timeout to a few seconds before it, so that it gives up instead, and try again."
    documentation = "Silent for a new table, and when an earlier statement of the file sets `lock_timeout`."
    bad = (
        Example(
            title="Writers queue up behind it",
            base=_TABLE + _FUNCTION,
            migration="CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();",
        ),
        Example(
            title="Dropping one blocks readers as well",
            base=f"{_TABLE}{_FUNCTION}\n"
            "CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();",
            migration="DROP TRIGGER touch ON orders;",
        ),
    )
    good = (
        Example(
            title="It gives up after two seconds",
            base=_TABLE + _FUNCTION,
            migration="SET LOCAL lock_timeout = '2s';\n"
            "CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();",
        ),
        Example(
            title="A new table",
            base=_FUNCTION,
            migration=f"{_TABLE}CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for triggers in the text and blocking locks on their tables in what was seen."""
        for action in context.actions("create trigger", "drop trigger"):
            locks = tuple(
                lock
                for lock in context.observation.locks
                if lock.blocks_writes
                and action.table is not None
                and is_meant(context, action.table, lock.ref)
                and is_existing(context, lock.ref)
            )
            if not locks or action.target is None or is_lock_timeout_set(context):
                continue
            verb = "Creating" if action.kind == "create trigger" else "Dropping"
            blocked = "reads and writes" if any(lock.blocks_reads for lock in locks) else "writes"
            yield Hit(
                message=f'{verb} trigger "{action.target.name}" blocks {blocked} of table '
                f"{quoted(lock.ref.name for lock in locks)}",
                subjects=tuple(lock.ref for lock in locks),
                evidence=evidence_of(locks),
                certainty=context.observation.certainty,
                claims=locks,
            )


RULE = CreateTrigger()
