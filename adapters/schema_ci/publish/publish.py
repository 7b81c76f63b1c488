"""Publishes a result through every channel of the platform; a channel that fails is a warning, never a failed job."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from schema_ci.platforms.protocol import Platform, PlatformError, Status
from schema_ci.publish.artifacts import write_reports
from schema_ci.publish.bundle import remove_bundle, write_bundle
from schema_ci.publish.drawing import comment_text, marker, summary_text
from schema_ci.publish.inline_notes import inline_notes
from schema_ci.publish.lint_publication import LintPublication
from schema_ci.publish.marker import Marker
from schema_ci.publish.publication import Publication
from schema_ci.publish.sticky import Posted, post
from schema_core.text.terminal import terminal


def publish(platform: Platform, publication: Publication) -> str:
    """Publish; return the comment's address, or the run's when there is no comment."""
    root = Path(publication.context.root)
    lint = publication if isinstance(publication, LintPublication) else None
    remove_bundle(publication, root)
    _try(platform, lambda: write_reports(publication, root, platform.file_url))
    if lint is not None:
        _try(platform, lambda: platform.publish_findings(lint))
    if room := platform.capabilities.longest_summary:
        _try(platform, lambda: platform.summary(summary_text(publication, room, platform.file_url)))
    comment = StickyComment(platform, publication)
    _try(platform, comment.post)
    if lint is not None and comment.is_left_over:
        _try(platform, lambda: write_bundle(lint, root, only_update=comment.only_updates))
    if lint is not None and publication.context.pull_request is not None and publication.comment != "off":
        _try(platform, lambda: platform.publish_notes(lint, inline_notes(lint)))
    address = comment.url or publication.context.run_url
    status = Status(
        state="failure" if publication.failed else "success",
        name=publication.title,
        description=terminal(publication.headline),
        url=address,
    )
    _try(platform, lambda: platform.set_status(status))
    _try(platform, comment.confirm)
    return address


def is_commented(publication: Publication) -> bool:
    """Whether a run with this result makes a comment where there is none yet."""
    mode = publication.comment
    return (
        mode == "always" or (mode == "changes" and publication.has_news) or (mode == "failures" and publication.failed)
    )


class StickyComment:
    """The comment of one publication."""

    def __init__(self, platform: Platform, publication: Publication) -> None:
        """Write nothing yet."""
        self.is_left_over = publication.context.pull_request is not None and publication.comment != "off"
        """Whether there is a comment to write, and nobody could."""
        self._platform = platform
        self._publication = publication
        self._posted: Posted | None = None

    @property
    def url(self) -> str:
        """The comment's address, empty as long as there is none."""
        return self._posted.url if self._posted is not None else ""

    def post(self) -> None:
        """Write it, if the mode says so; raises PlatformError."""
        self._posted = self._post()
        if self._posted is None or not self._posted.newer:
            return
        if self._posted.is_shared:
            self._platform.warning(
                "Another job of this run wrote the same comment, which was left as it is; "
                "give each job its own input label."
            )
        else:
            self._platform.notice("The comment is about a newer run already and was left as it is.")

    def confirm(self) -> None:
        """Look once more whether it stands; an older run may have written over it. Raises PlatformError."""
        if self._posted is not None and not self._posted.newer:
            self._posted = self._post() or self._posted

    def _post(self) -> Posted | None:
        publication, platform = self._publication, self._platform
        comments = platform.comments() if publication.comment != "off" else None
        if comments is None:
            return None
        posted = post(comments, *self._text, only_update=self.only_updates)
        self.is_left_over = False
        return posted

    @property
    def only_updates(self) -> bool:
        """Whether the result makes no comment; one that is there already must not go on saying what is no longer so."""
        return not is_commented(self._publication)

    @cached_property
    def _text(self) -> tuple[Marker, str]:
        mark = marker(self._publication)
        platform = self._platform
        return mark, comment_text(self._publication, mark, platform.capabilities, platform.file_url)


def _try(platform: Platform, step: Callable[[], None]) -> None:
    try:
        step()
    except PlatformError as error:
        platform.warning(f"{error.problem} {error.remedy}".strip())
    except OSError as error:
        name = f": {error.filename}" if error.filename else ""
        platform.warning(f"Not everything was published: {error.strerror or error}{name}.")
