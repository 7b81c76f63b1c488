"""Plans and accounts as comments: within the room, and with nothing in them that a reader's page would act on."""

from __future__ import annotations

from html.parser import HTMLParser

import lint_results
import msgspec
import publications
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from schema_ci.platforms.protocol import Capabilities
from schema_ci.publish.change_publication import ApplyPublication, PlanPublication
from schema_ci.publish.drawing import comment_text, marker, whole_report
from schema_ci.publish.marker import marker_of
from schema_core.schema.accounts import Account, AppliedStatement, Blocker, Wait
from schema_core.schema.observations import StatementError
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.results import ApplyResult, FileReport, Notice, PlanDigests, PlanResult, ServerInfo
from schema_core.text.redact import remember_secret

SERVER = ServerInfo(engine="postgres", version="18.6", major=18)
DIGEST = f"sha256:{'a' * 64}"
READER = MarkdownIt("commonmark", {"html": True, "linkify": True}).enable(["table", "strikethrough"])
PAYLOADS = [
    *("::error::x", "##[error]x", "</details>", "<img src=x>", "![x](https://evil.example)", "https://evil.example"),
    *(
        "```",
        "`",
        "|",
        "\n\n# Title\n\n",
        "\n- x",
        "@everyone",
        "-->",
        "\x1b[31m",
        "\u202e",
        "[x]: https://evil.example\n",
    ),
]
hostile = st.lists(st.one_of(st.sampled_from(PAYLOADS), st.text(max_size=8)), max_size=4).map("".join)


class Page(HTMLParser):
    """Elements and link targets of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.targets: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.targets += [value or "" for name, value in attrs if name in {"href", "src"}]


def lint(text: str) -> FileReport:
    (report,) = lint_results.make("users", text.replace("\n", " ")).files
    findings = tuple(msgspec.structs.replace(item, message=text, effect=text, instead=text) for item in report.findings)
    return msgspec.structs.replace(report, findings=findings, error=StatementError(message=text))


def plan(text: str, number: int = 2) -> PlanPublication:
    result = PlanResult(
        tool_version="1",
        before=f"postgres://h/{text}",
        after="file://schema.sql",
        target=SERVER,
        server=SERVER,
        digests=PlanDigests(before=DIGEST, after=DIGEST, statements=DIGEST),
        digest=DIGEST,
        statements=tuple(PlannedStatement(text=f"SELECT {text}", comment=text) for _ in range(number)),
        lint=lint(text),
        notices=(Notice(message=text),),
    )
    return PlanPublication(
        action="schema/plan", key=text or ".", result=result, too_grave=True, context=publications.CONTEXT, reports="r"
    )


def applied(text: str) -> ApplyPublication:
    statement = PlannedStatement(text=f"SELECT {text}", comment=text)
    account = Account(
        statements=(
            AppliedStatement(statement=statement, outcome="applied", duration_ms=1),
            AppliedStatement(statement=statement, outcome="failed"),
        ),
        error=StatementError(message=text, detail=text, hint=text),
        failed_at=1,
        waits=(Wait(statement=0, attempt=1, message=text, blockers=(Blocker(session=text, query=text),)),),
        removed=(text,),
        left_behind=(text,),
    )
    result = ApplyResult(
        tool_version="1",
        target=f"postgres://h/{text}",
        after="file://schema.sql",
        server=SERVER,
        developed_on=SERVER,
        status="failed",
        statements=(statement, statement),
        lint=lint(text),
        account=account,
        digest=DIGEST,
        notices=(Notice(message=text),),
    )
    return ApplyPublication(
        action="schema/apply", key=text or ".", result=result, objection=text, context=publications.CONTEXT, reports="r"
    )


@pytest.mark.parametrize("html", [True, False])
@given(text=hostile)
@settings(deadline=None, max_examples=40)
def test_hostile_text_is_text(html: bool, text: str) -> None:
    for publication in (plan(text), applied(text)):
        mark = marker(publication)
        body = comment_text(publication, mark, Capabilities(html=html, longest_comment=65_536), publications.file_url)
        assert marker_of(body) == mark
        page = Page(READER.render("\n".join(body.splitlines()[:-1])))
        ours = {
            "h3",
            "p",
            "a",
            "strong",
            "em",
            "ul",
            "li",
            "pre",
            "code",
            *(("details", "summary", "br") if html else ()),
        }
        assert page.tags <= ours, page.tags - ours
        known = ("https://github.com/org/schema-action/", "https://git.example.org/", "https://example.org/rules/")
        assert all(target.startswith(known) for target in page.targets), page.targets
        assert "\x1b" not in body
        assert "\u202e" not in body


@pytest.mark.parametrize("room", [1500, 6000])
def test_what_has_no_room_is_counted(room: int) -> None:
    publication = plan("x" * 200, number=300)
    mark = marker(publication)
    body = comment_text(publication, mark, Capabilities(html=True, longest_comment=room), publications.file_url)
    assert len(body) <= room
    assert body.startswith("### ❌ Schema plan FAILED: 300 statements")
    assert "Left out for want of room: " in body
    assert marker_of(body) == mark
    assert len(whole_report(publication, publications.file_url)) > room


def test_a_secret_is_in_no_report_and_no_file() -> None:
    remember_secret("xoxHUNTER2xox")
    for publication in (plan("a xoxHUNTER2xox b"), applied("a xoxHUNTER2xox b")):
        said = "".join([whole_report(publication, publications.file_url), *publication.files().values()])
        assert "HUNTER2" not in said + publication.title
