"""What a run that may not comment leaves for one that may, and how that one reads it.

The bundle is the report's JSON and a small file beside it. It comes from an artifact that the code of a pull request
could have written, so nothing in it is trusted: files are read up to a size and never through a link, everything is
decoded into its type or refused, and what a reader could be misled by is taken out.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from schema_ci.checkout_files import write_in
from schema_ci.publish.lint_publication import REPORT, LintPublication
from schema_ci.publish.publication import Publication
from schema_core.schema.errors import UserError
from schema_core.schema.results import SCHEMA_VERSION, FileReport, LintResult
from schema_core.text.json_text import json_text

_Decoded = TypeVar("_Decoded")

BUNDLE = "bundle.json"
_VERSION = 1
_LARGEST = {BUNDLE: 10_000, REPORT: 5_000_000}
"""Bytes of each file that are read at most."""
_DEEPEST = 3
"""An artifact has a directory of its own, and so has each key."""
_MOST_ENTRIES = 1000
_LONGEST_KEY = 200
_LONGEST_PATH = 500


class Bundle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a comment needs beside the report. ``only_update`` says that a comment is not to be made, only updated."""

    schema_version: int = _VERSION
    action: str
    key: str
    path_prefix: str
    commit: str
    pull_request: int
    only_update: bool = False


class BundleError(Exception):
    """A bundle that is refused; the text says why, in one sentence."""


def write_bundle(publication: LintPublication, root: Path, *, only_update: bool) -> None:
    """Write the bundle beside the reports; raises OSError."""
    request = publication.context.pull_request
    assert request is not None
    bundle = Bundle(
        action=publication.action,
        key=publication.key,
        path_prefix=publication.path_prefix,
        commit=publication.context.commit,
        pull_request=request.number,
        only_update=only_update,
    )
    write_in(root, f"{publication.reports}/{BUNDLE}", json_text(msgspec.to_builtins(bundle)))


def remove_bundle(publication: Publication, root: Path) -> None:
    """Remove what an earlier run may have left in the same workspace."""
    with contextlib.suppress(OSError):
        (root / publication.reports / BUNDLE).unlink()


def bundle_directories(directory: Path, root: Path) -> tuple[Path, ...]:
    """The directories at and below one of the checkout that hold a bundle, in the order of their names.

    Raises UserError when there is no such directory in the checkout. No link is followed.
    """
    resolved = directory.resolve()
    if not resolved.is_relative_to(root.resolve()):
        raise UserError(f"The directory {directory} is outside the checkout; correct the input bundle.")
    if not resolved.is_dir():
        raise UserError(f"There is no directory {directory}; download the artifact first, or correct the input bundle.")
    return tuple(sorted(_directories(resolved)))


def _directories(directory: Path) -> Iterator[Path]:
    waiting = [(directory, 0)]
    seen = 0
    while waiting:
        current, depth = waiting.pop()
        with os.scandir(current) as entries:
            for entry in entries:
                seen += 1
                if seen > _MOST_ENTRIES:
                    return
                if entry.name == BUNDLE:
                    yield current
                elif entry.is_dir(follow_symlinks=False) and depth < _DEEPEST:
                    waiting.append((current / entry.name, depth + 1))


def read_bundle(directory: Path) -> tuple[Bundle, LintResult]:
    """The bundle of a directory and its report, without what only a trusted run may say; raises BundleError."""
    bundle = _decoded(directory / BUNDLE, Bundle)
    result = _decoded(directory / REPORT, LintResult)
    if (bundle.schema_version, result.schema_version) != (_VERSION, SCHEMA_VERSION):
        raise BundleError("It was written by another version of schema-action; use the same in both workflows.")
    if len(bundle.key) > _LONGEST_KEY or len(bundle.path_prefix) > _LONGEST_PATH:
        raise BundleError("Its key or path is too long.")
    return bundle, msgspec.structs.replace(result, files=tuple(_unproven(file) for file in result.files))


def _unproven(file: FileReport) -> FileReport:
    """The file without links of its own and without fixes that nobody here has proven."""
    return msgspec.structs.replace(
        file,
        findings=tuple(msgspec.structs.replace(finding, documentation="", fix=None) for finding in file.findings),
        suppressed=tuple(
            msgspec.structs.replace(item, finding=msgspec.structs.replace(item.finding, documentation="", fix=None))
            for item in file.suppressed
        ),
    )


def _decoded(path: Path, kind: type[_Decoded]) -> _Decoded:
    try:
        return msgspec.json.decode(_content(path), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BundleError(f"{path.name} is not what schema-action writes: {error}") from error
    except OSError as error:
        raise BundleError(f"{path.name} cannot be read: {error.strerror}.") from error


def _content(path: Path) -> bytes:
    """The content of a file that is one, and not too large; raises OSError or BundleError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise BundleError(f"{path.name} is not a file.")
        data = file.read(_LARGEST[path.name] + 1)
    if len(data) > _LARGEST[path.name]:
        raise BundleError(f"{path.name} is larger than {_LARGEST[path.name]} bytes.")
    return data
