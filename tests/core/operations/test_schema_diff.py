"""``schema diff`` where servers, scopes and rights differ."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from schema_core.dialects.postgres.dialect import DIALECT
from schema_core.operations.proven_plan import Endpoints
from schema_core.operations.schema_diff import schema_diff
from schema_core.schema.errors import UserError
from schema_core.schema.ref import Ref

_SHOP = (
    "CREATE TABLE t (id int PRIMARY KEY, at timestamptz DEFAULT now()); CREATE VIEW v AS SELECT id FROM t WHERE id > 1;"
)


def load(url: str, text: str) -> None:
    session = DIALECT.connect(url)
    try:
        session.execute_script(text)
    finally:
        session.close()


def file(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return f"file://{path}"


def test_a_database_of_another_major_is_read_through_the_development_database(
    postgres_14_database: str, tmp_path: Path
) -> None:
    load(postgres_14_database, _SHOP)
    desired = file(tmp_path, "shop.sql", _SHOP)
    result = schema_diff(Endpoints(before=(postgres_14_database,), after=(desired,), dev_url="embedded://postgres/18"))
    assert result.statements == ()
    assert [notice.message for notice in result.notices if "is PostgreSQL 14" in notice.message]


def test_one_schema_is_compared_with_files_that_do_not_name_it(database: str, tmp_path: Path) -> None:
    load(database, "CREATE SCHEMA app; CREATE TABLE app.t (id int); CREATE TABLE public.other (id int)")
    desired = file(tmp_path, "shop.sql", "CREATE TABLE t (id bigint)")
    scoped = f"{database}{'&' if '?' in database else '?'}search_path=app"
    result = schema_diff(Endpoints(before=(scoped,), after=(desired,)))
    assert [statement.text for statement in result.statements] == ["ALTER TABLE app.t ALTER COLUMN id TYPE bigint"]
    with pytest.raises(UserError, match="give both URLs the same search_path"):
        schema_diff(Endpoints(before=(scoped,), after=(desired,), dev_url="embedded://postgres"))


def test_a_user_who_may_not_create_databases_uses_the_one_that_is_there(database: str, tmp_path: Path) -> None:
    name = re.split(r"[/?]", database.partition("://")[2])[1]
    load(database, f"CREATE ROLE modest LOGIN; GRANT CREATE ON DATABASE {name} TO modest")
    load(database, "GRANT ALL ON SCHEMA public TO modest")
    try:
        url = re.sub(r"://[^@/]*@", "://modest@", database)
        before = file(tmp_path, "before.sql", _SHOP)
        after = file(tmp_path, "after.sql", _SHOP.replace("id int", "id bigint"))
        result = schema_diff(Endpoints(before=(before,), after=(after,), dev_url=url))
        assert any("TYPE bigint" in statement.text for statement in result.statements)
        assert result.proof is not None
    finally:
        load(database, "DROP OWNED BY modest CASCADE; DROP ROLE modest")


def test_a_person_is_asked_what_was_renamed(tmp_path: Path) -> None:
    before = file(tmp_path, "before.sql", "CREATE TABLE t (a text, b text)")
    after = file(tmp_path, "after.sql", "CREATE TABLE t (a text, c text)")
    asked: list[tuple[Ref, Ref]] = []

    def ask(old: Ref, new: Ref) -> bool:
        asked.append((old, new))
        return True

    result = schema_diff(Endpoints(before=(before,), after=(after,)), ask=ask)
    assert [(old.name, new.name) for old, new in asked] == [("b", "c")]
    assert [statement.text for statement in result.statements] == ["ALTER TABLE public.t RENAME COLUMN b TO c"]
    refused = schema_diff(Endpoints(before=(before,), after=(after,)), ask=lambda *_: False)
    assert [statement.text for statement in refused.statements] == [
        "ALTER TABLE public.t DROP COLUMN b, ADD COLUMN c text"
    ]
