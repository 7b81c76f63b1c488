"""``schema apply`` where the database changes meanwhile, where others apply too, and where it is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from locked_tables import asking, columns, locked, sessions, until, waiting

from schema_core.dialects.postgres.target import lock_number
from schema_core.dialects.protocol import Scope
from schema_core.operations.on_target import TargetSettings
from schema_core.operations.proven_plan import Endpoints
from schema_core.operations.schema_apply import ApplySettings, schema_apply
from schema_core.operations.schema_diff import schema_diff
from schema_core.schema.errors import UserError
from schema_core.schema.results import ApplyResult

PROGRAM = str(Path(sys.executable).with_name("schema-action"))
USERS = "create table users (id bigint primary key, name text);"
WANTED = "create table users (id bigint primary key, name text, email varchar(40));"


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for text in statements:
            connection.execute(text.encode())


def file(folder: Path, text: str, name: str = "wanted.sql") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return f"file://{path}"


def yes(_: ApplyResult) -> bool:
    return True


def meanwhile(url: str, *statements: str) -> Callable[[ApplyResult], bool]:
    """Somebody changes the database while a person looks at the plan, and says yes."""

    def approve(_: ApplyResult) -> bool:
        run(url, *statements)
        return True

    return approve


def applied(url: str, wanted: str, approve: Callable[[ApplyResult], bool] = yes, **more: Any) -> ApplyResult:
    settings = ApplySettings(
        url=url, after=(wanted,), **{name: more.pop(name) for name in list(more) if name != "edit"}
    )
    return schema_apply(settings, approve, **more)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("alter table users alter name set not null", "column public.users.name is another"),
        ("alter table users add column email text", "column public.users.email is new"),
        ("drop table users", "table public.users is gone"),
        ("create index other on users (name)", "index public.users.other is new"),
        ("create view v as select name from users", "view public.v is new"),
        ("create table orders (user_id bigint references users)", "public.orders.*is new"),
        (
            "create trigger touch before update on users for each row execute function noop()",
            "trigger public.users.touch is new",
        ),
    ],
)
def test_a_database_that_changes_after_it_was_planned_for_is_left_alone(
    database: str, tmp_path: Path, statement: str, named: str
) -> None:
    run(database, USERS, "create function noop() returns trigger language plpgsql as 'begin return new; end'")
    with pytest.raises(UserError, match=rf"^The database has changed since it was planned for: .*{named}"):
        applied(database, file(tmp_path, WANTED), meanwhile(database, statement))
    assert "drop table" in statement or columns(database, "users")[-1:] != ["email"] or "email text" in statement


def test_what_changes_elsewhere_does_not_matter(database: str, tmp_path: Path) -> None:
    run(database, USERS)
    approve = meanwhile(database, "create table elsewhere (id int)", "create schema other")
    assert applied(database, file(tmp_path, WANTED), approve).status == "applied"
    assert columns(database, "users") == ["id", "name", "email"]


def test_what_another_run_has_done_already_is_nothing_to_do(database: str, tmp_path: Path) -> None:
    run(database, USERS)
    result = applied(database, file(tmp_path, WANTED), meanwhile(database, "alter table users add email varchar(40)"))
    assert (result.status, result.account) == ("synced", None)
    assert result.notices[-1].message == "Another run has made the same changes meanwhile."


def test_a_person_may_say_no(database: str, tmp_path: Path) -> None:
    run(database, USERS)
    assert applied(database, file(tmp_path, WANTED), lambda _: False).status == "declined"
    assert columns(database, "users") == ["id", "name"]


def test_a_dry_run_writes_nothing_and_takes_no_lock(database: str, tmp_path: Path) -> None:
    run(database, USERS)
    read_only = f"{database}&options=-c%20default_transaction_read_only%3Don"
    with psycopg.connect(database) as other:
        other.execute("select pg_advisory_lock(0)")
        result = applied(read_only, file(tmp_path, WANTED), dry_run=True, target=TargetSettings(lock_timeout=0))
    assert result.status == "planned"
    assert [item.text for item in result.statements] == [
        "ALTER TABLE public.users ADD COLUMN email character varying(40)"
    ]
    # The same without the dry run is refused, so that it would have been noticed.
    refused = applied(read_only, file(tmp_path, WANTED)).account
    assert refused is not None
    assert refused.error is not None
    assert "read-only transaction" in refused.error.message


def test_a_plan_that_fails_says_what_was_applied(database: str, tmp_path: Path) -> None:
    run(database, USERS, "insert into users values (1)")
    wanted = file(tmp_path, "create table users (id bigint primary key, name text not null); create table t (id int);")
    result = applied(database, wanted)
    assert result.status == "failed"
    assert result.account is not None
    assert {item.outcome for item in result.account.statements} == {"rolled back", "failed"}
    result = applied(database, wanted, transaction_mode="none")
    assert result.account is not None
    assert [item.outcome for item in result.account.statements] == ["applied", "failed"]
    run(database, "update users set name = 'x'")
    assert applied(database, wanted, transaction_mode="none").status == "applied"
    assert applied(database, wanted).status == "synced"


def test_a_plan_that_is_edited_is_proven_again(database: str, tmp_path: Path) -> None:
    run(database, "create table users (id bigint, name text)")
    wanted = file(tmp_path, "create table users (id bigint, name text); create index users_name on users (name);")
    seen: list[str] = []

    def concurrently(sql: str) -> str:
        seen.append(sql)
        return sql.replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY")

    result = applied(database, wanted, edit=concurrently)
    assert seen == [
        '-- Create index "users_name" to table: "users"\nCREATE INDEX users_name ON public.users USING btree (name);\n'
    ]
    assert (result.status, result.edited, result.transactional) == ("applied", True, False)
    assert result.lint is not None
    assert [finding.code for finding in result.lint.findings] == []
    assert applied(database, wanted).status == "synced"


def test_an_index_that_a_build_left_half_made_is_made_again(database: str, tmp_path: Path) -> None:
    run(database, "create table users (id bigint)", "insert into users values (1), (1)")
    with pytest.raises(psycopg.errors.UniqueViolation):
        run(database, "create unique index concurrently users_id on users (id)")
    run(database, "delete from users")
    wanted = file(tmp_path, "create table users (id bigint); create unique index users_id on users (id);")
    assert applied(database, wanted).status == "applied"
    assert applied(database, wanted).status == "synced"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("create index users_name on users (id);", "does not lead to the desired state; .*users_name.*Edit it again"),
        ("create index on nothing (name);", 'does not run .*"nothing" does not exist.*Edit it again'),
        ("", "does not lead to the desired state"),
        ("begin; create index users_name on users (name); commit;", "begins or ends a transaction"),
        ("create index users_name on 'x", "cannot be read, line 1"),
    ],
)
def test_an_edited_plan_that_leads_elsewhere_is_refused(database: str, tmp_path: Path, text: str, message: str) -> None:
    run(database, "create table users (id bigint, name text)")
    wanted = file(tmp_path, "create table users (id bigint, name text); create index users_name on users (name);")
    with pytest.raises(UserError, match=message):
        applied(database, wanted, edit=lambda _: text)


def test_an_edited_plan_may_rename_in_its_own_way(database: str, tmp_path: Path) -> None:
    run(database, USERS)
    wanted = file(tmp_path, "create table users (id bigint primary key, full_name text);")
    result = applied(database, wanted, renames=("users.name=full_name",), edit=lambda sql: f"{sql}\nSELECT 1;")
    assert (result.status, result.edited) == ("applied", True)
    assert columns(database, "users") == ["id", "full_name"]


def test_another_major_is_said_and_applied(postgres_14_database: str, tmp_path: Path) -> None:
    run(postgres_14_database, USERS)
    result = applied(postgres_14_database, file(tmp_path, WANTED), dev_url="embedded://postgres/18")
    assert result.status == "applied"
    assert (result.server.major, result.developed_on.major) == (14, 18)
    assert any("is PostgreSQL 14 and the development database is PostgreSQL 18" in n.message for n in result.notices)


Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """A function that starts the program; what still runs at the end is ended."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
            process.communicate()


