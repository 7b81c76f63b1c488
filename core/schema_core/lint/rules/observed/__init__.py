"""Whatever was seen and no other rule has explained."""

from __future__ import annotations

from schema_core.lint.causes.causes import Family

FAMILIES: dict[str, tuple[Family, ...]] = {
    "LT511": ("rewrite", "scan", "index build"),
    "PG572": ("rewrite",),
    "PG573": ("scan",),
    "PG574": ("index build",),
    "PG575": ("blocking lock",),
}
"""Code to the families of effects, and of causes, that it reports."""
