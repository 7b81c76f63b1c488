"""Watching statements against plain execution, each statement in a transaction of its own."""

from __future__ import annotations

import time

from measuring import pieces
from schema_core.dialects.registry import dialect_named
from schema_core.lint.observe import observation
from schema_core.sqltext.source import SourceText
from throwaway import server

TABLES = 100
ROUNDS = 50


def script(rounds: int) -> str:
    """Four statements a round on tables of ten columns."""
    return "".join(
        f"ALTER TABLE t{number} ADD COLUMN extra_{number} integer;\n"
        f"CREATE INDEX t{number}_extra ON t{number} (extra_{number});\n"
        f"ALTER TABLE t{number} ALTER COLUMN c3 SET NOT NULL;\n"
        f"CREATE TABLE n{number} (id bigint PRIMARY KEY, t bigint REFERENCES t{number} (id));\n"
        for number in range(rounds)
    )


def measure() -> list[tuple[str, str, str, str, str]]:
    """One row: name, ours, peer, extra time a statement, aim."""
    dialect = dialect_named("postgres")
    statements = list(dialect.split(SourceText("new.sql", script(ROUNDS).encode())))
    columns = ", ".join(f"c{number} text" for number in range(9))
    base = "".join(f"create table t{number} (id bigint primary key, {columns});" for number in range(TABLES))
    count = 0
    with server() as running:

        def prepared() -> str:
            nonlocal count
            count += 1
            url = dialect.create_database(running.url, f"observe_{count}")
            session = dialect.connect(url)
            session.execute_script(base)
            session.close()
            return url

        def ours() -> float:
            session = dialect.connect(prepared())
            observer = session.observer()
            started = time.perf_counter()
            for statement in statements:
                observation(observer.observe(statement))
            taken = time.perf_counter() - started
            session.close()
            return taken

        def peer() -> float:
            session = dialect.connect(prepared())
            started = time.perf_counter()
            for statement in statements:
                session.execute(statement.text)
            taken = time.perf_counter() - started
            session.close()
            return taken

        medians = pieces({"ours": ours, "peer": peer}, repeat=5)
    each = {name: seconds / len(statements) * 1000 for name, seconds in medians.items()}
    return [
        (
            "observe a statement / execute it",
            f"{each['ours']:.2f} ms",
            f"{each['peer']:.2f} ms",
            f"+{each['ours'] - each['peer']:.2f} ms",
            "+5 ms",
        )
    ]


if __name__ == "__main__":
    print(measure())
