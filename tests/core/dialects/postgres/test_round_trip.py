"""What inspection reads is written as SQL that makes it again: every schema in ``schemas`` is loaded, inspected,
rendered, loaded into an empty database and inspected once more.

A comment ``-- from 15`` in a schema's file names the first major that understands it. What the realm does not hold
cannot differ between two realms, so pg_dump is asked as well: it must print the same for both databases. The few lines
that may differ stand in ``-- pg_dump may differ: REGEX`` with the reason.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from schema_core.devdb.cache import cache_directory
from schema_core.dialects.postgres.binaries import find_binaries
from schema_core.dialects.postgres.databases import create_database, drop_database
from schema_core.dialects.postgres.dialect import DIALECT
from schema_core.dialects.protocol import Inspection, Scope
from schema_core.schema.changes import changed_fields
from schema_core.schema.realm import Realm

SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.sql"))
_FROM = re.compile(r"^-- from (\d+)$", re.MULTILINE)
_TOLERATED = re.compile(r"^-- pg_dump may differ: (.+)$", re.MULTILINE)


def parameter(path: Path) -> ParameterSet:
    first = _FROM.search(path.read_text(encoding="utf-8"))
    marks = [pytest.mark.from_major(int(first[1]))] if first is not None else []
    return pytest.param(path, id=path.stem, marks=marks)


@pytest.fixture
def empty_copy(each_major_database: str) -> Iterator[str]:
    """The URL of a second empty database on the same server."""
    url = create_database(each_major_database, "round_trip_copy")
    yield url
    drop_database(each_major_database, "round_trip_copy")


def major_of(url: str) -> int:
    session = DIALECT.connect(url)
    try:
        return session.server().major
    finally:
        session.close()


def load(url: str, *statements: str) -> Inspection:
    session = DIALECT.connect(url)
    try:
        session.execute_each(statements)
        return session.inspect(Scope())
    finally:
        session.close()


def differences(one: Realm, other: Realm) -> list[str]:
    """What differs, for a person to read."""
    found = [f"- {item}" for ref, item in one.items() if ref not in other]
    found += [f"+ {item}" for ref, item in other.items() if ref not in one]
    for ref, item in one.items():
        if ref in other and item != other[ref]:
            names = changed_fields(item, other[ref]) or ("position",)
            found += [f"{ref}: {name} {getattr(item, name)!r} != {getattr(other[ref], name)!r}" for name in names]
    return found


def dumped(url: str, major: int) -> Counter[str]:
    """The lines of ``pg_dump --schema-only``, whatever their order; a trailing comma depends on it."""
    program = find_binaries(major, cache_directory()).program("pg_dump")
    command = [program, "--schema-only", "--no-owner", url.replace("postgres://", "postgresql://", 1)]
    text = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    return Counter(line.rstrip(",") for line in text.splitlines() if line and not line.startswith(("--", "\\")))


@pytest.mark.every_major
@pytest.mark.parametrize("path", [parameter(path) for path in SCHEMAS])
def test_a_schema_comes_back(path: Path, each_major_database: str, empty_copy: str) -> None:
    text = path.read_text(encoding="utf-8")
    major = major_of(each_major_database)
    inspected = load(each_major_database, text)
    again = load(empty_copy, *DIALECT.render(inspected.realm))
    assert "\n".join(differences(inspected.realm, again.realm)) == ""
    assert inspected.realm == again.realm
    before, after = dumped(each_major_database, major), dumped(empty_copy, major)
    tolerated = [re.compile(pattern) for pattern in _TOLERATED.findall(text)]
    for line in ((before - after) + (after - before)).elements():
        assert any(pattern.search(line) for pattern in tolerated), line
