"""The order in which objects can be created."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from schema_core.schema.errors import UserError
from schema_core.schema.ref import Ref


def ordered(needs: Mapping[Ref, tuple[Ref, ...]], what: str) -> Iterator[Ref]:
    """Names so that each comes after those it needs; needs outside the map are there already, or left out.

    Raises UserError when there is no such order; ``what`` names the objects for it.
    """
    sorter = TopologicalSorter({ref: [need for need in wanted if need in needs] for ref, wanted in needs.items()})
    try:
        yield from sorter.static_order()
    except CycleError as error:
        names = ", ".join(ref.label() for ref in error.args[1])
        raise UserError(f"These {what} depend on each other in a circle, so no order creates them: {names}.") from error
