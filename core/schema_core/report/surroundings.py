"""Where a report is shown: how much room there is, what works there, and what it is about."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

Address = Callable[[str, int | None], str]
"""The web address of a file of the repository, at a line; empty where there is none."""


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the report is about: ``commit`` ``1a2b3c``, with its address."""

    word: str
    name: str = ""
    url: str = ""


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """Where a report is shown.

    ``html`` says whether ``<details>`` and ``<br>`` work. ``fits`` tells whether a document is short enough; without
    it every one is. ``address`` makes links of places, ``about`` stands under the verdict, ``whole`` is the address
    under which all of the report is found when something had to be left out.
    """

    html: bool = True
    fits: Callable[[str], bool] | None = None
    address: Address = lambda path, line: ""  # noqa: ARG005 - the names of Address
    about: tuple[Mention, ...] = ()
    whole: str = ""
