"""Whether a plan may be applied: by whoever looked at it, by its findings, and by the kinds of its changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from schema_core.report.lint_wording import counted
from schema_core.schema.changes import Change
from schema_core.schema.errors import UserError
from schema_core.schema.findings import Severity
from schema_core.schema.results import ApplyResult
from schema_core.text.truncate import counted_list, shorten

LintReview = Literal["ALWAYS", "WARNING", "ERROR", "NEVER"]

_VERBS = ("create", "drop", "alter", "rename")
_ANY = "*"
_LONGEST = 60
_REVIEWED_FROM: dict[LintReview, frozenset[Severity]] = {
    "ALWAYS": frozenset(),
    "WARNING": frozenset({"warning", "error"}),
    "ERROR": frozenset({"error"}),
    "NEVER": frozenset(),
}


class ChangeKind(msgspec.Struct, frozen=True):
    """A kind of change, as in ``drop column``; ``*`` stands for any verb and any kind of object."""

    verb: str
    kind: str

    @property
    def text(self) -> str:
        """As it was written."""
        return f"{self.verb} {self.kind}"

    def fits(self, change: Change) -> bool:
        """Whether the change is of this kind; what goes or comes with a table is a change of its own."""
        verb = type(change).__name__.lower()
        return self.verb in {_ANY, verb} and self.kind in {_ANY, change.ref.kind}


def parse_kinds(lines: Sequence[str], name: str) -> tuple[ChangeKind, ...]:
    """The kinds of an input; raises UserError for what is none."""
    found = []
    for line in lines:
        verb, _, kind = " ".join(line.lower().split()).partition(" ")
        if verb not in {*_VERBS, _ANY} or not kind:
            raise UserError(
                f"The input {name} takes a verb ({', '.join(_VERBS)} or *) and a kind of object (table, column, … or "
                f"*) a line, as in 'drop column', not {shorten(line, _LONGEST)!r}."
            )
        found.append(ChangeKind(verb, kind))
    return tuple(found)


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """Who agrees to a plan. ``is_reviewed`` says that the plan is one that somebody looked at."""

    is_reviewed: bool
    lint_review: LintReview
    review: tuple[ChangeKind, ...] = ()
    deny: tuple[ChangeKind, ...] = ()

    def objection(self, result: ApplyResult) -> str:
        """Why the plan may not be applied, and what to do; empty when it may."""
        denied = _named(self.deny, result.changes)
        if denied:
            return f"Nothing was applied: the input deny-changes forbids what the plan does ({denied})."
        reason = "" if self.is_reviewed else self._wants_review(result)
        if not reason:
            return ""
        return (
            f"Nothing was applied: {reason}, and nobody is known to have looked at the plan. Look at it, and run the "
            f"job again with the input plan: {result.digest} (or the file of schema/plan). A job that waits for the "
            "platform's approval (a GitHub environment, a manual job or step) may set auto-approve: true instead."
        )

    def _wants_review(self, result: ApplyResult) -> str:
        if self.lint_review == "ALWAYS":
            return "every plan needs a review here"
        kinds = _named(self.review, result.changes)
        if kinds:
            return f"the input review-changes asks for a review of what the plan does ({kinds})"
        lint, grave = result.lint, _REVIEWED_FROM[self.lint_review]
        if not grave or lint is None:
            return ""
        if lint.error is not None:
            return "the plan could not be watched to its end"
        number = sum(1 for finding in lint.findings if finding.severity in grave)
        return f"the input lint-review asks for a review of {counted(number, 'finding')}" if number else ""


def _named(kinds: Iterable[ChangeKind], changes: Sequence[Change]) -> str:
    """The changes that are of one of the kinds, in words."""
    kinds = tuple(kinds)
    found = [
        f"{type(change).__name__.lower()} {change.ref.kind} {change.ref.label()}"
        for change in changes
        if any(kind.fits(change) for kind in kinds)
    ]
    return counted_list(found, 5)
