"""The migration directory on disk."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import msgspec

from schema_core.directory.files import MigrationFile
from schema_core.directory.sums import SUM_FILE_NAME
from schema_core.schema.errors import UserError


class MigrationDirectory(msgspec.Struct, frozen=True, kw_only=True):
    """The files in byte-wise order of their names, and the sum file's text (None when there is none)."""

    path: Path
    files: tuple[MigrationFile, ...]
    sum_text: str | None

    @classmethod
    def open(cls, url: str, directory_format: str = "atlas") -> MigrationDirectory:
        """Read a directory given as a path or ``file://`` URL; raises UserError for anything else."""
        path = directory_path(url, directory_format)
        names = sorted(
            (item.name for item in path.iterdir() if item.name.endswith(".sql") and item.is_file()), key=str.encode
        )
        sum_file = path / SUM_FILE_NAME
        files = tuple(MigrationFile(name, (path / name).read_bytes()) for name in names)
        versions: dict[str, str] = {}
        for file in files:
            if (other := versions.setdefault(file.version, file.name)) != file.name:
                raise UserError(
                    f"Two files have the version {file.version}: {other} and {file.name}; rename one of them."
                )
        text = sum_file.read_bytes().decode("utf-8", "replace") if sum_file.is_file() else None
        return cls(path=path, files=files, sum_text=text)


def directory_path(url: str, directory_format: str = "atlas", *, create: bool = False) -> Path:
    """The folder that a path or ``file://`` URL names, made if ``create`` says so; raises UserError without one."""
    if "://" in url:
        parts = urlsplit(url)
        if parts.scheme != "file":
            raise UserError(f"The directory {url!r} is not supported: use a path or a file:// URL.")
        directory_format = parse_qs(parts.query).get("format", [directory_format])[0]
        path = Path(unquote(parts.netloc + parts.path))
    else:
        path = Path(url)
    if directory_format != "atlas":
        raise UserError(f"The directory format {directory_format!r} is not supported yet; the only one is atlas.")
    if create and not path.exists():
        try:
            path.mkdir(parents=True)
        except OSError as error:
            raise UserError(f"Cannot make the migration directory {path}: {error.strerror}.") from error
    if not path.is_dir():
        raise UserError(f"There is no migration directory at {path}; name it with --dir.")
    return path
