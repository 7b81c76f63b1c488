"""Publishes a result through every channel of the platform; a channel that fails is a warning, never a failed job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from schema_ci.manifest import CommentMode
from schema_ci.platforms.protocol import Platform, PlatformError, Status
from schema_ci.publish.artifacts import write_reports
from schema_ci.publish.inline_notes import inline_notes
from schema_ci.publish.lint_comment import comment_text, lint_markdown, marker
from schema_ci.publish.publication import Publication
from schema_ci.publish.sticky import Posted, post
from schema_core.report.lint_wording import headline
from schema_core.schema.results import LintResult


def publish(platform: Platform, publication: Publication) -> str:
    """Publish; return the comment's address, or the run's when there is no comment."""
    _try(platform, lambda: write_reports(publication, Path(publication.context.root), platform.capabilities))
    _try(platform, lambda: platform.publish_findings(publication))
    if platform.capabilities.longest_summary:
        _try(platform, lambda: platform.summary(lint_markdown(publication)))
    addresses: list[str] = []
    _try(platform, lambda: addresses.extend(_comment(platform, publication)))
    if publication.context.pull_request is not None:
        _try(platform, lambda: platform.publish_notes(publication, inline_notes(publication)))
    status = Status(
        state="failure" if publication.result.verdict == "failed" else "success",
        name=publication.title,
        description=headline(publication.result),
        url=(addresses or [publication.context.run_url])[0],
    )
    _try(platform, lambda: platform.set_status(status))
    return status.url


def is_commented(mode: CommentMode, result: LintResult) -> bool:
    """Whether a run with this result makes a comment where there is none yet."""
    failed = result.verdict == "failed"
    return mode == "always" or (mode == "changes" and (failed or bool(result.files))) or (mode == "failures" and failed)


def _comment(platform: Platform, publication: Publication) -> list[str]:
    if publication.comment == "off":
        return []
    comments = platform.comments()
    if comments is None:
        return []
    posted: Posted | None = post(
        comments,
        marker(publication),
        comment_text(publication, platform.capabilities),
        # A comment that is there already must not go on saying what is no longer so.
        only_update=not is_commented(publication.comment, publication.result),
    )
    if posted is None:
        return []
    if posted.newer:
        platform.notice("The comment is about a newer run already and was left as it is.")
    return [posted.url]


def _try(platform: Platform, step: Callable[[], None]) -> None:
    try:
        step()
    except PlatformError as error:
        platform.warning(f"{error.problem} {error.remedy}".strip())
    except OSError as error:
        name = f": {error.filename}" if error.filename else ""
        platform.warning(f"Not everything was published: {error.strerror or error}{name}.")
