"""Database files: made, copied and removed."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import msgspec

from schema_core.dialects.protocol import ExecutionError
from schema_core.dialects.sqlite.catalog import read_entries
from schema_core.dialects.sqlite.session import execution_error, open_connection
from schema_core.dialects.sqlite.urls import beside, parse
from schema_core.schema.errors import UserError

_COMPANIONS = ("", "-journal", "-wal", "-shm")


class Directory:
    """A directory of ours in place of a server; see ``protocol.ThrowawayServer``."""

    def __init__(self, directory: Path) -> None:
        # What is lost with the machine is only a run; nothing waits for the disk.
        self.url = f"sqlite://{directory.absolute()}/server.db?_sync=off"

    def stop(self) -> None:
        """Nothing runs, and the directory goes with the run."""


def start_server(major: int | None, runtime: Path) -> Directory:
    """See ``protocol.Dialect.start_server``; the version is that of the library of this Python."""
    own = sqlite3.sqlite_version_info[0]
    if major not in (None, own):
        raise UserError(f"The embedded SQLite is {sqlite3.sqlite_version}; write embedded://sqlite.")
    return Directory(runtime)


def create_database(server_url: str, name: str) -> str:
    """See ``protocol.Dialect.create_database``."""
    url = beside(server_url, name)
    _fill(url, None)
    return url


def copy_database(url: str, name: str, server_url: str | None) -> str:
    """See ``protocol.Dialect.copy_database``; a file that is not there, or memory, is an empty database.

    The copy is made page by page (SQLite's backup), so its settings are those of the original, and how its connections
    enforce foreign keys is too.
    """
    source = parse(url)
    copy = beside(server_url or url, name)
    if server_url is not None:
        copy = msgspec.structs.replace(parse(copy), foreign_keys=source.foreign_keys).url()
    _fill(copy, url)
    return copy


def drop_database(url: str, name: str) -> None:
    """See ``protocol.Dialect.drop_database``; a file that is gone already is no error."""
    path = parse(beside(url, name)).path
    if path is not None:
        for companion in _COMPANIONS:
            path.with_name(path.name + companion).unlink(missing_ok=True)


def contents(url: str) -> tuple[str, ...]:
    """See ``protocol.Dialect.contents``."""
    location = parse(url)
    if location.path is None or not location.path.exists():
        return ()
    try:
        with contextlib.closing(open_connection(msgspec.structs.replace(location, read_only=True))) as connection:
            entries = [entry for entry in read_entries(connection).values() if not entry.is_internal()]
    except sqlite3.Error as error:
        raise execution_error(error) from error
    order = {"table": 0, "view": 1}
    entries.sort(key=lambda entry: order.get(entry.type, 2))
    return tuple(f'{entry.type} "{entry.name}"' for entry in entries)


def _fill(url: str, source: str | None) -> None:
    """Make a database file, with the pages of another or with none."""
    location = parse(url)
    if location.path is None or location.path.exists():
        raise ExecutionError(f"a database {url} cannot be made there")
    original = parse(source) if source is not None else None
    try:
        location.path.touch()
        if original is None or original.path is None or not original.path.exists():
            return
        with (
            contextlib.closing(open_connection(msgspec.structs.replace(original, read_only=True))) as reading,
            contextlib.closing(open_connection(location)) as writing,
        ):
            reading.backup(writing)
    except sqlite3.Error as error:
        raise execution_error(error) from error
    except OSError as error:
        raise ExecutionError(f"the database could not be copied: {error}") from error
