"""Two large schemas that differ in fifty places: comparing and planning in our own time, and the proof of the plan.

The peers, which read both databases each time, are in ``diff_peers``.
"""

from __future__ import annotations

import time

from inspect_schema import table
from schema_core.devdb.development_database import development_database
from schema_core.dialects.protocol import Inspection, Scope
from schema_core.dialects.registry import dialect_named
from schema_core.diff.by_name import compare_by_name
from schema_core.plan.making import make_plan
from schema_core.plan.proof import prove
from throwaway import server

_TABLES = 10_000
_EVERY = _TABLES // 50
_CHANGES = (
    "alter table t{n} add column extra int default 0",
    "alter table t{n} alter column amount type numeric(14, 2)",
    "create index t{n}_note on t{n} (note)",
    "alter table t{n} drop column flags, drop constraint t{n}_amount_check",
    "alter table t{n} alter column note set not null; comment on table t{n} is 'changed'",
)


def databases(server_url: str) -> list[str]:
    """The URLs of two databases, the one 50 changes away from the other."""
    dialect = dialect_named("postgres")
    urls = [dialect.create_database(server_url, name) for name in ("bench_before", "bench_after")]
    for url in urls:
        session = dialect.connect(url)
        for start in range(0, _TABLES, 200):
            session.execute_script("".join(table(number) for number in range(start, start + 200)))
        if url == urls[1]:
            for place, number in enumerate(range(0, _TABLES, _EVERY)):
                session.execute_script(_CHANGES[place % len(_CHANGES)].format(n=number))
        session.close()
    return urls


def _inspected(url: str) -> Inspection:
    session = dialect_named("postgres").connect(url)
    try:
        return session.inspect(Scope())
    finally:
        session.close()


def measure() -> list[tuple[str, str, str, str, str]]:
    """A row for planning and one for the proof: name, ours, peer, ratio, aim."""
    dialect = dialect_named("postgres")
    with server() as running:
        urls = databases(running.url)
        before, after = (_inspected(url) for url in urls)
    started = time.perf_counter()
    changes = compare_by_name(before.realm, after.realm)
    plan = make_plan(dialect, before, after, changes, 18)
    planned = time.perf_counter() - started
    with development_database("embedded://postgres", notify=lambda _: None) as database:
        proof = prove(database, before, after, changes, plan, load=None, scope=Scope())
    rows = [
        ("diff and plan", planned, "2 s"),
        (f"proof, {proof.objects:,} objects made, {proof.rows:,} rows", proof.duration_ms / 1000, "5 s"),
    ]
    return [(f"{_TABLES:,} tables, 50 changes: {what}", f"{seconds:.2f} s", "", "", aim) for what, seconds, aim in rows]


if __name__ == "__main__":
    print(measure())
