from __future__ import annotations

import pytest

from schema_ci.context import RunContext
from schema_ci.publish.inline_notes import inline_notes
from schema_ci.publish.publication import Publication
from schema_core.schema.findings import Finding, Fix
from schema_core.schema.results import FileReport, LintResult
from schema_core.schema.statements import Position, Span

IN_PLACE = """\
--- a/1.sql
+++ b/1.sql
@@ -1,3 +1,4 @@
+-- atlas:txmode none
 -- first
-CREATE INDEX a ON t (a);
+CREATE INDEX CONCURRENTLY a ON t (a);
 SELECT 1;
--- a/atlas.sum
+++ b/atlas.sum
@@ -1,2 +1,2 @@
-h1:old=
+h1:new=
 0.sql h1:same=
"""
MOVED = IN_PLACE + "--- /dev/null\n+++ b/2.sql\n@@ -0,0 +1 @@\n+SELECT 2;\n"


def publication(*patches: str | None) -> Publication:
    """A file with a finding for each patch."""
    at = Position(0, 1, 1)
    findings = tuple(
        Finding(
            code="PG101",
            rule="create-index",
            severity="warning",
            message=f"Problem {number}",
            file="1.sql",
            span=Span(at, at),
            statement=None,
            certainty="observed",
            fix=None if patch is None else Fix(title="Fix", edits=(), lock_before="A", lock_after="B", patch=patch),
        )
        for number, patch in enumerate(patches)
    )
    result = LintResult(
        tool_version="1",
        verdict="passed",
        fail_on="error",
        directory="m",
        server=None,
        base_files=0,
        files=(FileReport(name="1.sql", change="added", findings=findings),),
    )
    context = RunContext(event="", repository="o/r", commit="", root="/")
    return Publication(action="migrate/lint", key="k", result=result, path_prefix="db/m", context=context, reports="r")


def test_a_note_for_each_place_that_the_fix_changes() -> None:
    notes = inline_notes(publication(IN_PLACE))

    assert [(note.path, note.start_line, note.end_line, note.replacement) for note in notes] == [
        ("db/m/1.sql", 1, 1, "-- atlas:txmode none\n-- first"),
        ("db/m/1.sql", 2, 2, "CREATE INDEX CONCURRENTLY a ON t (a);"),
        ("db/m/atlas.sum", 1, 1, "h1:new="),
    ]
    assert len({note.key for note in notes}) == 3


def test_a_fix_that_findings_share_is_offered_once() -> None:
    notes = inline_notes(publication(None, IN_PLACE, IN_PLACE))

    assert len(notes) == 3
    assert {note.finding.message for note in notes} == {"Problem 1"}


@pytest.mark.parametrize("patch", [None, MOVED, IN_PLACE.replace("first", "first\x1b"), IN_PLACE.replace("\n", "\r\n")])
def test_what_cannot_be_suggested_as_it_is_has_no_note(patch: str | None) -> None:
    assert inline_notes(publication(patch)) == ()
