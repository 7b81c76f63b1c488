"""Inspection of a large schema against ``pg_dump --schema-only`` of the same major.

The command is measured as a whole process, start-up and printed SQL included, and the inspection that lint uses alone.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from measuring import pieces, processes
from schema_core.dialects.protocol import Scope
from schema_core.dialects.registry import dialect_named
from throwaway import libpq_url, server


def table(number: int) -> str:
    """A table of ten columns with four indexes, a check and a foreign key to its predecessor."""
    name = f"t{number}"
    reference = f"references t{number - 1} (id)" if number else ""
    return (
        f"create table {name} (id bigint primary key, parent bigint {reference}, name text not null default 'x', "
        "email varchar(200), created timestamptz not null default now(), amount numeric(12, 2) check (amount >= 0), "
        "flags int[], payload jsonb, active boolean not null default true, note text);\n"
        f"create index on {name} (parent); create index on {name} (lower(name)); "
        f"create unique index on {name} (email) where active; create index on {name} (created desc, amount);\n"
    )


def inspected(url: str) -> float:
    """Connect, inspect everything, and return the seconds that it took."""
    started = time.perf_counter()
    session = dialect_named("postgres").connect(url)
    session.inspect(Scope())
    session.close()
    return time.perf_counter() - started


def measure() -> list[tuple[str, str, str, str, str]]:
    """A row for each size: name, ours, peer, ratio, aim."""
    rows = []
    dialect = dialect_named("postgres")
    ours = str(Path(sys.executable).with_name("schema-action"))
    for tables, repeat in ((1_000, 5), (10_000, 3)):
        with server() as running:
            url = dialect.create_database(running.url, f"bench_{tables}")
            session = dialect.connect(url)
            for start in range(0, tables, 200):
                session.execute_script("".join(table(number) for number in range(start, min(start + 200, tables))))
            session.close()
            runs = processes(
                {
                    "ours": [ours, "schema", "inspect", "--url", url],
                    "peer": [str(running.programs / "pg_dump"), "--schema-only", "--no-owner", libpq_url(url)],
                },
                repeat,
            )
            inspection = pieces({"inspection": lambda url=url: inspected(url)}, repeat)["inspection"]
        peer = runs["peer"].seconds
        rows += [
            (
                f"`schema inspect` of {tables:,} tables / `pg_dump --schema-only`",
                f"{runs['ours'].seconds:.2f} s, {runs['ours'].memory:.0f} MiB",
                f"{peer:.2f} s",
                f"{runs['ours'].seconds / peer:.2f}",
                "0.5, 400 MB",
            ),
            (
                f"connect and inspect {tables:,} tables / the same",
                f"{inspection:.2f} s",
                f"{peer:.2f} s",
                f"{inspection / peer:.2f}",
                "0.5",
            ),
        ]
    return rows


if __name__ == "__main__":
    print(measure())
