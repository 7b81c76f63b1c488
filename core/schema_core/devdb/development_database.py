"""The throwaway database that migrations run on."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from schema_core.devdb.cache import cache_directory
from schema_core.devdb.containers import remove_leftover, running_container
from schema_core.devdb.dev_url import ContainerUrl, EmbeddedUrl, parse_dev_url
from schema_core.devdb.interruption import clean_end, undisturbed
from schema_core.devdb.own_container import localhost_hint
from schema_core.devdb.runtime import run_directory
from schema_core.dialects.protocol import Dialect, ExecutionError, Session
from schema_core.dialects.registry import dialect_named, dialect_of_url
from schema_core.dialects.servers import SharedServer
from schema_core.schema.errors import UserError
from schema_core.schema.results import ServerInfo

DEFAULT_ENGINE = "postgres"
"""The engine of the bundled server."""
DEFAULT_DATABASE = "dev"
"""Name of an embedded development database when its URL names none."""
SCRATCH_PREFIX = "schema_action_"
"""Start of the name of every database that we create beside the working one."""

Notify = Callable[[str], None]


class DevelopmentDatabase:
    """An empty database to replay migrations on, and copies of it.

    The working database keeps its name and its place throughout; a base is a copy that nobody ever connects to.
    """

    def __init__(self, dialect: Dialect, url: str, *, can_copy: bool) -> None:
        """Take an empty database that is ours until the end of the run."""
        self.dialect = dialect
        self.can_copy = can_copy
        """Whether a base can be kept and copied."""
        self._url = url
        self.scope = dialect.scope_query(url)
        """What the URL's query says of the scope; empty for the whole database."""
        self._base: str | None = None
        self._names: list[str] = []
        session = dialect.connect(url)
        try:
            self.server: ServerInfo = session.server()
        finally:
            session.close()

    def connect(self) -> Session:
        """Open a session to the working database; the caller closes it."""
        return self.dialect.connect(self._url)

    def keep_base(self) -> None:
        """Keep what the working database holds now as the base of copies; no session may be open.

        Does nothing where no copy can be made; raises ExecutionError when the server refuses.
        """
        if self.can_copy:
            self._base = self.dialect.copy_database(self._url, self._new_name())

    @contextmanager
    def copy_of_base(self) -> Iterator[Session]:
        """A session to another database that holds the base (nothing, when none was kept), dropped at the end.

        Raises UserError where ``can_copy`` is False, ExecutionError when the server refuses.
        """
        with self._another(self._base) as session:
            yield session

    @contextmanager
    def empty(self) -> Iterator[Session]:
        """A session to another database that holds nothing; otherwise like ``copy_of_base``."""
        with self._another(None) as session:
            yield session

    @contextmanager
    def scratch(self) -> Iterator[Session]:
        """A session to a database that is empty before and gone, or empty again, afterwards.

        Where no other database can be made it is the working one, so that nothing else may be in that meanwhile.
        """
        if self.can_copy:
            with self.empty() as session:
                yield session
            return
        server = self.dialect.shared_server
        if server is None:
            raise UserError("This development database can be neither copied nor emptied.")
        restore = server.remember_objects(self._url)
        session = self.connect()
        try:
            yield session
        finally:
            session.close()
            restore()

    @contextmanager
    def _another(self, source: str | None) -> Iterator[Session]:
        if not self.can_copy:
            server = self.dialect.shared_server
            right = f" ({server.right_to_create})" if server is not None else ""
            raise UserError(
                "The development database's user may not create databases, so no copy of it can be made; "
                f"let it{right}, or use --dev-url embedded://{self.dialect.name}."
            )
        name = self._new_name()
        if source is not None:
            url = self.dialect.copy_database(source, name)
        else:
            url = self.dialect.create_database(self._url, name)
        with ExitStack() as stack:
            stack.callback(self._drop, name)
            session = self.dialect.connect(url)
            stack.callback(session.close)
            yield session

    def drop_copies(self) -> None:
        """Drop the base and whatever copies are left; raises ExecutionError when the server refuses."""
        while self._names:
            self._drop(self._names[-1])

    def _drop(self, name: str) -> None:
        self._names.remove(name)
        self.dialect.drop_database(self._url, name)

    def _new_name(self) -> str:
        self._names.append(_scratch_name())
        return self._names[-1]


@contextmanager
def development_database(
    dev_url: str | None, *, target_url: str | None = None, notify: Notify
) -> Iterator[DevelopmentDatabase]:
    """An empty development database, gone (or empty again) when the block ends, however it ends.

    Args:
        dev_url: ``embedded://…``, ``docker://…``, ``docker+ENGINE://…`` or the URL of an empty database. None for an
            embedded one of the engine and major of ``target_url``, else of the bundled engine.
        target_url: The database that a change is meant for.
        notify: Takes sentences that the user should know.

    Raises:
        UserError: the URL is malformed, the database is not empty, or a server is missing or can't be reached.
    """
    with clean_end():
        resources = ExitStack()
        try:
            try:
                database = _open(dev_url, target_url, notify, resources)
            except ExecutionError as error:
                raise UserError(f"The development database could not be prepared: {error.message}") from error
            yield database
        finally:
            # Short, and not to be cut off by the second Ctrl-C of an impatient user.
            with undisturbed():
                resources.close()


