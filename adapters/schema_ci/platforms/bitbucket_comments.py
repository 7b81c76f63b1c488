"""The conversation of a pull request on Bitbucket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schema_ci.context import PullRequest, RunContext
from schema_ci.platforms.bitbucket_api import BitbucketApi, BitbucketError, Json, doing
from schema_ci.platforms.bitbucket_context import comment_url
from schema_ci.platforms.protocol import Comment
from schema_ci.publish.marker import marker_of

_CREATE_ATTEMPTS = 3


class BitbucketComments:
    """Comments of one pull request, through credentials that may write them."""

    def __init__(self, api: BitbucketApi, context: RunContext, request: PullRequest) -> None:
        """Send nothing yet."""
        self._api = api
        self._context = context
        self._path = f"/pullrequests/{request.number}/comments"
        self._user: str | None = None

    def own(self) -> Iterator[Comment]:
        """Our own comments, oldest first."""
        with doing("The comments were not read"):
            listed = self._listed()
            user = self._own_user(listed)
        return (self._comment(item) for item in listed if user is not None and _author(item) == user)

    def create(self, body: str) -> Comment:
        """Post a comment. When nobody knows whether it came through, look before it is sent again."""
        with doing("The comment was not posted"):
            return self._created(body)

    def update(self, comment_id: str, body: str) -> Comment:
        """Replace a comment's text."""
        with doing("The comment was not updated"):
            return self._comment(self._api.put(f"{self._path}/{comment_id}", _content(body)))

    def delete(self, comment_id: str) -> None:
        """Delete a comment."""
        with doing("A comment that is there twice was not deleted"):
            self._api.delete(f"{self._path}/{comment_id}")

    def _created(self, body: str) -> Comment:
        for attempt in range(1, _CREATE_ATTEMPTS + 1):
            try:
                return self._known_as_ours(self._api.post(self._path, _content(body), repeatable=False))
            except BitbucketError as error:
                if 0 < error.status < 500 or attempt == _CREATE_ATTEMPTS:
                    raise
            arrived = [item for item in self._listed() if _raw(item).strip() == body.strip()]
            if arrived:
                return self._known_as_ours(arrived[-1])
        raise AssertionError  # the last attempt returns or raises

    def _listed(self) -> list[Json]:
        """Comments of the conversation itself: no tombstones, drafts, replies or notes on lines."""
        return [
            item
            for item in self._api.pages(self._path)
            if not any(item.get(name) for name in ("deleted", "pending", "inline", "parent"))
        ]

    def _own_user(self, listed: Sequence[Json]) -> str | None:
        """The account behind the credentials, None when none of these comments is ours.

        Bitbucket tells it for API tokens only: an access token may not ask who it is. What it may change is its own,
        because nobody else may change a comment, so a comment with our marker is sent again as it is.
        """
        if self._user is None:
            self._user = self._named_user()
        strangers: set[str] = set()
        for item in listed:
            if self._user is not None:
                break
            if marker_of(_raw(item)) is None or _author(item) in strangers:
                continue
            if not self._may_change(item):
                strangers.add(_author(item))
        return self._user

    def _named_user(self) -> str | None:
        if self._api.credentials is None or not self._api.credentials.personal:
            return None
        try:
            return str(self._api.current_user().get("uuid") or "") or None
        except BitbucketError as error:
            if error.status not in {401, 403}:
                raise
            return None  # the token lacks read:user:bitbucket

    def _may_change(self, item: Json) -> bool:
        path = f"{self._path}/{item.get('id')}"
        try:
            # Read again right before, so that what another run wrote in the meantime is not undone.
            self._known_as_ours(self._api.put(path, _content(_raw(self._api.get(path)))))
        except BitbucketError as error:
            if error.status not in {401, 403, 404}:
                raise
            return False
        return True

    def _known_as_ours(self, item: Json) -> Comment:
        self._user = _author(item) or self._user
        return self._comment(item)

    def _comment(self, item: Json) -> Comment:
        number = str(item.get("id", ""))
        return Comment(id=number, body=_raw(item), url=comment_url(self._context, number))


def _content(body: str) -> Json:
    return {"content": {"raw": body}}


def _raw(item: Json) -> str:
    content = item.get("content")
    return str(content.get("raw") or "") if isinstance(content, dict) else ""


def _author(item: Json) -> str:
    user = item.get("user")
    return str(user.get("uuid") or "") if isinstance(user, dict) else ""
