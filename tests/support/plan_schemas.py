"""Generated schemas as SQL, for properties of plans."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_TABLES = ("t1", "t2", "t3")
_COLUMNS: dict[str, tuple[str, ...]] = {
    "a": ("int", "bigint", "numeric(10,2)", "text"),
    "b": ("text", "varchar(20)", "e1"),
    "c": ("boolean", "text", "varchar(20)"),
    "d": ("int[]", "text[]"),
    "e": ("e1[]", "text[]"),
    "f": ("timestamptz", "date", "text"),
    "g": ("jsonb", "text"),
    "Dee": ("int", "d1", "bigint"),
}
"""Types that a column of this name may have: each becomes each other one by a cast."""
_DEFAULTS: dict[str, tuple[str, ...]] = {
    "int": ("0", "nextval('s1')"),
    "bigint": ("1 + 1",),
    "numeric(10,2)": ("1.5",),
    "text": ("'x'", "lower('X')"),
    "varchar(20)": ("'it''s'",),
    "boolean": ("true",),
    "timestamptz": ("now()",),
    "jsonb": ("'{}'",),
    "int[]": ("'{1,2}'",),
    "e1": ("'x'",),
}
_NUMBERS = frozenset({"int", "bigint", "numeric(10,2)"})


@st.composite
def schemas(draw: Any) -> str:
    """A schema with enums, a domain, sequences, tables with all that belongs to them, views and a partition tree."""
    lines = ["CREATE SEQUENCE s1" + draw(st.sampled_from(["", " INCREMENT 5", " AS int MAXVALUE 99 CYCLE"])) + ";"]
    values = draw(st.permutations(["x", *draw(st.lists(st.sampled_from("wyz"), unique=True, max_size=3))]))
    lines.append(f"CREATE TYPE e1 AS ENUM ({', '.join(repr(value) for value in values)});")
    lines.append("CREATE DOMAIN d1 AS int" + draw(st.sampled_from(["", " DEFAULT 3", " CHECK (VALUE > 0)"])) + ";")
    tables = draw(st.lists(st.sampled_from(_TABLES), unique=True, max_size=3))
    columns = {table: _columns(draw) for table in tables}
    keyed = [table for table in tables if _key_of(columns[table]) and draw(st.booleans())]
    for table in tables:
        lines += _table(draw, table, columns[table], keyed=table in keyed)
    for table in tables:
        lines += _foreign_key(draw, table, columns, keyed)
    lines += _views(draw, columns)
    lines += draw(st.sampled_from([[], _partitions(""), _partitions(", extra text DEFAULT 'p'")]))
    return "\n".join(lines)


def _columns(draw: Any) -> dict[str, str]:
    names = draw(st.lists(st.sampled_from(sorted(_COLUMNS)), unique=True, min_size=1))
    return {name: draw(st.sampled_from(_COLUMNS[name])) for name in names}


def _key_of(columns: dict[str, str]) -> str | None:
    return next((name for name, kind in columns.items() if kind == "int"), None)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _table(draw: Any, table: str, columns: dict[str, str], *, keyed: bool) -> list[str]:
    key = _key_of(columns) if keyed else None
    parts = [_column(draw, name, kind, is_key=name == key) for name, kind in columns.items()]
    number = next((name for name, kind in columns.items() if kind == "bigint"), None)
    if number is not None and draw(st.booleans()):
        parts.append(f"made bigint GENERATED ALWAYS AS ({_quoted(number)} * {draw(st.integers(2, 3))}) STORED")
    if key is not None:
        parts.append(f"PRIMARY KEY ({_quoted(key)})")
    name = draw(st.sampled_from(sorted(columns)))
    if columns[name] != "jsonb" and draw(st.integers(0, 3)) == 0:
        parts.append(f"CONSTRAINT {table}_uq UNIQUE ({_quoted(name)})")
    lines = [f"CREATE TABLE {table} ({', '.join(parts)});"]
    for count in range(draw(st.integers(0, 2))):
        name = draw(st.sampled_from(sorted(columns)))
        how = "USING gin " if columns[name] == "jsonb" else ""
        where = draw(st.sampled_from(["", f" WHERE {_quoted(name)} IS NOT NULL"]))
        lines.append(f"CREATE INDEX {table}_i{count} ON {table} {how}({_quoted(name)}){where};")
    if draw(st.booleans()):
        lines.append(f"COMMENT ON TABLE {table} IS '{draw(st.sampled_from(['one', 'two']))}';")
        lines.append(f"COMMENT ON COLUMN {table}.{_quoted(next(iter(columns)))} IS 'col';")
    return lines


def _column(draw: Any, name: str, kind: str, *, is_key: bool) -> str:
    text = f"{_quoted(name)} {kind}"
    default = draw(st.sampled_from([None, *_DEFAULTS.get(kind, ())]))
    if is_key and draw(st.booleans()):
        text += " GENERATED " + draw(st.sampled_from(["ALWAYS AS IDENTITY", "BY DEFAULT AS IDENTITY (START 7)"]))
    elif default is not None:
        text += f" DEFAULT {default}"
    if draw(st.booleans()):
        text += " NOT NULL"
    if kind in _NUMBERS and draw(st.integers(0, 3)) == 0:
        text += f" CHECK ({_quoted(name)} > {draw(st.integers(0, 2))})"
    return text


def _foreign_key(draw: Any, table: str, columns: dict[str, dict[str, str]], keyed: list[str]) -> list[str]:
    names = [name for name, kind in columns[table].items() if kind == "int"]
    if not keyed or not names or not draw(st.booleans()):
        return []
    target = draw(st.sampled_from(keyed))
    action = draw(st.sampled_from(["", " ON DELETE CASCADE", " DEFERRABLE INITIALLY DEFERRED"]))
    column, key = _quoted(draw(st.sampled_from(names))), _quoted(_key_of(columns[target]) or "")
    return [
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_fk FOREIGN KEY ({column}) REFERENCES {target} ({key}){action};"
    ]


def _views(draw: Any, columns: dict[str, dict[str, str]]) -> list[str]:
    lines = []
    for table, kinds in columns.items():
        if not draw(st.booleans()):
            continue
        names = ", ".join(_quoted(name) for name in draw(st.permutations(sorted(kinds))))
        lines.append(f"CREATE VIEW v_{table} AS SELECT {names} FROM {table};")
        if draw(st.booleans()):
            lines.append(f"CREATE VIEW w_{table} AS SELECT {_quoted(next(iter(kinds)))} AS one FROM v_{table};")
        if draw(st.booleans()):
            lines.append(f"COMMENT ON VIEW v_{table} IS 'view';")
        if draw(st.booleans()):
            lines.append(f"CREATE MATERIALIZED VIEW m_{table} AS SELECT count(*) AS n FROM v_{table};")
            lines.append(f"CREATE UNIQUE INDEX m_{table}_n ON m_{table} (n);")
    return lines


def _partitions(extra: str) -> list[str]:
    lines = [
        f"CREATE TABLE p (id int NOT NULL, at date NOT NULL{extra}) PARTITION BY RANGE (at);",
        "CREATE TABLE p_2024 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
        "CREATE INDEX p_id ON p (id);",
    ]
    if extra:
        lines += ["CREATE TABLE p_rest PARTITION OF p DEFAULT;", "ALTER TABLE p ADD PRIMARY KEY (id, at);"]
    return lines
