"""Results of a pipeline as they arrive, while the server works on the later queries.

psycopg hands out a pipeline's first rows only when the last query is done (psycopg/_pipeline_base.py, ``_fetch_gen``),
so this speaks to libpq itself, by ``psycopg.pq``.
"""

from __future__ import annotations

import select
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from threading import Thread
from typing import Any

from psycopg import Connection, errors, pq
from psycopg.adapt import Transformer

Row = tuple[Any, ...]


class ArrivingRows(Mapping[str, list[Row]]):
    """Rows by the name of their query; asking for some waits until they are there.

    A thread of its own sends everything at once and reads: the server goes on only while somebody reads. Nobody else
    may use the connection until ``finish`` has returned.
    """

    def __init__(
        self, connection: Connection[Any], before: Sequence[str], queries: Mapping[str, bytes], after: Sequence[str]
    ) -> None:
        """Start; ``before`` and ``after`` are commands around the queries, whose rows come in binary form."""
        self._connection = connection
        self._before, self._queries, self._after = before, queries, after
        self._arriving: dict[str, Future[list[Row]]] = {name: Future() for name in queries}
        self._failure: Exception | None = None
        self._reader = Thread(target=self._run, name="catalog rows", daemon=True)
        self._reader.start()

    def __getitem__(self, name: str) -> list[Row]:
        return self._arriving[name].result()

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __len__(self) -> int:
        return len(self._queries)

    def finish(self) -> None:
        """Wait until the connection is free again; raises psycopg.Error when anything failed."""
        self._reader.join()
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            self._talk(self._connection.pgconn)
        except Exception as error:  # noqa: BLE001 - raised again where the rows are asked for
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._failure = self._failure or error
        for rows in self._arriving.values():
            if not rows.done():
                rows.set_exception(error)

    def _talk(self, server: pq.abc.PGconn) -> None:
        server.enter_pipeline_mode()
        for command in self._before:
            server.send_query_params(command.encode(), None)
        for query in self._queries.values():
            server.send_query_params(query, None, result_format=pq.Format.BINARY)
            # Otherwise the end of a result waits in the server's buffer for the rows of the next.
            server.send_flush_request()
        for command in self._after:
            server.send_query_params(command.encode(), None)
        server.pipeline_sync()
        while server.flush():
            select.select([server.socket], [server.socket], [])
            server.consume_input()
        for _ in self._before:
            self._result(server)
        for name in self._queries:
            result = self._result(server)
            if result is not None:
                reader = Transformer(self._connection)
                reader.set_pgresult(result)
                self._arriving[name].set_result(reader.load_rows(0, result.ntuples, tuple))
        for _ in self._after:
            self._result(server)
        _next(server)  # of the synchronisation
        server.exit_pipeline_mode()

    def _result(self, server: pq.abc.PGconn) -> pq.abc.PGresult | None:
        """One command's result; a refusal is remembered, and the results after it are read all the same."""
        result = _next(server)
        _next(server)  # the end of this command's results
        if result is None:
            self._fail(errors.OperationalError("the connection is gone"))
        elif result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
            self._fail(errors.error_from_result(result))
            return None
        return result


def _next(server: pq.abc.PGconn) -> pq.abc.PGresult | None:
    while server.is_busy():
        select.select([server.socket], [], [])
        server.consume_input()
    return server.get_result()
