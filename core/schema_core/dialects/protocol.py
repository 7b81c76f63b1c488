"""What an engine must be able to do, in words that no engine owns.

A dialect is chosen by URL scheme through ``registry``. It may import ``schema`` and ``sqltext`` and nothing above.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from schema_core.dialects.sample_rows import SampleRows
from schema_core.dialects.servers import Container, SharedServer, ThrowawayServer
from schema_core.schema.changes import Change
from schema_core.schema.objects import Missing, SchemaObject, Unmodelled
from schema_core.schema.observations import Certainty, Evidence, IndexBuild, Lock, Rewrite, Scan
from schema_core.schema.plans import PlannedStatement, Policy, Step
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref
from schema_core.schema.results import ServerInfo
from schema_core.schema.statements import Statement
from schema_core.sqltext.source import SourceText

if TYPE_CHECKING:
    from schema_core.dialects.target import Target


class ExecutionError(Exception):
    """The server refused a statement.

    ``message`` is in the server's words; ``offset`` is the byte offset of the error within the statement's text (None
    when the server names no place); ``lost`` is True when the connection is gone. ``over_rows`` is True when it did
    not fit the rows that are there, ``table`` being theirs where the server tells it.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        detail: str | None = None,
        hint: str | None = None,
        offset: int | None = None,
        lost: bool = False,
        over_rows: bool = False,
        table: Ref | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.detail = detail
        self.hint = hint
        self.offset = offset
        self.lost = lost
        self.over_rows = over_rows
        self.table = table


class SplitError(Exception):
    """A file that cannot be cut into statements; ``offset`` is the byte offset in the file."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What to inspect: globs as in the reference 9.5 (``schema.object.child`` with type selectors); empty = all."""

    schemas: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Inspection(msgspec.Struct, frozen=True, kw_only=True):
    """A state, what could not be modelled, and the engine's own identity of each object.

    Two inspections of one database give the same identity to the same object, whatever its name: that is how a rename
    is told from a drop and a create. Identities are opaque and compared for equality only.

    ``needs`` says of objects what they cannot be created without, ``missing`` what of that the state does not hold.
    ``uses`` says which relations and columns they speak of in expressions and queries; it knows unmodelled ones too.
    """

    realm: Realm
    unmodelled: tuple[Unmodelled, ...]
    identities: Mapping[Ref, str]
    needs: Mapping[Ref, tuple[Ref, ...]] = msgspec.field(default_factory=dict)
    uses: Mapping[Ref, tuple[Ref, ...]] = msgspec.field(default_factory=dict)

    def missing(self) -> tuple[Missing, ...]:
        """What objects of the realm need and the realm does not hold, in order."""
        needed_by: dict[Ref, list[Ref]] = {}
        for ref in self.realm:
            for need in self.needs.get(ref, ()):
                if need not in self.realm:
                    needed_by.setdefault(need, []).append(ref)
        return tuple(Missing(ref=ref, needed_by=tuple(needed_by[ref])) for ref in sorted(needed_by, key=_sort_key))


def _sort_key(ref: Ref) -> tuple[str, ...]:
    return (ref.kind, ref.schema or "", ref.parent or "", ref.name, ref.signature or "")


