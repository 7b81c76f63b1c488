"""Expressions as the server prints them."""

from __future__ import annotations


def bare(expression: str) -> str:
    """The expression without the one pair of parentheses that the server puts around it."""
    if not (expression.startswith("(") and expression.endswith(")")):
        return expression
    depth = 0
    quoted = ""
    for at, character in enumerate(expression):
        if quoted:
            quoted = "" if character == quoted else quoted
        elif character in "'\"":
            quoted = character
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0 and at < len(expression) - 1:
                return expression
    return expression[1:-1]
