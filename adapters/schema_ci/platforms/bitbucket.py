"""Bitbucket Pipelines: in a pipe, or with our image as the step's own."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from schema_ci.platforms.bitbucket_api import PROXY_PORT, BitbucketApi, BitbucketError, credentials_in, doing
from schema_ci.platforms.bitbucket_comments import BitbucketComments
from schema_ci.platforms.bitbucket_context import context_of, file_url
from schema_ci.platforms.bitbucket_inputs import VariableInputs, value_of
from schema_ci.platforms.bitbucket_insights import publish_report, publish_status
from schema_ci.platforms.bitbucket_outputs import forget_outputs, write_outputs
from schema_ci.platforms.protocol import Capabilities, Comments, InlineNote, Status
from schema_ci.publish.lint_publication import LintPublication
from schema_core.text.redact import remember_secret
from schema_core.text.terminal import Style, terminal

DEFAULT_ACTION = "migrate/lint"
"""A pipe that is named by its image has no defaults of its own."""

_SECRETS = (
    "BITBUCKET_ACCESS_TOKEN",
    "ATLASSIAN_API_TOKEN",
    "BITBUCKET_STEP_OIDC_TOKEN",
    "REPOSITORY_OAUTH_ACCESS_TOKEN",
)
_SWITCHED_ON = frozenset({"true", "1", "yes", "on"})


def open_platform(environment: Mapping[str, str]) -> BitbucketPlatform:
    """The platform of a step; raises UserError when its variables do not make sense."""
    platform = BitbucketPlatform(environment)
    forget_outputs(Path(platform.context.root))
    return platform


class BitbucketPlatform:
    """One step of a pipeline."""

    name = "Bitbucket"
    capabilities = Capabilities(html=False, longest_comment=65_536)

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Read the context; nothing is sent yet."""
        self._environment = environment
        for name in _SECRETS:
            remember_secret(value_of(environment, name))
        self._style = Style(enabled=not environment.get("NO_COLOR"))
        self._inputs = VariableInputs(environment, self.notice)
        self._outputs: dict[str, str] = {}
        self._api: BitbucketApi | None = None
        # In a pipe, localhost is the pipe's own container.
        self._step_host = "host.docker.internal" if environment.get("BITBUCKET_PIPE_STORAGE_DIR") else "localhost"
        self.context = context_of(environment)

    def given(self, name: str) -> str | None:
        """The value of ``SCHEMA_ACTION_<NAME>``, or of the incumbent's variable."""
        value = self._inputs.given(name)
        return value or DEFAULT_ACTION if name == "action" else value

    def git_credentials(self) -> Mapping[str, str]:
        """The clone fetches through the proxy of Pipelines on localhost; from a pipe it is on another host."""
        origin = self._environment.get("BITBUCKET_GIT_HTTP_ORIGIN", "")
        if self._step_host == "localhost" or not origin:
            return {}
        count = self._environment.get("GIT_CONFIG_COUNT", "")
        number = int(count) if count.isdigit() else 0
        return {
            f"GIT_CONFIG_KEY_{number}": f"http.{origin}.proxy",
            f"GIT_CONFIG_VALUE_{number}": f"http://{self._step_host}:{PROXY_PORT}/",
            "GIT_CONFIG_COUNT": str(number + 1),
        }

    def set_output(self, name: str, value: str) -> None:
        """Keep it for the file of outputs."""
        self._outputs[name] = value

    def log(self, text: str) -> None:
        """Print to standard error, like everything that is no report."""
        _say(terminal(text))

    def notice(self, text: str) -> None:
        """Print with a word in front."""
        _say(f"{self._style.bold('Notice:')} {terminal(text)}")

    def warning(self, text: str) -> None:
        """Print with a word in front."""
        _say(f"{self._style.yellow('Warning:')} {terminal(text)}")

    def error(self, text: str) -> None:
        """Print with a word in front."""
        _say(f"{self._style.red('Error:')} {terminal(text)}")

    def file_url(self, path: str, line: int | None = None) -> str:
        """The file's page."""
        return file_url(self.context, path, line)

    def comments(self) -> Comments | None:
        """The conversation; None, with a notice, without credentials that could write there."""
        request = self.context.pull_request
        if request is None:
            return None
        api = self._connected()
        if api.credentials is None:
            self.notice(
                "There is no comment on the pull request, because that takes a token: pass BITBUCKET_ACCESS_TOKEN, an "
                "access token with the scope Pull requests: Read. Code Insights and the build status need none."
            )
            return None
        return BitbucketComments(api, self.context, request)

    def ended_run(self) -> None:
        """No such event; Bitbucket does not run pipelines for forks."""

    def set_status(self, status: Status) -> None:
        """Set the build status."""
        branch = self._environment.get("BITBUCKET_BRANCH", "")
        with doing("The build status was not set"):
            publish_status(self._connected(), self.context, status, branch)

    def publish_findings(self, publication: LintPublication) -> None:
        """Make a Code Insights report with annotations."""
        with doing("The Code Insights report was not made"):
            publish_report(self._connected(), publication)

    def publish_notes(self, publication: LintPublication, notes: Collection[InlineNote]) -> None:
        """The report's annotations are on the lines already."""

    def summary(self, markdown: str) -> None:
        """There is none."""

    def finish(self) -> None:
        """Write the file of outputs."""
        if self._outputs:
            write_outputs(Path(self.context.root), self._outputs)
        if self._api is not None:
            self._api.close()

    def _connected(self) -> BitbucketApi:
        if self._api is None:
            try:
                credentials = credentials_in(self._environment, self.given("token"))
            except BitbucketError as error:
                self.warning(f"{error.problem} {error.remedy}")
                credentials = None
            self._api = BitbucketApi(
                self.context.repository, credentials, proxy_host=self._step_host, debug=self._debug
            )
        return self._api

    def _debug(self, text: str) -> None:
        if value_of(self._environment, "DEBUG").lower() in _SWITCHED_ON:
            self.log(f"debug: {text}")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
