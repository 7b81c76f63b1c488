"""The observer: one statement, one transaction, everything the server lets us see of it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import psycopg
from psycopg import errors

from schema_core.dialects.postgres.catalog_queries import Touched, read_whole
from schema_core.dialects.postgres.inspect import inspect_touched
from schema_core.dialects.postgres.kept_queries import KeptQueries
from schema_core.dialects.postgres.observation import facts
from schema_core.dialects.postgres.observation.documented import documented_effects
from schema_core.dialects.postgres.observation.effects import EffectReader
from schema_core.dialects.postgres.session import execution_error
from schema_core.dialects.postgres.transactions import transactional
from schema_core.dialects.protocol import Effects, Inspection, Scope, Transaction
from schema_core.schema.objects import SchemaObject, Unmodelled
from schema_core.schema.realm import Realm
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Statement

if TYPE_CHECKING:
    from schema_core.dialects.postgres.session import PostgresSession

# Oids of the catalogs themselves; they are fixed in the server's source (src/include/catalog/pg_*.h).
PG_CLASS, PG_TYPE, PG_NAMESPACE, PG_EXTENSION = 1259, 1247, 2615, 3079
_ACCESS_SHARE = {"AccessShareLock"}
_OF_QUERIES = {"AccessShareLock", "RowShareLock", "RowExclusiveLock"}
"""What reading and writing rows takes; whatever changes a relation itself takes more (Explicit Locking)."""
_MODELLED = frozenset(
    {
        "schema", "table", "column", "index", "primary key", "unique constraint", "foreign key", "check constraint",
        "exclusion constraint", "view", "materialized view", "sequence", "enum", "domain", "extension", "constraint",
    }
)  # fmt: skip


class PostgresObserver:
    """Runs statements one by one on one session; keeps the state between them, so that only what changes is read."""

    def __init__(self, session: PostgresSession) -> None:
        """Read the present state: one inspection and one list of stored relations."""
        self._session = session
        self._connection = session.connection
        self._messages: list[str] = []
        self._realm = Realm()
        self._unmodelled: tuple[Unmodelled, ...] = ()
        self._identities: dict[Ref, str] = {}
        self._refs: dict[str, Ref] = {}
        self._relations: dict[int, facts.Relation] = {}
        self._held: dict[int, set[str]] | None = None
        """The locks of the shared transaction; None when none is open."""
        self._connection.add_notice_handler(self._hear)
        self._queries = KeptQueries(self._connection)
        self._whole = read_whole(self._connection)
        self.refresh()

    def state(self) -> Inspection:
        """The state after the last statement."""
        return Inspection(realm=self._realm, unmodelled=self._unmodelled, identities=self._identities)

    def observe(
        self,
        statement: Statement,
        preamble: Sequence[str] = (),
        transaction: Transaction | None = None,  # noqa: ARG002 - a statement is the same in all of them
    ) -> Effects:
        """Execute, watch and commit one statement; see ``protocol.Observer``."""
        shared = self._held is not None
        if shared or transactional(statement.actions):
            try:
                return self._observe_in_transaction(statement, preamble)
            except (errors.ActiveSqlTransaction, errors.InvalidTransactionTermination) as error:
                # Only trying tells for a CALL or DO that ends transactions itself.
                if shared:
                    raise execution_error(error, statement.text, self._session.major) from error
            except psycopg.Error as error:
                raise execution_error(error, statement.text, self._session.major) from error
        return self._observe_outside(statement)

    def share_transaction(self, transaction: Transaction) -> None:  # noqa: ARG002
        """See ``protocol.Observer``."""
        facts.report_scans(self._connection)
        self._connection.execute("begin")
        self._held = {}

    def end_shared_transaction(self, *, commit: bool) -> None:
        """See ``protocol.Observer``."""
        self._held = None
        try:
            self._connection.execute("commit" if commit else "rollback")
        except psycopg.Error as error:
            if not self._connection.closed:
                self._connection.rollback()
            raise execution_error(error, "") from error
        self.refresh()

    def _observe_in_transaction(self, statement: Statement, preamble: Sequence[str]) -> Effects:
        shared = self._held is not None
        try:
            return self._observe_inside(statement, preamble)
        except errors.InvalidSqlStatementName:
            if shared:
                raise
            # The statement, or one before it, dropped the session's prepared statements, ours among them.
            with self._queries.unprepared():
                return self._observe_inside(statement, preamble)

    def _observe_inside(self, statement: Statement, preamble: Sequence[str]) -> Effects:
        connection = self._connection
        try:
            scanned = facts.begin(connection, self._queries, preamble, shared=self._held is not None)
            self._messages.clear()
            started = time.perf_counter()
            connection.execute(statement.text.encode())
            duration = (time.perf_counter() - started) * 1000
            seen = facts.read(connection, self._queries, scanned, self._messages)
            after = inspect_touched(connection, self._queries, self._touched(seen), self._whole)
            if self._held is None:
                connection.execute("commit")
        except BaseException:
            if not connection.closed:
                connection.rollback()
            self._held = None
            raise
        reader = EffectReader(seen, self._relations, self._held or {})
        if self._held is not None:
            self._held = seen.relation_locks
        before = self._before(seen)
        effects = Effects(
            certainty="observed",
            in_transaction=True,
            duration_ms=duration,
            locks=reader.locks(),
            rewrites=reader.rewrites(),
            scans=reader.scans(),
            index_builds=reader.index_builds(),
            notices=reader.notices(),
            before=before,
            after=tuple(after.realm.values()),
            identities_before={item.ref: self._identities[item.ref] for item in before},
            identities_after=after.identities,
            unmodelled=_unmodelled(statement),
        )
        self._advance(effects, seen)
        return effects

    def _observe_outside(self, statement: Statement) -> Effects:
        """Run a statement outside a transaction: what it changed is seen, which locks it took is not."""
        before = self.state()
        schema = self._session.connected_schema()
        started = time.perf_counter()
        self._session.execute(statement.text)
        duration = (time.perf_counter() - started) * 1000
        self.refresh()
        after = self.state()
        documented = documented_effects(statement.actions, before.realm, self._session.server().major, schema)
        return Effects(
            certainty="unknown" if documented is None else "documented",
            in_transaction=False,
            duration_ms=duration,
            locks=documented.locks if documented else (),
            rewrites=documented.rewrites if documented else (),
            scans=documented.scans if documented else (),
            index_builds=documented.index_builds if documented else (),
            before=tuple(before.realm.values()),
            after=tuple(after.realm.values()),
            identities_before=before.identities,
            identities_after=after.identities,
            unmodelled=_unmodelled(statement),
        )

    def _hear(self, diagnostic: errors.Diagnostic) -> None:
        if diagnostic.message_primary:
            self._messages.append(diagnostic.message_primary)

    def _touched(self, seen: facts.Facts) -> Touched:
        """What to inspect again: relations locked more strongly than queries do, what is new and what was written."""
        relations: set[int] = set()
        for oid, modes in seen.relation_locks.items():
            if oid in self._relations and modes <= _OF_QUERIES:
                continue
            relations.add(self._owner(oid, seen.relations))
        objects = {key for key, modes in seen.object_locks.items() if not modes <= _ACCESS_SHARE} | seen.changed
        relations |= {self._owner(oid, seen.relations) for catalog, oid in objects if catalog == PG_CLASS}
        return Touched(
            relations=tuple(sorted(relations)),
            types=tuple(sorted(oid for catalog, oid in objects if catalog == PG_TYPE)),
            schemas=tuple(sorted(oid for catalog, oid in objects if catalog == PG_NAMESPACE)),
            extensions=tuple(sorted(oid for catalog, oid in objects if catalog == PG_EXTENSION)),
        )

    def _owner(self, oid: int, relations: Mapping[int, facts.Relation]) -> int:
        """The table of an index, any other relation itself."""
        relation = self._relations.get(oid) or relations.get(oid)
        return oid if relation is None or relation.table is None else relation.table

    def _before(self, seen: facts.Facts) -> tuple[SchemaObject, ...]:
        """The objects of the state before that ``_touched`` names."""
        touched = self._touched(seen)
        found: dict[Ref, SchemaObject] = {}
        for catalog, oids in (
            (PG_CLASS, touched.relations),
            (PG_TYPE, touched.types),
            (PG_NAMESPACE, touched.schemas),
            (PG_EXTENSION, touched.extensions),
        ):
            for oid in oids:
                ref = self._refs.get(f"{catalog}:{oid}")
                if ref is None:
                    continue
                found[ref] = self._realm[ref]
                if catalog == PG_CLASS:
                    found.update((child.ref, child) for child in self._realm.children(ref))
        return tuple(found.values())

    def _advance(self, effects: Effects, seen: facts.Facts) -> None:
        """Bring the kept state up to date after a committed statement."""
        if _renames(effects):
            # A new name stands in objects that the statement did not touch (foreign keys, views, column types).
            self.refresh()
            return
        self._realm = self._realm.replaced((item.ref for item in effects.before), effects.after)
        for item in effects.before:
            self._refs.pop(self._identities.pop(item.ref), None)
        self._identities.update(effects.identities_after)
        self._refs.update((identity, ref) for ref, identity in effects.identities_after.items())
        for oid in seen.relation_locks:
            if oid not in seen.relations:
                self._relations.pop(oid, None)
        self._relations.update(seen.relations)

    def refresh(self) -> None:
        """Read the state anew; see ``protocol.Observer``."""
        inspection = self._session.inspect(Scope())
        self._realm = inspection.realm
        self._unmodelled = inspection.unmodelled
        self._identities = dict(inspection.identities)
        self._refs = {identity: ref for ref, identity in self._identities.items()}
        self._relations = facts.read_relations(self._connection)


def _renames(effects: Effects) -> bool:
    """Whether any object that kept its identity has another name now."""
    names = {identity: ref for ref, identity in effects.identities_before.items()}
    return any(names.get(identity, ref) != ref for ref, identity in effects.identities_after.items())


def _unmodelled(statement: Statement) -> tuple[Unmodelled, ...]:
    """Targets of the statement whose kind is not modelled; of these only the text tells."""
    targets: Iterable[Ref] = (
        action.target
        for action in statement.actions
        if action.target is not None
        and action.kind.partition(" ")[0] in ("create", "drop", "alter", "rename")
        and action.target.kind not in _MODELLED
    )
    return tuple(Unmodelled(ref=ref) for ref in targets)
