"""What the commands print as JSON is what the published schemas describe."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import psycopg
import pytest

from schema_core.report.json_schema import RESULTS, published_schema

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"
BASE = """
create schema app; create extension citext; create type mood as enum ('a');
create domain positive as int check (value > 0);
create table app.users (id bigint generated always as identity primary key, email citext unique, m mood,
  age positive default 1, twice int generated always as (age * 2) stored);
create table app.orders (id int primary key, user_id bigint references app.users on delete cascade, check (id > 0));
create index on app.users (lower(email)) include (age) where age > 3;
create view adults as select id from app.users; create materialized view m as select 1 as one; create sequence s;
create function f() returns int language sql as 'select 1';
"""


def printed(*arguments: str, cwd: Path) -> object:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("schema-action")), *arguments, "--format", "json"],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", RESULTS)
def test_the_committed_schema_is_current(name: str) -> None:
    assert (SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8") == published_schema(name), "make generate"


def test_what_is_printed_fits_its_schema(tmp_path: Path, database: str) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "1_users.sql").write_text("create table users (id int primary key);\n")
    (tmp_path / "wanted.sql").write_text("create table users (id int);\n")
    (tmp_path / "migrations" / "2_gone.sql").write_text("drop table users;\n")
    outputs = [
        ("write", printed("migrate", "hash", cwd=tmp_path)),
        ("validate", printed("migrate", "validate", "--dev-url", database, cwd=tmp_path)),
        ("lint", printed("migrate", "lint", "--latest", "1", "--dev-url", database, cwd=tmp_path)),
        ("write", printed("migrate", "new", "third", cwd=tmp_path)),
        ("ls", printed("migrate", "ls", cwd=tmp_path)),
        ("migrate-diff", printed("migrate", "diff", "--to", "wanted.sql", "--dry-run", cwd=tmp_path)),
    ]
    (tmp_path / "migrations" / "1_users.sql").write_text("create table people (id int primary key);\n")
    outputs.append(("validate", printed("migrate", "validate", cwd=tmp_path)))
    with psycopg.connect(database) as connection:
        connection.execute(BASE.encode())
    outputs.append(("inspect", printed("schema", "inspect", "--url", database, cwd=tmp_path)))
    (tmp_path / "old.sql").write_text("create table users (id int primary key, name text);\n")
    (tmp_path / "new.sql").write_text("create table users (id bigint primary key); create table orders (id int);\n")
    outputs.append(("diff", printed("schema", "diff", "--from", "old.sql", "--to", "new.sql", cwd=tmp_path)))
    outputs += [
        ("clean", printed("schema", "clean", "--url", database, "--auto-approve", cwd=tmp_path)),
        ("plan", printed("schema", "plan", "--from", database, "--to", "new.sql", cwd=tmp_path)),
        ("apply", printed("schema", "apply", "--url", database, "--to", "new.sql", "--auto-approve", cwd=tmp_path)),
    ]
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "1_a.up.sql").write_text("create table a (id int);\n")
    where = ["--url", f"sqlite://{tmp_path / 'target.db'}", "--dir", "taken"]
    (tmp_path / "target.db").touch()
    outputs += [
        (
            "migrate-import",
            printed("migrate", "import", "--from", "file://old?format=golang-migrate", "--to", "taken", cwd=tmp_path),
        ),
        ("migrate-apply", printed("migrate", "apply", *where, cwd=tmp_path)),
        ("migrate-status", printed("migrate", "status", *where, cwd=tmp_path)),
        ("migrate-set", printed("migrate", "set", "1", *where, cwd=tmp_path)),
        (
            "migrate-adopt",
            printed("migrate", "adopt", "--url", database, "--dir", "adopted", "--dry-run", cwd=tmp_path),
        ),
    ]
    assert {name for name, _ in outputs} == set(RESULTS)
    for name, document in outputs:
        schema = json.loads(published_schema(name))
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema).validate(document)
        assert not jsonschema.Draft202012Validator(schema).is_valid({})
