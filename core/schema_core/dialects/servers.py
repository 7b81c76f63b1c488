"""Servers of an engine: those that we start, and what it takes to work on somebody else's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

import msgspec


class ThrowawayServer(Protocol):
    """A running server that belongs to this process and dies with it."""

    url: str
    """URL of its maintenance database."""

    def stop(self) -> None:
        """Stop the server and remove its files; never raises."""
        ...


class Container(msgspec.Struct, frozen=True, kw_only=True):
    """How the engine's official container image is run as a development database.

    ``environment`` and ``url`` have the fields ``{password}`` and ``{database}``, ``url`` also ``{host}``, ``{port}``.
    """

    image: str
    port: int
    environment: Mapping[str, str]
    arguments: tuple[str, ...]
    """For the official image only; another image may take none."""
    database: str
    """The database when the URL names none."""
    url: str


Restore = Callable[[], tuple[str, ...]]
"""Drops everything that came since it was made and returns what it could not drop, in words."""


class SharedServer(Protocol):
    """What it takes to work in a database on somebody else's server and to leave it as it was."""

    right_to_create: str
    """The SQL that lets a user create databases, for people (``ALTER ROLE … CREATEDB``)."""

    def prepare_scope(self, url: str) -> None:
        """Make the schema that the URL names exist, if it names one; raises ExecutionError."""
        ...

    def may_create_databases(self, url: str) -> bool:
        """Whether the URL's user may create databases and copy this one; raises ExecutionError."""
        ...

    def remember_objects(self, url: str) -> Restore:
        """Remember what the database holds, to empty it again later; raises ExecutionError."""
        ...

    def remember_roles(self, url: str) -> Restore:
        """Remember the server's roles, which outlive a database; raises ExecutionError."""
        ...

    def sole_use(self, url: str) -> AbstractContextManager[None]:
        """Keep other runs away from the database for a while; raises UserError when one doesn't go away."""
        ...
