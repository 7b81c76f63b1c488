"""How the official PostgreSQL image is run as a development database."""

from __future__ import annotations

from schema_core.dialects.servers import Container

_SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "jit=off",
    # A base of thousands of tables is replayed in one transaction, and each table and index takes a lock.
    "max_locks_per_transaction=1024",
)

CONTAINER = Container(
    image="postgres",
    port=5432,
    environment={"POSTGRES_PASSWORD": "{password}", "POSTGRES_DB": "{database}"},
    arguments=tuple(word for setting in _SETTINGS for word in ("-c", setting)),
    database="postgres",
    url="postgres://postgres:{password}@{host}:{port}/{database}",
)
