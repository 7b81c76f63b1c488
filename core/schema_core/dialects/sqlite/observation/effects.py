"""From a statement's program and the catalogs around it to its effects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from schema_core.dialects.sqlite.catalog import INTERNAL, SCHEMA, Catalog, Entry
from schema_core.dialects.sqlite.observation.program import Program
from schema_core.schema.observations import Evidence, IndexBuild, Rewrite, Scan
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action

_SOURCE = "EXPLAIN"
_ABOUT_ROWS = frozenset({"insert", "update", "delete", "select"})


class EffectReader:
    """Reads one statement's program against what was there before it."""

    def __init__(
        self,
        program: Program,
        actions: Sequence[Action],
        before: Catalog,
        after: Mapping[int, Entry],
    ) -> None:
        self._program = program
        self._about_rows = any(action.kind in _ABOUT_ROWS for action in actions)
        self._before = before.entries
        self._kinds = before.kinds
        self._after = after
        self._verified = frozenset(
            action.table.name.lower()
            for action in actions
            if action.kind in ("add column", "alter column") and action.table is not None
        )

    def rewrites(self) -> tuple[Rewrite, ...]:
        """Tables that get a new row for each row, for a statement that is not about rows."""
        if self._about_rows:
            return ()
        found = self._tables(self._program.rewritten)
        return tuple(Rewrite(ref=table, evidence=(_walks(table, "and writes each row anew"),)) for table in found)

    def index_builds(self) -> tuple[IndexBuild, ...]:
        """Indexes that are filled from the rows of a table that was there before."""
        builds = []
        refilled = frozenset() if self._about_rows else self._program.emptied & self._program.filled
        for rowid, entry in self._after.items():
            is_new = rowid not in self._before
            if not (is_new or entry.root in refilled) or entry.type != "index" or entry.is_internal():
                continue
            for table in self._named(entry.table):
                what = f"fills index {entry.name}" if is_new else f"empties index {entry.name} and fills it"
                index = Ref("index", SCHEMA, entry.table, entry.name)
                builds.append(IndexBuild(ref=index, table=table, evidence=(_walks(table, f"and {what}"),)))
        return tuple(builds)

    def scans(self) -> tuple[Scan, ...]:
        """Tables that are read from end to end, and why."""
        built = {build.table for build in self.index_builds()}
        rewritten = {rewrite.ref for rewrite in self.rewrites()}
        enforced = set(self._tables(self._program.enforces))
        scans = []
        for table in self._tables(self._program.walked):
            if table in rewritten:
                purpose = "rewrite"
            elif table in built:
                purpose = "index build"
            else:
                purpose = "foreign key" if table in enforced else "read"
            scans.append(Scan(ref=table, purpose=purpose, evidence=(_walks(table, ""),)))
        if self._program.checks:
            words = " or ".join(f"'{refusal}'" for refusal in self._program.refusals)
            for name in sorted(name for name in self._kinds if name.lower() in self._verified):
                detail = f"reads every row of {name} with quick_check and stops with {words}"
                evidence = (Evidence(source=_SOURCE, detail=detail),)
                scans.append(Scan(ref=Ref("table", SCHEMA, None, name), purpose="verify", evidence=evidence))
        return tuple(scans)

    def notices(self) -> tuple[Evidence, ...]:
        """What the statement would do as soon as a table held a row."""
        return tuple(
            Evidence(source=_SOURCE, detail=f"stops with '{words}' when {table.name} holds a row")
            for root, words in self._program.stops
            for table in self._tables((root,))
        )

    def _tables(self, roots: Iterable[int]) -> list[Ref]:
        """The tables that were there before, for their own root pages or those of their indexes."""
        wanted = frozenset(roots)
        entries = [entry for entry in self._before.values() if entry.root in wanted] if wanted else []
        return list(dict.fromkeys(ref for entry in entries for ref in self._named(entry.table)))

    def _named(self, name: str) -> list[Ref]:
        """The table of this name, if it is one that is modelled."""
        modelled = self._kinds.get(name) == "table" and not name.startswith(INTERNAL)
        return [Ref("table", SCHEMA, None, name)] if modelled else []


def _walks(table: Ref, rest: str) -> Evidence:
    return Evidence(source=_SOURCE, detail=f"walks {table.name} from the first row to the last {rest}".rstrip())
