"""What primary keys and unique constraints share."""

from __future__ import annotations

from collections.abc import Sequence

from schema_core.dialects.sqlite.quoting import quote


def key_parts(
    columns: Sequence[str], collations: Sequence[tuple[str, str]], descending: Sequence[str], after_last: str = ""
) -> str:
    """The columns of a key in parentheses."""
    texts = []
    for name in columns:
        collation = dict(collations).get(name)
        text = quote(name)
        if collation is not None:
            text += f" COLLATE {quote(collation)}"
        if name in descending:
            text += " DESC"
        texts.append(text)
    return f"({', '.join(texts)}{after_last})"


def constraint(name: str | None) -> str:
    """The words in front of a constraint that has a name."""
    return f"CONSTRAINT {quote(name)} " if name is not None else ""


def on_conflict(resolution: str | None) -> str:
    """The words behind a key that does not simply fail."""
    return f" ON CONFLICT {resolution}" if resolution is not None else ""
