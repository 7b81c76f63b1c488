"""Options in the form ``name=value`` that relations, indexes and columns have."""

from __future__ import annotations


def option_changes(before: tuple[str, ...], after: tuple[str, ...]) -> list[str]:
    """SET and RESET clauses."""
    names = {option.partition("=")[0] for option in after}
    gone = [name for option in before if (name := option.partition("=")[0]) not in names]
    new = [option for option in after if option not in before]
    clauses = [f"RESET ({', '.join(gone)})"] if gone else []
    return [*clauses, f"SET ({', '.join(new)})"] if new else clauses
