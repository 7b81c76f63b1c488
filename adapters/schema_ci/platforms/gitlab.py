"""GitLab: notes, threads and statuses with a project access token; report artifacts with or without one."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from schema_ci.checkout_files import write_in
from schema_ci.platforms import gitlab_inputs
from schema_ci.platforms.gitlab_context import run_context, source_url
from schema_ci.platforms.gitlab_outputs import write_outputs
from schema_ci.platforms.protocol import Capabilities, Comments, InlineNote, PlatformError, Status
from schema_ci.publish.artifacts import DIRECTORY
from schema_ci.publish.lint_publication import LintPublication
from schema_core.report.formats import render_lint
from schema_core.text.redact import remember_secret
from schema_core.text.terminal import Style, terminal
from schema_core.text.truncate import one_line

if TYPE_CHECKING:
    from schema_ci.platforms.gitlab_api import GitLabApi

OUTPUTS = f"{DIRECTORY}/outputs.env"
CODE_QUALITY = f"{DIRECTORY}/code-quality.json"
JUNIT = f"{DIRECTORY}/junit.xml"
"""Files with fixed names, since a pipeline's file names its reports before anything has run."""

_LONGEST_STATUS = 255
_COLOURS = Style(enabled=True)
"""Job logs show colours."""


def open_platform(environment: Mapping[str, str]) -> GitLabPlatform:
    """The platform of a GitLab job; raises UserError when its variables do not make sense."""
    return GitLabPlatform(environment)


