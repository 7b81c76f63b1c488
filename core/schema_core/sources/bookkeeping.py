"""The tables in which applied migrations are written down: they are no part of a state."""

from __future__ import annotations

import msgspec

from schema_core.dialects.protocol import Inspection
from schema_core.schema.ref import Ref

REVISIONS = "atlas_schema_revisions"
"""Name of the table, and of the schema that is made for it where the URL names none."""


def without_bookkeeping(inspection: Inspection) -> Inspection:
    """The inspection without the revisions table, in whatever schema, and its own schema if there is nothing else."""
    tables = {ref for ref in inspection.realm if ref.kind == "table" and ref.name == REVISIONS}
    if not tables:
        return inspection
    schemas = {ref.schema for ref in tables}

    def is_ours(ref: Ref) -> bool:
        return ref.schema in schemas and REVISIONS in (ref.name, ref.parent)

    ours = [ref for ref in inspection.realm if is_ours(ref)]
    if all(ref in ours for ref in inspection.realm if ref.schema == REVISIONS):
        ours += [ref for ref in inspection.realm if ref.kind == "schema" and ref.name == REVISIONS]
    return msgspec.structs.replace(
        inspection,
        realm=inspection.realm.replaced(ours, ()),
        unmodelled=tuple(item for item in inspection.unmodelled if not is_ours(item.ref)),
    )
