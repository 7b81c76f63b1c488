from __future__ import annotations

from schema_core.dialects.postgres.observation.documented import documented_effects
from schema_core.schema.objects import Column, Index, IndexPart, MaterializedView, Table
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action


def table(schema: str, name: str) -> Table:
    return Table(ref=Ref("table", schema, None, name))


def index(schema: str, table_name: str, name: str) -> Index:
    return Index(ref=Ref("index", schema, table_name, name), parts=(IndexPart(column="id"),))


REALM = Realm(
    [
        table("public", "users"),
        Column(ref=Ref("column", "public", "users", "id"), position=1, type="bigint", nullable=False),
        index("public", "users", "users_id"),
        table("app", "users"),
        MaterializedView(ref=Ref("materialized view", "app", None, "totals"), definition="SELECT 1"),
        index("app", "totals", "totals_id"),
    ]
)


def locked(action: Action) -> list[str]:
    effects = documented_effects([action], REALM, 18, "public")
    assert effects is not None
    return [f"{lock.mode} {lock.ref.label()}" for lock in effects.locks]


def test_a_name_without_a_schema_means_the_connected_one() -> None:
    users = Ref("table", None, None, "users")
    vacuum = Action(kind="vacuum", target=users, table=users, options=("full",))
    assert locked(vacuum) == ["ACCESS EXCLUSIVE public.users"]


def test_a_name_that_the_connected_schema_lacks_is_looked_for_in_all() -> None:
    totals = Ref("table", None, None, "totals")
    action = Action(
        kind="create index", target=Ref("index", None, None, "new"), table=totals, options=("concurrently",)
    )
    assert locked(action) == ["SHARE UPDATE EXCLUSIVE app.totals"]


def test_a_schema_means_every_relation_in_it() -> None:
    action = Action(kind="reindex", target=Ref("schema", None, None, "app"), detail="schema")
    effects = documented_effects([action], REALM, 18, "public")
    assert effects is not None
    assert [lock.ref.label() for lock in effects.locks] == ["app.users", "app.totals"]
    assert [build.ref.label() for build in effects.index_builds] == ["app.totals.totals_id"]


def test_no_name_means_the_whole_database() -> None:
    effects = documented_effects([Action(kind="vacuum", options=("full",))], REALM, 18, "public")
    assert effects is not None
    assert [rewrite.ref.label() for rewrite in effects.rewrites] == ["public.users", "app.users", "app.totals"]
