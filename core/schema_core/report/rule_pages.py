"""The rules' pages in the manual, made from the rules themselves; the tests run every example on a real server."""

from __future__ import annotations

from collections.abc import Iterable

from schema_core.lint.causes.causes import Cause, causes
from schema_core.lint.codes import MODULES, directory_rules, rule_for
from schema_core.lint.directory_rule import DirectoryRule
from schema_core.lint.rule import Example, Rule
from schema_core.lint.rules.observed import FAMILIES
from schema_core.text.markdown import code, fence, inline, table_cell

_INDEX = """\
# Rules

Made by `make generate` from the rules' own files. The tests run every example on a real server.

A code names one hazard and is never used for another. `-- atlas:nolint CODE` above a statement silences it; the name or
the analyzer can stand in the code's place. `--severity CODE=error|warning|notice|off` changes its weight. See
[linting](../linting.md).

"""


def rule_pages() -> dict[str, str]:
    """Every page of ``docs/rules`` by its file name, the index included."""
    rules: list[Rule | DirectoryRule] = [*(rule_for(name) for name in sorted(MODULES)), *directory_rules()]
    pages = {f"{rule.code}.md": _page(rule) for rule in rules}
    return {"README.md": _INDEX + _table(rules), **pages}


def _table(rules: Iterable[Rule | DirectoryRule]) -> str:
    rows = ["| code | hazard | severity | name | analyzer |", "| --- | --- | --- | --- | --- |"]
    rows += [
        f"| [{rule.code}]({rule.code}.md) | {table_cell(rule.title)} | {rule.severity} | {code(rule.name)} "
        f"| {code(rule.analyzer)} |"
        for rule in sorted(rules, key=lambda rule: rule.code)
    ]
    return "\n".join(rows) + "\n"


def _page(rule: Rule | DirectoryRule) -> str:
    parts = [
        f"# {rule.code}: {inline(rule.title)}\n",
        f"Severity {rule.severity}, name {code(rule.name)}, analyzer {code(rule.analyzer)}"
        f"{_dialects(rule) if isinstance(rule, Rule) else ''}. [All rules](README.md)\n",
        f"**What happens:** {inline(rule.effect)}\n",
        f"**Instead:** {inline(rule.instead)}\n",
    ]
    if rule.documentation:
        parts.append(f"{rule.documentation}\n")
    if isinstance(rule, Rule):
        parts += [_example("Reported", example) for example in rule.bad]
        parts += [_example("Not reported", example) for example in rule.good]
    if rule.code in FAMILIES:
        parts.append(_causes(rule.code))
    return "\n".join(parts)


def _dialects(rule: Rule) -> str:
    return f", for {', '.join(rule.dialects)}"


def _example(heading: str, example: Example) -> str:
    majors = f" (PostgreSQL {', '.join(map(str, example.majors))})" if example.majors else ""
    base = f"There before:\n\n{fence(example.base)}\n" if example.base else ""
    return f"## {heading}: {inline(example.title)}{majors}\n\n{base}The new file:\n\n{fence(example.migration)}"


def _causes(rule_code: str) -> str:
    rows = [
        f"| {table_cell(', '.join(sorted(cause.kinds)))}{_options(cause)} | {table_cell(cause.because)} "
        f"| {table_cell(cause.instead)} | {table_cell(cause.source)} |"
        for cause in causes("postgres")
        if cause.family == FAMILIES[rule_code]
    ]
    head = "| the statement's text | why | instead | source |\n| --- | --- | --- | --- |\n"
    return f"## Causes that are known\n\n{head}" + "\n".join(rows) + "\n"


def _options(cause: Cause) -> str:
    words = [*cause.options, *(f"not {word}" for word in cause.without), *sorted(cause.details)]
    return f" ({table_cell(', '.join(words))})" if words else ""
