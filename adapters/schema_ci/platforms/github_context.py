"""What a run of a GitHub workflow is about, from its environment and its event."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from schema_ci.context import Base, PullRequest, RunContext
from schema_core.schema.errors import UserError

_REPOSITORY = re.compile(r"[A-Za-z0-9_.\-]+/[A-Za-z0-9_.\-]+")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PULL_REQUEST_EVENTS = frozenset({"pull_request", "pull_request_target", "pull_request_review"})


class _Repository(msgspec.Struct, frozen=True):
    full_name: str = ""
    default_branch: str = ""

    @property
    def owner(self) -> str:
        return self.full_name.partition("/")[0]


class _Side(msgspec.Struct, frozen=True):
    sha: str
    ref: str
    repo: _Repository | None = None
    """None when the fork was deleted."""

    def is_in(self, repository: str) -> bool:
        """Whether this side is of the repository of this name."""
        return self.repo is not None and self.repo.full_name.lower() == repository.lower()


class PullRequestObject(msgspec.Struct, frozen=True):
    """A pull request as events and the API describe it."""

    number: int
    html_url: str
    head: _Side
    base: _Side

    def of_repository(self, repository: str) -> PullRequest:
        """The pull request for a run in this repository; raises UserError for commits that are none."""
        return PullRequest(
            number=self.number,
            url=self.html_url,
            head=_checked(_COMMIT, self.head.sha, "pull_request.head.sha"),
            base_branch=self.base.ref,
            base=_checked(_COMMIT, self.base.sha, "pull_request.base.sha"),
            from_fork=not self.head.is_in(repository),
        )


class _MergeGroup(msgspec.Struct, frozen=True):
    head_sha: str
    base_sha: str
    base_ref: str


class EndedWorkflow(msgspec.Struct, frozen=True):
    """The run that a ``workflow_run`` event is about. Its branch's name is the author's choice."""

    id: int
    run_attempt: int
    workflow_id: int
    html_url: str
    head_sha: str
    head_branch: str | None = None
    head_repository: _Repository | None = None


class _Event(msgspec.Struct, frozen=True):
    """The part of an event's payload that we read; which fields are there depends on the event."""

    before: str = ""
    repository: _Repository = _Repository()
    pull_request: PullRequestObject | None = None
    merge_group: _MergeGroup | None = None
    workflow_run: EndedWorkflow | None = None


def read_context(environment: Mapping[str, str]) -> RunContext:
    """The context of this run; raises UserError when the runner's variables or its payload make no sense."""
    name = environment.get("GITHUB_EVENT_NAME", "")
    event = _payload(environment.get("GITHUB_EVENT_PATH", ""))
    repository = _checked(_REPOSITORY, environment.get("GITHUB_REPOSITORY", ""), "GITHUB_REPOSITORY")
    request = _pull_request(name, event, repository)
    commit = _commit(environment, event, request)
    return RunContext(
        event=name,
        repository=repository,
        commit=commit,
        commit_url=f"{server_url(environment)}/{repository}/commit/{commit}",
        run=(_number(environment, "GITHUB_RUN_ID"), _number(environment, "GITHUB_RUN_ATTEMPT")),
        run_url=_run_url(environment, repository),
        pull_request=request,
        from_fork=_ran_for_fork(event.workflow_run, repository),
        base=_base(environment, event, request),
        job=environment.get("GITHUB_JOB", ""),
        root=os.fspath(Path(environment.get("GITHUB_WORKSPACE") or os.curdir).absolute()),
    )


def read_ended_run(environment: Mapping[str, str]) -> EndedWorkflow | None:
    """The run whose end started this one; None when something else did. Raises UserError."""
    return _payload(environment.get("GITHUB_EVENT_PATH", "")).workflow_run


def _ran_for_fork(ended: EndedWorkflow | None, repository: str) -> bool:
    if ended is None:
        return False
    head = ended.head_repository
    return head is None or head.full_name.lower() != repository.lower()


def _payload(path: str) -> _Event:
    if not path:
        return _Event()
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=_Event)
    except (OSError, msgspec.MsgspecError) as error:
        raise UserError(f"The payload of the event cannot be read ({error}); GITHUB_EVENT_PATH names it.") from error


def _pull_request(name: str, event: _Event, repository: str) -> PullRequest | None:
    found = event.pull_request
    if found is None:
        if name in _PULL_REQUEST_EVENTS:
            raise UserError(f"The payload of the event {name} holds no pull request; GITHUB_EVENT_PATH names it.")
        return None
    return found.of_repository(repository)


def _commit(environment: Mapping[str, str], event: _Event, request: PullRequest | None) -> str:
    """The commit that people know: never the merge commit that GitHub makes for a pull request."""
    if request is not None:
        return request.head
    for source in (event.merge_group, event.workflow_run):
        if source is not None:
            return _checked(_COMMIT, source.head_sha, "head_sha")
    return _checked(_COMMIT, environment.get("GITHUB_SHA", ""), "GITHUB_SHA")


def _base(environment: Mapping[str, str], event: _Event, request: PullRequest | None) -> Base | None:
    if request is not None:
        return Base(commit=request.base, branch=request.base_branch)
    if event.merge_group is not None:
        # The commit alone: the branch may not hold yet what is before this group in the queue.
        return Base(commit=_checked(_COMMIT, event.merge_group.base_sha, "merge_group.base_sha"))
    if event.before.strip("0"):
        return Base(commit=_checked(_COMMIT, event.before, "before"))
    # A schedule's payload does not name the repository on every server; it runs on the default branch.
    branch = event.repository.default_branch or environment.get("GITHUB_REF_NAME", "")
    return Base(branch=branch) if branch else None


def _run_url(environment: Mapping[str, str], repository: str) -> str:
    run = environment.get("GITHUB_RUN_ID", "")
    return f"{server_url(environment)}/{repository}/actions/runs/{run}" if run.isdecimal() else ""


def server_url(environment: Mapping[str, str]) -> str:
    """The address of GitHub, or of the Enterprise server."""
    return (environment.get("GITHUB_SERVER_URL") or "https://github.com").rstrip("/")


def _number(environment: Mapping[str, str], name: str) -> int:
    value = environment.get(name, "")
    return int(value) if value.isdecimal() else 0


def _checked(pattern: re.Pattern[str], value: str, name: str) -> str:
    if pattern.fullmatch(value) is None:
        raise UserError(f"{name} is {value[:80]!r}, which it cannot be; this does not look like a run of GitHub's.")
    return value
