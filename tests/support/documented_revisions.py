"""Revisions and sums computed by the reference's words (2.2, 2.6) and nothing else, to be compared with ours."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence


def digest(running: hashlib._Hash) -> str:
    return base64.b64encode(running.digest()).decode()


def sums(files: Mapping[str, str]) -> dict[str, str]:
    """The cumulative hash of each file: names and bytes, in byte-wise order of names."""
    running = hashlib.sha256()
    found = {}
    for name in sorted(files, key=str.encode):
        running.update(name.encode())
        running.update(files[name].encode())
        found[name] = digest(running)
    return found


def sum_file(files: Mapping[str, str]) -> str:
    entries = sums(files)
    total = hashlib.sha256("".join(name + value for name, value in entries.items()).encode())
    return "".join([f"h1:{digest(total)}\n", *(f"{name} h1:{value}\n" for name, value in entries.items())])


def partial(texts: Sequence[str]) -> list[str]:
    running = hashlib.sha256()
    found = []
    for text in texts:
        running.update(text.encode())
        found.append(f"h1:{digest(running)}")
    return found
