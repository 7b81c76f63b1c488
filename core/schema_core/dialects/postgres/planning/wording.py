"""What a plan says about its statements, in the reference's words."""

from __future__ import annotations

from schema_core.schema.ref import Ref


def modify_table(ref: Ref) -> str:
    """About a change of a table to which ``ref`` belongs."""
    return f'modify "{ref.parent}" table'


def commented(ref: Ref) -> str:
    """About a comment on an object."""
    if ref.parent is None:
        return f'set comment to {ref.kind}: "{ref.name}"'
    return f'set comment to {ref.kind}: "{ref.name}" on table: "{ref.parent}"'


def created(ref: Ref) -> str:
    """About a new object that stands alone."""
    return f'create "{ref.name}" {ref.kind}'


def dropped(ref: Ref) -> str:
    """About an object that goes and stands alone."""
    return f'drop "{ref.name}" {ref.kind}'
