"""Text in messages for Slack and what takes its format: three characters begin links, mentions and entities there."""

from __future__ import annotations

from schema_core.text.terminal import terminal
from schema_core.text.truncate import within

_LONGEST = 2000
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def slack(text: str) -> str:
    """One line: secrets removed, nothing in it is a link, a mention or a command."""
    return "".join(_ENTITIES.get(character, character) for character in terminal(within(text, _LONGEST)))


def slack_link(text: str, url: str) -> str:
    """A link to a web address; the text alone when it is none, or could end the link."""
    target = slack(url)
    is_target = url.startswith(("https://", "http://")) and target == url.replace("&", "&amp;") and "|" not in url
    return f"<{target}|{slack(text)}>" if is_target else slack(text)
