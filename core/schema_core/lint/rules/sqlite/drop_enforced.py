"""LT501: a table is dropped while foreign keys are enforced."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.lint.context import StatementContext
from schema_core.lint.existing import evidence_of, is_existing, is_meant
from schema_core.lint.rule import Example, Hit, Rule
from schema_core.lint.rules.sqlite.enforcement import enforcement
from schema_core.lint.wording import listed
from schema_core.schema.objects import ForeignKey, Table
from schema_core.schema.observations import Evidence
from schema_core.schema.ref import Ref

_REACHING = {"CASCADE": "deletes", "SET NULL": "sets to NULL", "SET DEFAULT": "sets to the default"}


class DropEnforced(Rule):
    """Reports DROP TABLE where SQLite first deletes the rows, and with them what refers to them."""

    code = "LT501"
    name = "drop-enforced"
    analyzer = "rebuild"
    title = "A table is dropped while foreign keys are enforced"
    severity = "warning"
    dialects = ("sqlite",)
    effect = (
        "Where a connection enforces foreign keys, DROP TABLE deletes the rows first: rows that refer to them are "
        "deleted or changed as their foreign keys say, or the statement fails. A table that is made anew loses its "
        "children that way."
    )
    instead = (
        "Turn the enforcement off before the transaction begins (PRAGMA foreign_keys = OFF; BEGIN; …), ask "
        "PRAGMA foreign_key_check before COMMIT, and turn it on again after it; or leave the transaction to apply, "
        "which does all of that."
    )
    documentation = (
        "Only for files with `-- atlas:txmode none`: in the transaction that apply opens for a file, foreign keys are "
        "not enforced and are checked as a whole at its end. Other tools may not do that. `PRAGMA foreign_keys` does "
        "nothing inside a transaction. An error when the pragma stands inside one, or when the connection enforces "
        "foreign keys (`_fk=1` in the development database's URL)."
    )
    bad = (
        Example(
            title="The pragma comes too late: inside a transaction it does nothing",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);\n"
            "CREATE TABLE orders (id integer PRIMARY KEY, user_id int REFERENCES users (id) ON DELETE CASCADE);",
            migration="-- atlas:txmode none\n\nBEGIN;\nPRAGMA foreign_keys = OFF;\n"
            "CREATE TABLE new_users (id integer PRIMARY KEY, name text);\n"
            "INSERT INTO new_users (id) SELECT id FROM users;\nDROP TABLE users;\n"
            "ALTER TABLE new_users RENAME TO users;\nCOMMIT;",
        ),
        Example(
            title="Nothing says what the connection does",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);\n"
            "CREATE TABLE orders (id integer PRIMARY KEY, user_id int REFERENCES users (id));",
            migration="-- atlas:txmode none\n\n-- Nobody has users any more.\n-- atlas:nolint DS102 BC103 LT512\n"
            "DROP TABLE users;",
        ),
    )
    good = (
        Example(
            title="Off before the transaction begins",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);\n"
            "CREATE TABLE orders (id integer PRIMARY KEY, user_id int REFERENCES users (id) ON DELETE CASCADE);",
            migration="-- atlas:txmode none\n\nPRAGMA foreign_keys = OFF;\nBEGIN;\n"
            "CREATE TABLE new_users (id integer PRIMARY KEY, name text);\n"
            "INSERT INTO new_users (id) SELECT id FROM users;\nDROP TABLE users;\n"
            "ALTER TABLE new_users RENAME TO users;\nCOMMIT;\nPRAGMA foreign_keys = ON;",
        ),
        Example(
            title="Apply's own transaction",
            dialect="sqlite",
            base="CREATE TABLE users (id integer PRIMARY KEY);\n"
            "CREATE TABLE orders (id integer PRIMARY KEY, user_id int REFERENCES users (id) ON DELETE CASCADE);",
            migration="CREATE TABLE new_users (id integer PRIMARY KEY, name text);\n"
            "INSERT INTO new_users (id) SELECT id FROM users;\nDROP TABLE users;\n"
            "ALTER TABLE new_users RENAME TO users;",
        ),
    )

    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look for dropped tables that others refer to."""
        state, unheard = enforcement(context)
        for action in context.actions("drop table") if state != "off" else ():
            for table in context.before.of(Table):
                if action.target is None or not is_meant(context, action.target, table.ref):
                    continue
                keys = [key for key in context.before.of(ForeignKey) if key.references == table.ref]
                keys = [key for key in keys if is_existing(context, _child(key))]
                if keys:
                    enforced = tuple(scan for scan in context.observation.scans if scan.purpose == "foreign key")
                    yield Hit(
                        message=_message(table.ref, keys, unheard=unheard),
                        subjects=(table.ref, *dict.fromkeys(_child(key) for key in keys)),
                        evidence=(*(_evidence(key) for key in keys), *evidence_of(enforced)),
                        severity="error" if unheard or enforced or state == "on" else None,
                        claims=enforced,
                    )


def _child(key: ForeignKey) -> Ref:
    return Ref("table", key.ref.schema, None, key.ref.parent or "")


def _message(table: Ref, keys: list[ForeignKey], *, unheard: bool) -> str:
    effects = [f'{_REACHING[key.on_delete]} rows of "{key.ref.parent}"' for key in keys if key.on_delete in _REACHING]
    does = listed(list(dict.fromkeys(effects))) or "fails for rows that others refer to"
    late = "; PRAGMA foreign_keys does nothing inside a transaction" if unheard else ""
    return f'Dropping table "{table.name}" {does} where foreign keys are enforced{late}'


def _evidence(key: ForeignKey) -> Evidence:
    columns = ", ".join(key.columns)
    detail = f"{key.ref.parent} ({columns}) refers to {key.references.name}, ON DELETE {key.on_delete}"
    return Evidence(source="catalog", detail=detail)


RULE = DropEnforced()
"""The rule."""
