"""Lets a person change a text in the editor of their choice."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from schema_core.schema.errors import UserError


def edit(text: str) -> str:
    """The text as it is when ``$VISUAL`` or ``$EDITOR`` ends; raises UserError when there is none or it fails."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise UserError("--edit opens the editor that the variable EDITOR names; set it, as in EDITOR=vi.")
    with tempfile.TemporaryDirectory(prefix="schema-action-") as folder:
        path = Path(folder) / "plan.sql"
        path.write_text(text, encoding="utf-8")
        try:
            done = subprocess.run([*shlex.split(editor), str(path)], check=False)
        except (OSError, ValueError) as error:
            raise UserError(f"The editor {editor!r} cannot be started: {error}.") from error
        if done.returncode != 0:
            raise UserError(f"The editor ended with exit code {done.returncode}; nothing was done.")
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"The edited plan cannot be read: {error}.") from error
