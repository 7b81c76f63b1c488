"""``migrate lint`` as JUnit XML: one suite a file, one case a statement, in the dialect that CI systems share."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from schema_core.report.lint_problems import DIRECTORY, REPLAY, error_text, title
from schema_core.report.lint_wording import Judged, about_the_file, facts, judged, reaches, repository_path
from schema_core.schema.findings import Finding
from schema_core.schema.observations import StatementError
from schema_core.schema.results import FileReport, LintResult
from schema_core.text.terminal import terminal, terminal_block
from schema_core.text.truncate import one_line

_NAME_LENGTH = 120


def render(result: LintResult, path_prefix: str = "") -> str:
    """The XML document. A finding below the failure level is told in the case's output and fails nothing."""
    root = ET.Element("testsuites", name="migrate lint")
    if result.error is not None:
        path = repository_path(path_prefix, result.error_file) if result.error_file else path_prefix or "directory"
        suite = ET.SubElement(root, "testsuite", name=terminal(path))
        _add_error(_case(suite, path, "migration directory", None), result.error, DIRECTORY)
    for file in result.files:
        _add_file(root, file, result, repository_path(path_prefix, file.name))
    for element in (*root, root):
        _count(element)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _add_file(root: ET.Element, file: FileReport, result: LintResult, path: str) -> None:
    suite = ET.SubElement(root, "testsuite", name=terminal(path))
    whole = _case(suite, path, "replay", None)
    if file.skipped:
        ET.SubElement(whole, "skipped", message="left out by a nolint directive of the file")
    elif file.error is not None:
        _add_error(whole, file.error, REPLAY)
    _add_findings(whole, about_the_file(file), result)
    for item in judged(file):
        _add_statement(suite, item, result, path)


def _add_statement(suite: ET.Element, item: Judged, result: LintResult, path: str) -> None:
    statement = item.report.statement
    name = f"{statement.span.start.line}: {one_line(statement.text, _NAME_LENGTH)}"
    case = _case(suite, path, name, statement.span.start.line)
    observation = item.report.observation
    if observation is None:
        ET.SubElement(case, "skipped", message="not run: an earlier statement failed")
    elif observation.error is not None:
        _add_error(case, observation.error, REPLAY)
    else:
        case.set("time", f"{observation.duration_ms / 1000:.6f}")
    _add_findings(case, item.findings, result)
    if observation is not None and observation.error is None and (told := facts(observation)):
        _add_output(case, "\n".join(terminal(fact.sentence()) for fact in told))


def _add_findings(case: ET.Element, findings: tuple[Finding, ...], result: LintResult) -> None:
    told = []
    for finding in findings:
        text = _finding_text(finding)
        if reaches(finding.severity, result.fail_on):
            failure = ET.SubElement(
                case,
                "failure",
                type=terminal(finding.code),
                message=terminal(f"{finding.code} {title(finding.rule)}: {finding.message}"),
            )
            failure.text = terminal_block(text)
        else:
            told.append(f"{finding.severity} {finding.code}: {text}")
    if told:
        _add_output(case, "\n\n".join(told))


def _finding_text(finding: Finding) -> str:
    where = f"line {finding.span.start.line}, column {finding.span.start.column}"
    evidence = [f"Evidence: {item.source}: {item.detail}" for item in finding.evidence]
    instead = f"Instead: {finding.instead}" if finding.instead else ""
    lines = (f"{finding.message} ({where})", *evidence, finding.effect, instead, finding.documentation)
    return "\n".join(terminal(line) for line in lines if line)


def _add_error(case: ET.Element, error: StatementError, code: str) -> None:
    where = f" (line {error.position.line}, column {error.position.column})" if error.position is not None else ""
    element = ET.SubElement(case, "error", type=code, message=terminal(f"{error.message}{where}"))
    element.text = terminal_block(error_text(error))


def _add_output(case: ET.Element, text: str) -> None:
    output = case.find("system-out")
    if output is None:
        output = ET.SubElement(case, "system-out")
    output.text = f"{output.text}\n{terminal_block(text)}" if output.text else terminal_block(text)


def _case(suite: ET.Element, path: str, name: str, line: int | None) -> ET.Element:
    attributes = {"classname": terminal(path), "name": terminal(name), "file": terminal(path)}
    if line is not None:
        attributes["line"] = str(line)
    return ET.SubElement(suite, "testcase", attributes)


def _count(element: ET.Element) -> None:
    """Write the totals that readers show; a case with several failures counts once."""
    cases = element.findall(".//testcase")
    element.set("tests", str(len(cases)))
    for kind in ("failure", "error", "skipped"):
        number = sum(1 for case in cases if case.find(kind) is not None)
        element.set(kind if kind == "skipped" else f"{kind}s", str(number))
