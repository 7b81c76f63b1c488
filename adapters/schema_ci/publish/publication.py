"""What an action has to say about its run, for every channel of a platform."""

from __future__ import annotations

import msgspec

from schema_ci.context import RunContext
from schema_ci.manifest import CommentMode
from schema_core.schema.results import LintResult
from schema_core.text.terminal import terminal


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """One result and its circumstances.

    ``key`` tells this run's comment, status and report from those of other jobs on the same pull request.
    ``path_prefix`` is the migration directory's path below the root of the repository, ``reports`` that of the
    directory with the report files.
    """

    action: str
    key: str
    result: LintResult
    path_prefix: str
    context: RunContext
    reports: str
    comment: CommentMode = "always"
    origin: str = ""
    """Where the result comes from, when we did not make it ourselves."""
    check_run: bool = False

    @property
    def title(self) -> str:
        """The action and its key, as statuses and reports are called; one line that is safe to print."""
        return terminal(f"schema-action {self.action} ({self.key})")
