"""Several statements in one message of the simple query protocol.

The server runs them in order and answers each with a result of its own, up to the first that fails
(https://www.postgresql.org/docs/current/protocol-flow.html, "Simple Query"). psycopg's cursors give only the last
answer or the error, so the message is sent and its answers are read by psycopg's own generator.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import generators

_SEPARATOR = "\n;\n"
"""A statement may end in a comment, which a line break ends; an empty one has no answer."""


def joined(statements: Sequence[str]) -> str:
    """The message."""
    return _SEPARATOR.join(statements)


def send(connection: psycopg.Connection[Any], message: str) -> tuple[int, psycopg.Error] | None:
    """Run a message; how many of its statements were done before the one that failed, and its error; else None.

    The error's position counts characters of the message. When it is no SQL somewhere, none of it is run. Raises
    psycopg.Error when the connection fails.
    """
    with connection.lock:
        connection.pgconn.send_query(message.encode())
        results = connection.wait(generators.execute(connection.pgconn))
    last = results[-1]
    if last.status != psycopg.pq.ExecStatus.FATAL_ERROR:
        return None
    return len(results) - 1, psycopg.errors.error_from_result(last, encoding="utf-8")


def placed(statements: Sequence[str], done: int, offset: int | None) -> tuple[int, int | None]:
    """Which statement an error is about, and the byte offset in it, given the offset in the message."""
    starts = [0]
    for text in statements:
        starts.append(starts[-1] + len(text.encode()) + len(_SEPARATOR))
    index = min(done, len(statements) - 1)
    if offset is None:
        return index, None
    if done == 0:
        index = max(number for number in range(len(statements)) if starts[number] <= offset)
    return index, max(offset - starts[index], 0)
