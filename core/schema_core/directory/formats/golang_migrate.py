"""golang-migrate: ``1_name.up.sql`` leads forward, ``1_name.down.sql`` back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from schema_core.directory.files import MigrationFile
from schema_core.directory.formats.directory_format import DirectoryFormat, Read, refuse_equal_numbers
from schema_core.directory.formats.tool_file import ToolFile, whole
from schema_core.schema.errors import UserError

_NAME = re.compile(r"([0-9]+)_(.*)\.up\.sql", re.DOTALL)
_UP = re.compile(r"[0-9]+_.*\.up\.[^.]+|.*\.up\.sql", re.DOTALL)


class GolangMigrate(DirectoryFormat):
    """Two files for each version; versions are whole numbers and sort as such."""

    name = "golang-migrate"
    title = "golang-migrate"

    def files(self, names: Sequence[str], read: Read) -> tuple[MigrationFile, ...]:
        """The files that lead forward."""
        ups = [name for name in names if _UP.fullmatch(name)]
        for name in ups:
            if not _NAME.fullmatch(name):
                raise UserError(f"{name} is no migration of golang-migrate; name it like 1_add_users.up.sql.")
        ups.sort(key=self.order_key)
        refuse_equal_numbers(ups, self.order_key)
        return tuple(self.file(name, read(name)) for name in ups)

    def file(self, name: str, data: bytes) -> MigrationFile:
        """All of the file is run."""
        version, _, rest = name.partition("_")
        return ToolFile(
            name, data, version=version, description=rest.removesuffix(".up.sql"), parse=whole, delimiters=True
        )

    def order_key(self, name: str) -> tuple[object, ...]:
        """The number before the underscore."""
        return (int(name.partition("_")[0]),)

    def is_run(self, name: str) -> bool:
        """Whether it leads forward."""
        return _NAME.fullmatch(name) is not None
