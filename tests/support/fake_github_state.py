"""What the stand-in for GitHub's API knows: one repository, its pull requests, and who may do what."""

# ruff: noqa: ARG002 (all handlers are called alike)

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

LONGEST_COMMENT = 65_536
LONGEST_DESCRIPTION = 140
LONGEST_ANNOTATION = 64 * 1024
LONGEST_TITLE = 255
_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


@dataclass
class Token:
    """A credential: who writes with it, and what it may change (``pull-requests``, ``statuses``, ``checks``)."""

    login: str = "github-actions[bot]"
    kind: Literal["app", "user"] = "app"
    writes: frozenset[str] = frozenset()


@dataclass
class Answer:
    """What goes back."""

    status: int
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def data(self) -> bytes:
        """The body."""
        return b"" if self.json is None else json.dumps(self.json).encode()


class Refusal(Exception):  # noqa: N818
    """An error that is an answer."""

    def __init__(self, status: int, message: str, errors: list[dict[str, str]] | None = None) -> None:
        body: dict[str, Any] = {"message": message, "documentation_url": "https://docs.github.com/rest"}
        self.answer = Answer(status, body if errors is None else {**body, "errors": errors})


@dataclass
class PullRequest:
    """One pull request; ``files`` are paths with their unified diffs, as GitHub lists them."""

    number: int
    head_sha: str
    files: dict[str, str] = field(default_factory=dict)
    head_repository: str = "octo/shop"
    head_ref: str = "change"
    base_sha: str = "b" * 40
    base_ref: str = "main"
    state: Literal["open", "closed"] = "open"


