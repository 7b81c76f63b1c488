"""Markdown documents in sections, whose items are left out, the least important first, where there is no room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from schema_core.report.fitting import fit
from schema_core.report.lint_wording import counted
from schema_core.report.surroundings import Mention, Surroundings
from schema_core.text import markdown
from schema_core.text.html import html

_LONGEST_HEADLINE = 300
_SHORT = 20
"""Items that a section may have to be shown open."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a section; ``rank`` is small for what is important.

    ``text`` is Markdown that went through ``text.markdown``, or raw text in a section of code, which is escaped as a
    whole.
    """

    text: str
    rank: int


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """Items under a title; ``noun`` is the word by which those that are left out are counted."""

    title: str = ""
    items: tuple[Item, ...] = ()
    noun: str = "remark"
    shape: Literal["paragraphs", "list", "sql"] = "list"
    folded: bool | None = None
    """None folds what is long."""


class _Piece(msgspec.Struct, frozen=True):
    section: int
    """-1 for what the document is about."""
    item: int
    rank: int


_ABOUT = -1
_RANK_OF_ABOUT = 1


def document(
    icon: str, headline: str, about: Sequence[Mention], sections: Sequence[Section], surroundings: Surroundings
) -> str:
    """The document; icon and the rest of it are ours, ``headline`` is raw."""
    mentions = (*about, *surroundings.about)
    every = sorted(
        [
            *(_Piece(_ABOUT, number, _RANK_OF_ABOUT) for number in range(len(mentions))),
            *(
                _Piece(number, index, item.rank)
                for number, section in enumerate(sections)
                for index, item in enumerate(section.items)
            ),
        ],
        key=lambda piece: piece.rank,
    )

    def draw(kept: Sequence[_Piece]) -> str:
        shown = {(piece.section, piece.item) for piece in kept}
        blocks = [f"### {icon} {markdown.inline_within(headline, _LONGEST_HEADLINE)}\n"]
        told = [_mention(item) for number, item in enumerate(mentions) if (_ABOUT, number) in shown]
        if told:
            blocks.append(" · ".join(told) + "\n")
        for number, section in enumerate(sections):
            items = [item for index, item in enumerate(section.items) if (number, index) in shown]
            if items:
                blocks += _section(section, items, with_html=surroundings.html)
        gone = Counter(sections[piece.section].noun for piece in every if piece.section >= 0) - Counter(
            sections[piece.section].noun for piece in kept if piece.section >= 0
        )
        if gone:
            words = ", ".join(counted(number, noun) for noun, number in gone.items())
            where = markdown.link("All of it is in the artifacts of the run", surroundings.whole)
            blocks.append(f"Left out for want of room: {words}. {where if surroundings.whole else ''}".rstrip() + "\n")
        return "\n".join(blocks)

    return draw(every) if surroundings.fits is None else fit(every, draw, surroundings.fits)


def _mention(mention: Mention) -> str:
    if not mention.name:
        return markdown.link(mention.word, mention.url)
    return f"{markdown.inline(mention.word)} {markdown.code_link(mention.name, mention.url)}"


def _section(section: Section, items: Sequence[Item], *, with_html: bool) -> Iterator[str]:
    texts = [item.text for item in items]
    if section.shape == "sql":
        body = markdown.fence("\n".join(texts))
    elif section.shape == "list":
        body = "".join(f"- {text}\n" for text in texts)
    else:
        body = "\n".join(f"{text}\n" for text in texts)
    folded = len("\n".join(texts).splitlines()) > _SHORT if section.folded is None else section.folded
    if section.title and folded and with_html:
        yield f"<details><summary>{html(section.title)}</summary>\n\n{body}\n</details>\n"
        return
    if section.title:
        yield f"**{markdown.inline(section.title)}**\n"
    yield body
