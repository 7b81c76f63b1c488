"""Where downloads and templates are kept between runs."""

from __future__ import annotations

import os
from pathlib import Path

SETTING = "SCHEMA_ACTION_CACHE"
"""Environment variable that names the cache directory."""


def cache_directory() -> Path:
    """The cache directory, which need not exist: the setting, else the user's cache by the XDG rules."""
    given = os.environ.get(SETTING)
    if given:
        return Path(given).absolute()
    shared = os.environ.get("XDG_CACHE_HOME", "")
    try:
        base = Path(shared) if shared.startswith("/") else Path.home() / ".cache"
    except RuntimeError:  # no HOME and no entry in the user database
        base = Path("/nonexistent")
    return base / "schema-action"
