"""Waits for a database that a CI platform starts beside the job: most start it, and none waits until it answers."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from schema_core.devdb.dev_url import ServerUrl, parse_dev_url
from schema_core.devdb.own_container import localhost_hint
from schema_core.dialects.protocol import Dialect
from schema_core.dialects.registry import dialect_of_url
from schema_core.schema.errors import UserError

LIMIT = 60.0
"""Seconds until the server must listen."""
_LIMIT_INSIDE = 15.0
"""The same for one that is looked for in the container that we run in: some platforms start it there, most do not."""
_GRACE = 10.0
"""Seconds that a server which listens may refuse us: it may still be starting, or it will never take our password."""
_PAUSE = 0.5


def wait_for_service(url: str, log: Callable[[str], None], *, limit: float = LIMIT) -> None:
    """Return when the database of a URL answers.

    Returns at once for URLs of other kinds (embedded, containers of ours) and for servers that are not reached over the
    network. Raises UserError, with what to do, when the limit has passed.
    """
    if not isinstance(parse_dev_url(url), ServerUrl):
        return
    dialect = dialect_of_url(url)
    # An engine without servers has nothing to wait for.
    place = _place(url, dialect.container.port) if dialect.container is not None else None
    if place is None:
        return
    host, port = place
    problem = _listens(host, port)
    end = time.monotonic() + (min(limit, _LIMIT_INSIDE) if problem and localhost_hint(url, port) else limit)
    if problem:
        log(f"waiting for the development database at {host}:{port}")
    while problem:
        if time.monotonic() >= end:
            hint = localhost_hint(url, port) or (
                f"Is a service named {host} declared for this job, and does its log say that it has started?"
            )
            raise UserError(f"The development database at {host}:{port} cannot be reached ({problem}). {hint}")
        time.sleep(_PAUSE)
        problem = _listens(host, port)
    _let_in(dialect, url, min(limit, _GRACE))


def _let_in(dialect: Dialect, url: str, limit: float) -> None:
    """Return when the server lets us in; raises the UserError that says why it does not."""
    end = time.monotonic() + limit
    while True:
        try:
            dialect.connect(url).close()
        except UserError:
            if time.monotonic() >= end:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _place(url: str, usual_port: int) -> tuple[str, int] | None:
    """Host and port; None for a socket in the file system, several hosts, or a URL that the dialect will refuse."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or usual_port
    except ValueError:
        return None
    return (host, port) if host and "," not in parts.netloc and not host.startswith("%2f") else None


def _listens(host: str, port: int) -> str:
    """Why nobody can be reached there; empty when somebody can."""
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError as error:
        return error.strerror or str(error) or type(error).__name__
    return ""
