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
from schema_core.report.surroundings import Mention, Surroundings
from schema_core.schema.results import LintResult

MakeResult = Callable[..., LintResult]
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
AROUND = Surroundings(
    address=lambda path, line: f"https://git.example.org/f/{path}" + (f"#L{line}" if line else ""),
    about=(
        Mention(word="commit", name="1a2b3c", url="https://git.example.org/c/1a2b3c"),
        Mention(word="run", url="https://git.example.org/r/1"),
    ),
    whole="https://git.example.org/r/1",
)
PIECES = [
    *'|\\`#-*_$a"',
    *("```", "<b>", "</details>", "[x](y)", "![", "](", "@me", "~~", "&lt;", "<!--", "/close", "#1", "javascript:"),
]
pieces = st.sampled_from(PIECES).flatmap(
    lambda piece: st.sampled_from([piece, f"\n{piece}", f"\n\n{piece} ", f" {piece}"])
)
hostile = st.lists(pieces, max_size=10).map("".join)


def up_to(limit: int) -> Surroundings:
    return msgspec.structs.replace(AROUND, fits=lambda text: len(text) <= limit)


def structure(markdown: str) -> Counter[str]:
    """How often each kind of block and markup occurs.

    Code spans are left out (names with a pipe are set another way), and so is SQL (a short statement is not repeated).
    """
    kinds: Counter[str] = Counter()
    for token in READER.parse(markdown):
        kinds[token.type] += token.info != "sql"
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

    assert document.startswith("### ❌ Migration lint FAILED: 1 error, 1 warning in 1 new file\n")
    assert "directory `db/migrations` · PostgreSQL 18.6 · 12 base files replayed · schema-action 0.1.0" in document
    assert html.count("<tr>") == 5
    assert '<a href="https://example.org/rules/MF101.md">MF101</a>' in html
    assert "takes ACCESS EXCLUSIVE on <code>public.users</code> (blocks reads and writes)" in html
    assert html.count("<details>") == html.count("</details>") == 3
    assert "<summary>1 statement without findings</summary>" in html
    assert '<code class="language-diff">--- a/' in html
    assert "creates table <code>public.orders</code>" in html
    assert "<strong>Instead:</strong> Build the index with CREATE UNIQUE INDEX CONCURRENTLY" in html
    assert "Evidence: pg_locks" in html
    assert "git apply --directory=db/migrations fix.patch" in html
    assert "put <code>-- atlas:nolint MF101</code> with its code" in html
    assert "\n\n\n" not in document


def test_an_error_and_its_consequences(broken_result: LintResult, mismatch_result: LintResult) -> None:
    broken = render(broken_result, "m")

    said, told = broken.split("#### `m/3.sql` (edited)")
    assert '❌ `m/3.sql:3:34`: **type "nonsense" does not exist (42704)**\n\n```text\n' in said
    assert "ADD COLUMN x nonsense;\n" in said
    assert said.endswith("Detail: No such type.\n\nHint: Try text.\n\n")
    assert "❌ failed: see above" in told
    assert "| Statement | Findings |\n" in told
    assert "<summary>1 statement without findings, 1 statement not run</summary>" in told
    assert "not run: an earlier statement failed" in told
    mismatch = render(mismatch_result, "m")
    assert "❌ `m/atlas.sum`: **checksum mismatch: 2.sql was edited**\n\nHint: Run 'schema-action" in mismatch


def test_a_passed_result_says_so_first(clean_result: LintResult) -> None:
    assert render(clean_result).startswith("### ✅ Migration lint PASSED: no findings in 1 new file\n")


def test_a_file_that_was_left_out(clean_result: LintResult) -> None:
    file = msgspec.structs.replace(clean_result.files[0], statements=(), skipped=True)

    assert "Left out by a nolint directive" in render(msgspec.structs.replace(clean_result, files=(file,)))


def test_a_huge_statement_is_cut(make_result: MakeResult) -> None:
    document = render(make_result("x" * 100_000))

    assert "more characters" in document
    assert len(document) < 2_000_000


def test_nothing_new_is_one_calm_line(clean_result: LintResult) -> None:
    calm = msgspec.structs.replace(clean_result, files=(), server=None)

    assert render(calm, "m", AROUND) == (
        "✅ Migration lint PASSED: no new files · directory `m` · commit [`1a2b3c`](https://git.example.org/c/1a2b3c)"
        " · [run](https://git.example.org/r/1) · schema-action 0.1.0\n"
    )


def test_places_and_circumstances_are_links(make_result: MakeResult) -> None:
    document = render(make_result(), "m", AROUND)

    file = "m/20260101120000_unique_email.sql"
    assert f"#### [`{file}`](https://git.example.org/f/{file}) (1 error, 1 warning)" in document
    assert f"| [Line 2](https://git.example.org/f/{file}#L2)<br>`ALTER TABLE" in document
    assert "commit [`1a2b3c`](https://git.example.org/c/1a2b3c) · [run](https://git.example.org/r/1)" in document


def test_a_fix_of_several_findings_is_told_once(make_result: MakeResult) -> None:
    result = make_result()
    (file,) = result.files
    first, second = file.findings
    both = msgspec.structs.replace(file, findings=(msgspec.structs.replace(first, fix=second.fix), second))

    assert render(msgspec.structs.replace(result, files=(both,))).count("Proven fix") == 1


def test_without_html_there_is_none(
    make_result: MakeResult, broken_result: LintResult, mismatch_result: LintResult
) -> None:
    for result in (make_result(), make_result("a|b\\c"), broken_result, mismatch_result):
        document = render(result, "m", msgspec.structs.replace(AROUND, html=False))
        tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(document)
        inner = [child.type for token in tokens for child in token.children or ()]

        assert "html_block" not in [token.type for token in tokens]
        assert "html_inline" not in inner


def test_mild_things_and_details_are_left_out_first(make_result: MakeResult) -> None:
    result = make_result()
    whole = render(result, "m", AROUND)
    sizes = [render(result, "m", up_to(limit)) for limit in range(500, len(whole) + 50, 25)]

    def first(part: str) -> int:
        return next(number for number, text in enumerate(sizes) if part in text)

    order = [
        "[MF101]",
        "[PG101]",
        "takes ACCESS EXCLUSIVE",
        "**MF101**",
        "Proven fix",
        "Evidence:",
        "without findings<",
    ]
    assert sorted(order, key=first) == order
    assert sizes[-1] == whole
    assert "Left out for want of room: 1 error, 1 warning, 1 proven fix," in sizes[0]
    assert "[All of it is in the artifacts of the run](https://git.example.org/r/1)." in sizes[3]


def test_a_template_refuses_text_that_passed_no_filter() -> None:
    environment = template_environment({"safe_text": str.upper})

    assert environment.from_string("{{ text | safe_text }}").render(text="a") == "A"
    with pytest.raises(TypeError, match="without an escaping filter"):
        environment.from_string("{{ text }}").render(text="a")
