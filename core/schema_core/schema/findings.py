"""What a rule has to say about a statement."""

from __future__ import annotations

from typing import Literal

import msgspec

from schema_core.schema.observations import Certainty, Evidence
from schema_core.schema.ref import Ref
from schema_core.schema.statements import Span

Severity = Literal["error", "warning", "notice"]
SEVERITIES: tuple[Severity, ...] = ("notice", "warning", "error")
"""From mild to grave."""


class TextEdit(msgspec.Struct, frozen=True, kw_only=True):
    """Replace ``span`` of ``file`` by ``text``."""

    file: str
    span: Span
    text: str


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    """A replacement that was executed before it was proposed.

    It reached the same schema, and its strongest lock is ``lock_after`` where the original's is ``lock_before``.
    ``patch`` is a unified diff of the migration directory, the sum file included.
    """

    title: str
    edits: tuple[TextEdit, ...]
    lock_before: str
    lock_after: str
    patch: str


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding of one rule.

    ``statement`` counts from 0 within the file, None when the finding is about the file. ``message`` is one sentence of
    plain text that may hold identifiers as the author wrote them; ``effect`` says what happens in production and
    ``instead`` what to write, both fixed texts of the rule; ``fix`` is there only when it was proven.
    """

    code: str
    rule: str
    severity: Severity
    message: str
    file: str
    span: Span
    statement: int | None
    certainty: Certainty
    subjects: tuple[Ref, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    effect: str = ""
    instead: str = ""
    documentation: str = ""
    fix: Fix | None = None
