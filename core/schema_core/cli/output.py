"""Standard output and error, whatever they are: closed, gone in the middle, or lacking a character."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from schema_core.schema.results import Notice


def prepare_streams() -> None:
    """Make both streams usable.

    A stream that was closed before the start (``>&-``) leads nowhere. A terminal keeps its encoding and shows what
    that lacks as an escape; files and pipes get UTF-8, as the formats that we write are defined.
    """
    sys.stdout = _usable(sys.stdout)
    sys.stderr = _usable(sys.stderr)


def write(text: str) -> None:
    """Write to standard output and send it off; when the reader has gone, the rest leads nowhere.

    A reader that goes early (``| head -1``) is no failure, and must not change what the exit code says.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter's own flush at exit must not fail on the same pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_notices(notices: Sequence[Notice]) -> None:
    """Say on standard error what the user should know."""
    from schema_core.text.terminal import style_for, terminal

    warning = style_for(sys.stderr).yellow("Warning:")
    for notice in notices:
        sys.stderr.write(f"{warning} {terminal(notice.message)}\n")


def settle_streams() -> None:
    """Send off what both streams still hold; what cannot be sent leads nowhere.

    The interpreter's own flush at exit would otherwise fail again and change the exit code (to 120).
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _usable(stream: TextIO | None) -> TextIO:
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - open until the end
    if isinstance(stream, io.TextIOWrapper):
        if stream.isatty():
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return stream
