"""Hashes over the statements of a file, by which a file that was applied in part is known again."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable


def partial_hashes(texts: Iterable[str]) -> tuple[str, ...]:
    """For each statement, ``h1:`` and the hash over all texts up to it (reference 2.6, ``partial_hashes``)."""
    running = hashlib.sha256()
    found = []
    for text in texts:
        running.update(text.encode())
        found.append(f"h1:{base64.b64encode(running.digest()).decode('ascii')}")
    return tuple(found)
