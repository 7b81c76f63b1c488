"""The tables in which applied migrations are written down: they are no part of a state."""

from __future__ import annotations

import msgspec

from schema_core.dialects.protocol import Inspection
from schema_core.schema.ref import Ref
from schema_core.schema.revisions import BOOKKEEPING, REVISIONS


def without_bookkeeping(inspection: Inspection) -> Inspection:
    """The inspection without our own tables, in whatever schema, and their own schema if there is nothing else."""
    tables = {ref for ref in inspection.realm if ref.kind == "table" and ref.name in BOOKKEEPING}
    if not tables:
        return inspection
    schemas = {ref.schema for ref in tables}

    def is_ours(ref: Ref) -> bool:
        return ref.schema in schemas and (ref.name in BOOKKEEPING or ref.parent in BOOKKEEPING)

    ours = [ref for ref in inspection.realm if is_ours(ref)]
    if all(ref in ours for ref in inspection.realm if ref.schema == REVISIONS):
        ours += [ref for ref in inspection.realm if ref.kind == "schema" and ref.name == REVISIONS]
    return msgspec.structs.replace(
        inspection,
        realm=inspection.realm.replaced(ours, ()),
        unmodelled=tuple(item for item in inspection.unmodelled if not is_ours(item.ref)),
    )
