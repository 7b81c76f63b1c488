"""A state from wherever it is written down: a database, SQL files or a migration directory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import parse_qs

import msgspec

from schema_core.devdb.development_database import DevelopmentDatabase
from schema_core.dialects.protocol import Dialect, ExecutionError, Inspection, Scope, Session
from schema_core.directory import sums
from schema_core.directory.changeset import from_checkpoint
from schema_core.directory.files import MigrationFile
from schema_core.directory.formats.registry import ATLAS
from schema_core.directory.migration_directory import MigrationDirectory, local_path
from schema_core.schema.errors import UserError
from schema_core.schema.results import ServerInfo
from schema_core.sources.bookkeeping import without_bookkeeping
from schema_core.sources.live_database import read_live_database
from schema_core.sources.rename_directives import RenameDirective, rename_directives
from schema_core.sources.replay import ReplayError, replay
from schema_core.text.redact import redact_url

_LATER = {"env": "the project file is not read", "atlas": "there is no registry", "ent": "programs are not run"}


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A state, where it comes from (without passwords), and what its files say was renamed.

    ``load`` makes it in an empty database as its files do; None for a live database.
    """

    origin: str
    server: ServerInfo
    inspection: Inspection
    renames: tuple[RenameDirective, ...] = ()
    load: Callable[[Session], None] | None = None


def is_database(url: str) -> bool:
    """Whether a URL names a database rather than files."""
    scheme, separator, _ = url.partition("://")
    return bool(separator) and scheme.lower() != "file"


def read_state(urls: Sequence[str], scope: Scope, database: DevelopmentDatabase) -> State:
    """The state that the URLs name: one database, a migration directory, or SQL files (none: nothing).

    Files are run on a development database of their own. Raises UserError for what cannot be read, with the file, the
    place and the server's words for SQL that does not run.
    """
    databases = [url for url in urls if is_database(url)]
    if databases:
        return _live(databases[0], len(urls), scope, database)
    files = _files(urls)

    def load(session: Session) -> None:
        _load(session, database.dialect, files)

    with database.scratch() as session:
        load(session)
        try:
            inspection = without_bookkeeping(session.inspect(scope))
        except ExecutionError as error:
            raise UserError(f"The development database failed: {error.message}") from error
    return State(
        origin=", ".join(urls) or "an empty database",
        server=database.server,
        inspection=inspection,
        renames=tuple(found for file in files for found in rename_directives(file.source(), database.dialect)),
        load=load,
    )


def _live(url: str, count: int, scope: Scope, database: DevelopmentDatabase) -> State:
    scheme = url.partition("://")[0].lower()
    if scheme in _LATER:
        raise UserError(f"{scheme}:// URLs are not supported: {_LATER[scheme]}; name a database or files.")
    if count > 1:
        raise UserError("A database is a state of its own; name one database, or any number of SQL files.")
    server, inspection = read_live_database(url, scope)
    if database.dialect.name == server.engine and database.dialect.scope_query(url) != database.scope:
        raise UserError(
            f"The database is read with {database.dialect.scope_query(url) or 'all its schemas'} and the development "
            f"database with {database.scope or 'all its schemas'}; give both URLs the same search_path, or none."
        )
    return State(origin=redact_url(url), server=server, inspection=inspection)


def _files(urls: Sequence[str]) -> tuple[MigrationFile, ...]:
    found: list[MigrationFile] = []
    for url in urls:
        path = local_path(url)
        if path.suffix == ".hcl":
            raise UserError(f"{path} is HCL, which is not read yet; write the state as SQL.")
        if not path.exists():
            raise UserError(f"There is no file or directory at {path}.")
        if path.is_file():
            found.append(MigrationFile(path.as_posix(), path.read_bytes()))
        elif (path / sums.SUM_FILE_NAME).exists() or "format" in _query(url):
            if len(urls) > 1:
                raise UserError(f"The migration directory {path} is a state of its own; name nothing beside it.")
            found += _migrations(url)
        else:
            found += _directory(path)
    return tuple(found)


def _directory(path: Path) -> list[MigrationFile]:
    names = sorted(item.name for item in path.iterdir() if item.suffix == ".sql" and item.is_file())
    if not names:
        raise UserError(f"There is no *.sql file in {path}.")
    return [MigrationFile((path / name).as_posix(), (path / name).read_bytes()) for name in names]


def _migrations(url: str) -> Sequence[MigrationFile]:
    if "version" in _query(url):
        raise UserError("A migration directory is read whole; ?version=… is not supported yet.")
    directory = MigrationDirectory.open(url, for_apply=False)
    if directory.sum_text is None and directory.format is not ATLAS:
        return from_checkpoint(directory.files)
    try:
        problems = sums.check(directory)
    except sums.SumError as error:
        raise UserError(str(error)) from error
    if problems:
        raise UserError(
            f"checksum mismatch: {problems[0].file} was {problems[0].reason} (line {problems[0].line} of "
            f"{sums.SUM_FILE_NAME}); run 'schema-action migrate hash' if that was intended."
        )
    return from_checkpoint(directory.files)


def _query(url: str) -> dict[str, list[str]]:
    return parse_qs(url.partition("?")[2]) if "://" in url else {}


def _load(session: Session, dialect: Dialect, files: Sequence[MigrationFile]) -> None:
    try:
        replay(session, dialect, files)
    except ReplayError as error:
        position = error.error.position
        place = f":{position.line}:{position.column}" if position is not None else ""
        more = "".join(f" {text.rstrip('.')}." for text in (error.error.detail, error.error.hint) if text)
        raise UserError(f"{error.file.name}{place}: {error.error.message.rstrip('.')}.{more}") from error
    except ExecutionError as error:
        raise UserError(f"The development database failed: {error.message}") from error
