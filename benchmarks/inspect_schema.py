"""Inspection of a large schema against ``pg_dump --schema-only`` of the same major, as whole processes."""

from __future__ import annotations

import sys
from pathlib import Path

from measuring import processes
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
        rows.append(
            (
                f"inspect {tables:,} tables / `pg_dump --schema-only`",
                f"{runs['ours'].seconds:.2f} s, {runs['ours'].memory:.0f} MiB",
                f"{runs['peer'].seconds:.2f} s",
                f"{runs['ours'].seconds / runs['peer'].seconds:.2f}",
                "0.5, 400 MB",
            )
        )
    return rows


if __name__ == "__main__":
    print(measure())