@dataclass
class Repository:
    """The state of ``octo/shop``. Comments, statuses and check runs are kept as GitHub would list them."""

    full_name: str = "octo/shop"
    server_url: str = ""
    api_url: str = ""
    tokens: dict[str, Token] = field(default_factory=dict)
    pulls: dict[int, PullRequest] = field(default_factory=dict)
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    review_comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    check_runs: dict[int, dict[str, Any]] = field(default_factory=dict)
    annotations: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    """The annotations of each check run, which add up over its updates."""

    def __post_init__(self) -> None:
        self._last_id = 0
        self._ticks = 0

    def say(self, number: int, login: str, body: str) -> int:
        """Somebody comments on a pull request; returns the comment's id."""
        return int(self._new_comment(number, login, body)["id"])

    def reply(self, comment_id: int, login: str, body: str) -> int:
        """Somebody answers a review comment; returns the answer's id."""
        parent = self.review_comments[comment_id]
        fields = {name: parent[name] for name in ("path", "line", "side", "commit_id")}
        number = int(parent["pull_request_url"].rpartition("/")[2])
        answer = self._new_review_comment(number, login, {**fields, "body": body})
        answer["in_reply_to_id"] = comment_id
        return int(answer["id"])

    def bodies(self, number: int, login: str | None = None) -> list[str]:
        """The comments on a pull request, of one author or of all."""
        return [
            comment["body"]
            for comment in self._comments_on(number)
            if login is None or comment["user"]["login"] == login
        ]

    def answer(self, token: Token, method: str, path: str, given: Any) -> Answer:
        """Carry out a request that fits the contract; ``given`` is its body, or the query of one that reads."""
        if path == "/graphql":
            return Answer(200, {"data": {"viewer": {"login": token.login}}})
        owner_and_name, _, rest = path.removeprefix("/repos/").partition(f"{self.full_name}/")
        if owner_and_name:
            raise Refusal(404, "Not Found")
        for verb, pattern, handler in self._routes():
            found = re.fullmatch(pattern, rest)
            if verb == method and found is not None:
                return handler(token, found[1] if found.re.groups else "", given)
        raise Refusal(404, "Not Found")

    def _routes(self) -> tuple[tuple[str, str, Callable[[Token, str, Any], Answer]], ...]:
        return (
            ("GET", r"issues/(\d+)/comments", self._list_comments),
            ("POST", r"issues/(\d+)/comments", self._create_comment),
            ("PATCH", r"issues/comments/(\d+)", self._update_comment),
            ("DELETE", r"issues/comments/(\d+)", self._delete_comment),
            ("GET", r"pulls", self._list_pulls),
            ("GET", r"pulls/(\d+)/files", self._list_files),
            ("GET", r"pulls/(\d+)/comments", self._list_review_comments),
            ("POST", r"pulls/(\d+)/comments", self._create_review_comment),
            ("DELETE", r"pulls/comments/(\d+)", self._delete_review_comment),
            ("POST", r"statuses/(.+)", self._create_status),
            ("POST", r"check-runs", self._create_check_run),
            ("PATCH", r"check-runs/(\d+)", self._update_check_run),
        )

    # Comments on the conversation

    def _list_comments(self, token: Token, number: str, body: Any) -> Answer:
        self._pull(number)
        return Answer(200, self._comments_on(int(number)))

    def _create_comment(self, token: Token, number: str, body: Any) -> Answer:
        _may_write(token, "pull-requests")
        self._pull(number)
        _fits("IssueComment", body["body"])
        return Answer(201, self._new_comment(int(number), token.login, body["body"]))

    def _update_comment(self, token: Token, comment_id: str, body: Any) -> Answer:
        _may_write(token, "pull-requests")
        comment = _known(self.comments, comment_id)
        _fits("IssueComment", body["body"])
        comment.update(body=body["body"], updated_at=self._now())
        return Answer(200, comment)

    def _delete_comment(self, token: Token, comment_id: str, body: Any) -> Answer:
        _may_write(token, "pull-requests")
        _known(self.comments, comment_id)
        del self.comments[int(comment_id)]
        return Answer(204)

    def _comments_on(self, number: int) -> list[dict[str, Any]]:
        end = f"/issues/{number}"
        return [comment for comment in self.comments.values() if comment["issue_url"].endswith(end)]

    def _new_comment(self, number: int, login: str, body: str) -> dict[str, Any]:
        identity, now = self._identity(), self._now()
        comment = {
            "id": identity,
            "node_id": f"IC_{identity}",
            "url": self._api(f"issues/comments/{identity}"),
            "html_url": f"{self.server_url}/{self.full_name}/pull/{number}#issuecomment-{identity}",
            "issue_url": self._api(f"issues/{number}"),
            "body": body,
            "user": self._user(login),
            "created_at": now,
            "updated_at": now,
            "author_association": "NONE",
            "performed_via_github_app": _app(login),
        }
        self.comments[identity] = comment
        return comment

    # Pull requests and comments on their lines

    def _list_pulls(self, token: Token, _: str, query: Any) -> Answer:
        state, head = query.get("state", "open"), query.get("head")
        found = [self._described(pull) for pull in self.pulls.values() if state in {"all", pull.state}]
        return Answer(200, [pull for pull in found if head in {None, pull["head"]["label"]}])

    def _list_files(self, token: Token, number: str, body: Any) -> Answer:
        pull = self._pull(number)
        return Answer(200, [self._file(pull, path, patch) for path, patch in pull.files.items()])

    def _list_review_comments(self, token: Token, number: str, body: Any) -> Answer:
        self._pull(number)
        end = f"/pulls/{number}"
        listed = [note for note in self.review_comments.values() if note["pull_request_url"].endswith(end)]
        return Answer(200, listed)

    def _create_review_comment(self, token: Token, number: str, body: Any) -> Answer:
        _may_write(token, "pull-requests")
        pull = self._pull(number)
        _fits("PullRequestReviewComment", body["body"])
        if body["commit_id"] != pull.head_sha:
            raise _invalid("PullRequestReviewComment", "commit_id", "commit_id is not part of the pull request")
        lines = _lines_of_diff(pull.files.get(body["path"], ""))
        for name in ("line", "start_line"):
            if name in body and body[name] not in lines:
                part = f"pull_request_review_thread.{name}"
                raise _invalid("PullRequestReviewComment", part, f"{part} must be part of the diff")
        if body.get("start_line", 0) >= body.get("line", 1):
            raise _invalid("PullRequestReviewComment", "start_line", "start_line must precede the end line.")
        return Answer(201, self._new_review_comment(int(number), token.login, body))

    def _delete_review_comment(self, token: Token, comment_id: str, body: Any) -> Answer:
        _may_write(token, "pull-requests")
        _known(self.review_comments, comment_id)
        del self.review_comments[int(comment_id)]
        return Answer(204)

    def _new_review_comment(self, number: int, login: str, body: Mapping[str, Any]) -> dict[str, Any]:
        identity, now = self._identity(), self._now()
        comment = {
            "id": identity,
            "node_id": f"PRRC_{identity}",
            "url": self._api(f"pulls/comments/{identity}"),
            "html_url": f"{self.server_url}/{self.full_name}/pull/{number}#discussion_r{identity}",
            "pull_request_url": self._api(f"pulls/{number}"),
            "pull_request_review_id": identity,
            "diff_hunk": "@@",
            "path": body["path"],
            "commit_id": body["commit_id"],
            "original_commit_id": body["commit_id"],
            "user": self._user(login),
            "body": body["body"],
            "created_at": now,
            "updated_at": now,
            "author_association": "NONE",
            "line": body.get("line", 1),
            "side": body.get("side", "RIGHT"),
            "start_line": body.get("start_line"),
            "subject_type": body.get("subject_type", "line"),
        }
        self.review_comments[identity] = comment
        return comment

    # Statuses and check runs

    def _create_status(self, token: Token, sha: str, body: Any) -> Answer:
        _may_write(token, "statuses")
        self._commit(sha)
        if len(body.get("description") or "") > LONGEST_DESCRIPTION:
            raise _invalid("Status", "description", "description is too long (maximum is 140 characters)")
        identity, now = self._identity(), self._now()
        status = {
            "url": self._api(f"statuses/{sha}"),
            "id": identity,
            "node_id": f"SC_{identity}",
            "state": body["state"],
            "description": body.get("description"),
            "target_url": body.get("target_url"),
            "context": body.get("context", "default"),
            "created_at": now,
            "updated_at": now,
            "avatar_url": None,
            "creator": self._user(token.login),
        }
        self.statuses.append(status)
        return Answer(201, status)

    def _create_check_run(self, token: Token, _: str, body: Any) -> Answer:
        _may_write(token, "checks")
        if token.kind == "user":
            raise Refusal(403, "You must authenticate via a GitHub App.")
        self._commit(body["head_sha"])
        identity = self._identity()
        self.annotations[identity] = []
        self.check_runs[identity] = {
            "id": identity,
            "node_id": f"CR_{identity}",
            "head_sha": body["head_sha"],
            "name": body["name"],
            "external_id": body.get("external_id"),
            "url": self._api(f"check-runs/{identity}"),
            "html_url": f"{self.server_url}/{self.full_name}/runs/{identity}",
            "details_url": body.get("details_url"),
            "check_suite": {"id": 1},
        }
        return Answer(201, self._checked(identity, body))

    def _update_check_run(self, token: Token, identity: str, body: Any) -> Answer:
        _may_write(token, "checks")
        _known(self.check_runs, identity)
        return Answer(200, self._checked(int(identity), body))

    def _checked(self, identity: int, body: Mapping[str, Any]) -> dict[str, Any]:
        run, output = self.check_runs[identity], body.get("output") or {}
        for annotation in output.get("annotations", ()):
            _check_annotation(annotation)
        self.annotations[identity].extend(output.get("annotations", ()))
        conclusion = body.get("conclusion", run.get("conclusion"))
        known = run.get("output", {})
        run.update(
            status="completed" if conclusion is not None else body.get("status", run.get("status", "queued")),
            conclusion=conclusion,
            started_at=self._now(),
            completed_at=self._now() if conclusion is not None else None,
            output={
                **{name: output.get(name, known.get(name)) for name in ("title", "summary", "text")},
                "annotations_count": len(self.annotations[identity]),
                "annotations_url": self._api(f"check-runs/{identity}/annotations"),
            },
        )
        return run

    def _commit(self, sha: str) -> None:
        if re.fullmatch(r"[0-9a-f]{40}", sha) is None:
            raise Refusal(422, f"No commit found for SHA: {sha}")

    # What everything shares

    def _pull(self, number: str) -> PullRequest:
        pull = self.pulls.get(int(number))
        if pull is None:
            raise Refusal(404, "Not Found")
        return pull

    def _described(self, pull: PullRequest) -> dict[str, Any]:
        return {
            "id": 1000 + pull.number,
            "node_id": f"PR_{pull.number}",
            "url": self._api(f"pulls/{pull.number}"),
            "html_url": f"{self.server_url}/{self.full_name}/pull/{pull.number}",
            "number": pull.number,
            "state": pull.state,
            "title": "A change",
            "body": None,
            "draft": False,
            "user": self._user("author"),
            "head": _side(pull.head_ref, pull.head_sha, pull.head_repository, fork=self._is_fork(pull)),
            "base": _side(pull.base_ref, pull.base_sha, self.full_name, fork=False),
            "merge_commit_sha": None,
        }

    def _is_fork(self, pull: PullRequest) -> bool:
        return pull.head_repository != self.full_name

    def _file(self, pull: PullRequest, path: str, patch: str) -> dict[str, Any]:
        blob = f"{self.server_url}/{self.full_name}/blob/{pull.head_sha}/file"
        return {
            "sha": "c" * 40,
            "filename": path,
            "status": "added",
            "additions": patch.count("\n+"),
            "deletions": patch.count("\n-"),
            "changes": patch.count("\n+") + patch.count("\n-"),
            "patch": patch,
            "blob_url": blob,
            "raw_url": blob,
            "contents_url": self._api("contents/file"),
        }

    def _user(self, login: str) -> dict[str, Any]:
        return {
            "login": login,
            "id": sum(map(ord, login)),
            "node_id": f"U_{login}",
            "type": "Bot" if login.endswith("[bot]") else "User",
            "url": f"{self.api_url}/users/{sum(map(ord, login))}",
            "html_url": f"{self.server_url}/{sum(map(ord, login))}",
        }

    def _api(self, path: str) -> str:
        return f"{self.api_url}/repos/{self.full_name}/{path}"

    def _identity(self) -> int:
        self._last_id += 1
        return self._last_id

    def _now(self) -> str:
        """A time that grows with every write, one second each."""
        self._ticks += 1
        return f"2026-01-01T{self._ticks // 3600:02}:{self._ticks // 60 % 60:02}:{self._ticks % 60:02}Z"


