"""GitHub, and GitHub Enterprise Server: the same variables with other addresses."""

from __future__ import annotations

import base64
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from schema_ci.platforms.github_context import read_context, read_ended_run, server_url
from schema_ci.platforms.github_files import LONGEST_SUMMARY, add_output, add_summary
from schema_ci.platforms.github_log import Log
from schema_ci.platforms.protocol import Capabilities, Comments, InlineNote, PlatformError, Status
from schema_ci.publish.lint_publication import LintPublication
from schema_core.text.redact import remember_secret

if TYPE_CHECKING:
    from schema_ci.platforms.github_api import Api
    from schema_ci.platforms.github_comments import Author
    from schema_ci.platforms.github_ended_run import GitHubEndedRun

_LONGEST_COMMENT = 65_536


def open_platform(environment: Mapping[str, str]) -> GitHubPlatform:
    """The platform of a workflow's step; raises UserError when its variables make no sense."""
    return GitHubPlatform(environment)


class GitHubPlatform:
    """Annotations and the summary need no token; everything else goes through the API, which is loaded on first use."""

    name = "GitHub"
    capabilities = Capabilities(html=True, longest_comment=_LONGEST_COMMENT, longest_summary=LONGEST_SUMMARY)

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Read the run's context; connects to nothing."""
        self._environment = environment
        self._log = Log()
        self.context = read_context(environment)

    def given(self, name: str) -> str | None:
        """The value of ``INPUT_<NAME>``, as the runner writes it: capitals, hyphens kept."""
        return self._environment.get(f"INPUT_{name.upper().replace(' ', '_')}")

    def git_credentials(self) -> Mapping[str, str]:
        """Git's configuration for this server and no other, on top of what the environment configures already.

        An empty header first: it takes back the one that actions/checkout may have left, since the server refuses two.
        """
        if not self._token:
            return {}
        key = f"http.{server_url(self._environment)}/.extraheader"
        encoded = base64.b64encode(f"x-access-token:{self._token}".encode()).decode()
        given = self._environment.get("GIT_CONFIG_COUNT", "")
        first = int(given) if given.isdecimal() else 0
        variables = {"GIT_CONFIG_COUNT": str(first + 2)}
        for number, value in enumerate(("", f"AUTHORIZATION: basic {encoded}"), first):
            variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return variables

    def set_output(self, name: str, value: str) -> None:
        """Add to the step's outputs."""
        path = self._environment.get("GITHUB_OUTPUT")
        if path:
            add_output(Path(path), name, value)

    def log(self, text: str) -> None:
        """Write a line that is no command."""
        self._log.plain(text)

    def notice(self, text: str) -> None:
        """Annotate the run."""
        self._log.annotate("notice", text)

    def warning(self, text: str) -> None:
        """Annotate the run."""
        self._log.annotate("warning", text)

    def error(self, text: str) -> None:
        """Annotate the run."""
        self._log.annotate("error", text)

    def file_url(self, path: str, line: int | None = None) -> str:
        """The file at the run's commit; for a fork too, whose commits the repository shows."""
        context = self.context
        address = f"{server_url(self._environment)}/{context.repository}/blob/{context.commit}/{quote(path)}"
        return f"{address}#L{line}" if line is not None else address

    def comments(self) -> Comments | None:
        """The conversation of the event's pull request."""
        request = self.context.pull_request
        if request is None or (request.from_fork and self._has_told_rights()):
            return None
        from schema_ci.platforms.github_comments import GitHubComments

        return GitHubComments(self._api, self._author, request.number)

    def ended_run(self) -> GitHubEndedRun | None:
        """The run that a ``workflow_run`` event is about."""
        ended = read_ended_run(self._environment)
        if ended is None:
            return None
        from schema_ci.platforms.github_ended_run import GitHubEndedRun

        return GitHubEndedRun(lambda: (self._api, self._author), self.context, ended)

    def set_status(self, status: Status) -> None:
        """Set the status of the pull request's head, or of the commit that was pushed."""
        from schema_ci.platforms.github_checks import set_status

        with self._rights_told_once():
            set_status(self._api, self.context.commit, status)

    def publish_findings(self, publication: LintPublication) -> None:
        """Annotate the lines; make the check run when it was asked for."""
        self._log.findings(publication.result, publication.path_prefix)
        if publication.check_run:
            from schema_ci.platforms.github_checks import make_check_run

            make_check_run(self._api, publication, self.file_url)

    def publish_notes(self, publication: LintPublication, notes: Collection[InlineNote]) -> None:
        """Post suggestions on the lines that fixes change."""
        from schema_ci.platforms.github_notes import publish_notes

        with self._rights_told_once():
            publish_notes(self._api, self._author, publication, notes)

    def summary(self, markdown: str) -> None:
        """Add to the summary of the job."""
        path = self._environment.get("GITHUB_STEP_SUMMARY")
        if path:
            add_summary(Path(path), markdown)

    def finish(self) -> None:
        """Everything was written at once."""
        sys.stdout.flush()

    @cached_property
    def _token(self) -> str:
        """The input, which is the job's own token by default; without one, the variable that scripts use."""
        token = (self.given("token") or self._environment.get("GITHUB_TOKEN") or "").strip()
        remember_secret(token)
        return token

    @cached_property
    def _api(self) -> Api:
        from schema_ci.platforms.github_api import Api

        if not self._token:
            raise PlatformError("Nothing is posted, since there is no token.", "Set the input token.")
        request = self.context.pull_request
        return Api(
            self._environment.get("GITHUB_API_URL") or "https://api.github.com",
            self._token,
            self.context.repository,
            from_fork=request is not None and request.from_fork,
        )

    @cached_property
    def _author(self) -> Author:
        from schema_ci.platforms.github_comments import Author

        return Author(self._api)

    def _has_told_rights(self) -> bool:
        return "_api" in self.__dict__ and self._api.rights_told

    @contextmanager
    def _rights_told_once(self) -> Iterator[None]:
        """One warning about missing rights names all of them; those after it would say the same."""
        from schema_ci.platforms.github_api import MissingRightsError

        told = self._has_told_rights()
        try:
            yield
        except MissingRightsError:
            if not told:
                raise
