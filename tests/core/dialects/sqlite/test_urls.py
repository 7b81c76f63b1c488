"""SQLite URLs in all forms that users of the reference write."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_core.dialects.sqlite.urls import Location, beside, parse
from schema_core.schema.errors import UserError


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite://shop.db", Location(path=Path("shop.db"))),
        ("sqlite3://dir/shop.db", Location(path=Path("dir/shop.db"))),
        ("sqlite:///srv/shop.db?_fk=1", Location(path=Path("/srv/shop.db"), foreign_keys=True)),
        ("sqlite://file:shop.db?mode=ro", Location(path=Path("shop.db"), read_only=True)),
        ("sqlite://my%20shop%3F.db", Location(path=Path("my shop?.db"))),
        ("sqlite://dev?mode=memory", Location(path=None)),
        ("sqlite://file::memory:?_foreign_keys=off", Location(path=None, foreign_keys=False)),
        ("sqlite://dev?mode=memory&_fk=1&cache=shared", Location(path=None, foreign_keys=True)),
        (
            "sqlite://shop.db?_timeout=10&_sync=OFF",
            Location(path=Path("shop.db"), busy_timeout_ms=10, synchronous="off"),
        ),
    ],
)
def test_urls_are_read(url: str, expected: Location) -> None:
    assert parse(url) == expected


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite://", "names no file"),
        ("sqlite://?_fk=1", "names no file"),
        ("sqlite://shop.db?_fk=maybe", "neither 1 nor 0"),
        ("sqlite://shop.db?mode=new", "none of ro, rw, rwc, memory"),
        ("sqlite://shop.db?_journal=wal", "'_journal' of a SQLite URL is not known"),
        ("sqlite://shop.db?_timeout=soon", "no number of milliseconds"),
        ("sqlite://shop.db?_sync=maybe", "none of off, normal, full, extra"),
        ("sqlite://a%00b", "NUL"),
    ],
)
def test_what_is_not_understood_is_refused(url: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        parse(url)


def test_a_neighbour_keeps_the_options_and_stays_in_its_directory() -> None:
    assert beside("sqlite:///srv/a b/server.db?_fk=1", "../x/dev") == "sqlite:///srv/a%20b/___x_dev.db?_fk=1"
