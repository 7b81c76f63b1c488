"""What a lint rule is: its documentation, its examples and one function that looks at one observed statement."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

import msgspec

from schema_core.lint.context import StatementContext
from schema_core.schema.findings import Severity
from schema_core.schema.observations import Certainty, Evidence, IndexBuild, Lock, Rewrite, Scan
from schema_core.schema.ref import Ref

Effect = Lock | Rewrite | Scan | IndexBuild


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A migration that the tests run on a real server and the documentation shows.

    ``base`` is what was there before; ``migration`` is the new file. ``majors`` limits the server majors (empty: all).
    """

    title: str
    base: str
    migration: str
    dialect: str = "postgres"
    majors: tuple[int, ...] = ()


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a rule saw in one statement.

    ``claims`` are the effects that this hit explains: the observed families, which run last, stay silent about them.
    ``severity``, ``effect`` and ``instead`` replace the rule's own where the hit knows better (a family's cause, a lock
    that is held for a moment only).
    """

    message: str
    subjects: tuple[Ref, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    certainty: Certainty = "observed"
    claims: tuple[Effect, ...] = ()
    severity: Severity | None = None
    effect: str = ""
    instead: str = ""


class Replacement(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule would write in place of a statement; proposed to the author only after it was proven.

    ``outside_transaction`` says that ``text`` cannot run inside a transaction, so that its file needs the directive.
    ``manner`` is the word in the name of a file that it has to move to.
    """

    title: str
    text: str
    outside_transaction: bool = False
    manner: str = "apart"


class Rule(ABC):
    """One hazard. Subclasses are stateless; one instance serves every statement."""

    code: ClassVar[str]
    """The published code (``DS102``); never reused."""
    name: ClassVar[str]
    """A short name in words with hyphens (``drop-table``)."""
    analyzer: ClassVar[str]
    """The family's word in ``nolint`` directives (``destructive``), shared by the rules of one folder."""
    title: ClassVar[str]
    """The hazard in a few words, for headings."""
    severity: ClassVar[Severity]
    dialects: ClassVar[tuple[str, ...]]
    """Names of the dialects that the rule speaks about."""
    effect: ClassVar[str]
    """What happens in production: plain text, one or two sentences."""
    instead: ClassVar[str]
    """What to write instead: plain text, one or two sentences."""
    effect_on: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Dialects for which ``effect`` is said in other words, each with its text."""
    instead_on: ClassVar[tuple[tuple[str, str], ...]] = ()
    """The same for ``instead``."""
    documentation: ClassVar[str] = ""
    """More for the rule's page (Markdown): when it stays silent, version differences, sources."""
    bad: ClassVar[tuple[Example, ...]]
    good: ClassVar[tuple[Example, ...]]

    @abstractmethod
    def check(self, context: StatementContext) -> Iterator[Hit]:
        """Look at one observed statement; yield a hit for each hazard."""

    def replacement(self, context: StatementContext) -> Replacement | None:  # noqa: ARG002
        """A statement that reaches the same schema with a weaker lock; None when the rule knows none."""
        return None
