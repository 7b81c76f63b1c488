"""Documents that must not be longer than a platform takes: whole pieces are left out, nothing is cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Piece = TypeVar("Piece")

_FIRST_STEP = 64


def fit(pieces: Sequence[Piece], draw: Callable[[Sequence[Piece]], str], fits: Callable[[str], bool]) -> str:
    """The document with as many of the pieces as fit; the first are the most important.

    ``draw`` writes the document with the pieces it is given; without any it must fit. It is tried with few pieces
    first, so that the work depends on the room and not on how much there is to tell.
    """
    kept, best = 0, draw(pieces[:0])
    step, too_many = _FIRST_STEP, len(pieces) + 1
    while kept < len(pieces) and too_many > len(pieces):
        tried = min(kept + step, len(pieces))
        text = draw(pieces[:tried])
        if fits(text):
            kept, best, step = tried, text, step * 2
        else:
            too_many = tried
    while too_many - kept > 1 and kept < len(pieces):
        tried = (kept + too_many) // 2
        text = draw(pieces[:tried])
        if fits(text):
            kept, best = tried, text
        else:
            too_many = tried
    return best
