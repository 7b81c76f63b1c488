"""What a run in Bitbucket Pipelines is about, from the variables that every step has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from schema_ci.context import Base, PullRequest, RunContext
from schema_core.schema.errors import UserError
from schema_core.text.truncate import shorten

WEB = "https://bitbucket.org"
_REPOSITORY = re.compile(r"[A-Za-z0-9_.\-]+/[A-Za-z0-9_.\-]+")
_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_NUMBER = re.compile(r"[0-9]{1,12}")
_STEP = re.compile(r"\{[0-9a-fA-F\-]+\}")


def context_of(environment: Mapping[str, str]) -> RunContext:
    """The context of a pull request's, a branch's or a tag's pipeline; raises UserError for impossible variables."""
    repository = _repository(environment)
    commit = _matching(environment, "BITBUCKET_COMMIT", _COMMIT)
    build = _matching(environment, "BITBUCKET_BUILD_NUMBER", _NUMBER)
    request = _pull_request(environment, repository, commit)
    return RunContext(
        event="pull-requests" if request is not None else "tags" if environment.get("BITBUCKET_TAG") else "branches",
        repository=repository,
        commit=commit,
        commit_url=f"{WEB}/{repository}/commits/{commit}",
        # The second number grows when a step is run again.
        run=(int(build), int(_matching(environment, "BITBUCKET_STEP_RUN_NUMBER", _NUMBER, otherwise="1"))),
        run_url=_run_url(environment, repository, build),
        pull_request=request,
        base=Base() if request is None else Base(commit=request.base, branch=request.base_branch or None),
        root=str(Path(environment.get("BITBUCKET_CLONE_DIR") or ".").absolute()),
    )


def file_url(context: RunContext, path: str, line: int | None) -> str:
    """The page of a file at the run's commit."""
    anchor = f"#lines-{line}" if line is not None else ""
    return f"{WEB}/{context.repository}/src/{context.commit}/{quote(path)}{anchor}"


def comment_url(context: RunContext, comment_id: str) -> str:
    """The place of a comment on its pull request."""
    request = context.pull_request
    return f"{request.url}/_/diff#comment-{comment_id}" if request is not None else ""


def _repository(environment: Mapping[str, str]) -> str:
    named = environment.get("BITBUCKET_REPO_FULL_NAME") or "/".join(
        environment.get(name, "") for name in ("BITBUCKET_WORKSPACE", "BITBUCKET_REPO_SLUG")
    )
    if _REPOSITORY.fullmatch(named) is None:
        raise UserError(
            f"The variable BITBUCKET_REPO_FULL_NAME does not name a repository: {shorten(named, 60)!r}; "
            "let Bitbucket Pipelines set it."
        )
    return named


def _pull_request(environment: Mapping[str, str], repository: str, commit: str) -> PullRequest | None:
    if not environment.get("BITBUCKET_PR_ID"):
        return None
    number = int(_matching(environment, "BITBUCKET_PR_ID", _NUMBER))
    return PullRequest(
        number=number,
        url=f"{WEB}/{repository}/pull-requests/{number}",
        head=commit,
        base_branch=environment.get("BITBUCKET_PR_DESTINATION_BRANCH", ""),
        base=_matching(environment, "BITBUCKET_PR_DESTINATION_COMMIT", _COMMIT, otherwise="") or None,
    )


def _run_url(environment: Mapping[str, str], repository: str, build: str) -> str:
    step = environment.get("BITBUCKET_STEP_UUID", "")
    place = f"/steps/{quote(step)}" if _STEP.fullmatch(step) else ""
    return f"{WEB}/{repository}/pipelines/results/{build}{place}"


def _matching(
    environment: Mapping[str, str], name: str, pattern: re.Pattern[str], *, otherwise: str | None = None
) -> str:
    value = environment.get(name, "") or otherwise
    if value is None or (value and pattern.fullmatch(value) is None):
        raise UserError(
            f"The variable {name} has the value {shorten(value or '', 60)!r}, which Bitbucket Pipelines never sets; "
            "do not set it yourself."
        )
    return value
