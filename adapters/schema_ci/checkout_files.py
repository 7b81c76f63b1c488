"""Files that are written into the checkout, where a pull request decides what is there already."""

from __future__ import annotations

import errno
from pathlib import Path
from tempfile import NamedTemporaryFile


def write_in(root: Path, name: str, text: str) -> None:
    """Write the file ``name`` (folders and all) below ``root`` at once, so that nobody ever reads half of it.

    A link in the file's own place is replaced. One on the way to it is refused, since a commit may hold one that leads
    out of the checkout. Raises OSError.
    """
    path = root / name
    for folder in reversed(path.relative_to(root).parents[:-1]):
        if (root / folder).is_symlink():
            reason = "a symbolic link, behind which nothing is written; remove it"
            raise OSError(errno.ELOOP, reason, folder.as_posix())
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}.", delete=False, encoding="utf-8") as file:
        temporary = Path(file.name)
        try:
            file.write(text)
            file.close()
            temporary.chmod(0o644)
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
