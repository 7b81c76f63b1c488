"""The migration directory on disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import parse_qs, unquote

import msgspec

from schema_core.directory.files import MigrationFile
from schema_core.directory.formats.directory_format import DirectoryFormat, summed_names
from schema_core.directory.formats.registry import ATLAS, format_named
from schema_core.directory.sums import SUM_FILE_NAME
from schema_core.schema.errors import UserError


class MigrationDirectory(msgspec.Struct, frozen=True, kw_only=True):
    """The files in the order in which they run, and the sum file's text (None when there is none).

    ``others`` are SQL files that are not run but that the sum covers, as Atlas has it: the way back of a tool that
    keeps it in files of its own.
    """

    path: Path
    files: tuple[MigrationFile, ...]
    sum_text: str | None
    others: tuple[MigrationFile, ...] = ()
    format: DirectoryFormat = ATLAS

    @property
    def summed(self) -> tuple[MigrationFile, ...]:
        """What the sum covers, by the bytes of the names."""
        return tuple(sorted((*self.files, *self.others), key=lambda file: file.name.encode()))

    @classmethod
    def open_or_empty(cls, url: str, directory_format: str = "atlas") -> MigrationDirectory:
        """Like ``open`` for reading; a folder that is not there yet is a directory without files."""
        path = local_path(url)
        if "\0" not in str(path) and not path.exists():
            return cls(path=path, files=(), sum_text=None, format=chosen_format(url, directory_format))
        return cls.open(url, directory_format, for_apply=False)

    @classmethod
    def open(cls, url: str, directory_format: str = "atlas", *, for_apply: bool = True) -> MigrationDirectory:
        """Read a directory given as a path or ``file://`` URL; raises UserError for anything else.

        A database remembers versions as text, and each runs once. ``for_apply`` refuses a directory of a tool that has
        another order, or files that run again: everything else that reads it can do with the tool's own order.
        """
        path = directory_path(url, directory_format)
        chosen = chosen_format(url, directory_format)
        names = _names(path, recursive=chosen.recursive)
        for name in names:
            if name.endswith(".sql"):
                _check_name(name)
        summed = summed_names(names)
        contents = {name: (path / name).read_bytes() for name in summed}

        def read(name: str) -> bytes:
            return contents[name] if name in contents else (path / name).read_bytes()

        files = chosen.files(names, read)
        run = {file.name for file in files}
        _refuse_equal_versions([file for file in files if not chosen.runs_again(file.name)])
        if for_apply and (reason := chosen.why_not_applied(files)) is not None:
            raise UserError(reason)
        sum_file = path / SUM_FILE_NAME
        return cls(
            path=path,
            files=files,
            sum_text=sum_file.read_bytes().decode("utf-8", "replace") if sum_file.is_file() else None,
            others=tuple(MigrationFile(name, contents[name]) for name in summed if name not in run),
            format=chosen,
        )


def _names(path: Path, *, recursive: bool) -> list[str]:
    """The names of all files in a folder, and in those within it that are not hidden; links out of it are refused."""
    names = []
    links = []
    folders = [""]
    while folders:
        prefix = folders.pop()
        with os.scandir(path / prefix) as entries:
            for entry in entries:
                name = prefix + entry.name
                if entry.is_symlink():
                    links += [name] if Path(entry.path).is_file() else []
                elif entry.is_file():
                    names.append(name)
                elif recursive and entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."):
                    folders.append(f"{name}/")
    _refuse_links_outside(path, links)
    return names + links


def _refuse_equal_versions(files: Iterable[MigrationFile]) -> None:
    versions: dict[str, str] = {}
    for file in files:
        if (other := versions.setdefault(file.version, file.name)) != file.name:
            raise UserError(f"Two files have the version {file.version}: {other} and {file.name}; rename one of them.")


def _refuse_links_outside(path: Path, links: Sequence[str]) -> None:
    """Raise UserError for a link that leads out of the repository (or the directory, without one).

    A pull request's author could have any file of the machine printed in the report with it.
    """
    if not links:
        return
    here = path.resolve()
    root = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    for name in links:
        if not (path / name).resolve().is_relative_to(root):
            raise UserError(f"{name} is a link to a file outside {root}; put the file itself into the directory.")


def _check_name(name: str) -> None:
    """Raise UserError for a name that the sum file, a text of lines, could not hold."""
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
    chosen_format(url, directory_format)
    if create and "\0" not in str(path) and not path.exists():
        try:
            path.mkdir(parents=True)
        except OSError as error:
            raise UserError(f"Cannot make the migration directory {path}: {error.strerror}.") from error
    if "\0" in str(path) or not path.is_dir():
        raise UserError(f"There is no migration directory at {path}; name it with --dir.")
    return path


def chosen_format(url: str, directory_format: str = "atlas") -> DirectoryFormat:
    """The format that the URL names, else the flag; it is never guessed. Raises UserError for one that is not known."""
    if "://" in url:
        directory_format = parse_qs(url.partition("?")[2]).get("format", [directory_format])[0]
    return format_named(directory_format)
