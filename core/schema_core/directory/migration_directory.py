"""The migration directory on disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qs, unquote

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
    def open_or_empty(cls, url: str, directory_format: str = "atlas") -> MigrationDirectory:
        """Like ``open``; a folder that is not there yet is a directory without files."""
        path = local_path(url)
        if "\0" not in str(path) and not path.exists():
            _check_format(url, directory_format)
            return cls(path=path, files=(), sum_text=None)
        return cls.open(url, directory_format)

    @classmethod
    def open(cls, url: str, directory_format: str = "atlas") -> MigrationDirectory:
        """Read a directory given as a path or ``file://`` URL; raises UserError for anything else."""
        path = directory_path(url, directory_format)
        names = sorted(
            (_checked(item.name) for item in path.iterdir() if item.name.endswith(".sql") and item.is_file()),
            key=str.encode,
        )
        _refuse_links_outside(path, names)
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


def _refuse_links_outside(path: Path, names: Iterable[str]) -> None:
    """Raise UserError for a link that leads out of the repository (or the directory, without one).

    A pull request's author could have any file of the machine printed in the report with it.
    """
    here = path.resolve()
    root = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    for name in names:
        target = (path / name).resolve()
        if (path / name).is_symlink() and not target.is_relative_to(root):
            raise UserError(f"{name} is a link to a file outside {root}; put the file itself into the directory.")


def _checked(name: str) -> str:
    """The name of a file; raises UserError for one that the sum file, a text of lines, could not hold."""
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise UserError(f"The file name {name!r} is not UTF-8; rename the file.") from error
    if "\n" in name or "\r" in name:
        raise UserError(
            f"The file name {name!r} holds a line break, so {SUM_FILE_NAME} cannot list it; rename the file."
        )
    if "h1:" in name or name != name.strip():
        raise UserError(
            f"{SUM_FILE_NAME} cannot list the file {name!r}, because its name holds 'h1:' or begins with white space; "
            "rename the file."
        )
    return name


def local_path(url: str) -> Path:
    """The path that a path or ``file://`` URL means, whether it exists or not; raises UserError for other URLs."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return Path(url)
    if scheme.lower() != "file":
        raise UserError(f"The directory {url!r} is not supported: use a path or a file:// URL.")
    return Path(unquote(rest.partition("?")[0]))


def directory_path(url: str, directory_format: str = "atlas", *, create: bool = False) -> Path:
    """The folder that a path or ``file://`` URL names, made if ``create`` says so; raises UserError without one."""
    path = local_path(url)
    _check_format(url, directory_format)
    if create and "\0" not in str(path) and not path.exists():
        try:
            path.mkdir(parents=True)
        except OSError as error:
            raise UserError(f"Cannot make the migration directory {path}: {error.strerror}.") from error
    if "\0" in str(path) or not path.is_dir():
        raise UserError(f"There is no migration directory at {path}; name it with --dir.")
    return path


def _check_format(url: str, directory_format: str) -> None:
    """Raise UserError for a format that is not read; the URL's own word counts more than the flag."""
    if "://" in url:
        directory_format = parse_qs(url.partition("?")[2]).get("format", [directory_format])[0]
    if directory_format != "atlas":
        raise UserError(f"The directory format {directory_format!r} is not supported yet; the only one is atlas.")
