"""What a GitLab pipeline is about, from its predefined variables (docs.gitlab.com/ci/variables)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from schema_ci.context import Base, PullRequest, RunContext
from schema_core.schema.errors import UserError

_NUMBER = re.compile(r"[0-9]{1,18}")
_NOTHING = re.compile(r"0*")
"""``CI_COMMIT_BEFORE_SHA`` is all zeros where there is no commit before."""


def run_context(environment: Mapping[str, str]) -> RunContext:
    """The context of the job; raises UserError when its variables do not make sense."""
    return RunContext(
        event=environment.get("CI_PIPELINE_SOURCE", ""),
        repository=environment.get("CI_MERGE_REQUEST_PROJECT_PATH") or environment.get("CI_PROJECT_PATH", ""),
        commit=_head(environment),
        commit_url=f"{url}/-/commit/{_head(environment)}" if (url := source_url(environment)) else "",
        run=(_number(environment, "CI_PIPELINE_ID"), _number(environment, "CI_JOB_ID")),
        run_url=environment.get("CI_JOB_URL") or environment.get("CI_PIPELINE_URL", ""),
        pull_request=_merge_request(environment),
        base=_base(environment),
        job=environment.get("CI_JOB_NAME", ""),
        root=environment.get("CI_PROJECT_DIR") or ".",
    )


def source_url(environment: Mapping[str, str]) -> str:
    """The web address of the project that holds the run's commit, which may be a fork."""
    return environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_URL") or environment.get("CI_PROJECT_URL", "")


def _head(environment: Mapping[str, str]) -> str:
    """The newest commit of the branch; in a merged results pipeline ``CI_COMMIT_SHA`` is a merge made for the run."""
    return environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environment.get("CI_COMMIT_SHA", "")


def _merge_request(environment: Mapping[str, str]) -> PullRequest | None:
    """The merge request of a merge request pipeline, a child pipeline of one included."""
    if not environment.get("CI_MERGE_REQUEST_IID"):
        return None
    number = _number(environment, "CI_MERGE_REQUEST_IID")
    project = environment.get("CI_MERGE_REQUEST_PROJECT_URL", "")
    source = environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID")
    return PullRequest(
        number=number,
        url=f"{project}/-/merge_requests/{number}" if project else "",
        head=_head(environment),
        base_branch=environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", ""),
        base=environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA") or None,
        from_fork=bool(source) and source != environment.get("CI_MERGE_REQUEST_PROJECT_ID"),
    )


def _base(environment: Mapping[str, str]) -> Base | None:
    """What the new files are found against.

    A merged results pipeline and a merge train run on a merge with the target branch, so that branch's commit counts:
    the one where the source branch left it would make the target's newest files look new. On the default branch a push
    is compared with what was there before it, on any other branch with the default branch.
    """
    if environment.get("CI_MERGE_REQUEST_IID"):
        commit = environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA") or environment.get(
            "CI_MERGE_REQUEST_DIFF_BASE_SHA"
        )
        return Base(commit=commit or None, branch=environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME") or None)
    default = environment.get("CI_DEFAULT_BRANCH") or None
    before = environment.get("CI_COMMIT_BEFORE_SHA", "")
    if environment.get("CI_COMMIT_BRANCH") == default and _NOTHING.fullmatch(before) is None:
        return Base(commit=before)  # the branch itself is what was pushed
    return Base(branch=default) if default else None


def _number(environment: Mapping[str, str], name: str) -> int:
    value = environment.get(name, "") or "0"
    if _NUMBER.fullmatch(value) is None:
        raise UserError(f"GitLab's variable {name} is no number.")
    return int(value)
