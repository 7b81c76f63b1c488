"""Lint and inspect real schemas that others have published in packages.

    python tests/corpus/corpus.py [--cache DIR]

Nothing of the material is committed: it is downloaded from PyPI, and from Debian where ``apt-get`` is at hand. Each
source becomes a migration directory. Its newest files are linted, and the whole is loaded, inspected, written as SQL,
loaded again and inspected again: both inspections must be equal. The whole is also applied to an empty
database, after which nothing may be left to do, either way. Exits 1 when one does not hold, or when anything crashes.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from schema_core.config.lint_settings import LintSettings
from schema_core.devdb.cache import cache_directory
from schema_core.devdb.development_database import development_database
from schema_core.devdb.runtime import run_directory
from schema_core.dialects.protocol import ExecutionError, Scope
from schema_core.dialects.registry import dialect_named
from schema_core.directory import sums
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.operations.migrate_lint import migrate_lint
from schema_core.operations.proven_plan import Endpoints
from schema_core.operations.schema_apply import ApplySettings, schema_apply
from schema_core.operations.schema_diff import schema_diff
from schema_core.sources.replay import replay

SYNAPSE = "matrix-synapse==1.163.2"
SYNAPSE_KEYS = {
    "postgres": b"BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY",
    "sqlite": b"INTEGER PRIMARY KEY AUTOINCREMENT",
}
"""What Synapse itself puts in for each engine."""


class Source(NamedTuple):
    """A named way of making a migration directory, how many of its files to lint, and the engine that it is for."""

    name: str
    download: Callable[[Path], Iterator[tuple[str, bytes]]]
    linted: int
    engine: str = "postgres"


def synapse(engine: str) -> Callable[[Path], Iterator[tuple[str, bytes]]]:
    """A history: the full schema of version 72 and every later SQL delta (those in Python are left out)."""
    return lambda cache: synapse_files(cache, engine)


def synapse_files(cache: Path, engine: str) -> Iterator[tuple[str, bytes]]:
    """The files of one engine."""
    wheels = cache / "synapse"
    if not list(wheels.glob("*.whl")):
        run(
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--dest",
            str(wheels),
            SYNAPSE,
            python=True,
        )
    with zipfile.ZipFile(next(wheels.glob("*.whl"))) as wheel:
        paths = [
            f"synapse/storage/schema/{store}/full_schemas/72/full.sql.{engine}" for store in ("common", "main", "state")
        ]
        deltas = []
        for path in wheel.namelist():
            parts = path.split("/")
            is_sql = path.endswith((".sql", f".sql.{engine}"))
            if path.startswith("synapse/storage/schema/") and "delta" in parts and is_sql and int(parts[-2]) > 72:
                deltas.append((int(parts[-2]), parts[-1], path))
        paths += [path for _, _, path in sorted(deltas)]
        for number, path in enumerate(paths):
            stem = path.rpartition("/")[2].partition(".")[0]
            data = wheel.read(path).replace(b"$%AUTO_INCREMENT_PRIMARY_KEY%$", SYNAPSE_KEYS[engine])
            yield f"{number:04d}_{stem}.sql", data


def debian(package: str, pattern: str) -> Callable[[Path], Iterator[tuple[str, bytes]]]:
    """Files of a Debian package, unpacked without being installed."""

    def files(cache: Path) -> Iterator[tuple[str, bytes]]:
        folder = cache / package
        if not folder.is_dir():
            folder.mkdir(parents=True)
            subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, check=True, capture_output=True)
            for archive in folder.glob("*.deb"):
                subprocess.run(["dpkg-deb", "-x", str(archive), str(folder / "root")], check=True)
        for path in sorted((folder / "root").glob(pattern)):
            data = path.read_bytes()
            name = path.name.removesuffix(".gz")
            # The initial schema of a history sorts before its dated files.
            stem = "0" if "initial" in name else name.rpartition(".")[0]
            yield f"{stem}.sql", gzip.decompress(data) if path.suffix == ".gz" else data

    return files


SOURCES = (
    Source("synapse", synapse("postgres"), 60),
    Source("zabbix", debian("zabbix-server-pgsql", "usr/share/zabbix-server-pgsql/schema.sql.gz"), 1),
    Source("roundcube", debian("roundcube-core", "usr/share/roundcube/SQL/postgres.initial.sql"), 1),
    Source("mediawiki", debian("mediawiki", "usr/share/mediawiki/maintenance/postgres/tables-generated.sql"), 1),
    Source("kea", debian("kea-admin", "usr/share/kea/scripts/pgsql/dhcpdb_create.pgsql"), 1),
    Source("synapse on sqlite", synapse("sqlite"), 60, "sqlite"),
    Source("roundcube on sqlite", debian("roundcube-core", "usr/share/roundcube/SQL/sqlite.initial.sql"), 1, "sqlite"),
    Source(
        "mediawiki on sqlite",
        debian("mediawiki", "usr/share/mediawiki/maintenance/sqlite/tables-generated.sql"),
        1,
        "sqlite",
    ),
)


def run(*command: str, python: bool = False) -> None:
    """Run a program (or a module of this Python) and stop at its failure."""
    subprocess.run([sys.executable, "-m", *command] if python else command, check=True)


def try_source(source: Source, cache: Path) -> str:
    """Lint and round-trip one source; returns what to print. Raises what a user would see as a crash."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "migrations"
        path.mkdir()
        for name, data in source.download(cache):
            (path / name).write_bytes(data)
        directory = MigrationDirectory.open(str(path))
        (path / sums.SUM_FILE_NAME).write_text(sums.compute(directory.files).text())
        started = time.perf_counter()
        result = migrate_lint(
            LintSettings(
                directory=str(path), latest=source.linted, fail_on="never", dev_url=f"embedded://{source.engine}"
            )
        )
        linted = time.perf_counter() - started
        failures = [f"{report.name}: {report.error.message}" for report in result.files if report.error is not None]
        if result.error is not None:
            failures.insert(0, f"{result.error_file}: {result.error.message}")
        statements = sum(len(report.statements) for report in result.files)
        equal = round_trip(directory, source.engine)
        equal += f"; {applied(str(path), source.engine)}"
    return (
        f"{source.name}: {len(directory.files)} files, {statements} statements watched in {linted:.1f} s, "
        f"{len(result.findings())} findings; {equal}" + "".join(f"\n    does not replay: {line}" for line in failures)
    )


