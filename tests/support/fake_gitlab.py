"""A GitLab that runs in the test's process: one project, one merge request, and the rights of tokens.

Every request and every answer is checked against ``tests/data/openapi/gitlab.json``; leaving the ``with`` block raises
AssertionError when one of them did not follow it. What no description holds is checked here: what a job token may
call, whose notes may be edited, which positions lie in the diff, and that no note of ours runs a quick action.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from api_contract import Answer, Contract, Request
from gitlab_notes import DEVELOPER, IID, TIME, Access, Notes, Refusal, lines_of, told
from werkzeug.datastructures import Headers

CONTRACT = Path(__file__).parent.parent / "data" / "openapi" / "gitlab.json"
PROJECT_ID = 7
PROJECT_PATH = "acme/shop"
BASE_SHA, HEAD_SHA = "b" * 40, "a" * 40

Told = tuple[int, Any, dict[str, str]]
"""Status, body and headers of an answer."""


@dataclass
class _Failure:
    method: str
    path: re.Pattern[str]
    refusal: Refusal
    times: int


@dataclass
class FakeGitLab:
    """The server's state.

    ``hooks`` run once, each before one write: what another job does in between. ``pipelines`` are numbers with commits.
    """

    address: str = ""
    tokens: dict[str, Access] = field(default_factory=dict)
    diffs: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    log: list[tuple[str, str]] = field(default_factory=list)
    hooks: list[Callable[[], None]] = field(default_factory=list)
    head_sha: str = HEAD_SHA
    base_sha: str = BASE_SHA
    source_project_id: int = PROJECT_ID
    pipelines: dict[int, str] = field(default_factory=dict)
    contract: Contract = field(default_factory=lambda: Contract(CONTRACT))
    _failures: list[_Failure] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.notes = Notes(PROJECT_ID, self.contract.violations.append)
        self._operations: dict[str, Callable[..., Told]] = {
            "currentUser": self._current_user,
            "getMergeRequest": self._get_merge_request,
            "listDiffs": self._list_diffs,
            "listNotes": self._list_notes,
            "createNote": self._create_note,
            "getNote": self._get_note,
            "updateNote": self._update_note,
            "deleteNote": self._delete_note,
            "listDiscussions": self._list_discussions,
            "createDiscussion": self._create_discussion,
            "resolveDiscussion": self._resolve_discussion,
            "updateDiscussionNote": self._update_discussion_note,
            "setCommitStatus": self._set_commit_status,
        }

    @property
    def api(self) -> str:
        """What ``CI_API_V4_URL`` says."""
        return f"{self.address}/api/v4"

    def fail_next(
        self,
        method: str,
        path: str,
        status: int,
        *,
        headers: dict[str, str] | None = None,
        body: dict[str, Any] | str | None = None,
        times: int = 1,
    ) -> None:
        """Answer the next requests of a method to a path (a regular expression, found anywhere) with a failure."""
        answer = body if body is not None else {"message": f"{status} said the test"}
        self._failures.append(_Failure(method, re.compile(path), Refusal(status, answer, headers), times))

    def add_diff(self, path: str, *, added: int, old_path: str | None = None) -> None:
        """A file of the merge request whose first ``added`` lines are new; with an old path, three old ones follow."""
        is_new = old_path is None
        text = f"@@ -{0 if is_new else 1},{0 if is_new else 3} +1,{added + (0 if is_new else 3)} @@\n"
        text += "".join(f"+line {number}\n" for number in range(1, added + 1))
        text += "" if is_new else " old 1\n old 2\n old 3\n"
        self.diffs.append(
            {
                "old_path": old_path or path,
                "new_path": path,
                "a_mode": "0" if is_new else "100644",
                "b_mode": "100644",
                "diff": text,
                "new_file": is_new,
                "renamed_file": old_path is not None and old_path != path,
                "deleted_file": False,
                "collapsed": False,
                "too_large": False,
                "generated_file": False,
            }
        )

    def add_note(self, body: str, access: Access, **more: Any) -> dict[str, Any]:
        """A note that somebody wrote by other means than this test's requests, or the system itself."""
        with self._lock:
            return self.notes.add(body, access.user(self.address), **more)

    def bodies(self, username: str) -> list[str]:
        """The plain notes of a user, oldest first."""
        plain = (note for note in self.notes.items if note["type"] is None and not note["system"])
        return [note["body"] for note in plain if note["author"]["username"] == username]

    def threads(self) -> list[dict[str, Any]]:
        """The discussions that are more than a note, oldest first."""
        return [item for item in self.notes.discussions() if not item["individual_note"]]

    def writes(self) -> list[tuple[str, str]]:
        """The requests that changed something, or tried to."""
        return [entry for entry in self.log if entry[0] != "GET"]

    def answer(self, request: Request) -> Told:
        """Carry out one request."""
        with self._lock:
            self.log.append((request.method.upper(), request.path))
            try:
                if (problem := self.contract.check_request(request)) is not None:
                    raise Refusal(400, {"error": problem[:200]})
                self._fail_when_asked(request)
                operation = self.contract.operation(request)
                access = self._access(request, operation)
                values = operation["values"]
                self._check_place(values, access)
                if request.method != "get" and self.hooks:
                    self.hooks.pop(0)()
                sent = json.loads(request.body) if request.body else {}
                return self._operations[operation["operationId"]](request, access, values, sent)
            except Refusal as refusal:
                return refusal.status, refusal.body, refusal.headers

    def check(self) -> None:
        """Raise AssertionError when a request or answer did not follow the description, or nothing failed as asked."""
        left = [f"{failure.method} {failure.path.pattern} never came" for failure in self._failures]
        problems = [*self.contract.violations, *left]
        assert not problems, "\n".join(problems)

    def _fail_when_asked(self, request: Request) -> None:
        for failure in self._failures:
            if failure.method == request.method.upper() and failure.path.search(request.path):
                failure.times -= 1
                if failure.times == 0:
                    self._failures.remove(failure)
                raise failure.refusal

    def _access(self, request: Request, operation: dict[str, Any]) -> Access:
        token, job_token = request.headers.get("PRIVATE-TOKEN"), request.headers.get("JOB-TOKEN")
        access = self.tokens.get(token or job_token or "")
        if access is None or access.is_job != (job_token is not None):
            raise Refusal(401, {"message": "401 Unauthorized"})
        if access.is_job and not operation.get("x-job-token"):
            raise Refusal(401, {"message": "401 Unauthorized"})
        reads = access.scopes & {"api", "read_api"}
        if not access.is_job and "api" not in access.scopes and (request.method != "get" or not reads):
            description = "The request requires higher privileges than provided by the access token."
            raise Refusal(403, {"error": "insufficient_scope", "error_description": description, "scope": "api"})
        return access

    def _check_place(self, values: dict[str, str], access: Access) -> None:
        if values.get("id", PROJECT_PATH) not in {str(PROJECT_ID), PROJECT_PATH} or access.role == 0:
            raise Refusal(404, {"message": "404 Project Not Found"})
        if values.get("merge_request_iid", str(IID)) != str(IID):
            raise Refusal(404, {"message": "404 Not found"})

    def _current_user(self, _: Request, access: Access, *__: Any) -> Told:
        return 200, access.user(self.address), {}

    def _get_merge_request(self, *_: Any) -> Told:
        merge_request = {
            "id": 9000 + IID,
            "iid": IID,
            "project_id": PROJECT_ID,
            "title": "Add orders",
            "description": "",
            "state": "opened",
            "source_branch": "orders",
            "target_branch": "main",
            "source_project_id": self.source_project_id,
            "target_project_id": PROJECT_ID,
            "author": Access(11, "ann").user(self.address),
            "sha": self.head_sha,
            "web_url": f"{self.address}/{PROJECT_PATH}/-/merge_requests/{IID}",
            "labels": [],
            "draft": False,
            "created_at": TIME,
            "updated_at": TIME,
            "diff_refs": self._diff_refs(),
        }
        return 200, merge_request, {}

    def _diff_refs(self) -> dict[str, str]:
        return {"base_sha": self.base_sha, "start_sha": self.base_sha, "head_sha": self.head_sha}

    def _list_diffs(self, request: Request, *_: Any) -> Told:
        return self._page(request, self.diffs)

    def _list_notes(self, request: Request, *_: Any) -> Told:
        query = request.parameters.query
        hide_system = query.get("activity_filter") == "only_comments"
        shown = [told(note) for note in self.notes.items if not (hide_system and note["system"])]
        return self._page(request, shown[::-1] if query.get("sort", "desc") == "desc" else shown)

    def _list_discussions(self, request: Request, *_: Any) -> Told:
        return self._page(request, self.notes.discussions())

    def _page(self, request: Request, items: list[dict[str, Any]]) -> Told:
        size = int(request.parameters.query.get("per_page", 20))
        page = int(request.parameters.query.get("page", 1))
        more = len(items) > page * size
        headers = {"X-Page": str(page), "X-Per-Page": str(size), "X-Next-Page": str(page + 1) if more else ""}
        if more:
            query = "&".join(f"{key}={value}" for key, value in {**request.parameters.query, "page": page + 1}.items())
            headers["Link"] = f'<{self.address}{request.path}?{query}>; rel="next"'
        return 200, items[(page - 1) * size : page * size], headers

    def _create_note(self, _: Request, access: Access, __: dict[str, str], sent: dict[str, Any]) -> Told:
        return 201, told(self.notes.create(sent["body"], access, access.user(self.address))), {}

    def _get_note(self, _: Request, __: Access, values: dict[str, str], ___: Any) -> Told:
        return 200, told(self.notes.find(int(values["note_id"]))), {}

    def _update_note(self, _: Request, access: Access, values: dict[str, str], sent: dict[str, Any]) -> Told:
        return 200, told(self.notes.edit(int(values["note_id"]), sent["body"], access)), {}

    def _delete_note(self, _: Request, access: Access, values: dict[str, str], __: Any) -> Told:
        self.notes.items.remove(self.notes.own(int(values["note_id"]), access))
        return 204, None, {}

    def _create_discussion(self, _: Request, access: Access, __: dict[str, str], sent: dict[str, Any]) -> Told:
        position = sent.get("position")
        if position is not None:
            self._check_position(position)
        author = access.user(self.address)
        note = self.notes.create(sent["body"], access, author, position=position, in_thread=True)
        return 201, self.notes.discussion(note["_thread"]), {}

    def _resolve_discussion(self, _: Request, access: Access, values: dict[str, str], sent: dict[str, Any]) -> Told:
        user = access.user(self.address)
        return 200, self.notes.resolve(values["discussion_id"], sent["resolved"], access, user), {}

    def _update_discussion_note(
        self, request: Request, access: Access, values: dict[str, str], sent: dict[str, Any]
    ) -> Told:
        if "body" in sent:
            return self._update_note(request, access, values, sent)
        self._resolve_discussion(request, access, values, sent)
        return self._get_note(request, access, values, sent)

    def _check_position(self, position: dict[str, Any]) -> None:
        """Only lines that the merge request's present diff shows can be talked about."""
        shas = {key: position[key] for key in ("base_sha", "start_sha", "head_sha")}
        diff = next((item for item in self.diffs if item["new_path"] == position["new_path"]), None)
        place = (position.get("old_line"), position.get("new_line"))
        if (
            shas != self._diff_refs()
            or diff is None
            or diff["old_path"] != position["old_path"]
            or place not in lines_of(diff["diff"])
        ):
            message = '400 Bad request - Note {:line_code=>["can\'t be blank", "must be a valid line code"]}'
            raise Refusal(400, {"message": message})

    def _set_commit_status(self, _: Request, access: Access, values: dict[str, str], sent: dict[str, Any]) -> Told:
        if access.role < DEVELOPER:
            raise Refusal(403, {"message": "403 Forbidden"})
        pipeline = sent.get("pipeline_id")
        if values["sha"] not in {self.head_sha, self.base_sha, *self.pipelines.values()}:
            raise Refusal(404, {"message": "404 Commit Not Found"})
        if pipeline is not None and self.pipelines.get(pipeline) != values["sha"]:
            raise Refusal(404, {"message": "404 Pipeline Not Found"})
        same = {"sha": values["sha"], "name": sent.get("name", "default")}
        waiting = [
            item for item in self.statuses if item["status"] in {"pending", "running"} and same.items() <= item.items()
        ]
        if waiting and waiting[-1]["status"] == sent["state"]:
            message = f"Cannot transition status via :run from :{sent['state']}"
            raise Refusal(400, {"message": message})
        status = waiting[-1] if waiting else {"id": 5001 + len(self.statuses), **same}
        status |= {
            "status": sent["state"],
            "author": access.user(self.address),
            "created_at": TIME,
            "allow_failure": False,
            "ref": sent.get("ref"),
            "target_url": sent.get("target_url"),
            "description": sent.get("description"),
        }
        if not waiting:
            self.statuses.append(status)
        return 201, status, {}


@contextmanager
def fake_gitlab(*, host: str = "127.0.0.1", **state: Any) -> Iterator[FakeGitLab]:
    """A running fake; raises AssertionError at the end when somebody did not keep to the description."""
    fake = FakeGitLab(**state)
    server = ThreadingHTTPServer((host, 0), _handler(fake))
    fake.address = f"http://{host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    fake.check()


def _handler(fake: FakeGitLab) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            path, _, query = self.path.partition("?")
            given = self.rfile.read(length) if length else None
            request = Request(self.command, path, query, Headers(self.headers.items()), given)
            status, body, headers = fake.answer(request)
            kind = "application/json" if not isinstance(body, str) else "text/plain" if status == 429 else "text/html"
            data = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
            sent = Headers({"Content-Type": kind, "Content-Length": str(len(data)), **headers})
            fake.contract.check_answer(request, Answer(status, sent, data))
            self.send_response(status)
            for key, value in sent.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            """Say nothing."""

    return Handler
