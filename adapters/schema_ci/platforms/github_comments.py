"""The conversation of a pull request on GitHub."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from schema_ci.platforms.github_api import Api, ApiError
from schema_ci.platforms.protocol import Comment

PERMISSION = "pull-requests: write (and statuses: write for the status of the commit)"
_ACTIONS = "github-actions[bot]"
"""Who the job's own token writes as. Nobody can have a login with brackets but an app."""


class User(msgspec.Struct, frozen=True):
    """The author of something."""

    login: str


class _IssueComment(msgspec.Struct, frozen=True):
    id: int
    html_url: str
    body: str | None = None
    user: User | None = None


class Author:
    """Who we write as; asked for once."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._login: str | None = None

    def is_us(self, user: User | None) -> bool:
        """Whether something was written with our token's user or app.

        A token that GitHub does not tell us the user of is taken for the job's own: then only what that one wrote is
        ours, and never what a person wrote.
        """
        if self._login is None:
            try:
                self._login = self._api.viewer()
            except ApiError as error:
                if error.status is None or error.status >= 500:
                    raise
                self._login = _ACTIONS
        return user is not None and user.login.lower() == self._login.lower()


class GitHubComments:
    """Comments on one pull request."""

    def __init__(self, api: Api, author: Author, number: int) -> None:
        self._api = api
        self._author = author
        self._number = number

    def own(self) -> Iterator[Comment]:
        """All comments that our token's user or app wrote, oldest first."""
        with self._api.doing("The comments of the pull request were not read", PERMISSION):
            for comment in self._api.pages(f"/issues/{self._number}/comments", _IssueComment):
                if self._author.is_us(comment.user):
                    yield _comment(comment)

    def create(self, body: str) -> Comment:
        """Post a comment."""
        with self._api.doing("The comment was not posted", PERMISSION):
            path = f"/issues/{self._number}/comments"
            return _comment(self._api.write("POST", path, _IssueComment, {"body": body}))

    def update(self, comment_id: str, body: str) -> Comment:
        """Replace a comment's text; one that somebody deleted meanwhile is posted anew."""
        with self._api.doing("The comment was not updated", PERMISSION):
            try:
                path = f"/issues/comments/{comment_id}"
                return _comment(self._api.write("PATCH", path, _IssueComment, {"body": body}))
            except ApiError as error:
                if error.status != 404:
                    raise
        return self.create(body)

    def delete(self, comment_id: str) -> None:
        """Remove a comment; one that is gone already is fine."""
        with self._api.doing("A comment that is there twice was not deleted", PERMISSION):
            self._api.delete(f"/issues/comments/{comment_id}")


def _comment(comment: _IssueComment) -> Comment:
    return Comment(id=str(comment.id), body=comment.body or "", url=comment.html_url)
