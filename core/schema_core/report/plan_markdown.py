"""``schema plan`` and ``schema apply`` as Markdown: for comments, job summaries and files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schema_core.addresses import rule_page
from schema_core.plan.sql import sql_of
from schema_core.report.account_text import duration, state_of, wait_lines
from schema_core.report.plan_wording import apply_headline, nature, plan_headline, proof_words, server_words
from schema_core.report.sections import Item, Section, document
from schema_core.report.surroundings import Mention, Surroundings
from schema_core.schema.accounts import Account, Outcome
from schema_core.schema.findings import SEVERITIES, Finding, Severity
from schema_core.schema.plans import PlannedStatement
from schema_core.schema.results import ApplyResult, FileReport, Notice, PlanResult
from schema_core.text import markdown
from schema_core.text.truncate import counted_list, shorten

_AGAIN = "it plans from what is there"
_LONGEST_SQL = 6000
_LONGEST_MESSAGE = 1500
_ICONS: dict[Severity, str] = {"error": "❌", "warning": "⚠️", "notice": "ℹ️"}
OUTCOMES: dict[Outcome, str] = {"applied": "✅", "rolled back": "↩️", "failed": "❌", "not run": "⏭️", "unknown": "❔"}


def render_plan(result: PlanResult, surroundings: Surroundings, *, failed: bool) -> str:
    """A plan with its findings; ``failed`` says that they are too grave."""
    told = [
        Mention(word="of", name=result.before),
        *_words(
            server_words(result.target),
            proof_words(result.proof, result.server),
            nature(result.statements, transactional=result.transactional, reversible=result.reversible),
        ),
        *([Mention(word="digest", name=result.digest)] if result.statements else []),
        Mention(word=f"schema-action {result.tool_version}"),
    ]
    sections = [
        Section(shape="paragraphs", items=tuple(_unwatched(result.lint))),
        *_findings(result.lint),
        planned_sql(result.statements),
        *_advice(result.lint),
        about_the_run(result.notices),
    ]
    headline = f"Schema plan {plan_headline(result, failed=failed)}"
    return document("❌" if failed else "✅", headline, told, sections, surroundings)


def render_apply(result: ApplyResult, surroundings: Surroundings, *, objection: str = "") -> str:
    """What became of a plan; ``objection`` says why nothing was done with it."""
    failed = result.status in {"failed", "declined"}
    told = [
        Mention(word="to", name=result.target),
        *_words(
            server_words(result.server),
            proof_words(result.proof, result.developed_on),
            nature(result.statements, transactional=result.transactional, reversible=result.reversible),
        ),
        *([Mention(word="digest", name=result.digest)] if result.statements else []),
        Mention(word=f"schema-action {result.tool_version}"),
    ]
    refused = [Item(text=markdown.inline(shorten(objection, _LONGEST_MESSAGE)), rank=0)] if objection else []
    account = result.account
    sections = [
        Section(shape="paragraphs", items=(*refused, *_unwatched(result.lint))),
        *(account_sections(account, _AGAIN) if account is not None else ()),
        *_findings(result.lint),
        planned_sql(result.statements),
        *_advice(result.lint),
        about_the_run(result.notices),
    ]
    headline = f"Schema apply {apply_headline(result)}"
    return document("❌" if failed else "✅", headline, told, sections, surroundings)


def account_sections(account: Account, again: str) -> Iterator[Section]:
    """What became of each statement, and what that means; ``again`` says what another run begins with."""
    yield Section(shape="paragraphs", items=tuple(_failure(account, again)))
    if account.error is not None:
        yield Section(
            title="What became of each statement", items=tuple(_outcomes(account)), noun="outcome", folded=None
        )
    if account.waits:
        lines = [line for line in wait_lines(account) if line]
        yield Section(
            title="Locks that were waited for",
            items=tuple(Item(text=markdown.inline(line), rank=6) for line in lines),
            noun="line about a lock",
            folded=True,
        )


def planned_sql(statements: Sequence[PlannedStatement]) -> Section:
    """The SQL of a plan."""
    return Section(
        title="SQL",
        shape="sql",
        noun="statement",
        items=tuple(
            Item(text=shorten(sql_of([statement]), _LONGEST_SQL).rstrip("\n"), rank=5) for statement in statements
        ),
    )


def about_the_run(notices: Sequence[Notice]) -> Section:
    """What else there is to know."""
    return Section(
        title="About this run",
        items=tuple(Item(text=markdown.inline(shorten(item.message, _LONGEST_MESSAGE)), rank=8) for item in notices),
        folded=False,
    )


def _words(*words: str) -> Iterator[Mention]:
    return (Mention(word=word) for word in words if word)


def _bold(text: str) -> str:
    """A sentence in bold; nothing in bold would be a rule across the page."""
    return f"**{markdown.inline(shorten(text, _LONGEST_MESSAGE)) or 'no message'}**"


def _unwatched(lint: FileReport | None) -> Iterator[Item]:
    if lint is not None and lint.error is not None:
        yield Item(text=f"❌ {_bold(f'The plan could not be watched to its end: {lint.error.message}')}", rank=0)


def _findings(lint: FileReport | None) -> Iterator[Section]:
    if lint is not None and lint.findings:
        found = sorted(lint.findings, key=lambda finding: -SEVERITIES.index(finding.severity))
        items = (
            Item(text=_finding(finding), rank=4 - SEVERITIES.index(finding.severity)) for finding in found
        )  # errors 2, warnings 3, notices 4
        yield Section(items=tuple(items), noun="finding")


def _finding(finding: Finding) -> str:
    page = markdown.link(finding.code, finding.documentation or rule_page(finding.code))
    which = f" (statement {finding.statement + 1})" if finding.statement is not None else ""
    return f"{_ICONS[finding.severity]} **{finding.severity}** {page} {markdown.inline(finding.message)}{which}"


def _advice(lint: FileReport | None) -> Iterator[Section]:
    known: dict[tuple[str, str, str], None] = {}
    for finding in lint.findings if lint is not None else ():
        if finding.effect or finding.instead:
            known.setdefault((finding.code, finding.effect, finding.instead))
    if known:
        items = (
            Item(
                text=" ".join(
                    [
                        f"**{markdown.inline(code)}**",
                        markdown.inline(effect),
                        *([f"**Instead:** {markdown.inline(instead)}"] if instead else []),
                    ]
                ),
                rank=7,
            )
            for code, effect, instead in known
        )
        yield Section(
            title="What happens, and what to do instead", items=tuple(items), noun="piece of advice", folded=True
        )


def _failure(account: Account, again: str) -> Iterator[Item]:
    error = account.error
    if error is None:
        return
    code = f" ({error.code})" if error.code else ""
    yield Item(text=_bold(f"{error.message}{code}"), rank=0)
    for word, text in (("detail", error.detail), ("hint", error.hint)):
        if text:
            yield Item(text=f"{word}: {markdown.inline(shorten(text, _LONGEST_MESSAGE))}", rank=1)
    yield Item(text=markdown.inline(state_of(account, again)), rank=0)
    if account.removed:
        names = markdown.inline(counted_list(list(account.removed), 5))
        yield Item(text=f"Removed, because it was left half made: {names}.", rank=1)
    if account.left_behind:
        names = markdown.inline(counted_list(list(account.left_behind), 5))
        yield Item(text=f"Left half made, remove it by hand: {names}.", rank=0)


def _outcomes(account: Account) -> Iterator[Item]:
    for number, item in enumerate(account.statements, 1):
        took = f" ({duration(item.duration_ms)})" if item.outcome == "applied" else ""
        comment = item.statement.comment
        title = markdown.inline(comment[:1].upper() + comment[1:])
        rank = 1 if item.outcome == "failed" else 4
        yield Item(text=f"{OUTCOMES[item.outcome]} {number}. {title}: {item.outcome}{took}", rank=rank)
