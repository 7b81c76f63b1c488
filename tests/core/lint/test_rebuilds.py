"""Which files make a table anew, and what is said about the table then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schema_core.dialects.registry import dialect_named
from schema_core.directory.files import MigrationFile
from schema_core.lint.codes import all_rules
from schema_core.lint.judge import judge
from schema_core.lint.watch import Watcher
from schema_core.sources.replay import replay_file

BASE = """
CREATE TABLE users (id integer PRIMARY KEY, email text, phone text);
CREATE TABLE orders (id integer PRIMARY KEY, user_id int REFERENCES users (id));
CREATE UNIQUE INDEX users_email ON users (email);
"""
INDEX = "CREATE UNIQUE INDEX users_email ON users (email);"
Codes = Callable[..., list[list[str]]]


@pytest.fixture
def codes(tmp_path: Path) -> Iterator[Codes]:
    """The codes that are found in each of some files, one after the other, without the notices about locks."""
    dialect = dialect_named("sqlite")
    session = dialect.connect(dialect.create_database(f"sqlite://{tmp_path}/server.db", "linted"))
    replay_file(session, dialect, MigrationFile("1_base.sql", BASE.encode()))
    watcher = Watcher(session, dialect)

    def run(*files: str) -> list[list[str]]:
        found = []
        for number, text in enumerate(files, 2):
            watched = watcher.watch(MigrationFile(f"{number}_new.sql", text.encode()))
            assert watched.stopped is None
            judgements = judge(watched, watcher.server, all_rules("sqlite"), {"LT511": None})
            found.append(sorted({judgement.finding.code for judgement in judgements}))
        return found

    yield run
    session.close()


def rebuild(columns: str, copy: str, name: str = "new_users") -> str:
    return f"CREATE TABLE {name} ({columns}); {copy}; DROP TABLE users; ALTER TABLE {name} RENAME TO users; {INDEX}"


SAME = "id integer PRIMARY KEY, email text, phone text"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rebuild(SAME, "INSERT INTO new_users SELECT * FROM users"), []),
        (rebuild(SAME, 'INSERT INTO "new_users" SELECT id, email, phone FROM "users" AS u'), []),
        (rebuild(SAME, "REPLACE INTO new_users SELECT * FROM users"), ["LT509"]),
        (rebuild(SAME, "INSERT OR IGNORE INTO new_users SELECT * FROM users"), ["LT509"]),
        (rebuild(SAME, "INSERT INTO new_users SELECT * FROM users WHERE phone <> ''"), ["LT509"]),
        (rebuild(SAME, "INSERT INTO new_users SELECT * FROM users WHERE id > 3"), ["BC103", "DS102"]),
        (rebuild(SAME, "INSERT INTO new_users SELECT * FROM users UNION ALL SELECT 0, '', ''"), []),
        (rebuild(SAME, "INSERT INTO new_users (id, email) SELECT id, email FROM users"), ["LT509"]),
        (rebuild(f"{SAME}, age int NOT NULL", "INSERT INTO new_users SELECT *, 0 FROM users"), ["MF103"]),
        (rebuild(SAME, "INSERT INTO new_users (id) SELECT id FROM orders"), ["BC103", "DS102"]),
        (rebuild(SAME, "INSERT INTO new_users (id) VALUES (1)"), ["BC103", "DS102"]),
        (
            "CREATE TABLE NEW_users (ID integer PRIMARY KEY, Email text, PHONE text);"
            "INSERT INTO new_USERS (id, EMAIL, phone) SELECT iD, email, phone FROM USERS;"
            f"DROP TABLE Users; ALTER TABLE new_users RENAME TO Users; {INDEX}",
            [],
        ),
        (
            f"CREATE TABLE copied AS SELECT * FROM users; DROP TABLE users;ALTER TABLE copied RENAME TO users; {INDEX}",
            ["CD103", "LT512"],
        ),
        (
            "CREATE TABLE copied AS SELECT * FROM users WHERE phone > 1; DROP TABLE users;"
            f"ALTER TABLE copied RENAME TO users; {INDEX}",
            ["CD103", "LT509", "LT512"],
        ),
        (
            rebuild(SAME, "INSERT INTO new_users SELECT * FROM users")
            + rebuild("id integer PRIMARY KEY, email text", "INSERT INTO again SELECT id, email FROM users", "again"),
            ["BC104", "DS103"],
        ),
        (
            f"PRAGMA legacy_alter_table = ON; ALTER TABLE users RENAME TO old; CREATE TABLE users ({SAME});"
            f"INSERT INTO users SELECT * FROM old; DROP TABLE old; {INDEX}",
            [],
        ),
        # The index keeps its name as long as the old table is there.
        (
            f"ALTER TABLE users RENAME TO old; CREATE TABLE users ({SAME}); INSERT INTO users SELECT * FROM old;"
            "DROP TABLE old;",
            ["LT502", "LT509"],
        ),
        ("ALTER TABLE users RENAME TO old; ALTER TABLE orders RENAME TO users; DROP TABLE old;", None),
    ],
)
def test_what_is_said_about_a_table_that_is_made_anew(text: str, expected: list[str] | None, codes: Codes) -> None:
    (found,) = codes(text)
    if expected is None:
        assert {"BC101", "DS102"} <= set(found)
    else:
        assert found == expected


def test_the_new_table_is_in_use_under_the_old_name(codes: Codes) -> None:
    first = rebuild(SAME, "INSERT INTO new_users SELECT * FROM users")
    aside = (
        f"PRAGMA legacy_alter_table = ON; ALTER TABLE users RENAME TO old; CREATE TABLE users ({SAME});"
        f"INSERT INTO users SELECT * FROM old; DROP TABLE old; {INDEX}"
    )
    drop = "ALTER TABLE users DROP COLUMN phone; ALTER TABLE users ADD COLUMN phone text;"
    assert codes(first, drop, aside, drop) == [[], ["DS103"], [], ["DS103"]]


def test_a_table_of_the_change_set_stays_new(codes: Codes) -> None:
    text = "CREATE TABLE visits (id int, at text);"
    copy = "CREATE TABLE n (id int); INSERT INTO n SELECT id FROM visits; DROP TABLE visits;"
    again = f"{copy} ALTER TABLE n RENAME TO visits;"
    assert codes(text, again, "DROP TABLE visits;") == [[], [], []]


def test_a_connection_that_enforces_foreign_keys_shows_what_is_deleted_along(tmp_path: Path) -> None:
    dialect = dialect_named("sqlite")
    session = dialect.connect(dialect.create_database(f"sqlite://{tmp_path}/server.db?_fk=1", "linted"))
    replay_file(session, dialect, MigrationFile("1_base.sql", BASE.encode()))
    watcher = Watcher(session, dialect)
    text = "-- atlas:txmode none\n\nDROP TABLE users;"
    watched = watcher.watch(MigrationFile("2_new.sql", text.encode()))
    judgements = judge(watched, watcher.server, all_rules("sqlite"), {})
    (finding,) = [item.finding for item in judgements if item.finding.code == "LT501"]
    assert finding.severity == "error"
    assert "EXPLAIN: walks orders from the first row to the last" in {
        f"{piece.source}: {piece.detail}" for piece in finding.evidence
    }
    session.close()
