from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from schema_core.report.lint_markdown import render
from schema_core.report.safe_output import template_environment
from schema_core.schema.results import LintResult

MakeResult = Callable[..., LintResult]
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
PIECES = [
    *'|\\`#-*_$a"',
    *("```", "<b>", "</details>", "[x](y)", "![", "](", "@me", "~~", "&lt;", "<!--", "/close", "#1", "javascript:"),
]
pieces = st.sampled_from(PIECES).flatmap(
    lambda piece: st.sampled_from([piece, f"\n{piece}", f"\n\n{piece} ", f" {piece}"])
)
hostile = st.lists(pieces, max_size=10).map("".join)


def structure(markdown: str) -> Counter[str]:
    """How often each kind of block and markup occurs, code spans left out: names with a pipe are set another way."""
    kinds: Counter[str] = Counter()
    for token in READER.parse(markdown):
        kinds[token.type] += 1
        for child in token.children or ():
            if child.type == "html_inline":
                kinds[child.content] += 1
            elif child.type not in {"text", "code_inline", "text_special", "softbreak", "entity"}:
                kinds[child.type] += 1
    return Counter({kind: number for kind, number in kinds.items() if kind not in {"<code>", "</code>"}})


@given(hostile, hostile)
@settings(deadline=None, max_examples=100)
def test_no_name_or_text_changes_the_structure(make_result: MakeResult, name: str, extra: str) -> None:
    document = render(make_result(name, extra))
    if "The patch is not shown" in document:
        return

    assert structure(document) == structure(render(make_result()))


def test_the_document_reads_as_intended(make_result: MakeResult) -> None:
    document = render(make_result(), "db/migrations")
    html = READER.render(document)

    assert document.startswith("### ❌ FAILED: 1 error, 1 warning in 1 new file\n")
    assert html.count("<tr>") == 4
    assert '<a href="https://example.org/rules/MF101.md">MF101</a>' in html
    assert "takes ACCESS EXCLUSIVE on <code>public.users</code> (blocks reads and writes; pg_locks)" in html
    assert html.count("<details>") == html.count("</details>") == 2
    assert '<code class="language-diff">--- a/' in html
    assert "creates table <code>public.orders</code>" in html
    assert "\n\n\n\n" not in document


def test_an_error_and_its_consequences(broken_result: LintResult, mismatch_result: LintResult) -> None:
    broken = render(broken_result, "m")

    assert (
        '❌ `m/3.sql:3:34`: type "nonsense" does not exist (42704)\n\nDetail: No such type.\n\nHint: Try text.'
        in broken
    )
    assert "not run: an earlier statement failed" in broken
    assert "#### `m/3.sql` (edited)" in broken
    assert "❌ `m/atlas.sum`: checksum mismatch: 2.sql was edited" in render(mismatch_result, "m")


def test_a_passed_result_says_so_first(clean_result: LintResult) -> None:
    assert render(clean_result).startswith("### ✅ PASSED: no findings in 1 new file\n")


def test_a_file_that_was_left_out(clean_result: LintResult) -> None:
    file = msgspec.structs.replace(clean_result.files[0], statements=(), skipped=True)

    assert "Left out by a nolint directive" in render(msgspec.structs.replace(clean_result, files=(file,)))


def test_a_huge_statement_is_cut(make_result: MakeResult) -> None:
    document = render(make_result("x" * 100_000))

    assert "more characters" in document
    assert len(document) < 2_000_000


def test_a_template_refuses_text_that_passed_no_filter() -> None:
    environment = template_environment({"safe_text": str.upper})

    assert environment.from_string("{{ text | safe_text }}").render(text="a") == "A"
    with pytest.raises(TypeError, match="without an escaping filter"):
        environment.from_string("{{ text }}").render(text="a")
