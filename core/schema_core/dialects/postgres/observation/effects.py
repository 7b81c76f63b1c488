"""From raw facts to effects: which locks matter, what was rewritten, what was read, what was built."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from schema_core.dialects.postgres.lock_modes import lock_mode
from schema_core.dialects.postgres.observation.facts import Facts, Relation
from schema_core.schema.observations import Evidence, IndexBuild, Lock, Rewrite, Scan
from schema_core.schema.ref import Ref

_KINDS = {
    "r": "table",
    "p": "table",
    "v": "view",
    "m": "materialized view",
    "S": "sequence",
    "i": "index",
    "I": "index",
    "f": "foreign table",
    "c": "composite type",
}
_INDEX_KINDS = ("i", "I")
_VERIFYING = re.compile(r'verifying table "(.*)"', re.DOTALL)
_REWRITING = re.compile(r'rewriting table "(.*)"', re.DOTALL)
_BUILDING = re.compile(r'building index "(.*)" on table "(.*)" (?:serially|with request)', re.DOTALL)
_FOREIGN_KEY = re.compile(r"validating foreign key constraint ")
_PROOFS = ("sufficient to prove", "implied by existing constraints")
"""Words of the messages by which the server says that it skipped a scan (tablecmds.c)."""


def relation_ref(relation: Relation, relations: Mapping[int, Relation]) -> Ref:
    """The name of a relation; an index stands under its table."""
    table = relations.get(relation.table) if relation.table is not None else None
    return Ref(_KINDS.get(relation.kind, "relation"), relation.schema, table.name if table else None, relation.name)


class EffectReader:
    """Reads one statement's facts against what was stored before it."""

    def __init__(self, facts: Facts, known: Mapping[int, Relation], held: Mapping[int, AbstractSet[str]]) -> None:
        """``held`` are the locks that the transaction had before the statement."""
        self._facts = facts
        self._held = held
        self._known = known
        self._all = {**facts.relations, **known}
        self._messages = facts.messages

    def locks(self) -> tuple[Lock, ...]:
        """The strongest lock on each relation that was there before, strongest first.

        Left out: temporary tables, which nobody else sees, ACCESS SHARE on indexes, which planning a query takes, and
        what the transaction held already, unless the statement did its work under it.
        """
        worked = self._worked_on() if self._held else frozenset()
        locks = []
        for oid, held_now in self._facts.relation_locks.items():
            modes: AbstractSet[str] = held_now
            relation = self._known.get(oid)
            if relation is None or relation.temporary:
                continue
            ref = relation_ref(relation, self._known)
            if ref not in worked:
                modes = modes - self._held.get(oid, frozenset())
                if not modes:
                    continue
            strongest = max((lock_mode(mode) for mode in modes), key=lambda mode: mode.strength)
            if strongest.strength == 1 and relation.kind in _INDEX_KINDS:
                continue
            locks.append(
                Lock(
                    ref=ref,
                    mode=strongest.name,
                    strength=strongest.strength,
                    blocks_reads=strongest.blocks_reads,
                    blocks_writes=strongest.blocks_writes,
                    evidence=(Evidence(source="pg_locks", detail=f"{strongest.name} on {ref.label()}"),),
                )
            )
        return tuple(sorted(locks, key=lambda lock: (-lock.strength, lock.ref.kind == "index", lock.ref.label())))

    def rewrites(self) -> tuple[Rewrite, ...]:
        """Tables, materialized views and sequences whose storage file was replaced."""
        rewrites = []
        for relation in self._replaced():
            if relation.kind in _INDEX_KINDS:
                continue
            ref = relation_ref(relation, self._all)
            evidence = [Evidence(source="pg_class.relfilenode", detail=f"the file of {ref.label()} was replaced")]
            evidence += self._said(_REWRITING, relation.name)
            rewrites.append(Rewrite(ref=ref, evidence=tuple(evidence)))
        return tuple(sorted(rewrites, key=lambda rewrite: rewrite.ref.label()))

    def index_builds(self) -> tuple[IndexBuild, ...]:
        """Indexes that were built over a table that was there before.

        An index that ALTER TABLE re-creates under a new oid but with its old file (TryReuseIndex in tablecmds.c) was
        not built.
        """
        replaced = {relation.oid for relation in self._replaced()}
        builds = []
        for relation in self._facts.relations.values():
            if relation.kind != "i" or relation.table is None or relation.table not in self._known:
                continue
            is_new = relation.oid not in self._known and not self._had_file(relation)
            if not is_new and relation.oid not in replaced:
                continue
            table = self._known[relation.table]
            if table.temporary:
                continue
            evidence = [
                Evidence(source="server message", detail=message)
                for message in self._messages
                if (said := _BUILDING.match(message)) and said.groups() == (relation.name, table.name)
            ]
            if not is_new:
                detail = f"the file of {relation.name} was replaced"
                evidence.insert(0, Evidence(source="pg_class.relfilenode", detail=detail))
            elif not evidence:
                evidence.append(Evidence(source="pg_class", detail=f"{relation.name} is new"))
            builds.append(
                IndexBuild(
                    ref=relation_ref(relation, self._all),
                    table=relation_ref(table, self._known),
                    evidence=tuple(evidence),
                )
            )
        return tuple(sorted(builds, key=lambda build: build.ref.label()))

    def scans(self) -> tuple[Scan, ...]:
        """Tables that were read from end to end, and why."""
        verified = {match[1] for message in self._messages if (match := _VERIFYING.match(message))}
        rewritten = {relation.oid for relation in self._replaced()}
        built = {build.table for build in self.index_builds()}
        foreign_keys = [message for message in self._messages if _FOREIGN_KEY.match(message)]
        scans = []
        for oid in dict.fromkeys([*self._facts.scans, *self._named(verified)]):
            relation = self._known.get(oid)
            if relation is None or relation.temporary:
                continue
            ref = relation_ref(relation, self._known)
            evidence = []
            if count := self._facts.scans.get(oid):
                times = "once" if count == 1 else f"{count} times"
                detail = f"{ref.label()} was scanned {times}"
                evidence.append(Evidence(source="pg_stat_get_xact_numscans", detail=detail))
            if relation.name in verified:
                purpose = "verify"
                evidence += self._said(_VERIFYING, relation.name)
            elif oid in rewritten:
                purpose = "rewrite"
            elif foreign_keys:
                purpose = "foreign key"
                evidence += [Evidence(source="server message", detail=message) for message in foreign_keys]
            else:
                purpose = "index build" if ref in built else "read"
            scans.append(Scan(ref=ref, purpose=purpose, evidence=tuple(evidence)))
        return tuple(sorted(scans, key=lambda scan: scan.ref.label()))

    def notices(self) -> tuple[Evidence, ...]:
        """Messages by which the server says that it could skip work."""
        return tuple(
            Evidence(source="server message", detail=message)
            for message in self._messages
            if any(words in message for words in _PROOFS)
        )

    def _worked_on(self) -> frozenset[Ref]:
        """Relations whose rows the statement read for more than a query, wrote anew or indexed."""
        return frozenset(
            [
                *(scan.ref for scan in self.scans() if scan.purpose != "read"),
                *(rewrite.ref for rewrite in self.rewrites()),
                *(build.table for build in self.index_builds()),
            ]
        )

    def _replaced(self) -> list[Relation]:
        """Relations that have another file than before (0 is a relation without storage)."""
        return [
            relation
            for oid, relation in self._facts.relations.items()
            if (before := self._known.get(oid)) is not None
            and before.file != relation.file
            and before.file
            and relation.file
            and not relation.temporary
        ]

    def _had_file(self, index: Relation) -> bool:
        """Whether another index of the same table had this file before."""
        return any(other.file == index.file for other in self._known.values() if other.table == index.table)

    def _named(self, names: Iterable[str]) -> list[int]:
        """Oids of locked relations with these names: the server's messages do not name the schema."""
        wanted = set(names)
        return [oid for oid in self._facts.relation_locks if oid in self._known and self._known[oid].name in wanted]

    def _said(self, pattern: re.Pattern[str], name: str) -> list[Evidence]:
        return [
            Evidence(source="server message", detail=message)
            for message in self._messages
            if (match := pattern.match(message)) and match[1] == name
        ]
