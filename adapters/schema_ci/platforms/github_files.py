"""The files by which a step talks to GitHub's runner: outputs and the summary."""

from __future__ import annotations

import secrets
from pathlib import Path

from schema_core.text.terminal import terminal

LONGEST_SUMMARY = 1024 * 1024
"""Bytes; the runner drops a longer summary as a whole."""
_CUT = "\n\nThe rest is left out: a summary has no more room. The reports are complete.\n"


def add_output(path: Path, name: str, value: str) -> None:
    """Set an output, of one line; no value can end the block that it stands in, or begin another."""
    end = f"end-{secrets.token_hex(16)}"
    with path.open("a", encoding="utf-8", errors="replace") as file:
        file.write(f"{name}<<{end}\n{terminal(value)}\n{end}\n")


def add_summary(path: Path, markdown: str) -> None:
    """Add to the step's summary what still fits, in whole lines."""
    written = path.stat().st_size if path.exists() else 0
    with path.open("ab") as file:
        gap = "\n" if written else ""
        file.write(_fitting(f"{gap}{markdown.rstrip()}\n", LONGEST_SUMMARY - written))


def _fitting(markdown: str, room: int) -> bytes:
    data = markdown.encode("utf-8", "replace")
    if len(data) <= room:
        return data
    kept = data[: max(room - len(_CUT), 0)]
    kept = kept[: kept.rfind(b"\n") + 1]
    return kept + _CUT.encode() if kept else b""
