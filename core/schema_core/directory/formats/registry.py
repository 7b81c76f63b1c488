"""Directory formats by name."""

from __future__ import annotations

from schema_core.directory.formats.atlas import Atlas
from schema_core.directory.formats.dbmate import Dbmate
from schema_core.directory.formats.directory_format import DirectoryFormat
from schema_core.directory.formats.flyway import Flyway
from schema_core.directory.formats.golang_migrate import GolangMigrate
from schema_core.directory.formats.goose import Goose
from schema_core.directory.formats.liquibase import Liquibase
from schema_core.schema.errors import UserError

ATLAS = Atlas()
_ALL: tuple[DirectoryFormat, ...] = (ATLAS, GolangMigrate(), Goose(), Flyway(), Liquibase(), Dbmate())
_BY_NAME = {each.name: each for each in _ALL}


def format_names() -> tuple[str, ...]:
    """All names, Atlas's own first."""
    return tuple(_BY_NAME)


def format_named(name: str) -> DirectoryFormat:
    """The format; raises UserError for an unknown name, with all that there are."""
    found = _BY_NAME.get(name)
    if found is None:
        raise UserError(f"There is no directory format {name!r}; it is one of {', '.join(_BY_NAME)}.")
    return found
