"""Schemas for SQLite that nobody wrote: tables with whatever their grammar allows, indexes, views and triggers."""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = ("a", "b", "c d", "select", 'q"x', "Größe", "x;y", "--z", "primary key")
_TYPES = ("", "int", "INTEGER", "text", "varchar(10)", "decimal( 5 , 2)", "double precision", "blob")
_DEFAULTS = ("1", "-2.5", "'x;y'", "(1 + 2)", "null", "x'00ff'", "CURRENT_TIMESTAMP", "(lower('A'))", "'--'")
_ACTIONS = ("", " on delete cascade", " on update set null on delete restrict", " deferrable initially deferred")
_GAPS = (" ", "\n\t", " /* ; , ) */ ", " -- x ; )\n")


def quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


@st.composite
def schemas(draw: st.DrawFn) -> str:
    """The text of a schema that SQLite accepts."""
    tables = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique_by=str.lower))
    statements = []
    for table in tables:
        columns = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique_by=str.lower))
        gap = draw(st.sampled_from(_GAPS))
        lines = [draw(_column(name, tables)) for name in columns]
        lines += draw(_constraints(columns, tables))
        statements.append(f"create table{gap}{quoted(table)}{gap}({gap}{f',{gap}'.join(lines)}{gap})")
        statements += [draw(_index(f"{table}_{number}", table, columns)) for number in range(draw(st.integers(0, 2)))]
    for number, table in enumerate(tables):
        if draw(st.booleans()):
            statements.append(f"create view v{number} as select * from {quoted(table)}")
        if draw(st.booleans()):
            body = "begin select 1; select case 1 when 1 then 'end;' end; end"
            statements.append(f"create trigger {quoted(f't;{number}')} after delete on {quoted(table)} {body}")
    return ";\n".join(statements)


@st.composite
def _column(draw: st.DrawFn, name: str, tables: list[str]) -> str:
    words = [quoted(name), draw(st.sampled_from(_TYPES))]
    if draw(st.booleans()):
        words.append("not null")
    if draw(st.booleans()):
        words.append(f"default {draw(st.sampled_from(_DEFAULTS))}")
    if draw(st.booleans()):
        words.append(f"collate {draw(st.sampled_from(['nocase', 'RTRIM', 'binary']))}")
    if draw(st.booleans()):
        words.append(f"constraint {quoted(draw(st.sampled_from(NAMES)))} check ({quoted(name)} <> ')')")
    if draw(st.booleans()):
        words.append(draw(st.sampled_from(["unique", "unique on conflict replace"])))
    if draw(st.booleans()):
        words.append(f"references {quoted(draw(st.sampled_from(tables)))}{draw(st.sampled_from(_ACTIONS))}")
    return " ".join(word for word in words if word)


@st.composite
def _constraints(draw: st.DrawFn, columns: list[str], tables: list[str]) -> list[str]:
    some = st.lists(st.sampled_from(columns), min_size=1, max_size=2, unique=True)
    lines = []
    if draw(st.booleans()):
        order = draw(st.sampled_from(["", " desc", " collate nocase"]))
        lines.append(f"primary key ({', '.join(quoted(name) + order for name in draw(some))})")
    if draw(st.booleans()):
        lines.append(f"unique ({', '.join(quoted(name) for name in draw(some))})")
    if draw(st.booleans()):
        keys = ", ".join(quoted(name) for name in draw(some))
        other = quoted(draw(st.sampled_from([*tables, "nowhere"])))
        lines.append(f"foreign key ({keys}) references {other} ({keys}){draw(st.sampled_from(_ACTIONS))}")
    if draw(st.booleans()):
        lines.append(f"check ({quoted(columns[0])} in (1, ')', '(;'))")
    return lines


@st.composite
def _index(draw: st.DrawFn, name: str, table: str, columns: list[str]) -> str:
    unique = draw(st.sampled_from(["", "unique "]))
    first = quoted(draw(st.sampled_from(columns)))
    part = draw(st.sampled_from(["{}", "{} desc", "{} collate nocase", "lower({}) desc", "({} || ')')"])).format(first)
    where = draw(st.sampled_from(["", " where {} is not null", " where {} <> 'where'"])).format(first)
    return f"create {unique}index {quoted(name)} on {quoted(table)} ({part}){where}"
