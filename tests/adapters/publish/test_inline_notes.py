from __future__ import annotations

import difflib
from itertools import pairwise
from pathlib import Path

import lint_results
import msgspec
import publications
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema_ci.platforms.protocol import InlineNote
from schema_ci.publish.inline_notes import inline_notes, replacements
from schema_core.config.lint_settings import LintSettings
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.directory.sums import SUM_FILE_NAME, compute
from schema_core.operations.migrate_lint import migrate_lint
from schema_core.operations.migrate_validate import migrate_validate
from schema_core.schema.results import LintResult

BASE = "CREATE TABLE users (id bigint PRIMARY KEY, email text, name text);\n"


def applied(text: str, places: list[tuple[int, int, str]]) -> str:
    """The text after somebody took all suggestions in one commit."""
    lines = text.split("\n")
    for start, end, replacement in sorted(places, reverse=True):
        lines[start - 1 : end] = replacement.split("\n")
    return "\n".join(lines)


def linted(directory: Path, database: str, *texts: str) -> LintResult:
    for number, text in enumerate([BASE, *texts], 1):
        (directory / f"{number}_file.sql").write_text(text)
    (directory / SUM_FILE_NAME).write_text(compute(MigrationDirectory.open(str(directory)).files).text())
    return migrate_lint(LintSettings(directory=str(directory), dev_url=database, latest=len(texts)))


def notes_of(result: LintResult, path_prefix: str = "") -> tuple[InlineNote, ...]:
    return inline_notes(publications.publication(result, path_prefix=path_prefix))


@pytest.mark.parametrize(
    "text",
    [
        "CREATE INDEX users_email ON users (email);\n",
        "-- About it.\n\nCREATE INDEX users_email\n  ON users (email);\n\nCREATE INDEX users_name ON users (name);\n",
        "-- atlas:txmode none\n\nSET lock_timeout = 0;\nCREATE INDEX users_email ON users (email);\n",
        "-- atlas:txmode file\n-- atlas:nolint PG575\n\n\n\n\n\n\nCREATE INDEX users_email ON users (email);\n",
    ],
)
def test_a_directory_with_all_suggestions_of_a_fix_is_valid(text: str, tmp_path: Path, database: str) -> None:
    notes = notes_of(linted(tmp_path, database, text))
    assert notes
    for path in {note.path for note in notes}:
        places = [(note.start_line, note.end_line, note.replacement or "") for note in notes if note.path == path]
        (tmp_path / path).write_text(applied((tmp_path / path).read_text(), places))

    assert {note.path for note in notes} == {"2_file.sql", SUM_FILE_NAME}
    assert migrate_validate(str(tmp_path), "atlas", database).valid
    again = migrate_lint(LintSettings(directory=str(tmp_path), dev_url=database, latest=1))
    assert "PG101" not in {finding.code for finding in again.findings()}


def test_a_fix_that_settles_several_findings_is_suggested_once(tmp_path: Path, database: str) -> None:
    text = "CREATE INDEX users_email ON users (email);\nCREATE INDEX users_name ON users (name);\n"
    result = linted(tmp_path, database, text)
    fixed = [finding for finding in result.findings() if finding.fix is not None]
    places = [(note.path, note.start_line, note.end_line) for note in notes_of(result)]

    assert len(fixed) == 2
    assert len(places) == len(set(places))


def test_a_fix_that_makes_a_file_is_not_suggested(tmp_path: Path, database: str) -> None:
    text = "ALTER TABLE users ADD COLUMN x text;\n-- About it.\nCREATE INDEX users_email ON users (email);\n"
    result = linted(tmp_path, database, text)

    assert any(finding.fix is not None for finding in result.findings())
    assert notes_of(result) == ()


def test_keys_stay_when_lines_move(tmp_path: Path, database: str) -> None:
    text = "-- atlas:txmode none\n\nCREATE INDEX users_email ON users (email);\n"
    keys = {note.key for note in notes_of(linted(tmp_path, database, text))}
    moved = {note.key for note in notes_of(linted(tmp_path, database, text.replace("\n\n", "\n\n-- New.\n\n\n")))}

    assert keys == moved


def test_paths_are_those_of_the_repository() -> None:
    (note,) = notes_of(lint_results.make(), "db/migrations")

    assert (note.path, note.start_line, note.end_line) == ("db/migrations/20260101120000_unique_email.sql", 5, 5)
    assert note.replacement == '  CREATE INDEX CONCURRENTLY users_name_idx ON "users" (name);'


@pytest.mark.parametrize("name", ["with\x1bescape", "with\u202ebidi"])
def test_what_could_not_be_shown_as_it_is_is_not_suggested(name: str) -> None:
    assert notes_of(lint_results.make(name)) == ()


def test_a_finding_of_a_file_that_is_not_in_the_result_is_left_out() -> None:
    result = lint_results.make()
    (file,) = result.files
    findings = tuple(msgspec.structs.replace(finding, file="other.sql") for finding in file.findings)
    odd = msgspec.structs.replace(result, files=(msgspec.structs.replace(file, findings=findings),))

    assert notes_of(odd) == ()


lines = st.lists(st.sampled_from(["", "a", "b", "-- c", "++ d", "@@ -1 +1 @@", "- e", " f", "\\ g"]), max_size=25)


@given(lines, lines)
def test_suggestions_do_what_the_patch_does(before: list[str], after: list[str]) -> None:
    patch = "".join(
        difflib.unified_diff([f"{line}\n" for line in before], [f"{line}\n" for line in after], "a/1.sql", "b/1.sql")
    )
    found = replacements(patch)
    if not found:
        # Nothing changed, or nothing is left that lines could be added to.
        assert before == after or not before or not any(after)
        return

    assert {replaced.file for replaced in found} == {"1.sql"}
    assert all(one.end < other.start for one, other in pairwise(found))
    places = [(replaced.start, replaced.end, replaced.text) for replaced in found]
    assert applied("".join(f"{line}\n" for line in before), places) == "".join(f"{line}\n" for line in after)


def test_a_file_that_ends_without_a_line_break_is_left_alone() -> None:
    assert replacements("--- a/1.sql\n+++ b/1.sql\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n") == ()
