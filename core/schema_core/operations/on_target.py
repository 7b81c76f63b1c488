"""What all commands have in common that change a database: the lock, and how long they wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from schema_core.apply.carry_out import Patience
from schema_core.dialects.protocol import ExecutionError
from schema_core.dialects.registry import dialect_of_url
from schema_core.dialects.target import Target
from schema_core.schema.errors import UserError
from schema_core.sources.states import is_database

LOCK_NAME = "atlas_migrate_execute"
"""The lock that every run of ours and of Atlas's takes that changes a database."""


class TargetSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a database is changed: which lock keeps other runs away, None for none, and how long is waited for it."""

    lock_name: str | None = LOCK_NAME
    lock_timeout: float = 10.0
    patience: Patience = Patience()


@contextmanager
def locked_target(url: str, settings: TargetSettings) -> Iterator[Target]:
    """A database to change, with the lock that keeps other runs away from it; raises UserError when it is not given."""
    target = dialect_of_url(url).open_target(url)
    try:
        try:
            if settings.lock_name is None:
                yield target
            else:
                with target.hold(settings.lock_name, settings.lock_timeout):
                    yield target
        except ExecutionError as error:
            raise UserError(f"The database failed: {error.message}") from error
    finally:
        target.close()


def require_database(url: str) -> None:
    """Raise UserError for a URL of files, which nothing can be applied to."""
    if not is_database(url):
        raise UserError("--url takes the URL of a database to change, as in postgres://user@host:5432/database.")
