"""``nolint`` directives: which findings their author has silenced, and which directives silence nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from schema_core.schema.findings import Finding
from schema_core.schema.results import Notice, Suppression
from schema_core.schema.statements import Directive, Statement
from schema_core.sqltext.source import SourceText

_WRITTEN = re.compile(rb"(?:--|#|/\*)[^\n]*?\b((?:atlas|schema-action):nolint)\b")
"""Whatever looks like a directive in a line of a file."""


class _Scope(msgspec.Struct, kw_only=True):
    """One directive with the statements it speaks about (None: the whole file) and the words it has used."""

    directive: Directive
    statement: int | None
    words: tuple[str, ...]
    used: set[str]

    def match(self, finding: Finding, analyzer: str) -> bool:
        """Whether the directive silences the finding; remembers the word that did."""
        if self.statement is not None and self.statement != finding.statement:
            return False
        if not self.words:
            self.used.add("")
            return True
        for word in self.words:
            if word.casefold() in (finding.code.casefold(), finding.rule.casefold(), analyzer.casefold()):
                self.used.add(word)
                return True
        return False


class Suppressions:
    """All ``nolint`` directives of one file.

    Bare above a statement: all of its findings. With words: findings whose code, rule name or analyzer is among them.
    At file level with words: the same for every statement (bare at file level leaves the whole file out and is handled
    before this).
    """

    def __init__(self, file: str, file_directives: Iterable[Directive], statements: Sequence[Statement]) -> None:
        self._file = file
        self._scopes = [_scope(directive, None) for directive in file_directives if directive.name == "nolint"]
        for index, statement in enumerate(statements):
            self._scopes += [_scope(item, index) for item in statement.directives if item.name == "nolint"]

    def apply(self, findings: Iterable[tuple[Finding, str]]) -> tuple[tuple[Finding, ...], tuple[Suppression, ...]]:
        """Divide findings, each with its analyzer, into those that stay and those that are silenced."""
        stay: list[Finding] = []
        silenced: list[Suppression] = []
        for finding, analyzer in findings:
            scope = next((scope for scope in self._scopes if scope.match(finding, analyzer)), None)
            if scope is None:
                stay.append(finding)
            else:
                silenced.append(
                    Suppression(finding=finding, directive=_words(scope), position=scope.directive.position)
                )
        return tuple(stay), tuple(silenced)

    def unused(self) -> tuple[Notice, ...]:
        """A notice for every directive, or word of one, that has silenced nothing."""
        notices = []
        for scope in self._scopes:
            for word in scope.words or ("",):
                if word not in scope.used:
                    what = f"{scope.directive.namespace}:nolint {word}".rstrip()
                    notices.append(
                        Notice(
                            message=f"{what} matches no finding; remove it.",
                            file=self._file,
                            position=scope.directive.position,
                        )
                    )
        return tuple(notices)


def misplaced(
    source: SourceText, file_directives: Iterable[Directive], statements: Sequence[Statement]
) -> list[Notice]:
    """A notice for every directive that belongs to no statement and not to the file, and so is never read."""
    read = {item.position.line for item in file_directives}
    read |= {item.position.line for statement in statements for item in statement.directives}
    notices = []
    for match in _WRITTEN.finditer(source.data):
        position = source.position(match.start(1))
        if position.line not in read:
            words = source.data[match.start(1) : match.end()].decode()
            message = f"{words} is not read here; write it on a line of its own directly above the statement."
            notices.append(Notice(message=message, file=source.name, position=position))
    return notices


def _scope(directive: Directive, statement: int | None) -> _Scope:
    return _Scope(directive=directive, statement=statement, words=tuple(directive.value.split()), used=set())


def _words(scope: _Scope) -> str:
    return f"{scope.directive.namespace}:nolint {scope.directive.value}".rstrip()
