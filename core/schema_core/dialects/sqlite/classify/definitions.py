"""CREATE and DROP."""

from __future__ import annotations

from schema_core.dialects.sqlite.classify.names import flags, target
from schema_core.dialects.sqlite.classify.rows import FILTERS
from schema_core.dialects.sqlite.tokens import TokenReader
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action


def _create(reader: TokenReader) -> tuple[Action, ...]:
    temporary = reader.take_any("TEMP", "TEMPORARY") is not None
    unique = reader.take("UNIQUE")
    virtual = reader.take("VIRTUAL")
    word = reader.take_any("TABLE", "INDEX", "VIEW", "TRIGGER")
    if word is None:
        return (Action(kind="other", detail="create"),)
    guarded = reader.take("IF", "NOT", "EXISTS")
    if virtual:
        found = target(reader, "virtual table")
        reader.take("USING")
        return (
            Action(
                kind="create virtual table", target=found, options=flags(if_not_exists=guarded), detail=reader.name()
            ),
        )
    found = target(reader, word.lower())
    from_query = word == "TABLE" and reader.is_at("AS")
    options = flags(
        temporary=temporary,
        unique=unique,
        if_not_exists=guarded,
        **{"as": from_query, "filtered": from_query and reader.seek(*FILTERS)},
    )
    table = None
    if word in ("INDEX", "TRIGGER") and reader.seek("ON"):
        reader.take("ON")
        table = Ref("table", found.schema, None, reader.qualified()[1])
    return (Action(kind=f"create {word.lower()}", target=found, table=table, options=options),)


def _drop(reader: TokenReader) -> tuple[Action, ...]:
    word = reader.take_any("TABLE", "INDEX", "VIEW", "TRIGGER")
    if word is None:
        return (Action(kind="other", detail="drop"),)
    guarded = reader.take("IF", "EXISTS")
    found = target(reader, word.lower())
    return (Action(kind=f"drop {word.lower()}", target=found, options=flags(if_exists=guarded)),)


READERS = {"CREATE": _create, "DROP": _drop}
