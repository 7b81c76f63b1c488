"""What a CI platform must do, in words that no platform owns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from schema_ci.context import PullRequest, RunContext

if TYPE_CHECKING:
    from schema_ci.publish.lint_publication import LintPublication
    from schema_core.schema.findings import Finding
    from schema_core.schema.results import FileReport


class PlatformError(Exception):
    """Something could not be published.

    The text is one sentence for the log: what was not done and why; ``remedy`` says what would help (the permission or
    scope that is missing), empty where nothing does. Whatever it holds may come from outside and is escaped by the log.
    """

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a comment may hold on the platform."""

    html: bool
    """Whether ``<details>``, ``<br>`` and HTML comments work; without, the marker is a link reference."""
    longest_comment: int
    """Characters (Unicode code points) that fit into one comment."""
    longest_summary: int = 0
    """Bytes (UTF-8) that fit into the job's summary; 0 where there is none."""


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """A comment of the pull request's conversation that is our own."""

    id: str
    body: str
    url: str


class Comments(Protocol):
    """The conversation of the run's pull request. Every method raises PlatformError."""

    def own(self) -> Iterable[Comment]:
        """All comments written by the user of our credentials, oldest first; others' are never returned."""
        ...

    def create(self, body: str) -> Comment:
        """Post a comment."""
        ...

    def update(self, comment_id: str, body: str) -> Comment:
        """Replace a comment's text."""
        ...

    def delete(self, comment_id: str) -> None:
        """Remove a comment; one that is gone already is fine."""
        ...


class InlineNote(msgspec.Struct, frozen=True, kw_only=True):
    """A note on lines of a changed file.

    ``key`` stays the same when lines move, so that a later run finds its own note. ``replacement`` is the text that the
    platform may offer instead of the lines ``start_line`` to ``end_line``, without a line break at its end; None when
    there is nothing to offer.
    """

    key: str
    path: str
    start_line: int
    end_line: int
    finding: Finding
    file: FileReport
    replacement: str | None = None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """A commit's status."""

    state: Literal["success", "failure"]
    name: str
    description: str
    url: str


class EndedRun(Protocol):
    """A run whose end started this one, as the platform itself tells it. Its artifacts are not to be trusted.

    Every method raises PlatformError.
    """

    context: RunContext
    """What that run was about; without a pull request, since a platform may not tell those of forks."""
    workflow: str
    """What was run, in the platform's own unchanging word."""

    def pull_requests(self) -> Sequence[PullRequest]:
        """The open pull requests of this repository whose head is the run's commit now."""
        ...

    def comments(self, request: PullRequest) -> Comments:
        """The conversation of one of them."""
        ...


class Platform(Protocol):
    """One CI platform, for one run."""

    name: str
    """The platform's name for people (``GitHub``)."""
    capabilities: Capabilities
    context: RunContext

    def given(self, name: str) -> str | None:
        """The raw value of an input; None when it is not given."""
        ...

    def git_credentials(self) -> Mapping[str, str]:
        """Environment variables by which git may fetch from the remote; empty where the clone knows how."""
        ...

    def set_output(self, name: str, value: str) -> None:
        """Hand a value to later steps. The caller only passes declared names; the value is one line."""
        ...

    def log(self, text: str) -> None:
        """Write a plain line to the job's log; escapes."""
        ...

    def notice(self, text: str) -> None:
        """Write something the user should know to the job's log, marked where the platform can; escapes."""
        ...

    def warning(self, text: str) -> None:
        """Write a warning to the job's log; escapes."""
        ...

    def error(self, text: str) -> None:
        """Write an error to the job's log; escapes."""
        ...

    def file_url(self, path: str, line: int | None = None) -> str:
        """The web address of a file of the run's commit; empty where there is none."""
        ...

    def comments(self) -> Comments | None:
        """The conversation, None without a pull request. Raises PlatformError when the credentials cannot do it."""
        ...

    def ended_run(self) -> EndedRun | None:
        """The run whose end started this one; None when something else did, or the platform has no such event."""
        ...

    def set_status(self, status: Status) -> None:
        """Set the commit's status; raises PlatformError."""
        ...

    def publish_findings(self, publication: LintPublication) -> None:
        """Show the findings by the platform's own means (annotations, reports); raises PlatformError."""
        ...

    def publish_notes(self, publication: LintPublication, notes: Collection[InlineNote]) -> None:
        """Post notes that are missing and settle our older ones whose key is gone; raises PlatformError."""
        ...

    def summary(self, markdown: str) -> None:
        """Add to the job's summary, where there is one."""
        ...

    def finish(self) -> None:
        """Write what was gathered (an outputs file); called once, at the very end."""
        ...
