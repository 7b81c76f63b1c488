"""A realm made by replacing is the realm of the objects that remain, however many steps it took."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schema_core.schema import realm as module
from schema_core.schema.objects import Column, Schema, SchemaObject, Table
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref

TABLES = ("a", "b", "c")


def table(name: str, comment: str | None) -> Table:
    return Table(ref=Ref("table", "public", None, name), comment=comment)


def column(parent: str, name: str, comment: str | None) -> Column:
    return Column(ref=Ref("column", "public", parent, name), comment=comment, position=1, type="int", nullable=True)


COMMENTS = st.sampled_from([None, "x", "y"])
OBJECTS = st.one_of(
    st.builds(table, st.sampled_from(TABLES), COMMENTS),
    st.builds(column, st.sampled_from(TABLES), st.sampled_from(["i", "j"]), COMMENTS),
)
REFS = OBJECTS.map(lambda item: item.ref)
STEPS = st.lists(st.tuples(st.lists(REFS, max_size=3), st.lists(OBJECTS, max_size=4)), max_size=8)


@given(start=st.lists(OBJECTS, max_size=8), steps=STEPS, most=st.integers(0, 4))
def test_replacing_step_by_step_is_a_dictionary_that_changes(
    start: list[SchemaObject], steps: list[tuple[list[Ref], list[SchemaObject]]], most: int
) -> None:
    before, module._MOST_CHANGED = module._MOST_CHANGED, most
    try:
        realm = Realm(start)
        expected = {item.ref: item for item in start}
        states = [(realm, dict(expected))]
        for removed, added in steps:
            realm = realm.replaced(removed, added)
            expected = {ref: item for ref, item in expected.items() if ref not in removed}
            expected.update((item.ref, item) for item in added)
            states.append((realm, dict(expected)))
    finally:
        module._MOST_CHANGED = before
    for state, objects in states:
        assert dict(state) == objects
        assert len(state) == len(objects)
        assert state == Realm(objects.values())
        assert set(state.of(Table)) == {item for item in objects.values() if isinstance(item, Table)}
        for name in TABLES:
            owned = {ref for ref in objects if ref.parent == name}
            assert {item.ref for item in state.children(Ref("table", "public", None, name))} == owned


def test_realms_differ_when_an_object_does() -> None:
    realm = Realm([table("a", None), column("a", "i", None)])
    assert realm != realm.replaced([], [table("a", "x")])
    assert realm != realm.replaced([Ref("table", "public", None, "a")], [])
    assert realm == realm.replaced([Ref("table", "public", None, "a")], [table("a", None)])
    assert realm != Realm([table("a", None), Schema(ref=Ref("schema", None, None, "s"))])
