"""Requests to Bitbucket Cloud's API: credentials, repeated attempts, pages, and what went wrong in words.

There are two ways to it. With a token, over HTTPS. Without one, through the proxy that Pipelines runs beside every
step: it takes plain HTTP and adds credentials of its own, which reach Code Insights and build statuses only.
"""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from schema_ci.platforms.bitbucket_inputs import value_of
from schema_ci.platforms.protocol import PlatformError
from schema_core.text.redact import redact, remember_secret
from schema_core.text.truncate import one_line

if TYPE_CHECKING:
    import httpx

API = "https://api.bitbucket.org/2.0"
PROXIED_API = "http://api.bitbucket.org/2.0"
"""The proxy reads what it is asked for, so it cannot be HTTPS."""
PROXY_PORT = 29418
_ATTEMPTS = 4
_LONGEST_DELAY = 60.0
"""Seconds; a server that wants us to wait longer is not waited for."""
_MOST_PAGES = 500
_AGAIN = frozenset({409, 429, 500, 502, 503, 504})
_NOT_DONE = frozenset({429})
"""Answers of a server that has not begun with the request, so that even a request that creates may be sent again."""

Json = dict[str, Any]


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """The value of the Authorization header, and whether it stands for a person (an API token)."""

    authorization: str
    personal: bool


