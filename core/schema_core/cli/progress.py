"""Progress of long work: one line on stderr that is overwritten, and only on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from schema_core.text.terminal import terminal


@contextmanager
def progress_line() -> Iterator[Callable[[str], None]]:
    """Give a function that shows what is being done; the line is gone afterwards."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield lambda _: None
        return

    def show(text: str) -> None:
        sys.stderr.write(f"\r\x1b[2K{terminal(text)[:100]}")
        sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()
