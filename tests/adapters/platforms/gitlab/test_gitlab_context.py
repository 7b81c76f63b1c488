"""What a pipeline is about, for each kind of pipeline."""

from __future__ import annotations

import pytest

from schema_ci.context import Base
from schema_ci.platforms.gitlab_context import run_context
from schema_core.schema.errors import UserError

HEAD, MERGED, TARGET, FORK_POINT, BEFORE = (letter * 40 for letter in "abcde")
URL = "https://gitlab.example.org/acme/shop"

BRANCH = {
    "CI_PIPELINE_SOURCE": "push",
    "CI_PROJECT_ID": "7",
    "CI_PROJECT_PATH": "acme/shop",
    "CI_PROJECT_URL": URL,
    "CI_PIPELINE_ID": "31",
    "CI_JOB_ID": "411",
    "CI_JOB_URL": f"{URL}/-/jobs/411",
    "CI_JOB_NAME": "schema-lint",
    "CI_COMMIT_SHA": HEAD,
    "CI_COMMIT_BRANCH": "orders",
    "CI_COMMIT_BEFORE_SHA": BEFORE,
    "CI_DEFAULT_BRANCH": "main",
    "CI_PROJECT_DIR": "/builds/acme/shop",
}
DETACHED = {name: value for name, value in BRANCH.items() if name != "CI_COMMIT_BRANCH"} | {
    "CI_PIPELINE_SOURCE": "merge_request_event",
    "CI_COMMIT_BEFORE_SHA": "0" * 40,
    "CI_MERGE_REQUEST_IID": "3",
    "CI_MERGE_REQUEST_EVENT_TYPE": "detached",
    "CI_MERGE_REQUEST_PROJECT_ID": "7",
    "CI_MERGE_REQUEST_PROJECT_PATH": "acme/shop",
    "CI_MERGE_REQUEST_PROJECT_URL": URL,
    "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "7",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "release",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA": FORK_POINT,
}
MERGED_RESULTS = DETACHED | {
    "CI_MERGE_REQUEST_EVENT_TYPE": "merged_result",
    "CI_COMMIT_SHA": MERGED,
    "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": HEAD,
    "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": TARGET,
}


@pytest.mark.parametrize(
    ("variables", "base"),
    [
        pytest.param(DETACHED, Base(commit=FORK_POINT, branch="release"), id="detached"),
        pytest.param(MERGED_RESULTS, Base(commit=TARGET, branch="release"), id="merged results"),
        pytest.param(
            MERGED_RESULTS | {"CI_MERGE_REQUEST_EVENT_TYPE": "merge_train"},
            Base(commit=TARGET, branch="release"),
            id="merge train",
        ),
        pytest.param(BRANCH, Base(branch="main"), id="push to a branch"),
        pytest.param(BRANCH | {"CI_COMMIT_BRANCH": "main"}, Base(commit=BEFORE), id="push to the default branch"),
        pytest.param(
            BRANCH | {"CI_COMMIT_BRANCH": "main", "CI_COMMIT_BEFORE_SHA": "0" * 40, "CI_PIPELINE_SOURCE": "schedule"},
            Base(branch="main"),
            id="schedule",
        ),
        pytest.param(
            {**{k: v for k, v in BRANCH.items() if k != "CI_COMMIT_BRANCH"}, "CI_COMMIT_TAG": "v1"},
            Base(branch="main"),
            id="tag",
        ),
        pytest.param(BRANCH | {"CI_DEFAULT_BRANCH": ""}, None, id="no default branch"),
    ],
)
def test_the_base(variables: dict[str, str], base: Base | None) -> None:
    assert run_context(variables).base == base


def test_a_merge_request_is_about_the_newest_commit_of_its_branch() -> None:
    for variables in (DETACHED, MERGED_RESULTS):
        context = run_context(variables)
        assert context.commit == HEAD
        assert context.pull_request is not None
        assert (context.pull_request.number, context.pull_request.head) == (3, HEAD)
        assert context.pull_request.url == f"{URL}/-/merge_requests/3"
        assert not context.pull_request.from_fork
        assert context.run == (31, 411)


def test_a_fork_is_recognised_wherever_its_pipeline_runs() -> None:
    in_the_fork = DETACHED | {
        "CI_PROJECT_ID": "99",
        "CI_PROJECT_PATH": "eve/shop",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "99",
    }
    for variables in (in_the_fork, DETACHED | {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "99"}):
        context = run_context(variables)
        assert context.pull_request is not None
        assert context.pull_request.from_fork
        assert context.repository == "acme/shop"


def test_a_branch_pipeline_has_no_merge_request() -> None:
    context = run_context(BRANCH)
    assert context.pull_request is None
    assert (context.event, context.commit, context.root) == ("push", HEAD, "/builds/acme/shop")


@pytest.mark.parametrize("value", ["x", "-1", "1\n", "9" * 30])
def test_a_number_that_is_none_is_an_error(value: str) -> None:
    with pytest.raises(UserError, match="CI_MERGE_REQUEST_IID"):
        run_context(DETACHED | {"CI_MERGE_REQUEST_IID": value})
