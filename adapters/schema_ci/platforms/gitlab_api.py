"""GitLab's REST API through python-gitlab: our user, the merge request, and errors in words of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar, cast

import gitlab
import requests
from gitlab.v4.objects import Project, ProjectMergeRequest
from requests.adapters import HTTPAdapter
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

from schema_ci.platforms.gitlab_inputs import WHICH_TOKEN
from schema_ci.platforms.protocol import PlatformError
from schema_core import __version__

_T = TypeVar("_T")

PAGE = 100
"""Items a page, the most that GitLab gives."""
_TIMEOUT = 30
_RETRIES = 4
_LONGEST_WAIT = 60
"""Seconds that we wait at most because the server asks for it, each time."""

_REMEDIES = {
    401: f"GitLab does not accept the token: it is wrong, expired or revoked. {WHICH_TOKEN}",
    403: "The token lacks a right: it needs the scope api and the role Reporter for notes, Developer for statuses and "
    "for resolving threads.",
    404: "The token's user has no access to the project, or it is gone: make the token in the project itself.",
    429: "GitLab's rate limit was still reached after several tries; run the job again later.",
}


class GitLabApi:
    """One client for the run's project and merge request; nothing is asked before it is needed."""

    def __init__(self, environment: Mapping[str, str], token: str) -> None:
        """Take the address from ``CI_API_V4_URL``."""
        address = environment.get("CI_API_V4_URL", "")
        if not address.startswith(("https://", "http://")) or not address.endswith("/api/v4"):
            raise PlatformError("Nothing was posted to GitLab: the variable CI_API_V4_URL is not set to its API.")
        session = requests.Session()
        session.max_redirects = 0  # a redirect would carry the token to wherever it leads
        for scheme in ("https://", "http://"):
            session.mount(scheme, _OnlyThisApi(address))
        self._client = _Client(
            address.removesuffix("/api/v4"),
            private_token=token,
            ssl_verify=environment.get("CI_SERVER_TLS_CA_FILE") or True,
            timeout=_TIMEOUT,
            user_agent=f"schema-action/{__version__}",
            keep_base_url=True,
            session=session,
        )

    @cached_property
    def user_id(self) -> int:
        """The number of the token's user; raises PlatformError."""
        return call("The token's user could not be read", self._own_id)

    def project(self, number: str) -> Project:
        """A project, without asking for it."""
        return self._client.projects.get(number, lazy=True)

    def merge_request(self, project: str, number: int) -> ProjectMergeRequest:
        """A merge request, without asking for it."""
        return self.project(project).mergerequests.get(number, lazy=True)

    def _own_id(self) -> int:
        self._client.auth()
        if self._client.user is None:
            raise PlatformError("The token's user could not be read.", WHICH_TOKEN)
        return int(self._client.user.id)


def call(problem: str, request: Callable[[], _T]) -> _T:
    """The request's answer; raises PlatformError, which begins with ``problem``, when there is none."""
    try:
        return request()
    except gitlab.exceptions.GitlabError as error:
        raise refused(problem, error) from error
    except requests.RequestException as error:
        raise PlatformError(f"{problem}: GitLab could not be reached ({type(error).__name__}).") from error


def listed(problem: str, request: Callable[[], Iterable[Any]]) -> Iterator[dict[str, Any]]:
    """The attributes of each item of all pages; raises PlatformError."""
    items = iter(call(problem, request))
    nothing = object()
    while (item := call(problem, lambda: next(items, nothing))) is not nothing:
        yield cast("dict[str, Any]", item.attributes if hasattr(item, "attributes") else item)


def refused(problem: str, error: gitlab.exceptions.GitlabError) -> PlatformError:
    """GitLab's answer in our words."""
    code = error.response_code or 0
    words = str(error.error_message or "").strip()
    told = f"GitLab answered {code}" if code else "GitLab gave no usable answer"
    if words and not words.startswith("<"):
        told += f", {words[:300]}"
    return PlatformError(f"{problem}: {told}.", _REMEDIES.get(code, ""))


class _Client(gitlab.Gitlab):
    """Leaves trying again to the session: python-gitlab waits as long as a server says, for hours when it says so."""

    def http_request(self, *arguments: Any, **options: Any) -> requests.Response:
        return super().http_request(*arguments, **{**options, "max_retries": 0})


class _Retries(Retry):
    """Tries again as the server says, but never waits longer than is sensible in a job."""

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        wait = super().get_retry_after(response)
        return None if wait is None else min(wait, _LONGEST_WAIT)


class _OnlyThisApi(HTTPAdapter):
    """Sends nothing but to the API: the address of a next page comes from the server, and the token goes with it."""

    def __init__(self, address: str) -> None:
        self._base = f"{address}/"
        super().__init__(
            max_retries=_Retries(
                total=_RETRIES,
                status_forcelist=(429, 500, 502, 503, 504),
                allowed_methods=None,
                backoff_factor=0.5,
                raise_on_status=False,
                redirect=False,
            )
        )

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        if not (request.url or "").startswith(self._base):
            raise requests.exceptions.InvalidURL("an address outside the API", request=request)
        return super().send(request, *arguments, **options)
