from __future__ import annotations

import re
from html.parser import HTMLParser

import lint_results
import msgspec
import publications
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from schema_ci.platforms.protocol import Capabilities
from schema_ci.publish.drawing import comment_text, marker, summary_text, whole_report
from schema_ci.publish.marker import marker_of
from schema_core.schema.results import LintResult

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HTML = Capabilities(html=True, longest_comment=65_536)
VOID = frozenset({"br", "hr"})
hostile = st.lists(
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(
            [
                *("```", "\n```\n", "<details>", "</details>", "<!--", "-->", "|", "\\", "`", "\u202e", "@all", "::"),
                *("[x](y)", "![", "\n\n# ", "\n- ", "<b>", "&lt;", "x" * 400, "*" * 400, "\x1b" * 200, "😀" * 100),
            ]
        ),
    ),
    max_size=6,
).map("".join)
names = hostile.map(lambda text: text.replace("\0", "").replace("/", ""))


class Balance(HTMLParser):
    """Fails when an element is not closed, or closed by another one's tag."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(markup)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as HTMLParser calls it
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def text_of(result: LintResult, capabilities: Capabilities = HTML, **changes: object) -> str:
    publication = publications.publication(result, **changes)
    return comment_text(publication, marker(publication), capabilities, publications.file_url)


@given(publications.results(names, hostile), st.integers(1000, 9000), st.booleans(), hostile)
@settings(deadline=None, max_examples=150)
def test_a_comment_of_any_result_fits_any_limit(result: LintResult, limit: int, html: bool, key: str) -> None:
    capabilities = Capabilities(html=html, longest_comment=limit)
    publication = publications.publication(result, key=key)
    mark = marker(publication)
    text = comment_text(publication, mark, capabilities, publications.file_url)

    assert len(text) <= limit
    assert re.match(
        rf"(?:### )?{'❌' if result.verdict == 'failed' else '✅'} Migration lint {result.verdict.upper()}: ", text
    )
    assert marker_of(text) == mark
    tokens = READER.parse(text)
    kinds = [token.type for token in tokens]
    assert all(token.content.endswith("\n") for token in tokens if token.type == "fence")
    if html:
        # Nothing swallowed the marker: it is a block of its own, at the very end.
        assert tokens[-1].content.rstrip("\n") == mark.text(html=True)
        Balance(READER.render(text).replace(mark.text(html=True), ""))
    else:
        env: dict[str, object] = {}
        READER.parse(text, env)
        assert "//" in env["references"]  # type: ignore[operator]
        assert "html_block" not in kinds
        assert "html_inline" not in [child.type for token in tokens for child in token.children or ()]


@given(publications.results(names, hostile), st.integers(1000, 20000))
@settings(deadline=None, max_examples=50)
def test_a_summary_is_counted_in_bytes(result: LintResult, limit: int) -> None:
    text = summary_text(publications.publication(result), limit, publications.file_url)

    assert len(text.encode()) <= limit
    assert "schema-action:v1" not in text


def test_what_is_left_out_is_counted_and_found_elsewhere() -> None:
    result = many(200)
    text = text_of(result, Capabilities(html=True, longest_comment=20_000))

    left_out = re.search(r"Left out for want of room: (\d+) errors?, (\d+) warnings?, ", text)
    assert left_out is not None
    shown = [text.count(f"**{severity}** [") for severity in ("error", "warning")]
    assert [int(left_out[1]) + shown[0], int(left_out[2]) + shown[1]] == [200, 200]
    assert "[All of it is in the artifacts of the run](https://git.example.org/acme/shop/actions/runs/7)" in text
    assert 15_000 < len(text) <= 20_000


def test_the_whole_report_leaves_nothing_out() -> None:
    text = whole_report(publications.publication(many(200)), publications.file_url)

    assert text.count("**error** [") == 200
    assert "Left out" not in text


def test_a_label_is_told_and_the_directory_alone_is_not() -> None:
    assert "label `tenants`" in text_of(lint_results.make(), key="tenants")
    assert "label" not in text_of(lint_results.make())


def test_the_circumstances_are_linked() -> None:
    text = text_of(lint_results.make())

    assert f"commit [`{publications.COMMIT[:10]}`]({publications.CONTEXT.commit_url})" in text
    assert "[run](https://git.example.org/acme/shop/actions/runs/7)" in text
    assert f"[Line 2]({publications.file_url('db/migrations/20260101120000_unique_email.sql', 2)})" in text


@pytest.mark.parametrize("path_prefix", ["..", "../../evil", "/etc", "a//b", "a/./b", "a/../b", "a\\b"])
def test_a_path_that_leads_elsewhere_is_no_link(path_prefix: str) -> None:
    assert "git.example.org/acme/shop/blob/" not in text_of(lint_results.make(), path_prefix=path_prefix)


def test_nothing_changed_is_one_line_and_a_marker() -> None:
    text = text_of(msgspec.structs.replace(lint_results.clean(), files=(), server=None))

    assert len(text.splitlines()) == 3
    assert text.startswith("✅ Migration lint PASSED: no new files · directory `db/migrations` · ")


def many(number: int) -> LintResult:
    """As many files, each with an error and a warning."""
    result = lint_results.make()
    files = tuple(msgspec.structs.replace(result.files[0], name=f"{at}.sql") for at in range(number))
    return msgspec.structs.replace(result, files=files)
