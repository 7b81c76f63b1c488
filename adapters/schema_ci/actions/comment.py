"""``comment``: post what a run for a fork found, in a workflow that has the right to.

The platform's event says which run has ended and for which commit; the API says which open pull requests have that
commit as their head now. Only those are commented on. From the bundle come the report's words, which are escaped like
all others, and a wish which of several such pull requests is meant.

Comments made here carry markers of their own action, and their keys hold the workflow that has ended. So a bundle can
overwrite only what an earlier bundle of the same workflow said on the same pull request, whatever key it names, and
never the comment of a run that was trusted.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from schema_ci.context import PullRequest
from schema_ci.declarations import Action
from schema_ci.inputs import read_inputs
from schema_ci.manifest import MIGRATE_LINT
from schema_ci.platforms.protocol import Comments, EndedRun, Platform, PlatformError
from schema_ci.publish.bundle import Bundle, BundleError, bundle_directories, read_bundle
from schema_ci.publish.drawing import comment_text
from schema_ci.publish.lint_publication import LintPublication
from schema_ci.publish.marker import Marker, key_digest, marker_of
from schema_ci.publish.sticky import Posted, post
from schema_core.schema.errors import UserError
from schema_core.schema.results import LintResult

_MOST = 10
"""Comments that bundles have on one pull request at most."""
_ORIGIN = "reported by a run of the pull request's own code, unverified"


def run(action: Action, platform: Platform) -> int:
    """Post the bundles' comments and set the outputs; raises UserError."""
    inputs = read_inputs(action, platform)
    ended = platform.ended_run()
    if ended is None:
        raise UserError(
            "The action comment posts for a run that has ended: it needs GitHub and a workflow that begins with "
            "'on: workflow_run'. Everywhere else the run itself comments, or leaves artifacts."
        )
    root = Path(platform.context.root)
    directories = bundle_directories(root / inputs.text("bundle"), root)
    if not directories:
        platform.log("There is nothing to comment on: the run that has ended left no bundle.")
    if len(directories) > _MOST:
        platform.warning(f"Of {len(directories)} bundles, {_MOST} are looked at.")
    addresses = []
    for directory in directories[:_MOST]:
        try:
            addresses += _comment(platform, ended, *read_bundle(directory))
        except BundleError as error:
            platform.warning(f"The bundle in {directory.name} was refused. {error}")
        except PlatformError as error:
            platform.warning(f"{error.problem} {error.remedy}".strip())
    platform.set_output("url", addresses[0] if addresses else "")
    return 0


def _comment(platform: Platform, ended: EndedRun, bundle: Bundle, result: LintResult) -> list[str]:
    """Post one comment and return its address; raises BundleError and PlatformError."""
    if bundle.action != MIGRATE_LINT.name:
        raise BundleError("It is of an action that has no comments.")
    if bundle.commit != ended.context.commit:
        raise BundleError("It is about another commit than the run that has ended.")
    request = _meant(ended.pull_requests(), bundle.pull_request)
    if request is None:
        platform.notice("Nothing was posted: no open pull request has the commit of the run as its head any more.")
        return []
    publication = LintPublication(
        action=bundle.action,
        key=bundle.key,
        result=result,
        path_prefix=bundle.path_prefix,
        context=msgspec.structs.replace(ended.context, pull_request=request),
        reports="",
        origin=_ORIGIN,
    )
    mark = marker(ended, bundle)
    comments = ended.comments(request)
    if _is_full(comments, mark):
        raise BundleError(f"There are {_MOST} such comments on the pull request already.")
    text = comment_text(publication, mark, platform.capabilities, platform.file_url)
    posted: Posted | None = post(comments, mark, text, only_update=bundle.only_update)
    return [posted.url] if posted is not None else []


def marker(ended: EndedRun, bundle: Bundle) -> Marker:
    """The marker of a bundle's comment: run and commit are those of the event."""
    return Marker(
        action="comment",
        key=key_digest(f"{ended.workflow}\0{bundle.action}\0{bundle.key}"),
        commit=ended.context.commit,
        run=ended.context.run,
        written=time.time_ns() // 1_000_000,
    )


def _meant(requests: Sequence[PullRequest], wished: int) -> PullRequest | None:
    """Of the pull requests that the platform names, the one that the bundle means, or else the only one."""
    named = [request for request in requests if request.number == wished]
    if named:
        return named[0]
    return requests[0] if len(requests) == 1 else None


def _is_full(comments: Comments, mark: Marker) -> bool:
    """Whether one more comment of this kind would be too many."""
    markers = [marker_of(comment.body) for comment in comments.own()]
    keys = {other.key for other in markers if other is not None and other.action == mark.action}
    return mark.key not in keys and len(keys) >= _MOST
