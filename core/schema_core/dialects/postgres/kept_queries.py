"""Queries that the server keeps prepared on one connection, whatever statements run between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import Connection, Cursor


class KeptQueries:
    """Prepares a query when it is first run and executes it from then on.

    psycopg's own prepared statements are dropped after every ALTER, DROP and ROLLBACK (psycopg/_preparing.py), which
    here is nearly every statement; planning the catalog queries anew takes several times as long as running them
    (measured: 10 ms against 3 ms for all of them).
    """

    def __init__(self, connection: Connection[Any]) -> None:
        """Take an open connection that nobody else prepares statements on by way of psycopg."""
        connection.prepare_threshold = None
        self._connection = connection
        self._prepared: set[str] = set()
        self._generation = 0
        self._prepares = True

    def run(self, name: str, query: str, *oids: Sequence[int]) -> Cursor[Any]:
        """Run a query under its name; ``$1`` and so on stand for arrays of oids. May be called in a pipeline."""
        arrays = [f"'{{{','.join(map(str, array))}}}'" for array in oids]
        if not self._prepares:
            for number, array in enumerate(arrays, 1):
                query = query.replace(f"${number}", f"{array}::oid[]")
            return self._connection.execute(query.encode(), binary=True)
        statement = f"schema_action_{self._generation}_{name}"
        if name not in self._prepared:
            types = f"({', '.join(['oid[]'] * len(oids))})" if oids else ""
            self._connection.execute(f"prepare {statement}{types} as {query}".encode())
            self._prepared.add(name)
        arguments = f"({', '.join(arrays)})" if arrays else ""
        return self._connection.execute(f"execute {statement}{arguments}".encode(), binary=True)

    @contextmanager
    def unprepared(self) -> Iterator[None]:
        """Run queries as they are, because prepared statements are gone or will be; afterwards all begins anew."""
        self._prepares = False
        try:
            yield
        finally:
            self._prepares = True
            self._prepared.clear()
            # What is left of the earlier ones keeps its names.
            self._generation += 1
