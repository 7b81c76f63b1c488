"""Calls of GitHub's API: retried where that helps, never to another host, and errors as one sentence."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar, cast
from urllib.parse import urlsplit

import msgspec
import requests
from github import Auth, Github
from github.GithubException import GithubException
from github.GithubRetry import GithubRetry
from urllib3 import BaseHTTPResponse
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import MaxRetryError, ResponseError

from schema_ci.platforms.protocol import PlatformError
from schema_core import __version__
from schema_core.text.truncate import one_line

T = TypeVar("T")

_VERSION = "2022-11-28"
_PAGE = 100
_TIMEOUT = 30
_RETRIES = 3
_LONGEST_WAIT = 120
"""Seconds: a server that wants a longer pause is not waited for."""
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST_MESSAGE = 300


class ApiError(Exception):
    """The server refused a request, or gave no answer (status None)."""

    def __init__(self, status: int | None, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class MissingRightsError(PlatformError):
    """The token may not do it."""


class Api:
    """The API for one repository.

    Addresses are put together here and never taken from an answer, so that a credential goes to no other host.
    """

    def __init__(self, base_url: str, token: str, repository: str, *, from_fork: bool) -> None:
        """Connect to nothing yet; raises PlatformError for an address that a token must not go to."""
        address = urlsplit(base_url)
        if address.scheme != "https" and address.hostname not in _LOCAL:
            raise PlatformError(f"GitHub's API at {base_url} is not used, since it is no https address.")
        _silence("github", "urllib3")
        self._from_fork = from_fork
        self._repository = f"/repos/{repository}"
        self.rights_told = False
        """Whether an error has told that the token lacks rights: once is enough."""
        self._client = Github(
            auth=Auth.Token(token),
            base_url=base_url,
            timeout=_TIMEOUT,
            user_agent=f"schema-action/{__version__}",
            per_page=_PAGE,
            retry=_Retry(
                total=_RETRIES,
                backoff_factor=1,
                max_rate_limit_wait=_LONGEST_WAIT,
                status_forcelist=[429, 500, 502, 503, 504],
                allowed_methods=None,  # all: PATCH and POST too
            ),
            seconds_between_requests=0,
            seconds_between_writes=0,
            lazy=True,
            api_version=_VERSION,
        )

    def pages(self, path: str, kind: type[T], query: Mapping[str, str] | None = None) -> Iterator[T]:
        """Every item of a list of the repository's."""
        number = 1
        while True:
            page = {**(query or {}), "per_page": _PAGE, "page": number}
            items = self._answer("GET", self._repository + path, list[kind], query=page)  # type: ignore[valid-type]
            yield from items
            if len(items) < _PAGE:
                return
            number += 1

    def write(self, method: str, path: str, kind: type[T], body: Mapping[str, Any]) -> T:
        """Create (``POST``) or change (``PATCH``) an object of the repository's."""
        return self._answer(method, self._repository + path, kind, body=body)

    def delete(self, path: str) -> None:
        """Delete an object of the repository's; one that is gone already is fine."""
        try:
            self._request("DELETE", self._repository + path)
        except ApiError as error:
            if error.status != 404:
                raise

    def viewer(self) -> str:
        """The login that the token writes as.

        GraphQL tells it for every kind of token; ``GET /user`` refuses the job's own and those of apps.
        """
        answer = self._call(lambda: self._client.requester.graphql_query("query { viewer { login } }", {}))
        return _converted(answer, _Viewer).data.viewer.login

    @contextmanager
    def doing(self, what: str, permission: str) -> Iterator[None]:
        """Turn errors into those of the protocol: ``what`` was not done, and which permission would help."""
        try:
            yield
        except ApiError as error:
            raise self._explained(error, what, permission) from error

    def _explained(self, error: ApiError, what: str, permission: str) -> PlatformError:
        if error.status not in {403, 404} or "locked" in error.message.lower():
            remedy = "The token is not valid; see the input token." if error.status == 401 else ""
            return PlatformError(f"{what}: {error.message}.", remedy)
        self.rights_told = True
        if self._from_fork:
            return MissingRightsError(
                f"{what}: the token of a run for a fork may only read.",
                "Annotations, summary and reports are complete; a workflow with the action comment can post the rest.",
            )
        return MissingRightsError(f"{what}: {error.message}.", f"Give the job the permission {permission}.")

    def _answer(
        self,
        method: str,
        path: str,
        kind: type[T],
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> T:
        return _converted(self._request(method, path, query=query, body=body), kind)

    def _request(
        self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Mapping[str, Any] | None = None
    ) -> Any:
        parameters = None if query is None else dict(query)
        headers = {"Accept": "application/vnd.github+json"}
        return self._call(
            lambda: self._client.requester.requestJsonAndCheck(
                method, path, parameters=parameters, headers=headers, input=None if body is None else dict(body)
            )
        )

    def _call(self, call: Callable[[], tuple[Any, Any]]) -> Any:
        try:
            return call()[1]
        except GithubException as error:
            raise ApiError(error.status, _words(error)) from error
        except requests.RequestException as error:
            raise ApiError(None, f"GitHub did not answer ({_cause(error)})") from error
        except RuntimeError as error:
            # A redirect to another address, which is not followed.
            raise ApiError(None, one_line(str(error), _LONGEST_MESSAGE)) from error


class _Login(msgspec.Struct, frozen=True):
    login: str


class _ViewerData(msgspec.Struct, frozen=True):
    viewer: _Login


class _Viewer(msgspec.Struct, frozen=True):
    data: _ViewerData


class _Retry(GithubRetry):
    """Waits as long as the server says, unless that is too long."""

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """Count an attempt; raises what ends the request."""
        wait = self.get_retry_after(response) if response is not None else None
        if wait is not None and wait > _LONGEST_WAIT:
            reason = ResponseError(f"it asks for a pause of {wait:.0f} seconds")
            raise MaxRetryError(_pool, url, reason) from reason  # type: ignore[arg-type]
        return cast("Self", super().increment(method, url, response, error, _pool, _stacktrace))  # type: ignore[arg-type]


def _silence(*libraries: str) -> None:
    """What a library has to say is told by us, escaped; PyGithub writes to standard error of its own accord."""
    for name in libraries:
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False


def _converted(answer: Any, kind: type[T]) -> T:
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError as error:
        raise ApiError(None, f"GitHub's answer is not what its description says ({error})") from error


def _words(error: GithubException) -> str:
    """What the server says is wrong, on one line."""
    data = error.data if isinstance(error.data, dict) else {}
    details = [item.get("message") for item in data.get("errors") or () if isinstance(item, dict)]
    words = [str(word).rstrip(".") for word in (data.get("message"), *details) if word]
    return one_line("; ".join(words) or f"GitHub answered with status {error.status}", _LONGEST_MESSAGE)


def _cause(error: requests.RequestException) -> str:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return one_line(str(reason or error), _LONGEST_MESSAGE)
