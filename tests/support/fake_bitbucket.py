"""A Bitbucket Cloud with one repository: comments, Code Insights reports and build statuses as they were sent.

Every request and answer is held against ``tests/data/openapi/bitbucket.json``; ``violations`` must stay empty.
``fake_bitbucket_server`` puts it on the network.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs
from uuid import UUID

from api_contract import Answer, Contract, Request
from werkzeug.datastructures import Headers

CONTRACT = Path(__file__).parents[1] / "data" / "openapi" / "bitbucket.json"
MOST_ANNOTATIONS = 1000

Way = Literal["direct", "tunnel", "proxy"]
"""How a request came in: to our own address, through TLS, or through the proxy that adds the credentials."""

Json = dict[str, Any]

_SCOPES = {
    "currentUser": ("account", "read:user:bitbucket"),
    "getReport": ("repository", "read:repository:bitbucket"),
    "putReport": ("repository", "read:repository:bitbucket"),
    "deleteReport": ("repository", "read:repository:bitbucket"),
    "listAnnotations": ("repository", "read:repository:bitbucket"),
    "createAnnotations": ("repository", "read:repository:bitbucket"),
    "createStatus": ("repository", "read:repository:bitbucket"),
}
_PULL_REQUEST = ("pullrequest", "read:pullrequest:bitbucket")


class RefusedError(Exception):
    """The request is answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class Credentials:
    """Who sends requests with a token and what it may do."""

    account: Json
    scopes: set[str]
    access_token: bool = True
    """False for a person's API token; the current user is known only then."""


