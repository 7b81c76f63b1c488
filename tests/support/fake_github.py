"""A stateful stand-in for GitHub's API, on a local port.

Every request and every answer is held against ``tests/data/openapi/github.json``; ``running`` raises at its end when
one of them broke it. ``before`` and ``fail_next`` make others write in between and the server fail.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import api_contract
from fake_github_state import Answer, Refusal, Repository, Token
from werkzeug.datastructures import Headers

_CONTRACT = Path(__file__).parents[1] / "data" / "openapi" / "github.json"
_API_VERSION = "2022-11-28"


class ContractError(AssertionError):
    """The traffic broke the published description."""


@dataclass
class Seen:
    """One request that arrived, and the status of its answer (0: the connection was cut)."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    status: int = 0


@dataclass
class _Failure:
    method: str
    path: re.Pattern[str]
    status: int
    message: str
    headers: dict[str, str]
    left: int


@dataclass
class _Hook:
    method: str
    path: re.Pattern[str]
    action: Callable[[], None]


@dataclass
class FakeGitHub:
    """The server. ``api_url`` is what ``GITHUB_API_URL`` would be, ``repository`` holds the state."""

    prefix: str = ""
    repository: Repository = field(default_factory=Repository)
    requests: list[Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._contract = api_contract.Contract(_CONTRACT)
        self._failures: list[_Failure] = []
        self._hooks: list[_Hook] = []
        self._lock = threading.RLock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.server_url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.api_url = self.server_url + self.prefix
        self.repository.server_url = self.server_url
        self.repository.api_url = self.api_url
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def violations(self) -> list[str]:
        """What was not as the description has it, on either side."""
        return self._contract.violations

    def fail_next(
        self,
        method: str,
        path: str,
        status: int,
        *,
        message: str = "",
        headers: Mapping[str, str] | None = None,
        times: int = 1,
    ) -> None:
        """Answer the next requests with this method and a path that holds this pattern with an error.

        Status 0 cuts the connection. Without a message GitHub's own for this status is used.
        """
        wanted = re.compile(path)
        self._failures.append(
            _Failure(method, wanted, status, message or _MESSAGES.get(status, ""), dict(headers or {}), times)
        )

    def before(self, method: str, path: str, action: Callable[[], None]) -> None:
        """Run an action once, just before the next such request is carried out: somebody else was faster."""
        self._hooks.append(_Hook(method, re.compile(path), action))

    def seen(self, method: str, path: str) -> list[Seen]:
        """The requests with this method and a path that holds this pattern."""
        return [seen for seen in self.requests if seen.method == method and re.search(path, seen.path)]

    def stop(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handle(self, seen: Seen, body: bytes) -> Answer | None:
        """The answer, None to cut the connection."""
        path = self._path(seen)
        if path is None:
            return Answer(404, {"message": "Not Found"})
        json_type = Headers({"Content-Type": "application/json"})
        request = api_contract.Request(seen.method, quote(path), urlencode(seen.query), json_type, body or None)
        if (wrong := self._contract.check_request(request)) is not None:
            return Answer(400, {"message": f"Outside the contract: {wrong}"})
        answer = self._refused(seen) or self._failed(seen)
        if answer is None:
            self._call_hooks(seen)
            answer = self._carried_out(seen, path)
        if answer.status == 0:
            return None
        self._contract.check_answer(request, api_contract.Answer(answer.status, json_type, answer.data()))
        return answer

    def _path(self, seen: Seen) -> str | None:
        """The path as the description has it; GraphQL has its own beside that of the REST API."""
        if seen.path == f"{self.prefix.removesuffix('/v3')}/graphql":
            return "/graphql"
        return seen.path.removeprefix(self.prefix) if seen.path.startswith(f"{self.prefix}/repos/") else None

    def _refused(self, seen: Seen) -> Answer | None:
        """What GitHub says to a request that it does not even look at."""
        if not seen.headers.get("user-agent"):
            return Answer(403, {"message": "Request forbidden by administrative rules."})
        if seen.headers.get("x-github-api-version", _API_VERSION) != _API_VERSION:
            return Answer(400, {"message": "The version is not supported."})
        given = seen.headers.get("authorization", "")
        if not given:
            return Answer(401, {"message": "Requires authentication"})
        if self._token(seen) is None:
            return Answer(401, {"message": "Bad credentials"})
        return None

    def _token(self, seen: Seen) -> Token | None:
        scheme, _, value = seen.headers.get("authorization", "").partition(" ")
        return self.repository.tokens.get(value) if scheme.lower() in {"bearer", "token"} else None

    def _failed(self, seen: Seen) -> Answer | None:
        for failure in self._failures:
            if failure.method == seen.method and failure.left and failure.path.search(seen.path):
                failure.left -= 1
                error = {"message": failure.message, "documentation_url": "https://docs.github.com/rest"}
                return Answer(failure.status, error, failure.headers)
        return None

    def _call_hooks(self, seen: Seen) -> None:
        for hook in tuple(self._hooks):
            if hook.method == seen.method and hook.path.search(seen.path):
                self._hooks.remove(hook)
                hook.action()

    def _carried_out(self, seen: Seen, path: str) -> Answer:
        token = self._token(seen)
        assert token is not None
        try:
            answer = self.repository.answer(token, seen.method, path, seen.query if seen.method == "GET" else seen.body)
        except Refusal as refusal:
            return refusal.answer
        if isinstance(answer.json, list):
            return self._page(seen, answer.json)
        return answer

    def _page(self, seen: Seen, items: list[Any]) -> Answer:
        size, number = int(seen.query.get("per_page", "30")), int(seen.query.get("page", "1"))
        last = max(1, -(-len(items) // size))
        links = {"first": 1, "prev": number - 1} if number > 1 else {}
        links |= {"next": number + 1, "last": last} if number < last else {}
        listed = [
            f'<{self.server_url}{seen.path}?{urlencode({**seen.query, "page": page})}>; rel="{relation}"'
            for relation, page in links.items()
        ]
        headers = {"Link": ", ".join(listed)} if listed else {}
        return Answer(200, items[(number - 1) * size : number * size], headers)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                target = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                seen = Seen(self.command, unquote(target.path), dict(parse_qsl(target.query)), headers, _json(body))
                with fake._lock:
                    fake.requests.append(seen)
                    answer = fake._handle(seen, body)
                    seen.status = answer.status if answer is not None else 0
                if answer is None:
                    self.close_connection = True
                    return
                data = answer.data()
                self.send_response(answer.status)
                for name, value in {"Content-Type": "application/json; charset=utf-8", **answer.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        return Handler


@contextmanager
def running(prefix: str = "") -> Iterator[FakeGitHub]:
    """A fake that is there for a while; raises ContractError at its end when the traffic broke the contract."""
    fake = FakeGitHub(prefix=prefix)
    try:
        yield fake
    finally:
        fake.stop()
    if fake.violations:
        raise ContractError("\n".join(fake.violations))


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body


_MESSAGES = {
    403: "Resource not accessible by integration",
    404: "Not Found",
    409: "Conflict",
    422: "Validation Failed",
    429: "API rate limit exceeded for installation.",
    500: "Server Error",
    502: "Server Error",
    503: "Service Unavailable",
}
