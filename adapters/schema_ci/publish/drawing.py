"""The comment and the summary about a run, within the length that the platform takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache

from schema_ci.platforms.protocol import Capabilities
from schema_ci.publish.marker import Marker, key_digest
from schema_ci.publish.publication import Publication
from schema_core.report.surroundings import Address, Mention, Surroundings

_SHOWN_COMMIT = 10


def comment_text(publication: Publication, mark: Marker, capabilities: Capabilities, address: Address) -> str:
    """The comment, its marker at the end; at most ``longest_comment`` characters."""
    ending = f"\n{mark.text(html=capabilities.html)}\n"
    room = capabilities.longest_comment - len(ending)
    return _report(publication, address, lambda text: len(text) <= room, html=capabilities.html) + ending


def summary_text(publication: Publication, room: int, address: Address) -> str:
    """The report as a job's or a check's summary; at most ``room`` bytes."""
    return _report(publication, address, lambda text: len(text.encode()) <= room, html=True)


def whole_report(publication: Publication, address: Address) -> str:
    """The report with nothing left out, for the artifacts."""
    return _report(publication, address, None, html=True)


def marker(publication: Publication) -> Marker:
    """The marker of the publication's comment, written now."""
    return Marker(
        action=publication.action,
        key=key_digest(publication.key),
        commit=publication.context.commit[:64],
        run=publication.context.run,
        written=time.time_ns() // 1_000_000,
    )


def _report(publication: Publication, address: Address, fits: Callable[[str], bool] | None, *, html: bool) -> str:
    surroundings = Surroundings(
        html=html,
        fits=fits,
        address=cache(lambda path, line: address(path, line) if _is_plain(path) else ""),
        about=tuple(_about(publication)),
        whole=publication.context.run_url,
    )
    return publication.draw(surroundings)


def _about(publication: Publication) -> list[Mention]:
    """What tells this comment from those of other jobs and other runs."""
    context = publication.context
    told = [Mention(word=publication.origin)] if publication.origin else []
    if publication.key not in {publication.place, "."}:
        told.append(Mention(word="label", name=publication.key))
    if context.commit:
        told.append(Mention(word="commit", name=context.commit[:_SHOWN_COMMIT], url=context.commit_url))
    if context.run_url:
        told.append(Mention(word="run", url=context.run_url))
    return told


def _is_plain(path: str) -> bool:
    """Whether a browser would go to just this path of the repository."""
    return all(part not in {"", ".", ".."} and "\\" not in part and part.isprintable() for part in path.split("/"))
