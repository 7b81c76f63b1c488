"""The name of one object in a database."""

from __future__ import annotations

import msgspec


class Ref(msgspec.Struct, frozen=True, order=True, gc=False):
    """Names one object.

    ``kind`` is the object class's ``KIND``; ``schema`` is None for what lives outside schemas (and, in text that a
    person wrote, for "the connected schema"); ``parent`` is the table (or other owner) that a column, index, constraint
    or partition belongs to; ``name`` is the catalog's exact spelling; ``signature`` tells overloaded routines apart.
    """

    kind: str
    schema: str | None
    parent: str | None
    name: str
    signature: str | None = None

    def label(self) -> str:
        """The name for people: ``schema.parent.name(signature)``, unquoted and unescaped."""
        dotted = ".".join(part for part in (self.schema, self.parent, self.name) if part is not None)
        return dotted if self.signature is None else f"{dotted}({self.signature})"