@dataclass
class Recorded:
    """One request as it came in, and the status it was answered with."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: Headers
    body: Any
    way: Way
    status: int = 0


@dataclass
class _Failure:
    method: str
    pattern: re.Pattern[str]
    status: int
    headers: dict[str, str]
    body: bytes | None
    after: bool


@dataclass
class Report:
    """A Code Insights report with its annotations by external id."""

    fields: Json
    annotations: dict[str, Json] = field(default_factory=dict)


class FakeBitbucket:
    """The state of one repository with one or more pull requests, and what may be done to it."""

    def __init__(self, repository: str = "acme/shop", pull_request: int = 7) -> None:
        self.repository = repository
        self.contract = Contract(CONTRACT)
        self.requests: list[Recorded] = []
        self.comments: dict[int, list[Json]] = {pull_request: []}
        self.reports: dict[tuple[str, str], Report] = {}
        self.statuses: dict[tuple[str, str], Json] = {}
        self.pull_requests: dict[int, Json] = {pull_request: self._pull_request(pull_request)}
        self.robot = self.account("schema-action", kind="repository_access_token")
        self.credentials: dict[str, Credentials] = {}
        """By the value of the Authorization header."""
        self._failures: list[_Failure] = []
        self._hooks: list[tuple[str, re.Pattern[str], Callable[[], None]]] = []
        self._lock = threading.RLock()
        self._clock = 0

    # What tests arrange

    @property
    def violations(self) -> list[str]:
        """Requests and answers that do not follow the contract."""
        return self.contract.violations

    def account(self, name: str, kind: str = "") -> Json:
        """An account: a person, or with a kind the robot behind an access token."""
        number = sum(name.encode()) + len(name)
        account = {"type": "app_user" if kind else "user", "uuid": f"{{{UUID(int=number)}}}", "display_name": name}
        return {**account, "kind": kind} if kind else {**account, "nickname": name}

    def accept_access_token(self, token: str, *scopes: str) -> Credentials:
        """From now on this repository access token is the robot's."""
        granted = Credentials(self.robot, set(scopes or ("pullrequest", "repository")))
        self.credentials[f"Bearer {token}"] = granted
        return granted

    def accept_api_token(self, email: str, token: str, *scopes: str) -> Credentials:
        """From now on this API token is that of a person called like the address."""
        words = base64.b64encode(f"{email}:{token}".encode()).decode()
        every = ("read:pullrequest:bitbucket", "read:repository:bitbucket", "read:user:bitbucket")
        granted = Credentials(self.account(email.partition("@")[0]), set(scopes or every), access_token=False)
        self.credentials[f"Basic {words}"] = granted
        return granted

    def fail_next(
        self,
        method: str,
        path: str,
        status: int,
        *,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        times: int = 1,
        after: bool = False,
    ) -> None:
        """Answer the next requests whose path matches with an error; ``after`` does what they ask for all the same."""
        failure = _Failure(method, re.compile(path), status, headers or {}, body, after)
        self._failures += [failure] * times

    def before(self, method: str, path: str, action: Callable[[], None]) -> None:
        """Run an action once, just before a request whose path matches is looked at: another run that is faster."""
        self._hooks.append((method, re.compile(path), action))

    def write_comment(self, body: str, account: Json, pull_request: int = 7, **others: Any) -> Json:
        """Add a comment as an account, as if written in the browser; ``inline`` or ``parent`` among others."""
        with self._lock:
            listed = self.comments[pull_request]
            at = self._now()
            comment = {
                "type": "pullrequest_comment",
                "id": 1 + max((item["id"] for found in self.comments.values() for item in found), default=5000),
                "content": {"raw": body, "markup": "markdown"},
                "user": account,
                "deleted": False,
                "created_on": at,
                "updated_on": at,
                **others,
            }
            listed.append(comment)
            return comment

    def shown_comments(self, pull_request: int = 7) -> list[Json]:
        """Comments that are not deleted."""
        return [comment for comment in self.comments[pull_request] if not comment["deleted"]]

    # What requests do

    def answer(self, request: Request, way: Way, base_url: str) -> tuple[int, dict[str, str], bytes]:
        """Do what a request asks for; ``base_url`` is the address that further pages are named with."""
        query = parse_qs(request.query)
        recorded = Recorded(request.method.upper(), request.path, query, request.headers, _parsed(request.body), way)
        self._run_hooks(recorded)
        with self._lock:
            self.requests.append(recorded)
            failure = self._failure(recorded)
            if failure is not None and not failure.after:
                answered = self._failed(failure)
            else:
                answered = self._answered(request, recorded, base_url)
                answered = answered if failure is None else self._failed(failure)
            status, headers, body = answered
            recorded.status = status
            self.contract.check_answer(request, Answer(status, Headers(headers), body))
            return answered

    def _answered(self, request: Request, recorded: Recorded, base_url: str) -> tuple[int, dict[str, str], bytes]:
        try:
            if recorded.way == "proxy":
                self._lend_credentials(request)
            problem = self.contract.check_request(request)
            if problem is not None:
                raise RefusedError(400, problem)
            operation = self.contract.operation(request)["operationId"]
            account = self._authorised(request, operation)
            status, value = self._route(recorded, operation, account, base_url)
        except RefusedError as refusal:
            status, value = refusal.status, {"type": "error", "error": {"message": str(refusal)}}
        if value is None:
            return status, {}, b""
        return status, {"Content-Type": "application/json"}, json.dumps(value).encode()

    def _lend_credentials(self, request: Request) -> None:
        """The proxy of Pipelines adds credentials of its own, which reach Code Insights and build statuses only."""
        if "Authorization" in request.headers:
            raise RefusedError(401, "This proxy brings its own credentials.")
        if re.search(r"/commit/[^/]+/(reports|statuses)/", request.path) is None:
            raise RefusedError(403, "The proxy serves Code Insights and build statuses only.")
        request.headers["Authorization"] = "Bearer of the proxy"
        self.credentials["Bearer of the proxy"] = Credentials(self.robot, {"repository"})

    def _authorised(self, request: Request, operation: str) -> Json:
        given = self.credentials.get(request.headers.get("Authorization", ""))
        if given is None:
            raise RefusedError(401, "Token is invalid, expired, or not supported for this endpoint.")
        if operation == "currentUser" and given.access_token:
            raise RefusedError(401, "Token is invalid or not supported for this endpoint.")
        if not given.scopes & set(_SCOPES.get(operation, _PULL_REQUEST)):
            raise RefusedError(403, "Your credentials lack one or more required privilege scopes.")
        return given.account

    def _route(self, recorded: Recorded, operation: str, account: Json, base_url: str) -> tuple[int, Any]:
        if operation == "currentUser":
            return 200, account
        words = recorded.path.removeprefix("/2.0/repositories/").split("/")
        if "/".join(words[:2]) != self.repository:
            raise RefusedError(404, f"Repository {'/'.join(words[:2])} not found")
        page = _Page(recorded, f"{base_url}{recorded.path}")
        if words[2] == "pullrequests":
            return self._on_pull_request(operation, words[3:], recorded.body, account, page)
        return self._on_commit(operation, words[3:], recorded.body, page)

    def _on_pull_request(
        self, operation: str, words: list[str], body: Any, account: Json, page: _Page
    ) -> tuple[int, Any]:
        number = int(words[0])
        if number not in self.pull_requests:
            raise RefusedError(404, "There is no such pull request.")
        if operation == "getPullRequest":
            return 200, self.pull_requests[number]
        if operation == "listComments":
            return 200, page.of(self.comments[number])
        if operation == "createComment":
            return 201, self.write_comment(body["content"]["raw"], account, number, **_without(body, "content"))
        comment = self._comment(number, int(words[2]))
        if operation == "getComment":
            return 200, comment
        if comment["user"]["uuid"] != account["uuid"]:
            raise RefusedError(403, "You do not have permission to change this comment.")
        comment["updated_on"] = self._now()
        if operation == "deleteComment":
            comment["deleted"], comment["content"] = True, {"raw": "", "markup": "markdown"}
            return 204, None
        comment["content"] = {"raw": body["content"]["raw"], "markup": "markdown"}
        return 200, comment

    def _on_commit(self, operation: str, words: list[str], body: Any, page: _Page) -> tuple[int, Any]:
        commit, at = words[0], self._now()
        made = {"uuid": f"{{{UUID(int=self._clock)}}}", "created_on": at, "updated_on": at}
        if operation == "createStatus":
            status = self.statuses[commit, body["key"]] = {"type": "build", **made, **body}
            return 201, status
        name = words[2]
        if operation == "putReport":
            kept = self.reports.get((commit, name), Report({})).annotations
            self.reports[commit, name] = Report({"type": "report", **made, "external_id": name, **body}, kept)
            return 200, self.reports[commit, name].fields
        report = self.reports.get((commit, name))
        if report is None:
            raise RefusedError(404, f"Report {name} not found")
        if operation == "getReport":
            return 200, report.fields
        if operation == "listAnnotations":
            return 200, page.of(list(report.annotations.values()))
        if operation == "deleteReport":
            del self.reports[commit, name]
            return 204, None
        added = {item["external_id"]: {"type": "report_annotation", **made, **item} for item in body}
        if len(added) < len(body):
            raise RefusedError(400, "external_id is not unique")
        if len({**report.annotations, **added}) > MOST_ANNOTATIONS:
            raise RefusedError(400, f"A report holds at most {MOST_ANNOTATIONS} annotations")
        report.annotations |= added
        return 200, list(added.values())

    def _comment(self, pull_request: int, number: int) -> Json:
        for comment in self.comments[pull_request]:
            if comment["id"] == number and not comment["deleted"]:
                return comment
        raise RefusedError(404, "There is no such comment.")

    def _pull_request(self, number: int) -> Json:
        def side(branch: str, commit: str) -> Json:
            return {
                "branch": {"name": branch},
                "commit": {"type": "commit", "hash": commit},
                "repository": {"type": "repository", "full_name": self.repository},
            }

        return {
            "type": "pullrequest",
            "id": number,
            "title": "A change",
            "state": "OPEN",
            "source": side("feature", "a" * 12),
            "destination": side("main", "b" * 12),
        }

    def _run_hooks(self, recorded: Recorded) -> None:
        for hook in self._matching(self._hooks, recorded):
            self._hooks.remove(hook)
            hook[2]()

    def _matching(self, hooks: list[Any], recorded: Recorded) -> Iterator[Any]:
        yield from [hook for hook in hooks if hook[0] == recorded.method and hook[1].search(recorded.path)]

    def _failure(self, recorded: Recorded) -> _Failure | None:
        for failure in self._failures:
            if failure.method == recorded.method and failure.pattern.search(recorded.path):
                self._failures.remove(failure)
                return failure
        return None

    def _failed(self, failure: _Failure) -> tuple[int, dict[str, str], bytes]:
        told = {"type": "error", "error": {"message": f"This fails with {failure.status}, as asked for."}}
        body = json.dumps(told).encode() if failure.body is None else failure.body
        return failure.status, {"Content-Type": "application/json", **failure.headers}, body

    def _now(self) -> str:
        self._clock += 1
        return (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self._clock)).isoformat()


@dataclass
class _Page:
    """The page of a list that a request asks for; 10 items unless it says how many."""

    recorded: Recorded
    address: str

    def of(self, items: list[Json]) -> Json:
        length = int(self.recorded.query.get("pagelen", ["10"])[0])
        number = int(self.recorded.query.get("page", ["1"])[0])
        start = (number - 1) * length
        page: Json = {"values": items[start : start + length], "pagelen": length, "page": number, "size": len(items)}
        if start + length < len(items):
            page["next"] = f"{self.address}?pagelen={length}&page={number + 1}"
        return page


def _without(body: Json, name: str) -> Json:
    return {key: value for key, value in body.items() if key != name}


def _parsed(body: bytes | None) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body