class BitbucketError(PlatformError):
    """A request that failed; ``status`` is that of the answer, 0 when there was none."""

    def __init__(self, problem: str, remedy: str = "", status: int = 0) -> None:
        super().__init__(problem, remedy)
        self.status = status


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Begin the text of every error inside with what was not done."""
    try:
        yield
    except BitbucketError as error:
        raise BitbucketError(f"{what}: {error.problem}", error.remedy, error.status) from error


def credentials_in(environment: Mapping[str, str], token: str | None) -> Credentials | None:
    """The first of: the input ``token`` and BITBUCKET_ACCESS_TOKEN (access tokens), a person's address and API token.

    Raises BitbucketError for half a pair.
    """
    api_token = value_of(environment, "ATLASSIAN_API_TOKEN")
    email = value_of(environment, "ATLASSIAN_ACCOUNT_EMAIL")
    access_token = token or value_of(environment, "BITBUCKET_ACCESS_TOKEN")
    if access_token:
        remember_secret(access_token)
        return Credentials(authorization=f"Bearer {access_token}", personal=False)
    if bool(api_token) is not bool(email):
        missing = "ATLASSIAN_ACCOUNT_EMAIL" if api_token else "ATLASSIAN_API_TOKEN"
        raise BitbucketError("ATLASSIAN_ACCOUNT_EMAIL and ATLASSIAN_API_TOKEN belong together.", f"Pass {missing}.")
    if not api_token:
        return None
    remember_secret(api_token)
    words = b64encode(f"{email}:{api_token}".encode()).decode()
    remember_secret(words)
    return Credentials(authorization=f"Basic {words}", personal=True)


class BitbucketApi:
    """One repository's part of the API. Every method raises BitbucketError."""

    def __init__(
        self,
        repository: str,
        credentials: Credentials | None,
        *,
        proxy_host: str = "localhost",
        debug: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Without credentials, everything goes through the proxy of Pipelines on ``proxy_host``."""
        self.credentials = credentials
        self._proxy = f"http://{proxy_host}:{PROXY_PORT}" if credentials is None else None
        self._api = API if credentials is not None else PROXIED_API
        self._base = f"{self._api}/repositories/{repository}"
        self._debug = debug
        self._client: httpx.Client | None = None

    def current_user(self) -> Json:
        """The account that the credentials stand for."""
        return self._object("GET", f"{self._api}/user", None, repeatable=True)

    def get(self, path: str) -> Json:
        """The object at a path below the repository."""
        return self._object("GET", f"{self._base}{path}", None, repeatable=True)

    def pages(self, path: str) -> Iterator[Json]:
        """The items of a list, page by page; a further page is only fetched from the server that named it."""
        address: str | None = f"{self._base}{path}?pagelen=100"
        for _ in range(_MOST_PAGES):
            if address is None:
                return
            page = self._object("GET", address, None, repeatable=True)
            yield from page.get("values") or ()
            address = page.get("next")
            if address is not None and not self._is_ours(address):
                raise BitbucketError("A further page of the list was named on another server and was not fetched.")
        raise BitbucketError(f"The list has more than {_MOST_PAGES} pages.")

    def put(self, path: str, body: Any) -> Json:
        """Create or replace the object at a path."""
        return self._object("PUT", f"{self._base}{path}", body, repeatable=True)

    def post(self, path: str, body: Any, *, repeatable: bool = True) -> Any:
        """Create something. ``repeatable``: to be told twice changes nothing."""
        return self._send("POST", f"{self._base}{path}", body, repeatable=repeatable)

    def delete(self, path: str) -> None:
        """Delete the object at a path; one that is gone already is fine."""
        try:
            self._send("DELETE", f"{self._base}{path}", None, repeatable=True)
        except BitbucketError as error:
            if error.status != 404:
                raise

    def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            self._client.close()

    def _is_ours(self, address: object) -> bool:
        wanted, given = urlsplit(self._base), urlsplit(str(address))
        return (wanted.scheme, wanted.netloc) == (given.scheme, given.netloc) and given.path.startswith("/2.0/")

    def _object(self, method: str, address: str, body: Any, *, repeatable: bool) -> Json:
        answered = self._send(method, address, body, repeatable=repeatable)
        if not isinstance(answered, dict):
            raise BitbucketError("Bitbucket answered with something that is no object.")
        return answered

    def _send(self, method: str, address: str, body: Any, *, repeatable: bool) -> Any:
        import httpx

        # Our own encoding, since httpx' fails on a lone surrogate, which git allows in names.
        content = None if body is None else json.dumps(body).encode()
        for attempt in range(1, _ATTEMPTS + 1):
            last = attempt == _ATTEMPTS
            started = time.perf_counter()
            try:
                answer = self._open_client().request(method, address, content=content)
            except httpx.RequestError as error:
                self._debug(f"{method} {address}: {error}")
                reached = not isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError))
                if last or self._proxy is not None or (reached and not repeatable):
                    raise self._unreachable(error) from error
                time.sleep(float(attempt))
                continue
            self._debug(f"{method} {address}: {answer.status_code} in {time.perf_counter() - started:.2f} s")
            delay = _delay(answer.headers.get("Retry-After", ""), attempt)
            if not last and delay <= _LONGEST_DELAY and answer.status_code in (_AGAIN if repeatable else _NOT_DONE):
                time.sleep(delay)
                continue
            return _read(answer, has_token=self.credentials is not None)
        raise AssertionError  # the last attempt returns or raises

    def _open_client(self) -> httpx.Client:
        if self._client is None:
            import ssl

            import httpx

            headers = {"Accept": "application/json", "Content-Type": "application/json"}
            if self.credentials is not None:
                headers["Authorization"] = self.credentials.authorization
            try:
                self._client = httpx.Client(
                    headers=headers,
                    timeout=httpx.Timeout(30.0, connect=10.0),
                    # Credentials must not follow a redirect.
                    follow_redirects=False,
                    # None: the one that the environment names, if any.
                    proxy=self._proxy,
                    # Loading authorities takes longer than all requests; without any, nobody is trusted.
                    verify=True if self._proxy is None else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                )
            except (ValueError, ImportError, httpx.InvalidURL) as error:
                raise BitbucketError(
                    f"The proxy that HTTPS_PROXY or ALL_PROXY names cannot be used ({error}).", "Correct the variable."
                ) from error
        return self._client

    def _unreachable(self, error: Exception) -> BitbucketError:
        if self._proxy is not None:
            return BitbucketError(
                f"The proxy of Pipelines at {self._proxy} cannot be reached ({error}).",
                "Pass BITBUCKET_ACCESS_TOKEN to do without it.",
            )
        return BitbucketError(f"Bitbucket's API cannot be reached ({error}).")


def _read(answer: httpx.Response, *, has_token: bool) -> Any:
    if answer.is_success:
        try:
            return answer.json() if answer.content else None
        except ValueError as error:
            raise BitbucketError("Bitbucket answered with something that is no JSON.") from error
    status = answer.status_code
    words = _message(answer)
    problem = f"Bitbucket answered {status}{f' ({words})' if words else ''}."
    raise BitbucketError(problem, _REMEDIES.get(status, "") if has_token else "", status)


_REMEDIES = {
    401: "The token is wrong or has expired; make a new one.",
    403: "The token lacks a scope: an access token needs Pull requests: Read (which includes Repositories: Read), an "
    "API token read:pullrequest:bitbucket and read:repository:bitbucket.",
    404: "The token does not reach this repository, or the pull request is gone.",
}


def _message(answer: httpx.Response) -> str:
    """The server's own words, cut short; nothing when it answers with a page of HTML."""
    try:
        told = json.loads(answer.content)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return ""
    return one_line(redact(str(told)), 200)


def _delay(retry_after: str, attempt: int) -> float:
    """Seconds until the next attempt: what the server asks for, else 1, 2, 4."""
    if retry_after.strip().isdigit():
        return float(retry_after)
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (TypeError, ValueError):
        return float(2 ** (attempt - 1))