def test_two_runs_at_once_make_the_changes_once(database: str, tmp_path: Path, start: Start) -> None:
    run(database, USERS)
    command = ("schema", "apply", "--url", database, "--to", file(tmp_path, WANTED), "--auto-approve", "--skip-lint")
    with locked(database, "users") as blocker:
        runs = [start(*command, "--lock-wait", "0", "--lock-timeout", "1m") for _ in range(2)]
        # Reading the catalogs waits for nobody, so one stands before the table, the other before the lock.
        until(lambda: len(waiting(database)) == 1 and len(asking(database)) == 1)
        blocker.rollback()
    outputs, errors = zip(*(one.communicate(timeout=60) for one in runs), strict=True)
    assert [one.returncode for one in runs] == [0, 0]
    assert sorted("sql statement ok" in text for text in outputs) == [False, True]
    assert sorted("Schema is synced" in text for text in outputs) == [False, True]
    assert [text for text in errors if text] == ["Warning: Another run has made the same changes meanwhile.\n"]


def test_a_lock_that_somebody_else_holds(database: str, tmp_path: Path, start: Start) -> None:
    run(database, USERS)
    command = ("schema", "apply", "--url", database, "--to", file(tmp_path, WANTED), "--auto-approve", "--skip-lint")
    with psycopg.connect(database, application_name="Atlas") as other:
        other.execute("select pg_advisory_lock(%s)", [lock_number("atlas_migrate_execute")])
        refused = start(*command, "--lock-timeout", "200ms")
        assert "Another run (session " in refused.communicate(timeout=60)[1]
        assert refused.returncode == 2
        assert columns(database, "users") == ["id", "name"]
        another = start(*command, "--lock-name", "another", "--lock-timeout", "0")
        assert "ok" in another.communicate(timeout=60)[0]
        other.execute("alter table users drop email")
        other.commit()
        skipped = start(*command, "--skip-lock")
        assert "ok" in skipped.communicate(timeout=60)[0]
    assert (another.returncode, skipped.returncode) == (0, 0)


