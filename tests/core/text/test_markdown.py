from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from schema_core.text.markdown import address, code, fence, inline, link, table_cell, verbatim
from schema_core.text.terminal import terminal, terminal_block

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
hostile = st.lists(
    st.one_of(
        st.characters(exclude_categories=("Cs",)),
        st.sampled_from("`|\\*_~[]()<>&#@!:-+=.$ \n\t'\"/0123"),
        st.sampled_from(
            ["``", "```", "<b>", "</details>", "-->", "\\|", "&lt;", "@me", "#12", "http://x.y", "- ", "1. "]
        ),
    )
).map("".join)


class Page(HTMLParser):
    """The tags of a page and its text."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as HTMLParser calls it
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def squeezed(text: str) -> str:
    return " ".join(text.replace("\u200b", "").split())


@given(hostile)
def test_running_text_reads_as_it_was_written_and_is_no_markup(text: str) -> None:
    page = Page(READER.render(inline(text)))

    assert set(page.tags) <= {"p"}
    assert squeezed(page.text) == squeezed(terminal(text))


@given(hostile)
def test_code_reads_as_it_was_written(text: str) -> None:
    page = Page(READER.render(f"a {code(text)} b"))

    assert page.tags == ["p", "code"]
    assert squeezed(page.text) == squeezed(f"a {terminal(text)} b")


@given(hostile)
def test_a_fence_is_closed_by_itself_only(text: str) -> None:
    tokens = READER.parse(f"{fence(text)}\nafter\n")

    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].info == "sql"
    # The reader replaces NUL and other line ends before it parses; none of them is left in what we wrote.
    assert tokens[0].content.rstrip("\n") == terminal_block(text).rstrip("\n")


@given(hostile)
def test_a_verbatim_block_is_exactly_the_text_or_nothing(text: str) -> None:
    block = verbatim(text, "suggestion")

    if block is None:
        assert terminal_block(text) != text
        return
    tokens = READER.parse(f"{block}\nafter\n")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert (tokens[0].info, tokens[0].content) == ("suggestion", f"{text}\n" if text else "")


def test_an_empty_verbatim_block_has_no_line() -> None:
    assert verbatim("", "suggestion") == "```suggestion\n```\n"
    assert verbatim("a\n", "sql") == "```sql\na\n\n```\n"
    assert verbatim("a\x1b", "sql") is None


@given(hostile, hostile)
def test_a_table_keeps_its_cells(first: str, second: str) -> None:
    page = Page(READER.render(f"| a | b |\n| --- | --- |\n| {code(first)} | {table_cell(second)} |\n"))

    assert [tag for tag in page.tags if tag != "code"] == [
        "table",
        "thead",
        "tr",
        "th",
        "th",
        "tbody",
        "tr",
        "td",
        "td",
    ]
    assert squeezed(page.text) == squeezed(f"a b {terminal(first)} {terminal(second)}")


@given(hostile, hostile)
def test_a_link_has_one_target_and_its_text(text: str, path: str) -> None:
    page = Page(READER.render(f"see {link(text, f'https://example.org/{path}')}."))

    assert page.tags == ["p", "a"]
    assert squeezed(page.text) == squeezed(f"see {terminal(text).strip()}.")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "vbscript:x", "//x\\y:z", "file:///etc"]
)
def test_an_address_that_is_not_of_the_web_is_no_link(url: str) -> None:
    assert "](" not in link("text", url)


def test_relative_paths_are_links() -> None:
    assert link("a", "docs/rules/MF101.md") == "[a](docs/rules/MF101.md)"


def test_an_address_cannot_end_its_target() -> None:
    assert re.search(r"[\s()<>\[\]|`\"]", address('https://x.y/a b)<script>|`[z]"\n')) is None


@pytest.mark.parametrize(
    "text", ["@octocat", "closes #12", "!7", "GH-7", "http://x.y", "www.x.y", "me@example.org", ":tada:", "~bug", "%1"]
)
def test_mentions_references_and_autolinks_are_parted(text: str) -> None:
    assert "&#8203;" in inline(text)


@pytest.mark.parametrize("text", ["/close", "/merge", "  /assign @me"])
def test_quick_actions_are_no_commands(text: str) -> None:
    assert not inline(text).startswith("/")


def test_ordinary_words_stay_readable_in_the_source() -> None:
    text = "Adding column users.e_mail (text) in 2_add.sql:3:1, 50 at once"

    assert inline(text) == text
