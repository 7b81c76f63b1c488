"""A throwaway server and the client programs that belong to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from schema_core.devdb.cache import cache_directory
from schema_core.devdb.runtime import run_directory
from schema_core.dialects.postgres.binaries import find_binaries
from schema_core.dialects.registry import dialect_named


class Server(NamedTuple):
    """The URL of the maintenance database and the directory of psql and pg_dump."""

    url: str
    programs: Path


@contextmanager
def server() -> Iterator[Server]:
    """Start the bundled PostgreSQL; it is stopped and removed at the end."""
    cache = cache_directory()
    with run_directory() as runtime:
        running = dialect_named("postgres").start_server(None, runtime, cache)
        try:
            yield Server(running.url, Path(find_binaries(None, cache).program("psql")).parent)
        finally:
            running.stop()


def libpq_url(url: str) -> str:
    """The URL in the spelling that libpq's programs take."""
    return url.replace("postgres://", "postgresql://", 1)
