"""The rules' pages in the manual, made from the rules themselves; the tests run every example on a real server."""

from __future__ import annotations

from collections.abc import Iterable

from schema_core.dialects.registry import engine_title
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
    rows = ["| code | hazard | severity | name | analyzer | engines |", "| --- | --- | --- | --- | --- | --- |"]
    rows += [
        f"| [{rule.code}]({rule.code}.md) | {table_cell(rule.title)} | {rule.severity} | {code(rule.name)} "
        f"| {code(rule.analyzer)} | {_engines(rule)} |"
        for rule in sorted(rules, key=lambda rule: rule.code)
    ]
    return "\n".join(rows) + "\n"


def _page(rule: Rule | DirectoryRule) -> str:
    parts = [
        f"# {rule.code}: {inline(rule.title)}\n",
        f"Severity {rule.severity}, name {code(rule.name)}, analyzer {code(rule.analyzer)}"
        f"{_dialects(rule) if isinstance(rule, Rule) else ''}. [All rules](README.md)\n",
        f"**What happens:** {inline(rule.effect)}\n",
        *(_elsewhere("What happens", rule.effect_on) if isinstance(rule, Rule) else ()),
        f"**Instead:** {inline(rule.instead)}\n",
        *(_elsewhere("Instead", rule.instead_on) if isinstance(rule, Rule) else ()),
    ]
    if rule.documentation:
        parts.append(f"{rule.documentation}\n")
    if isinstance(rule, Rule):
        parts += [_example("Reported", example, rule) for example in rule.bad]
        parts += [_example("Not reported", example, rule) for example in rule.good]
        if rule.code in FAMILIES:
            parts.append(_causes(rule))
    return "\n".join(parts)


def _dialects(rule: Rule) -> str:
    return f", for {_engines(rule)}"


def _engines(rule: Rule | DirectoryRule) -> str:
    return ", ".join(engine_title(dialect) for dialect in rule.dialects) if isinstance(rule, Rule) else "all"


def _elsewhere(heading: str, texts: Iterable[tuple[str, str]]) -> list[str]:
    return [f"**{heading} ({engine_title(dialect)}):** {inline(text)}\n" for dialect, text in texts]


def _example(heading: str, example: Example, rule: Rule) -> str:
    engine = [engine_title(example.dialect)] if example.majors or len(rule.dialects) > 1 else []
    words = " ".join([*engine, ", ".join(map(str, example.majors))]).strip()
    majors = f" ({words})" if words else ""
    base = f"There before:\n\n{fence(example.base)}\n" if example.base else ""
    return f"## {heading}: {inline(example.title)}{majors}\n\n{base}The new file:\n\n{fence(example.migration)}"


def _causes(rule: Rule) -> str:
    rows = [
        f"| {table_cell(', '.join(sorted(cause.kinds)))}{_options(cause)} | {table_cell(cause.because)} "
        f"| {table_cell(cause.instead)} | {table_cell(cause.source)} |"
        for dialect in rule.dialects
        for cause in causes(dialect)
        if cause.family in FAMILIES[rule.code]
    ]
    head = "| the statement's text | why | instead | source |\n| --- | --- | --- | --- |\n"
    return f"## Causes that are known\n\n{head}" + "\n".join(rows) + "\n"


def _options(cause: Cause) -> str:
    words = [*cause.options, *(f"not {word}" for word in cause.without), *sorted(cause.details)]
    return f" ({table_cell(', '.join(words))})" if words else ""