def round_trip(directory: MigrationDirectory, engine: str) -> str:
    """Load, inspect, render, load, inspect; in words."""
    with development_database(f"embedded://{engine}", notify=lambda _: None) as database:
        session = database.connect()
        for file in directory.files:
            try:
                replay(session, database.dialect, [file])
            except Exception as error:  # noqa: BLE001 - named by the lint run; the rest is still worth a round trip
                print(f"    left out of the round trip: {file.name}: {error}", file=sys.stderr)
        first = session.inspect(Scope())
        session.close()
        rendered = database.dialect.render(first.realm)
    with development_database(f"embedded://{engine}", notify=lambda _: None) as database:
        session = database.connect()
        for statement in rendered:
            try:
                session.execute(statement)
            except ExecutionError as error:
                raise AssertionError(f"re-creating fails: {error.message}: {statement[:200]}") from error
        second = session.inspect(Scope())
        session.close()
    differing = [
        ref.label() for ref in first.realm.keys() | second.realm.keys() if first.realm.get(ref) != second.realm.get(ref)
    ]
    if differing:
        raise AssertionError(
            f"the re-created database differs in {len(differing)} objects: {', '.join(sorted(differing)[:5])}"
        )
    return f"{len(first.realm)} objects round-trip, {len(first.unmodelled)} not modelled"


def applied(path: str, engine: str) -> str:
    """Apply a directory to an empty database and compare both ways; in words."""
    with run_directory() as runtime:
        dialect = dialect_named(engine)
        server = dialect.start_server(None, runtime, cache_directory())
        try:
            target = dialect.create_database(server.url, "target")
            dev_url = f"embedded://{engine}"
            started = time.perf_counter()
            # What is not modelled is not applied, and so must not be asked for.
            result = schema_apply(ApplySettings(url=target, after=(path,), dev_url=dev_url), lambda _: True)
            seconds = time.perf_counter() - started
            if result.status != "applied":
                raise AssertionError(f"{result.status}: {result.account}")
            for before, after in ((target, path), (path, target)):
                diff = schema_diff(Endpoints(before=(before,), after=(after,), dev_url=dev_url))
                if diff.statements:
                    raise AssertionError(f"after it was applied there is left: {diff.statements[0].text[:200]}")
        finally:
            server.stop()
    return f"{len(result.statements)} statements applied in {seconds:.1f} s"


def main() -> int:
    """Run every source; the exit code says whether all held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path(".cache/corpus"), help="where downloads are kept")
    cache = parser.parse_args().cache
    cache.mkdir(parents=True, exist_ok=True)
    failed = 0
    for source in SOURCES:
        if not source.name.startswith("synapse") and shutil.which("apt-get") is None:
            print(f"{source.name}: SKIPPED, it comes from a Debian package and there is no apt-get here")
            continue
        try:
            print(try_source(source, cache))
        except Exception as error:  # noqa: BLE001 - a crash is this script's result
            failed += 1
            print(f"{source.name}: FAILED: {type(error).__name__}: {error}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
