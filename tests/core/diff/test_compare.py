from __future__ import annotations

from schema_core.diff.compare import compare_by_identity
from schema_core.schema.changes import Alter, Create, Drop, Rename
from schema_core.schema.objects import Column, SchemaObject, Table, UniqueConstraint
from schema_core.schema.ref import Ref


def table(name: str, comment: str | None = None) -> Table:
    return Table(ref=Ref("table", "public", None, name), comment=comment)


def column(table_name: str, name: str, position: int = 1, type_: str = "integer") -> Column:
    return Column(ref=Ref("column", "public", table_name, name), position=position, type=type_, nullable=True)


def unique(*columns: str) -> UniqueConstraint:
    return UniqueConstraint(ref=Ref("unique constraint", "public", "users", "users_key"), columns=columns)


def ids(*pairs: tuple[SchemaObject, str]) -> dict[Ref, str]:
    return {item.ref: identity for item, identity in pairs}


def test_a_new_name_with_the_old_identity_is_a_rename_and_nothing_else() -> None:
    before, after = table("users"), table("people")
    [change] = compare_by_identity([before], [after], ids((before, "1")), ids((after, "1")))
    assert change == Rename(before=before, after=after)


def test_the_old_name_with_a_new_identity_is_a_drop_and_a_create() -> None:
    before, after = table("users"), table("users")
    changes = compare_by_identity([before], [after], ids((before, "1")), ids((after, "2")))
    assert changes == (Drop(object=before), Create(object=after))


def test_children_of_a_renamed_table_are_not_renamed() -> None:
    before, after = column("users", "id"), column("people", "id")
    assert compare_by_identity([before], [after], ids((before, "1:1")), ids((after, "1:1"))) == ()


def test_a_column_that_only_moved_up_is_unchanged() -> None:
    before, after = column("users", "email", position=3), column("users", "email", position=2)
    assert compare_by_identity([before], [after], ids((before, "1:3")), ids((after, "1:3"))) == ()


def test_a_rename_with_another_change_is_both() -> None:
    before, after = column("users", "mail"), column("users", "email", type_="text")
    changes = compare_by_identity([before], [after], ids((before, "1:2")), ids((after, "1:2")))
    assert [type(change) for change in changes] == [Rename, Alter]
    assert isinstance(changes[1], Alter)
    assert changes[1].fields() == ("type",)


def test_a_constraint_made_anew_as_it_was_is_unchanged() -> None:
    before, after = unique("email"), unique("email")
    assert compare_by_identity([before], [after], ids((before, "1")), ids((after, "2"))) == ()


def test_a_constraint_made_anew_with_another_meaning_is_a_drop_and_a_create() -> None:
    before, after = unique("email"), unique("email", "name")
    changes = compare_by_identity([before], [after], ids((before, "1")), ids((after, "2")))
    assert changes == (Drop(object=before), Create(object=after))


def test_a_constraint_made_anew_for_a_columns_new_type_is_compared_by_its_fields() -> None:
    before, after = unique("email"), unique("EMAIL")
    old, new = column("users", "email"), column("users", "email", type_="text")
    changes = compare_by_identity(
        [before, old], [after, new], ids((before, "1"), (old, "0:1")), ids((after, "2"), (new, "0:1"))
    )
    assert changes == (Alter(before=before, after=after), Alter(before=old, after=new))