TABLES = ("first", "second", "third")
"""In the order of the plan."""
BEFORE = "".join(f"create table {name} (id int);" for name in TABLES)
AFTER = "".join(f"create table {name} (id int, more int);" for name in TABLES)


@pytest.mark.parametrize("mode", ["file", "none"])
@pytest.mark.parametrize("stopped_at", TABLES)
def test_a_run_that_is_killed_leaves_whole_statements(
    database: str, tmp_path: Path, start: Start, mode: str, stopped_at: str
) -> None:
    run(database, BEFORE)
    wanted = file(tmp_path, AFTER)
    command = ("schema", "apply", "--url", database, "--to", wanted, "--auto-approve", "--skip-lint")
    with locked(database, stopped_at):
        killed = start(*command, "--lock-wait", "0", "--tx-mode", mode)
        until(lambda: bool(waiting(database)))
        killed.send_signal(signal.SIGKILL)
        killed.communicate(timeout=60)
    # Its session notices only when it has something to say.
    until(lambda: not sessions(database))
    changed = [len(columns(database, name)) == 2 for name in TABLES]
    if mode == "file":
        assert changed == [False, False, False]
    else:
        # The one that it waited for may have been finished by the server, which heard of nothing.
        assert sum(changed) in (TABLES.index(stopped_at), TABLES.index(stopped_at) + 1)
    again = start(*command)
    again.communicate(timeout=60)
    assert again.returncode == 0
    assert schema_diff(Endpoints(before=(database,), after=(wanted,), scope=Scope())).statements == ()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_prints_its_account(
    database: str, tmp_path: Path, start: Start, number: signal.Signals, code: int
) -> None:
    run(database, BEFORE)
    command = ("schema", "apply", "--url", database, "--to", file(tmp_path, AFTER), "--auto-approve", "--skip-lint")
    with locked(database, "third"):
        interrupted = start(*command, "--lock-wait", "0", "--tx-mode", "none")
        until(lambda: bool(waiting(database)))
        interrupted.send_signal(number)
        output, errors = interrupted.communicate(timeout=60)
    assert (interrupted.returncode, errors) == (code, "")
    assert "2 of 3 statements were applied, and the rest was not." in output
    assert [len(columns(database, name)) for name in TABLES] == [2, 2, 1]