def _app(login: str) -> dict[str, Any] | None:
    if not login.endswith("[bot]"):
        return None
    slug = login.removesuffix("[bot]")
    return {"id": 15368, "slug": slug, "node_id": f"A_{slug}", "name": slug}


def _side(ref: str, sha: str, repository: str, *, fork: bool) -> dict[str, Any]:
    owner = repository.partition("/")[0]
    described = {"id": 1, "full_name": repository, "fork": fork, "default_branch": "main"}
    return {"ref": ref, "sha": sha, "label": f"{owner}:{ref}", "repo": described}


def _known(kept: Mapping[int, dict[str, Any]], identity: str) -> dict[str, Any]:
    found = kept.get(int(identity))
    if found is None:
        raise Refusal(404, "Not Found")
    return found


def _may_write(token: Token, what: str) -> None:
    if what not in token.writes:
        by = "integration" if token.kind == "app" else "personal access token"
        raise Refusal(403, f"Resource not accessible by {by}")


def _fits(resource: str, body: str) -> None:
    if not body.strip():
        raise _invalid(resource, "body", "body can't be blank")
    if len(body) > LONGEST_COMMENT:
        raise _invalid(resource, "body", f"body is too long (maximum is {LONGEST_COMMENT} characters)")


def _check_annotation(annotation: Mapping[str, Any]) -> None:
    one_line = annotation["start_line"] == annotation["end_line"]
    if not one_line and ("start_column" in annotation or "end_column" in annotation):
        raise _invalid("CheckRun", "start_column", "columns are only allowed when the lines are the same")
    if not 1 <= annotation["start_line"] <= annotation["end_line"]:
        raise _invalid("CheckRun", "end_line", "end_line must not precede start_line")
    if len(annotation["message"].encode()) > LONGEST_ANNOTATION:
        raise _invalid("CheckRun", "message", "message is too long (maximum is 64 KB)")
    if len(annotation.get("title", "")) > LONGEST_TITLE:
        raise _invalid("CheckRun", "title", "title is too long (maximum is 255 characters)")


def _invalid(resource: str, name: str, message: str) -> Refusal:
    errors = [{"resource": resource, "code": "custom", "field": name, "message": message}]
    return Refusal(422, "Validation Failed", errors)


def _lines_of_diff(patch: str) -> set[int]:
    """The lines of the new file that a diff shows."""
    lines: set[int] = set()
    for hunk in _HUNK.finditer(patch):
        start, count = int(hunk[1]), int(hunk[2] or 1)
        lines.update(range(start, start + count))
    return lines
