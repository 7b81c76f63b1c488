"""Whatever was seen and no other rule has explained."""

from __future__ import annotations

from schema_core.lint.causes.causes import Family

FAMILIES: dict[str, Family] = {
    "PG572": "rewrite",
    "PG573": "scan",
    "PG574": "index build",
    "PG575": "blocking lock",
}
"""Code to the family of effects, and of causes, that it reports."""
