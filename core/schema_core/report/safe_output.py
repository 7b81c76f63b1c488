"""Templates that cannot write unescaped text: only what an escaping filter returned reaches the output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


class Safe(str):
    """Text that is already escaped for its sink."""

    __slots__ = ()


def template_environment(filters: Mapping[str, Callable[..., str]]) -> Environment:
    """An environment over ``report/templates`` whose filters escape; a value that passed none raises TypeError."""
    # Autoescape is HTML's; here every value must pass the escaper of its own place instead, which finalize checks.
    environment = Environment(
        loader=PackageLoader("schema_core.report"),
        autoescape=False,  # noqa: S701
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
    if isinstance(value, (Safe, int)):
        return value
    raise TypeError(f"{value!r} reached a template's output without an escaping filter.")
