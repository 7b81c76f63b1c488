"""Variables that look like an input and are none: what somebody set and nobody would read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from schema_ci.manifest import ACTIONS

_PREFIX = "SCHEMA_ACTION_"
_ALIKE = 0.8
_OF_A_LIST = re.compile(r"_(?:COUNT|\d+)")
_OTHERS = {"CACHE", "POSTGRES_BIN", "POSTGRES_DOWNLOAD", "DEV_IMAGE", "TOKEN_VARIABLE", "ACTION"}
"""Read elsewhere: by the engine, by GitLab's component, or to choose the action."""


def misspelt(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Names of variables that nothing reads, each with the name that was probably meant.

    Only those that are nearly the name of an input: another one may be a variable of the pipeline's own.
    """
    known = {input_.name.upper().replace("-", "_") for action in ACTIONS for input_ in action.inputs} | _OTHERS
    for name in sorted(names):
        word = name.removeprefix(_PREFIX)
        if word == name or word.startswith("OUTPUT_") or _OF_A_LIST.sub("", word) in known:
            continue
        for meant in get_close_matches(word, known, n=1, cutoff=_ALIKE):
            yield name, f"{_PREFIX}{meant}"
