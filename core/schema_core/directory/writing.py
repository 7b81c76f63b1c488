"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from schema_core.schema.errors import UserError


def write_atomically(path: Path, data: bytes, *, new: bool = False) -> None:
    """Write a file beside its place and move it there.

    ``new`` refuses to replace a file that is there already. Raises UserError when the folder cannot be written.
    """
    try:
        descriptor, name = tempfile.mkstemp(prefix=".schema-action-", dir=path.parent)
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files for their owner only; a committed file is for everybody, as far as the user's mask allows.
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~mask)
        if new:
            _link(Path(name), path)
        else:
            Path(name).replace(path)
    except FileExistsError as error:
        raise UserError(f"{path} is there already; choose another name.") from error
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error.strerror}.") from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()


def _link(temporary: Path, path: Path) -> None:
    """Give the file its name; raises FileExistsError when that is taken."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems have no hard links. Reserving the name first keeps somebody else's file all the same.
        path.touch(exist_ok=False)
        temporary.replace(path)
