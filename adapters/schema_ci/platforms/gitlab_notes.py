"""The conversation of a merge request: notes that our token's user wrote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gitlab

from schema_ci.platforms.gitlab_api import PAGE, GitLabApi, call, listed
from schema_ci.platforms.protocol import Comment

_READING = "The notes of the merge request could not be read"
_WRITING = "The note was not written"


class MergeRequestNotes:
    """Comments of one merge request."""

    def __init__(self, api: GitLabApi, project: str, number: int, url: str) -> None:
        """Take the merge request's project, number and web address."""
        self._api = api
        self._url = url
        self._notes = api.merge_request(project, number).notes

    def own(self) -> Iterable[Comment]:
        """Plain notes of our user, oldest first: no system notes, none on lines, none of others."""
        mine = self._api.user_id
        options = {"sort": "asc", "order_by": "created_at", "activity_filter": "only_comments", "per_page": PAGE}
        for note in listed(_READING, lambda: self._notes.list(iterator=True, **options)):
            if not note["system"] and note["type"] is None and note["author"]["id"] == mine:
                yield self._comment(note)

    def create(self, body: str) -> Comment:
        """Post a note."""
        return self._comment(call(_WRITING, lambda: self._notes.create({"body": body})).attributes)

    def update(self, comment_id: str, body: str) -> Comment:
        """Replace a note's text."""
        return self._comment(dict(call(_WRITING, lambda: self._notes.update(int(comment_id), {"body": body}))))

    def delete(self, comment_id: str) -> None:
        """Remove a note; one that is gone is fine."""

        def remove() -> None:
            try:
                self._notes.delete(int(comment_id))
            except gitlab.exceptions.GitlabError as error:
                if error.response_code != 404:
                    raise

        call("A note that is no longer needed was not removed", remove)

    def _comment(self, note: dict[str, Any]) -> Comment:
        return Comment(id=str(note["id"]), body=note["body"], url=f"{self._url}#note_{note['id']}")
