"""What a PostgreSQL statement asks for, read from its parse tree as a list of actions.

The kinds, with the options that each may carry:

* ``begin``, ``commit``, ``rollback`` (``prepare``, ``prepared``), ``savepoint``
* ``create table``: ``temporary``, ``unlogged``, ``if not exists``, ``partition of``, ``default``, ``partition by``,
  ``like``, ``inherits``, ``references``, ``as``, ``with no data``; ``table`` is the parent
* ``create index``: ``concurrently``, ``unique``, ``if not exists``, ``only``; detail is the method
* ``create KIND``: ``or replace``, ``if not exists``, ``with no data``, ``constraint``, ``create slot``
* ``drop KIND``, one for each object: ``concurrently``, ``if exists``, ``cascade``
* ``rename KIND``: ``if exists``, ``only``, ``cascade``; detail is the new name
* ``add column``: ``if not exists``, ``not null``, ``null``, ``default``, ``generated stored``, ``generated virtual``,
  ``identity``, ``serial``, ``primary key``, ``unique``, ``check``, ``references``, ``collate``, ``deferrable``,
  ``not enforced``; detail is the type
* ``alter column type``: ``using``, ``collate``; detail is the type
* ``add primary key``, ``add unique``, ``add check``, ``add foreign key``, ``add exclusion``, ``add not null``:
  ``not valid``, ``using index``, ``not enforced``, ``deferrable``, ``no inherit``; detail is the index or the
  referenced table
* ``alter constraint``: ``enforced``, ``not enforced``, ``deferrable``, ``not deferrable``, ``initially deferred``,
  ``inherit``, ``no inherit``; ``validate constraint``; ``drop constraint``: ``if exists``, ``cascade``
* ``drop column``, ``set not null``, ``drop not null``, ``set default``, ``drop default``, ``add identity``,
  ``set identity``, ``drop identity``, ``set expression``, ``drop expression``, ``set statistics``, ``set storage``,
  ``set compression``, ``set column options``
* ``attach partition`` (``default``), ``detach partition`` (``concurrently``, ``finalize``), ``inherit``,
  ``no inherit``; the target is the other table
* ``set logged``, ``set unlogged``, ``set access method``, ``set tablespace``, ``set options``, ``reset options``,
  ``set without oids``, ``cluster on``, ``set without cluster``, ``replica identity``, ``enable trigger``,
  ``disable trigger``, ``enable rule``, ``disable rule``, ``enable row security``, ``disable row security``,
  ``force row security``, ``no force row security``, ``owner``, ``set schema``
* ``alter index attach partition``, ``alter KIND`` for the rest; detail says what of it
* ``add enum value`` (``if not exists``, ``positioned``), ``rename enum value``
* ``reindex``: its options in lower case; detail is ``index``, ``table``, ``schema``, ``database`` or ``system``
* ``refresh materialized view``: ``concurrently``, ``with no data``; ``truncate``: ``cascade``, ``restart identity``
* ``vacuum``, ``analyze``, ``cluster``, ``explain``: their options in lower case
* ``insert``, ``update`` and ``delete`` (``where``), ``merge``, ``copy`` (``from``, ``to``), ``select``
* ``comment``, ``security label``, ``grant``, ``revoke`` (``all in schema``, ``grant option``)
* ``set parameter`` (``local``), ``reset parameter``, ``lock table`` (``nowait``)
* ``alter system``, ``alter default privileges``, ``reassign owned``, ``drop owned``, ``import foreign schema``,
  ``do``, ``call``, ``prepare``, ``execute``, ``deallocate``, ``notify``, ``checkpoint``, ``load``, ``discard``,
  ``set constraints``, ``cursor``
* ``other`` for a statement that nothing here reads; detail is its name in the parse tree

Every subcommand of ALTER TABLE is one action, with the options ``only`` and ``if exists`` as written.
"""

from __future__ import annotations

import msgspec
from postgast import pg_query_pb2 as pb

from schema_core.dialects.postgres.classify import (
    administration,
    alter_table,
    alterations,
    creations,
    definitions,
    removals,
    rows,
)
from schema_core.dialects.postgres.classify.option_words import flags, switched_on
from schema_core.dialects.postgres.classify.readers import Reader
from schema_core.dialects.postgres.parse_tree import parse
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Action


def classify(node: pb.Node) -> tuple[Action, ...]:
    """The actions of one statement's parse tree; a node that nothing reads is one action ``other``."""
    name = node.WhichOneof("node")
    if name is None:
        return ()
    reader = _READERS.get(name)
    if reader is None:
        return (Action(kind="other", detail=name.removesuffix("_stmt").replace("_", " ")),)
    return reader(getattr(node, name))


def classify_text(text: str) -> tuple[Action, ...]:
    """The actions of a text's statements; empty when it does not parse."""
    tree = parse(text)
    return () if tree is None else tuple(action for raw in tree.stmts for action in classify(raw.stmt))


def _schema(statement: pb.CreateSchemaStmt) -> tuple[Action, ...]:
    """CREATE SCHEMA with the objects that it creates in the same breath."""
    name = statement.schemaname or statement.authrole.rolename
    schema = Action(
        kind="create schema",
        target=Ref("schema", None, None, name),
        options=flags(if_not_exists=statement.if_not_exists),
    )
    elements = (action for element in statement.schema_elts for action in classify(element))
    return (schema, *(_in_schema(action, name) for action in elements))


def _in_schema(action: Action, schema: str) -> Action:
    """An element of CREATE SCHEMA, whose bare names mean the new schema."""
    target, table = (
        msgspec.structs.replace(ref, schema=schema) if ref is not None and ref.schema is None else ref
        for ref in (action.target, action.table)
    )
    return msgspec.structs.replace(action, target=target, table=table)


def _explain(statement: pb.ExplainStmt) -> tuple[Action, ...]:
    """EXPLAIN, which runs its statement only when told to analyze it."""
    options = switched_on(statement.options)
    explained = classify(statement.query) if "analyze" in options else ()
    return (Action(kind="explain", options=options), *explained)


_READERS: dict[str, Reader] = {
    **administration.READERS,
    **alter_table.READERS,
    **alterations.READERS,
    **creations.READERS,
    **definitions.READERS,
    **removals.READERS,
    **rows.READERS,
    "create_schema_stmt": _schema,
    "explain_stmt": _explain,
}
"""Name of the parse tree's node to the function that reads it."""
