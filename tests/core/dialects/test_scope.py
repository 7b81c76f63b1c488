"""Which objects a pattern means (reference 9.5)."""

from __future__ import annotations

import pytest

from schema_core.dialects.protocol import Inspection, Scope
from schema_core.dialects.scope import KINDS, select
from schema_core.schema.errors import UserError
from schema_core.schema.objects import Column, Enum, Extension, Index, Schema, SchemaObject, Table, Unmodelled, View
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref


def schema(name: str) -> Schema:
    return Schema(ref=Ref("schema", None, None, name))


def table(schema: str, name: str) -> list[SchemaObject]:
    column = Column(ref=Ref("column", schema, name, "id"), position=1, type="integer", nullable=True)
    index = Index(ref=Ref("index", schema, name, f"{name}_ix"), parts=())
    return [Table(ref=Ref("table", schema, None, name)), column, index]


WHOLE = Inspection(
    realm=Realm(
        [
            schema("app"),
            schema("a.b"),
            schema("we[ird*"),
            Extension(ref=Ref("extension", None, None, "hstore"), version="1"),
            *table("app", "users"),
            *table("app", "tmp_1"),
            *table("a.b", "users"),
            *table("we[ird*", "t"),
            View(ref=Ref("view", "app", None, "v"), definition=""),
            Enum(ref=Ref("enum", "app", None, "mood"), values=()),
        ]
    ),
    unmodelled=(
        Unmodelled(ref=Ref("function", "app", None, "f", "integer")),
        Unmodelled(ref=Ref("trigger", "app", "users", "g")),
        Unmodelled(ref=Ref("foreign-data wrapper", None, None, "w")),
    ),
    identities={},
)


def labels(scope: Scope, connected: str | None = None) -> list[str]:
    found = select(WHOLE, scope, connected)
    return [ref.label() for ref in found.realm] + [item.ref.label() for item in found.unmodelled]


EVERYTHING = labels(Scope())


@pytest.mark.parametrize(
    ("pattern", "gone"),
    [
        ("app", [text for text in EVERYTHING if text == "app" or text.startswith("app.")]),
        ("app.users", ["app.users", "app.users.id", "app.users.users_ix", "app.users.g"]),
        ("app.tmp_*", ["app.tmp_1", "app.tmp_1.id", "app.tmp_1.tmp_1_ix"]),
        ("app.tmp_?.id", ["app.tmp_1.id"]),
        ("app.[tu]*", [text for text in EVERYTHING if text.startswith(("app.users", "app.tmp_1"))]),
        ('"a.b"', ["a.b", "a.b.users", "a.b.users.id", "a.b.users.users_ix"]),
        ('"a.b".users.id', ["a.b.users.id"]),
        ("*.*[type=view]", ["app.v"]),
        ("*.*[type=view|enum]", ["app.v", "app.mood"]),
        ("*.*[type=function]", ["app.f(integer)"]),
        ("*.*.*[type=column]", ["app.users.id", "app.tmp_1.id", "a.b.users.id", "we[ird*.t.id"]),
        ("app[type=schema].users[type=table].*[type=index]", ["app.users.users_ix"]),
        ("*.*.*[type=trigger]", ["app.users.g"]),
        ("*[type=extension]", ["hstore"]),
        ("*[type=foreign_data_wrapper]", ["w"]),
        ("USERS", []),
        ("users", []),
    ],
)
def test_exclude(pattern: str, gone: list[str]) -> None:
    assert labels(Scope(exclude=(pattern,))) == [text for text in EVERYTHING if text not in gone]


@pytest.mark.parametrize(
    ("pattern", "kept"),
    [
        ("app.users", ["app", "app.users", "app.users.id", "app.users.users_ix", "app.users.g"]),
        ("app.users.id", ["app", "app.users", "app.users.id"]),
        ("*.*[type=view]", ["app", "a.b", "we[ird*", "app.v"]),
    ],
)
def test_include(pattern: str, kept: list[str]) -> None:
    found = labels(Scope(include=(pattern,)))
    assert [text for text in found if text not in ("hstore", "w")] == kept


def test_include_comes_before_exclude() -> None:
    found = labels(Scope(include=("app.users",), exclude=("app.users.*[type=index]",)))
    assert "app.users.id" in found
    assert "app.users.users_ix" not in found
    assert "app.tmp_1" not in found


def test_schemas() -> None:
    found = labels(Scope(schemas=("a.b",)))
    assert found == ["a.b", "hstore", "a.b.users", "a.b.users.id", "a.b.users.users_ix", "w"]


@pytest.mark.parametrize(
    ("connected", "kept"),
    [
        (
            "app",
            ["app", "hstore", "app.tmp_1", "app.tmp_1.id", "app.tmp_1.tmp_1_ix", "app.v", "app.mood", "app.f(integer)"],
        ),
        ("we[ird*", ["we[ird*", "hstore"]),
    ],
)
def test_patterns_begin_below_the_schema_of_the_url(connected: str, kept: list[str]) -> None:
    assert labels(Scope(exclude=("users", "t")), connected) == [*kept, "w"]


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (Scope(exclude=("a.b.c.d",)), "too many parts"),
        (Scope(exclude=("a..b",)), "empty part"),
        (Scope(exclude=("",)), "empty"),
        (Scope(exclude=("*.*[type=tabel]",)), "'tabel'"),
        (Scope(exclude=("*.*[type=Table]",)), "'Table'"),
        (Scope(exclude=("*.*[type=]",)), "''"),
        (Scope(schemas=("absent",)), "no schema 'absent'"),
    ],
)
def test_what_cannot_be_meant_is_refused(scope: Scope, words: str) -> None:
    with pytest.raises(UserError, match=words):
        select(WHOLE, scope, None)


def test_every_kind_of_the_vocabulary_can_be_selected() -> None:
    waiting: list[type[SchemaObject]] = [SchemaObject]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        assert kind is SchemaObject or kind.KIND in KINDS
