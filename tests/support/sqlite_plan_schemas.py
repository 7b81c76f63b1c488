"""Generated SQLite schemas as SQL, for properties of plans.

Every column takes the numbers 1 to 3, as text where its type wants that, so that a few rows fit every table.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_TABLES = ("t1", "t2", "T three")
_COLUMNS = ("a", "b", "C c")
_TYPES = ("INTEGER", "TEXT", "NUMERIC", "")
_STRICT_TYPES = ("INTEGER", "TEXT", "ANY")
_DEFAULTS = ("7", "'8'", "NULL", "-9", "(1 + 9)", "CURRENT_DATE")


@st.composite
def sqlite_schemas(draw: Any) -> str:
    """Tables with all that belongs to them, views over tables and views, and triggers that speak of other tables."""
    tables = draw(st.lists(st.sampled_from(_TABLES), unique=True, max_size=3))
    lines: list[str] = []
    columns: dict[str, list[str]] = {}
    for table in tables:
        columns[table] = draw(st.lists(st.sampled_from(_COLUMNS), unique=True, min_size=1))
        lines.append(_table(draw, table, columns[table], tables))
        for number, column in enumerate(draw(st.lists(st.sampled_from(columns[table]), unique=True, max_size=2))):
            where = draw(st.sampled_from(["", f" WHERE {_quoted(column)} > 0"]))
            name = _quoted(f"{table}_i{number}")
            lines.append(f"CREATE INDEX {name} ON {_quoted(table)} ({_quoted(column)} COLLATE NOCASE){where};")
    for table in tables:
        lines += _views_and_triggers(draw, table, columns, tables)
    return "\n".join(lines)


@st.composite
def sqlite_pairs(draw: Any) -> tuple[str, str]:
    """Two schemas: any two, or two that differ in single columns, as those of real changes do."""
    if draw(st.booleans()):
        return draw(sqlite_schemas()), draw(sqlite_schemas())
    base = draw(sqlite_schemas())
    return _with_more_columns(draw, base), _with_more_columns(draw, base)


def _with_more_columns(draw: Any, schema: str) -> str:
    return "\n".join(
        _with_another_column(draw, line) if line.startswith("CREATE TABLE") and draw(st.booleans()) else line
        for line in schema.split("\n")
    )


def _with_another_column(draw: Any, line: str) -> str:
    types = _STRICT_TYPES if "STRICT" in line else _TYPES
    name, _, rest = line.partition(" (")
    more = _column(draw, draw(st.sampled_from(["more", "other"])), types)
    constraint = draw(st.sampled_from(["", "", " CHECK (id > 0)", " REFERENCES t1"]))
    return f"{name} ({rest.replace(', ', f', {more}{constraint}, ', 1)}"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _table(draw: Any, table: str, columns: list[str], tables: list[str]) -> str:
    strict = draw(st.booleans())
    without_rowid = draw(st.integers(0, 4)) == 0
    key = draw(st.sampled_from(["id INTEGER PRIMARY KEY", "id INTEGER PRIMARY KEY AUTOINCREMENT"]))
    parts = ["id INTEGER PRIMARY KEY" if without_rowid else key]
    parts += [_column(draw, name, _STRICT_TYPES if strict else _TYPES) for name in columns]
    name = _quoted(draw(st.sampled_from(columns)))
    target = _quoted(draw(st.sampled_from(tables)))
    constraints = [
        f"UNIQUE ({name})",
        f"CONSTRAINT positive CHECK ({name} > 0)",
        f"CHECK (length({name}) < 20)",
        f"FOREIGN KEY ({name}) REFERENCES {target} (id) ON DELETE CASCADE",
        f"CONSTRAINT parent FOREIGN KEY ({name}) REFERENCES {target} ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED",
    ]
    parts += draw(st.lists(st.sampled_from(constraints), unique=True, max_size=2))
    options = [word for word, wanted in (("STRICT", strict), ("WITHOUT ROWID", without_rowid)) if wanted]
    return f"CREATE TABLE {_quoted(table)} ({', '.join(parts)}) {', '.join(options)};"


def _column(draw: Any, name: str, types: tuple[str, ...]) -> str:
    text = f"{_quoted(name)} {draw(st.sampled_from(types))}"
    if draw(st.integers(0, 5)) == 0:
        kind = draw(st.sampled_from(["STORED", "VIRTUAL"]))
        return f"{text} GENERATED ALWAYS AS (id) {kind}"
    if draw(st.booleans()):
        text += " NOT NULL"
    if draw(st.booleans()):
        text += f" DEFAULT {draw(st.sampled_from(_DEFAULTS))}"
    if draw(st.integers(0, 4)) == 0:
        text += " COLLATE NOCASE"
    return text


def _views_and_triggers(draw: Any, table: str, columns: dict[str, list[str]], tables: list[str]) -> list[str]:
    lines = []
    other = draw(st.sampled_from(tables))
    if draw(st.booleans()):
        names = ", ".join(_quoted(name) for name in draw(st.permutations(columns[table])))
        lines.append(f'CREATE VIEW "v_{table}" AS SELECT id, {names} FROM {_quoted(table)};')
        if draw(st.booleans()):
            lines.append(f'CREATE VIEW "w_{table}" (one) AS SELECT id FROM "v_{table}";')
        if draw(st.booleans()):
            body = f"DELETE FROM {_quoted(other)} WHERE id = old.id;"
            lines.append(f'CREATE TRIGGER "vt_{table}" INSTEAD OF DELETE ON "v_{table}" BEGIN {body} END;')
    if draw(st.booleans()):
        body = f"UPDATE {_quoted(other)} SET id = id WHERE id = new.id;"
        lines.append(f'CREATE TRIGGER "t_{table}" AFTER INSERT ON {_quoted(table)} BEGIN {body} END;')
    return lines
