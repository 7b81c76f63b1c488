"""What a SQLite statement asks for, read from its tokens as a list of actions.

The kinds, with the options that each may carry:

* ``begin`` (``deferred``, ``immediate``, ``exclusive``), ``commit``, ``rollback``, ``savepoint`` (``release``,
  ``rollback to``)
* ``create table``: ``temporary``, ``if not exists``, ``as``, ``filtered`` (the query may leave rows out);
  ``create virtual table``: ``if not exists``; detail is the module
* ``create index``: ``unique``, ``if not exists``; ``create view``, ``create trigger``: ``temporary``, ``if not exists``
* ``drop table``, ``drop index``, ``drop view``, ``drop trigger``: ``if exists``
* ``rename table``, ``rename column``; detail is the new name
* ``add column``: ``not null``, ``default``, ``generated stored``, ``generated virtual``, ``primary key``, ``unique``,
  ``check``, ``references``, ``collate``; detail is the type
* ``drop column``; ``alter column``, ``add constraint``, ``drop constraint`` for what needs a newer SQLite
* ``insert``: ``or replace`` and its like, ``select``, ``filtered`` (the query may leave rows out). For each column that
  an INSERT … SELECT lists: ``copy column`` (``in double quotes``), whose detail is the other column, or
  ``compute column`` for everything else
* ``update`` and ``delete``: ``where``; ``select``
* ``set parameter`` for a PRAGMA that sets something (``local``: until the transaction ends), ``show parameter`` for one
  that asks; detail is its name, followed by ``=`` and the value in lower case
* ``attach``, ``detach``, ``vacuum`` (``into``), ``reindex``, ``analyze``, ``explain``
* ``other`` for a statement that nothing here reads; detail is its first word
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from schema_core.dialects.sqlite.classify import alter_table, definitions, rows, settings
from schema_core.dialects.sqlite.lexer import Token
from schema_core.dialects.sqlite.tokens import TokenReader
from schema_core.schema.statements import Action

_READERS: dict[str, Callable[[TokenReader], tuple[Action, ...]]] = {
    **settings.READERS,
    **definitions.READERS,
    **rows.READERS,
    "ALTER": alter_table.read,
}
"""First word of a statement to the function that reads the rest."""


def classify(found: Sequence[Token]) -> tuple[Action, ...]:
    """The actions of a statement's tokens; a text that is no statement has none."""
    reader = TokenReader(b"", found)
    if reader.done():
        return ()
    word = reader.next().word()
    if word == "EXPLAIN":
        return (Action(kind="explain"),)
    read = _READERS.get(word)
    if read is None:
        return (Action(kind="other", detail=word.lower() or None),)
    return read(reader)
