"""Whether two texts of an expression are one to the server: it reads both again and prints them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from schema_core.devdb.development_database import DevelopmentDatabase
from schema_core.dialects.protocol import Inspection
from schema_core.diff.texts import differs_in_text
from schema_core.plan.making import planner_of
from schema_core.plan.proof import made_and_run
from schema_core.schema.changes import Change
from schema_core.schema.errors import UserError
from schema_core.schema.plans import Plan


def in_the_same_words(
    database: DevelopmentDatabase, before: Inspection, after: Inspection, changes: Sequence[Change]
) -> Inspection:
    """The state before, with the texts of the state after wherever the server prints both alike once it read them.

    Where a part of a state cannot be made on its own, its texts are left as they are.
    """
    doubtful = [change for change in changes if differs_in_text(change)]
    if not doubtful:
        return before
    parts = planner_of(database.dialect).closure(before, after, doubtful)
    try:
        old, new = (made_and_run(database, part, Plan()).realm for part in parts)
    except UserError:
        return before
    same = [
        after.realm[change.ref]
        for change in doubtful
        if change.ref in old and change.ref in new and old[change.ref] == new[change.ref]
    ]
    return msgspec.structs.replace(before, realm=before.realm.replaced((), same)) if same else before
