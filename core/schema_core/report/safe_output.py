"""Templates that cannot write unescaped text: only what an escaping filter returned reaches the output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


class Safe(Markup):
    """Text that is already escaped for its sink; what a macro returns is of the same sort."""

    __slots__ = ()


def template_environment(filters: Mapping[str, Callable[..., str]]) -> Environment:
    """An environment over ``report/templates`` whose filters escape; a value that passed none raises TypeError."""
    # Autoescape never escapes here: every value must have passed the escaper of its own place, which finalize checks.
    # It is on because then macros return Markup too.
    environment = Environment(
        loader=PackageLoader("schema_core.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_only_safe,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update({name: _safe(escaper) for name, escaper in filters.items()})
    return environment


def _safe(escaper: Callable[..., str]) -> Callable[..., Safe]:
    return lambda *arguments: Safe(escaper(*arguments))


def _only_safe(value: Any) -> Any:
    if isinstance(value, (Markup, int)):
        return value
    raise TypeError(f"{value!r} reached a template's output without an escaping filter.")
