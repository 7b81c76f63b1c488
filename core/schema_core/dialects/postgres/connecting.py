"""Opens connections, the one place where libpq is called to do so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import psycopg

from schema_core.dialects.postgres.urls import for_libpq, is_apart

_PREFIX = "PG"
"""All of libpq's variables begin with it."""


def open_connection(url: str) -> psycopg.Connection[Any]:
    """A connection in autocommit mode; raises psycopg.Error."""
    with _empty_environment() if is_apart(url) else nullcontext():
        return psycopg.connect(
            for_libpq(url), autocommit=True, application_name="schema-action", client_encoding="UTF8"
        )


@contextmanager
def _empty_environment() -> Iterator[None]:
    """Take libpq's variables out of the environment for a moment.

    Naming each parameter in the URL would not do: a service fills in what is not named, and PGDATESTYLE and PGTZ have
    no parameter.
    """
    taken = {name: value for name, value in os.environ.items() if name.startswith(_PREFIX)}
    for name in taken:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(taken)