def _open(dev_url: str | None, target_url: str | None, notify: Notify, resources: ExitStack) -> DevelopmentDatabase:
    if dev_url is None:
        return _open_default(target_url, notify, resources)
    wanted = parse_dev_url(dev_url)
    if isinstance(wanted, EmbeddedUrl):
        return _open_embedded(wanted, resources)
    if isinstance(wanted, ContainerUrl):
        return _open_container(wanted, notify, resources)
    dialect = dialect_of_url(wanted.url)
    if dialect.shared_server is None:
        return _open_file(dialect, wanted.url, resources)
    return _open_on_server(dialect, dialect.shared_server, wanted.url, notify, resources)


def _open_default(target_url: str | None, notify: Notify, resources: ExitStack) -> DevelopmentDatabase:
    engine, major, query = DEFAULT_ENGINE, None, ""
    if target_url is not None:
        dialect = dialect_of_url(target_url)
        session = dialect.connect(target_url)
        try:
            engine, major, query = dialect.name, session.server().major, dialect.scope_query(target_url)
        finally:
            session.close()
    database = _open_embedded(EmbeddedUrl(engine=engine, major=major, database=None, query=query), resources)
    if target_url is None:
        server = f"{database.dialect.title} {database.server.version}"
        notify(f"No development database was given: this run used the embedded {server} (--dev-url chooses another).")
    return database


def _open_embedded(wanted: EmbeddedUrl, resources: ExitStack) -> DevelopmentDatabase:
    dialect = dialect_named(wanted.engine)
    runtime = resources.enter_context(run_directory(remove_leftover))
    server = dialect.start_server(wanted.major, runtime, cache_directory())
    resources.callback(server.stop)
    server_url = dialect.apart(_with_query(server.url, wanted.query))
    url = dialect.create_database(server_url, wanted.database or DEFAULT_DATABASE)
    return DevelopmentDatabase(dialect, url, can_copy=True)


def _open_container(wanted: ContainerUrl, notify: Notify, resources: ExitStack) -> DevelopmentDatabase:
    dialect = dialect_named(wanted.engine)
    runtime = resources.enter_context(run_directory(remove_leftover))
    server_url = resources.enter_context(running_container(wanted, dialect, runtime, notify))
    url = _with_query(server_url, wanted.query)
    if dialect.shared_server is not None:
        dialect.shared_server.prepare_scope(url)
    _require_clean(dialect, url)
    return DevelopmentDatabase(dialect, url, can_copy=True)


def _open_file(dialect: Dialect, url: str, resources: ExitStack) -> DevelopmentDatabase:
    """For an engine whose databases are files: the run works in a copy, and the file that was named is only read."""
    _require_clean(dialect, url)
    runtime = resources.enter_context(run_directory())
    server = dialect.start_server(None, runtime, cache_directory())
    resources.callback(server.stop)
    own = dialect.copy_database(url, DEFAULT_DATABASE, server.url)
    return DevelopmentDatabase(dialect, own, can_copy=True)


def _open_on_server(
    dialect: Dialect, server: SharedServer, url: str, notify: Notify, resources: ExitStack
) -> DevelopmentDatabase:
    try:
        dialect.connect(url).close()  # says what is wrong with the URL in the user's terms
    except UserError as error:
        port = dialect.container.port if dialect.container is not None else None
        if port is not None and (hint := localhost_hint(url, port)):
            raise UserError(f"{error}. {hint}") from error
        raise
    _require_clean(dialect, url)
    resources.callback(_restore, server.remember_roles(url), notify)
    if server.may_create_databases(url):
        name = _scratch_name()
        # Said before it is true, so that an interruption finds it: dropping what is not there is no error.
        resources.callback(_attempt, lambda: dialect.drop_database(url, name), notify)
        try:
            scratch = dialect.copy_database(url, name)
        except ExecutionError as error:
            notify(f"The development database could not be copied and was worked in itself: {error.message}")
        else:
            server.prepare_scope(scratch)
            database = DevelopmentDatabase(dialect, scratch, can_copy=True)
            resources.callback(_attempt, database.drop_copies, notify)
            return database
    resources.enter_context(server.sole_use(url))
    _require_clean(dialect, url)  # another run may have been in it until now
    resources.callback(_restore, server.remember_objects(url), notify)
    server.prepare_scope(url)
    return DevelopmentDatabase(dialect, url, can_copy=False)


def _require_clean(dialect: Dialect, url: str) -> None:
    found = dialect.contents(url)
    if found:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        raise UserError(
            f"connected database is not clean: found {found[0]}{more}. A development database must be empty, because "
            f"migrations are run on it; use another database, or --dev-url embedded://{dialect.name}."
        )


def _restore(restore: Callable[[], tuple[str, ...]], notify: Notify) -> None:
    def report() -> None:
        left = restore()
        if left:
            notify(f"The development database is not as it was before the run; left behind: {', '.join(left)}.")

    _attempt(report, notify)


def _attempt(clean_up: Callable[[], None], notify: Notify) -> None:
    """Clean up as far as the server lets us: the run's result counts more, so a failure is only told."""
    try:
        clean_up()
    except ExecutionError as error:
        notify(f"The development database could not be cleaned up: {error.message}")


def _with_query(url: str, query: str) -> str:
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{query}"


def _scratch_name() -> str:
    return SCRATCH_PREFIX + secrets.token_hex(6)