class GitLabPlatform:
    """One GitLab job."""

    name = "GitLab"
    capabilities = Capabilities(html=True, longest_comment=1_000_000)

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Read the job's variables; nothing is sent."""
        self._environment = environment
        self._outputs: list[tuple[str, str]] = []
        self._said: set[str] = set()
        self.context = run_context(environment)
        for name in ("CI_JOB_TOKEN", "CI_REGISTRY_PASSWORD", "CI_DEPLOY_PASSWORD"):
            remember_secret(environment.get(name, ""))

    def given(self, name: str) -> str | None:
        """``SCHEMA_ACTION_<NAME>``, or what the incumbent's component sets."""
        return gitlab_inputs.given(
            self._environment,
            name,
            lambda: self._once(
                "Inputs were read from ATLAS_ACTION and ATLAS_INPUT_* variables; rename them to SCHEMA_ACTION_*."
            ),
        )

    def git_credentials(self) -> Mapping[str, str]:
        """The job token for git, for runners that keep it out of the clone's remote."""
        token, server = self._environment.get("CI_JOB_TOKEN"), self._environment.get("CI_SERVER_URL", "")
        authority = self._environment.get("CI_SERVER_TLS_CA_FILE")
        found = {"GIT_SSL_CAINFO": authority} if authority else {}
        # What the image sets this way (safe.directory) goes on counting.
        number = int(self._environment.get("GIT_CONFIG_COUNT") or 0)
        if token and server.startswith(("https://", "http://")):
            helper = '!f() { echo username=gitlab-ci-token; echo "password=$CI_JOB_TOKEN"; }; f'
            found |= {
                "GIT_CONFIG_COUNT": str(number + 1),
                f"GIT_CONFIG_KEY_{number}": f"credential.{server}.helper",
                f"GIT_CONFIG_VALUE_{number}": helper,
            }
        return found

    def set_output(self, name: str, value: str) -> None:
        """Keep it for the dotenv report."""
        self._outputs.append((name, value))

    def log(self, text: str) -> None:
        """A plain line."""
        _say(text)

    def notice(self, text: str) -> None:
        """A line that begins with a word in bold."""
        _say(text, _COLOURS.bold("Notice:"))

    def warning(self, text: str) -> None:
        """A line that begins with a yellow word."""
        _say(text, _COLOURS.yellow("Warning:"))

    def error(self, text: str) -> None:
        """A line that begins with a red word."""
        _say(text, _COLOURS.red("Error:"))

    def file_url(self, path: str, line: int | None = None) -> str:
        """The file in the web interface, at the run's commit."""
        project = source_url(self._environment)
        if not project or not self.context.commit:
            return ""
        anchor = f"#L{line}" if line is not None else ""
        return f"{project}/-/blob/{self.context.commit}/{quote(path)}{anchor}"

    def comments(self) -> Comments | None:
        """The merge request's notes; None without one, or when there is only the job's own token."""
        request = self.context.pull_request
        if request is None or (api := self._api) is None:
            return None
        from schema_ci.platforms.gitlab_notes import MergeRequestNotes

        return MergeRequestNotes(api, self._target_project, request.number, request.url)

    def ended_run(self) -> None:
        """No such event; pipelines of forks run without rights and leave artifacts."""

    def set_status(self, status: Status) -> None:
        """Set the commit's status in the run's own pipeline."""
        if not self._environment.get("CI_COMMIT_SHA") or (api := self._api) is None:
            return
        from schema_ci.platforms.gitlab_api import call

        # A status on any other commit than the pipeline's would make a pipeline of its own.
        commit = api.project(self._environment.get("CI_PROJECT_ID", "")).commits.get(
            self._environment["CI_COMMIT_SHA"], lazy=True
        )
        data = {
            "state": "success" if status.state == "success" else "failed",
            "name": one_line(terminal(status.name), _LONGEST_STATUS),
            "description": one_line(terminal(status.description), _LONGEST_STATUS),
            "pipeline_id": self.context.run[0],
        }
        if 0 < len(status.url) <= _LONGEST_STATUS:
            data["target_url"] = status.url
        call("The commit's status was not set", lambda: commit.statuses.create(data))

    def publish_findings(self, publication: LintPublication) -> None:
        """Write the Code Quality and the JUnit report where the job's artifacts name them."""
        root = Path(self.context.root)
        for name, format_name in ((CODE_QUALITY, "code-quality"), (JUNIT, "junit")):
            write_in(root, name, render_lint(publication.result, format_name, path_prefix=publication.path_prefix))

    def publish_notes(self, publication: LintPublication, notes: Collection[InlineNote]) -> None:
        """Threads on the changed lines, resolved when their problem is gone."""
        request = self.context.pull_request
        if request is None or (api := self._api) is None:
            return
        from schema_ci.platforms.gitlab_threads import MergeRequestThreads

        left_out = MergeRequestThreads(api, self._target_project, request.number).settle(publication, notes)
        if left_out is None:
            self.notice("The merge request has a newer commit already; its threads were left as they are.")
        elif left_out:
            self.notice(f"{left_out} more findings got no thread; the comment and the reports have them.")

    def summary(self, markdown: str) -> None:
        """There is none."""

    def finish(self) -> None:
        """Write the dotenv report."""
        for name in write_outputs(Path(self.context.root), OUTPUTS, self._outputs):
            self.warning(f"The output {name} was left out: its value does not fit into a dotenv report.")

    @property
    def _target_project(self) -> str:
        """The merge request's own project; the run's is another one in a fork."""
        return self._environment.get("CI_MERGE_REQUEST_PROJECT_ID") or self._environment.get("CI_PROJECT_ID", "")

    @cached_property
    def _api(self) -> GitLabApi | None:
        """The API, None (and said once) without a token that may write; raises PlatformError."""
        token = (self.given("token") or "").strip()
        if not token or token == self._environment.get("CI_JOB_TOKEN"):
            if self.context.pull_request is not None and self.context.pull_request.from_fork:
                why = "Nothing is posted: a merge request from a fork gets no token, which is right; see the artifacts."
            else:
                token_needed = gitlab_inputs.WHICH_TOKEN
                why = f"Nothing is posted, only artifacts are written: GitLab's job token cannot post. {token_needed}"
            self._once(why)
            return None
        remember_secret(token)
        if "\n" in token or not token.isascii():
            raise PlatformError("The token holds characters that no token has; nothing is posted.")
        from schema_ci.platforms.gitlab_api import GitLabApi

        return GitLabApi(self._environment, token)

    def _once(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            self.notice(text)


def _say(text: str, prefix: str = "") -> None:
    sys.stderr.write(f"{prefix} {terminal(text)}\n" if prefix else f"{terminal(text)}\n")
