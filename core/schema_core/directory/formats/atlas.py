"""The format of Atlas: files of SQL, in the order of their names."""

from __future__ import annotations

from collections.abc import Sequence

from schema_core.directory.files import MigrationFile
from schema_core.directory.formats.directory_format import DirectoryFormat, Read, summed_names


class Atlas(DirectoryFormat):
    """``<version>[_<name>].sql``."""

    name = "atlas"
    title = "Atlas"

    def files(self, names: Sequence[str], read: Read) -> tuple[MigrationFile, ...]:
        """All SQL files."""
        return tuple(self.file(name, read(name)) for name in summed_names(names))

    def file(self, name: str, data: bytes) -> MigrationFile:
        """The file as it is."""
        return MigrationFile(name, data)

    def order_key(self, name: str) -> tuple[object, ...]:
        """The bytes of the name."""
        return (name.encode(),)

    def why_not_applied(self, files: Sequence[MigrationFile]) -> str | None:
        """Nothing: files run in the order of their names, as Atlas runs them."""
        del files
        return None
