"""A state as SQL that makes it again."""

from __future__ import annotations

from schema_core.dialects.registry import dialect_named
from schema_core.schema.results import InspectResult
from schema_core.text.redact import redact
from schema_core.text.terminal import terminal


def render(result: InspectResult) -> str:
    """Statements in dependency order; what is not modelled is named in a comment at the top."""
    lines = []
    if result.unmodelled:
        lines.append(f"-- Left out, because these kinds are not modelled ({len(result.unmodelled)}):")
        lines += [f"--   {item.ref.kind} {terminal(item.ref.label())}" for item in result.unmodelled]
        lines.append("")
    statements = dialect_named(result.server.engine).render(result.realm)
    lines += [f"{statement};" for statement in statements]
    return redact("".join(f"{line}\n" for line in lines))