class Effects(msgspec.Struct, frozen=True, kw_only=True):
    """What the engine saw while it ran one statement.

    ``before`` and ``after`` hold at least the objects that the statement changed, with the identities of both. Effects
    are those on relations that were there before it: nobody waits for a lock on what the statement itself created.
    """

    certainty: Certainty
    in_transaction: bool
    duration_ms: float
    locks: tuple[Lock, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    scans: tuple[Scan, ...] = ()
    index_builds: tuple[IndexBuild, ...] = ()
    notices: tuple[Evidence, ...] = ()
    before: tuple[SchemaObject, ...] = ()
    after: tuple[SchemaObject, ...] = ()
    identities_before: Mapping[Ref, str] = msgspec.field(default_factory=dict)
    identities_after: Mapping[Ref, str] = msgspec.field(default_factory=dict)
    unmodelled: tuple[Unmodelled, ...] = ()
    """Touched objects whose kind is not modelled, as far as the engine can tell."""


Transaction = Literal["file", "own"]
"""The transaction that apply runs a statement in: the file's, or one that the file opens itself."""


class Observer(Protocol):
    """Runs statements one at a time, each in a transaction of its own that is committed, and watches them."""

    def state(self) -> Inspection:
        """The state before the next statement."""
        ...

    def refresh(self) -> None:
        """Read the state anew, after statements that were executed on the session without being watched."""
        ...

    def observe(
        self, statement: Statement, preamble: Sequence[str] = (), transaction: Transaction | None = None
    ) -> Effects:
        """Execute and watch one statement, then commit it; raises ExecutionError, leaving the state as it was.

        ``preamble`` are settings local to a transaction that earlier statements of the same file made. ``transaction``
        is the one that apply would run the statement in, None outside of any: an engine may treat a statement
        differently there (SQLite's foreign keys).

        In a shared transaction nothing is committed: then the locks are those that the statement took and, on what it
        worked on, those that the transaction held already.

        A statement that cannot run inside a transaction runs outside one, and the dialect's documented lock table
        answers for its locks (certainty ``documented``; ``unknown`` when the table does not know it either).
        """
        ...

    def share_transaction(self, transaction: Transaction) -> None:
        """Open a transaction for the statements that are observed from now on."""
        ...

    def end_shared_transaction(self, *, commit: bool) -> None:
        """Commit the shared transaction or roll it back; raises ExecutionError when the engine refuses to commit."""
        ...


class Session(Protocol):
    """One connection. All methods but ``close`` raise ExecutionError."""

    def server(self) -> ServerInfo:
        """The server's engine and version."""
        ...

    def connected_schema(self) -> str | None:
        """The schema that an unqualified name means now; None when there is none."""
        ...

    def execute(self, sql: str) -> None:
        """Run one statement outside any explicit transaction."""
        ...

    def execute_script(self, script: str) -> None:
        """Run many statements sent as one message, in one implicit transaction unless the script says otherwise.

        ``ExecutionError.offset`` then counts bytes in the script. Nothing of a failed script remains, as far as the
        engine and the script's own transaction control allow.
        """
        ...

    def execute_each(self, statements: Sequence[str]) -> None:
        """Run statements in order as separate requests with as few round trips as the engine allows.

        Used inside ``rollback_only``/``transaction``. Raises BatchError for the first that fails.
        """
        ...

    def execute_at_once(self, statements: Sequence[str]) -> None:
        """Like ``execute_each``, in one request where the engine tells all the same which statement failed.

        Only inside a transaction, and not for statements that ask the client for data.
        """
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """A transaction that is rolled back when the block raises, committed otherwise."""
        ...

    def rollback_only(self) -> AbstractContextManager[None]:
        """A transaction that is always rolled back."""
        ...

    def inspect(self, scope: Scope) -> Inspection:
        """Read the catalogs in a constant number of round trips."""
        ...

    def observer(self) -> Observer:
        """Start watching from the present state."""
        ...

    def sample_rows(self) -> SampleRows | None:
        """Rows of our own making in this database, which must be a throwaway one; None for an engine without."""
        ...

    def close(self) -> None:
        """Close the connection; never raises."""
        ...


class BatchError(ExecutionError):
    """A statement of a batch failed; ``index`` counts from 0."""

    def __init__(self, index: int, cause: ExecutionError) -> None:
        super().__init__(
            cause.message,
            code=cause.code,
            detail=cause.detail,
            hint=cause.hint,
            offset=cause.offset,
            lost=cause.lost,
            over_rows=cause.over_rows,
            table=cause.table,
        )
        self.index = index


class Planner(Protocol):
    """What it takes to lead a schema from one state to another."""

    policies: frozenset[Policy]
    """Those that the engine knows."""

    def plan_steps(
        self,
        before: Inspection,
        after: Inspection,
        changes: Sequence[Change],
        major: int,
        *,
        policies: frozenset[Policy] = frozenset(),
    ) -> tuple[Step, ...]:
        """The steps that make ``changes`` on a server of this major, each with those that it must follow.

        Raises UserError, naming the objects, when no steps can make them without losing or breaking something.
        """
        ...

    def closure(self, before: Inspection, after: Inspection, changes: Sequence[Change]) -> tuple[Realm, Realm]:
        """The parts of both states that hold what changes, what that needs, and what depends on it."""
        ...

    def rename(self, before: Ref, after: Ref) -> PlannedStatement:
        """The statement that gives an object of the connected database another name in its schema or table."""
        ...


class Dialect(Protocol):
    """One engine."""

    name: str
    """The engine's word in URLs of development databases and in reports (``postgres``)."""
    title: str
    """The engine's name for people (``PostgreSQL``)."""
    container: Container | None
    """How its official container image is run; None for an engine that needs no server."""
    shared_server: SharedServer | None
    """How to work on a server that is not ours; None for an engine whose databases are files."""
    rebuilds_tables: bool
    """Whether a table is altered by making a new one in its place, because the engine cannot alter much of it."""

    @property
    def planner(self) -> Planner | None:
        """How changes are planned; None for an engine that has no planner yet."""
        ...

    def connect(self, url: str) -> Session:
        """Open a session; raises UserError for a bad URL, a refused connection or an unsupported version."""
        ...

    def open_target(self, url: str) -> Target:
        """Open a database to change it for good; raises UserError as ``connect`` does."""
        ...

    def fold(self, name: str) -> str:
        """A name as the engine compares it with others: two spellings of one name give the same."""
        ...

    def split(self, source: SourceText, delimiter: str | None = None) -> Iterator[Statement]:
        """Cut a file into statements, each with its actions, comments and directives; raises SplitError."""
        ...

    def runs_in_transaction(self, statement: Statement) -> bool:
        """Whether the engine lets a statement run inside a transaction, as far as its text tells."""
        ...

    def may_join(self, statement: Statement) -> bool:
        """Whether a statement does in a transaction of its own what it does outside of any, as far as its text tells.

        Not so what begins or ends a transaction, what may do so inside (procedures), and what is refused there.
        """
        ...

    def render(self, realm: Realm) -> tuple[str, ...]:
        """Statements that create the realm in an empty database, in dependency order."""
        ...

    def scope_query(self, url: str) -> str:
        """What a URL's query says of its scope (``search_path=app``), to be said of another database; else empty."""
        ...

    def start_server(self, major: int | None, runtime: Path, cache: Path) -> ThrowawayServer:
        """Start a throwaway server with its files in ``runtime``; ``cache`` need not exist or be writable.

        Raises UserError naming the exact install line when no binaries are found.
        """
        ...

    def create_database(self, server_url: str, name: str) -> str:
        """Create an empty database on the server of a URL and return its URL; raises ExecutionError.

        What the server's URL says of the scope holds for the new one too, and the schema that it names exists.
        """
        ...

    def copy_database(self, url: str, name: str, server_url: str | None = None) -> str:
        """Create a copy of the URL's own database, to which no session may be open, and return the copy's URL.

        ``server_url`` is where the copy goes, None for beside the original; only an engine whose databases are files
        can copy from one place to another. Raises ExecutionError.
        """
        ...

    def apart(self, url: str) -> str:
        """The URL of a server of ours, so that its connections take nothing from the environment."""
        ...

    def drop_database(self, server_url: str, name: str) -> None:
        """Drop a database, not the URL's own, and whoever is connected to it; raises ExecutionError."""
        ...

    def contents(self, url: str) -> tuple[str, ...]:
        """What the URL's scope holds that a new database does not, in words, the most telling first.

        As in ``table "users" in schema "public"`` and ``schema "app"``. Raises ExecutionError.
        """
        ...
