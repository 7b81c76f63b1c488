"""The run whose end started this one (``workflow_run``), as the event and the API tell it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from schema_ci.context import PullRequest, RunContext
from schema_ci.platforms.github_api import Api
from schema_ci.platforms.github_comments import Author, GitHubComments
from schema_ci.platforms.github_context import EndedWorkflow, PullRequestObject
from schema_ci.platforms.protocol import Comments

_PERMISSION = "pull-requests: write"


class GitHubEndedRun:
    """A run of another workflow of the repository."""

    def __init__(self, connect: Callable[[], tuple[Api, Author]], context: RunContext, ended: EndedWorkflow) -> None:
        """Take this run's context, whose commit is the other run's too; ``connect`` may raise PlatformError."""
        self._connect = connect
        self._ended = ended
        self.context = msgspec.structs.replace(context, run=(ended.id, ended.run_attempt), run_url=ended.html_url)
        self.workflow = str(ended.workflow_id)

    def pull_requests(self) -> Sequence[PullRequest]:
        """The open pull requests of this repository whose head is the run's commit now.

        They are looked for by their branch: the event does not name those of forks, and for a commit that only a fork
        has, GitHub's list of its pull requests is empty.
        """
        ended, repository = self._ended, self.context.repository
        if ended.head_repository is None or not ended.head_branch:
            return ()
        api, _ = self._connect()
        query = {"state": "open", "head": f"{ended.head_repository.owner}:{ended.head_branch}"}
        with api.doing("The pull request of the run was not found", _PERMISSION):
            found = list(api.pages("/pulls", PullRequestObject, query))
        return [
            pull.of_repository(repository)
            for pull in found
            if pull.head.sha == self.context.commit and pull.base.is_in(repository)
        ]

    def comments(self, request: PullRequest) -> Comments:
        """The conversation of one of them."""
        return GitHubComments(*self._connect(), request.number)
