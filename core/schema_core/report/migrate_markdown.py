"""``migrate apply`` as Markdown: for job summaries and files."""

from __future__ import annotations

from schema_core.report.lint_wording import counted
from schema_core.report.plan_markdown import about_the_run, account_sections
from schema_core.report.plan_wording import server_words
from schema_core.report.sections import Item, Section, document
from schema_core.report.surroundings import Mention, Surroundings
from schema_core.schema.migration_results import MigrateApplyResult
from schema_core.text import markdown
from schema_core.text.truncate import one_line

_AGAIN = "it goes on where this one stopped"
_LONGEST = 200


def headline(result: MigrateApplyResult) -> str:
    """``APPLIED: 2 files, now at version 3``; raw text."""
    if result.status == "synced":
        return "SYNCED: no files to run"
    if result.status == "planned":
        return f"PLANNED: {counted(len(result.pending), 'file')}, up to version {result.aim}"
    if result.error is not None:
        return f"FAILED: {result.files[-1].name}: {one_line(result.error.message, _LONGEST)}"
    return f"APPLIED: {counted(len(result.files), 'file')}, now at version {result.aim}"


def render(result: MigrateApplyResult, surroundings: Surroundings) -> str:
    """The files that were run, and why one failed."""
    failed = result.status == "failed"
    told = [
        Mention(word="to", name=result.target),
        Mention(word="directory", name=result.directory),
        Mention(word=server_words(result.server)),
        Mention(word=f"schema-action {result.tool_version}"),
    ]
    run = {file.name: file for file in result.files}
    items = []
    for pending in result.pending:
        file = run.get(pending.name)
        if file is None:
            icon, word = "⏭️", "to be run" if result.status == "planned" else "not run"
        elif file.account.error is not None:
            icon, word = "❌", "failed"
        else:
            icon, word = "✅", counted(file.account.count("applied"), "statement")
        items.append(Item(text=f"{icon} {markdown.code(pending.name, html=surroundings.html)}: {word}", rank=3))
    broken = [file for file in result.files if file.account.error is not None]
    sections = [
        *(section for file in broken for section in account_sections(file.account, _AGAIN)),
        Section(title="Files", items=tuple(items), noun="file"),
        about_the_run(result.notices),
    ]
    return document("❌" if failed else "✅", f"Migrate apply {headline(result)}", told, sections, surroundings)
