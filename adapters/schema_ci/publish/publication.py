"""What an action has to say about its run, for every channel of a platform."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from schema_ci.context import RunContext
from schema_ci.declarations import CommentMode
from schema_core.report.surroundings import Surroundings
from schema_core.text.terminal import terminal


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """One result and its circumstances; every sort of result has a class of its own that says what it is.

    ``key`` tells this run's comment, status and report from those of other jobs on the same pull request. ``reports``
    is the path of the directory with the report files below the root of the repository.
    """

    action: str
    key: str
    context: RunContext
    reports: str
    comment: CommentMode = "always"
    origin: str = ""
    """Where the result comes from, when we did not make it ourselves."""

    @property
    def title(self) -> str:
        """The action and its key, as statuses and reports are called; one line that is safe to print."""
        return terminal(f"schema-action {self.action} ({self.key})")

    @property
    def failed(self) -> bool:
        """Whether the verdict is bad."""
        raise NotImplementedError

    @property
    def has_news(self) -> bool:
        """Whether there was anything to look at."""
        raise NotImplementedError

    @property
    def headline(self) -> str:
        """The verdict in one line of raw text."""
        raise NotImplementedError

    @property
    def place(self) -> str:
        """What the report says anyway of what it is about; a key that is the same need not be told."""
        raise NotImplementedError

    def draw(self, surroundings: Surroundings) -> str:
        """The report as Markdown."""
        raise NotImplementedError

    def files(self) -> Mapping[str, str]:
        """The reports for programs, by the name of the file."""
        raise NotImplementedError
