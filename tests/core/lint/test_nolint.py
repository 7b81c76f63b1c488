from __future__ import annotations

import pytest

from schema_core.lint.nolint import Suppressions, misplaced
from schema_core.schema.findings import Finding
from schema_core.schema.statements import Directive, Position, Span, Statement
from schema_core.sqltext.source import SourceText

AT = Position(0, 1, 1)


def directive(value: str, namespace: str = "atlas") -> Directive:
    return Directive(namespace=namespace, name="nolint", value=value, position=AT)


def statement(*directives: Directive) -> Statement:
    return Statement(text="SELECT 1;", span=Span(AT, AT), directives=directives)


def finding(code: str, at: int) -> Finding:
    return Finding(
        code=code, rule="drop-column", severity="error", message="", file="1.sql", span=Span(AT, AT), statement=at,
        certainty="observed",
    )  # fmt: skip


def codes(suppressions: Suppressions, *findings: Finding) -> list[str]:
    stay, _ = suppressions.apply([(item, "destructive") for item in findings])
    return [f"{item.code}@{item.statement}" for item in stay]


def test_bare_silences_its_statement_only() -> None:
    suppressions = Suppressions("1.sql", [], [statement(directive("")), statement()])
    assert codes(suppressions, finding("DS103", 0), finding("BC104", 0), finding("DS103", 1)) == ["DS103@1"]
    assert suppressions.unused() == ()


@pytest.mark.parametrize("word", ["DS103", "ds103", "destructive", "drop-column"])
def test_words_name_codes_analyzers_and_rules(word: str) -> None:
    suppressions = Suppressions("1.sql", [], [statement(directive(word))])
    assert codes(suppressions, finding("DS103", 0)) == []


def test_several_words_and_an_unused_one() -> None:
    suppressions = Suppressions("1.sql", [], [statement(directive("DS103 PG101"))])
    assert codes(suppressions, finding("DS103", 0)) == []
    [notice] = suppressions.unused()
    assert notice.message == "atlas:nolint PG101 matches no finding; remove it."


def test_file_level_words_speak_for_every_statement() -> None:
    suppressions = Suppressions("1.sql", [directive("DS103", "schema-action")], [statement(), statement()])
    assert codes(suppressions, finding("DS103", 0), finding("DS102", 1)) == ["DS102@1"]


def test_a_bare_directive_that_silences_nothing_is_noticed() -> None:
    suppressions = Suppressions("1.sql", [], [statement(directive(""))])
    assert codes(suppressions) == []
    [notice] = suppressions.unused()
    assert notice.message == "atlas:nolint matches no finding; remove it."


def test_what_was_silenced_names_the_directive() -> None:
    suppressions = Suppressions("1.sql", [], [statement(directive("DS103"))])
    _, [silenced] = suppressions.apply([(finding("DS103", 0), "destructive")])
    assert silenced.directive == "atlas:nolint DS103"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("DROP TABLE a; -- atlas:nolint DS102\n", 1),
        ("-- atlas:nolint\n\nDROP TABLE a;\n", 1),
        ("DROP TABLE\n  -- schema-action:nolint DS102\n  a;\n", 2),
        ("DROP TABLE a;\n/* atlas:nolint */\n", 2),
    ],
)
def test_a_directive_in_no_statements_comments_is_noticed(text: str, line: int) -> None:
    [notice] = misplaced(SourceText("1.sql", text.encode()), [], [statement()])
    assert "is not read here" in notice.message
    assert notice.position is not None
    assert notice.position.line == line


def test_a_directive_that_was_read_is_not_misplaced() -> None:
    source = SourceText("1.sql", b"-- atlas:nolint DS102\nDROP TABLE a;\n")
    assert misplaced(source, [], [statement(directive("DS102"))]) == []
    assert misplaced(source, [directive("DS102")], []) == []
