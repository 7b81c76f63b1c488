"""A state as SQL that makes it again."""

from __future__ import annotations

from schema_core.dialects.registry import dialect_named
from schema_core.schema.objects import Missing
from schema_core.schema.results import InspectResult
from schema_core.text.redact import redact
from schema_core.text.terminal import terminal

_REDACTED = "-- What looks like a password was replaced by ***: the SQL is not what the database says."
_NAMED = 5
"""How many of the objects that need a missing one are named."""


def render(result: InspectResult) -> str:
    """Statements in dependency order; what is not modelled is named in a comment at the top."""
    lines = []
    if result.unmodelled:
        lines.append(f"-- Left out, because these kinds are not modelled ({len(result.unmodelled)}):")
        lines += [f"--   {item.ref.kind} {terminal(item.ref.label())}" for item in result.unmodelled]
        lines.append("")
    if result.missing:
        lines.append("-- Not part of this SQL, and needed by some of its statements, which fail without it:")
        lines += [f"--   {_line(item)}" for item in result.missing]
        lines.append("")
    statements = dialect_named(result.server.engine).render(result.realm)
    lines += [f"{statement};" for statement in statements]
    text = "".join(f"{line}\n" for line in lines)
    redacted = redact(text)
    return redacted if redacted == text else f"{_REDACTED}\n\n{redacted}"


def _line(item: Missing) -> str:
    named = [f"{ref.kind} {terminal(ref.label())}" for ref in item.needed_by[:_NAMED]]
    more = len(item.needed_by) - len(named)
    return f"{item.ref.kind} {terminal(item.ref.label())}: {', '.join(named)}{f' and {more} more' if more else ''}"
