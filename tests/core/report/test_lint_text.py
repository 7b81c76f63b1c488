from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from schema_core.report.lint_text import render
from schema_core.schema.observations import StatementError
from schema_core.schema.results import LintResult
from schema_core.text.terminal import Style

MakeResult = Callable[..., LintResult]
PLAIN = Style(enabled=False)
pieces = st.sampled_from(["::", "\n", "\x1b[2J", "\u202e", "##[group]", "a", '"', "`", " ", "é", "::error::x", "%0A"])
hostile = st.lists(pieces, max_size=12).map("".join)


def test_the_verdict_comes_first(make_result: MakeResult, broken_result: LintResult, clean_result: LintResult) -> None:
    assert render(make_result(), PLAIN).splitlines()[0] == (
        "FAILED: 1 error, 1 warning in 1 new file (PostgreSQL 18.6, 12 base files replayed)"
    )
    assert render(broken_result, PLAIN).splitlines()[0] == (
        "FAILED: 1 changed file does not replay (PostgreSQL 18.6, 0 base files replayed)"
    )
    assert render(clean_result, PLAIN).splitlines()[0] == (
        "PASSED: no findings in 1 new file (PostgreSQL 18.6, 1 base file replayed)"
    )


def test_a_statement_shows_what_was_seen_and_how_it_is_known(make_result: MakeResult) -> None:
    lines = render(make_result(), PLAIN, 200, "db/migrations").splitlines()

    at = lines.index(
        "  db/migrations/20260101120000_unique_email.sql:2:1  "
        'ALTER TABLE "users" ADD CONSTRAINT users_email_key UNIQUE (email); --'
    )
    assert lines[at + 1] == "    seen: rewrites public.users [relfilenode]"
    assert "          takes ACCESS EXCLUSIVE on public.users (blocks reads and writes) [pg_locks]" in lines
    assert "          drops column public.users.email" in lines
    assert "    error MF101: Adding a unique constraint to users blocks it while an index is built" in lines
    assert "      evidence: pg_locks: AccessExclusiveLock on users" in lines
    assert "      effect: Reads and writes wait until the index is built over all rows." in lines
    assert "      proven fix: Build the index concurrently (SHARE UPDATE EXCLUSIVE instead of SHARE)" in lines
    assert '        +  CREATE INDEX CONCURRENTLY users_name_idx ON "users" (name);' in lines
    assert "  suppressed by nolint: DS103 at line 2" in lines


def test_what_is_known_from_documentation_says_so(make_result: MakeResult) -> None:
    text = render(make_result(), PLAIN)

    assert "known from the documented lock table, not from watching" in text
    assert "certainty: documented" in text


def test_a_clean_statement_is_one_line(clean_result: LintResult) -> None:
    assert render(clean_result, PLAIN).splitlines()[3:] == [
        "  2.sql:1:1  ALTER TABLE users VALIDATE CONSTRAINT c;",
        "    no findings; takes SHARE UPDATE EXCLUSIVE on users",
    ]


def test_columns_of_a_new_table_are_not_listed(make_result: MakeResult) -> None:
    assert "    no findings; creates table public.orders\n" in render(make_result(), PLAIN)


def test_a_replay_error_points_at_its_place(broken_result: LintResult) -> None:
    lines = render(broken_result, PLAIN).splitlines()

    at = lines.index('  error: 3.sql:3:34: type "nonsense" does not exist (42704)')
    assert lines[at + 1 : at + 5] == [
        "    3 |     ADD COLUMN ä text, ADD COLUMN x nonsense;",
        "      |                                     ^",
        "    detail: No such type.",
        "    hint: Try text.",
    ]
    assert lines[at + 2].index("^") == lines[at + 1].index("nonsense")
    assert "    not run: an earlier statement failed" in lines


def test_a_caret_stays_in_view_on_a_long_line(broken_result: LintResult) -> None:
    (file,) = broken_result.files
    report = file.statements[1]
    text = f"SELECT {'a, ' * 200}oops{', b' * 200};"
    statement = msgspec.structs.replace(report.statement, text=text)
    start = statement.span.start
    end = msgspec.structs.replace(start, offset=start.offset + len(text))
    at = msgspec.structs.replace(start, offset=start.offset + text.index("oops"))
    statement = msgspec.structs.replace(statement, span=msgspec.structs.replace(statement.span, end=end))
    file = msgspec.structs.replace(
        file,
        error=StatementError(message="no", position=at),
        statements=(msgspec.structs.replace(report, statement=statement),),
    )
    lines = render(msgspec.structs.replace(broken_result, files=(file,)), PLAIN, 80).splitlines()

    caret = next(number for number, line in enumerate(lines) if line.endswith("^"))
    assert lines[caret - 1][lines[caret].index("^") :].startswith("oops")
    assert len(lines[caret - 1]) <= 80


def test_a_sum_mismatch_is_the_verdict(mismatch_result: LintResult) -> None:
    assert render(mismatch_result, PLAIN, path_prefix="migrations") == (
        "FAILED: atlas.sum: checksum mismatch: 2.sql was edited (nothing was replayed)\n"
        "\n"
        "  error: migrations/atlas.sum: checksum mismatch: 2.sql was edited\n"
        "    hint: Run 'schema-action migrate hash'.\n"
    )


def test_files_without_findings_and_skipped_files_are_counted(
    make_result: MakeResult, clean_result: LintResult
) -> None:
    skipped = msgspec.structs.replace(clean_result.files[0], name="4.sql", statements=(), skipped=True)
    result = make_result()
    result = msgspec.structs.replace(result, files=(*result.files, *clean_result.files, skipped))
    text = render(result, PLAIN)

    assert text.startswith("FAILED: 1 error, 1 warning in 1 of 3 new files (")
    assert "4.sql\n  left out by a nolint directive of the file\n" in text


def test_no_new_files(clean_result: LintResult) -> None:
    result = msgspec.structs.replace(clean_result, files=(), server=None)

    assert render(result, PLAIN) == "PASSED: no new files (nothing was replayed)\n"


def test_a_patch_that_would_have_to_be_changed_is_not_shown(make_result: MakeResult) -> None:
    text = render(make_result("a\x1bb"), PLAIN, 200)

    assert "The patch is not shown" in text
    assert "+++ b/" not in text


def test_colour_only_adds_colour(make_result: MakeResult) -> None:
    coloured = render(make_result(), Style(enabled=True))

    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == render(make_result(), PLAIN)


def test_lines_fit_the_width(make_result: MakeResult) -> None:
    _, *lines = render(make_result(), PLAIN, 60).splitlines()
    prose = [line for line in lines if not any(mark in line for mark in ("/", "CREATE", ".sql:", "@@"))]

    assert 50 < max(len(line) for line in prose) <= 60


@given(hostile, hostile)
@settings(deadline=None, max_examples=50)
def test_nothing_in_the_report_acts(make_result: MakeResult, name: str, extra: str) -> None:
    text = render(make_result(name, extra), PLAIN, 60)

    assert not {unicodedata.category(character) for character in text if character != "\n"} & {"Cc", "Cf", "Cs"}
    assert not any(line.lstrip().startswith("::") for line in text.split("\n"))
    assert "##[" not in text


def test_advice_is_given_once(make_result: MakeResult) -> None:
    result = make_result()
    file = result.files[0]
    first, *others = file.findings
    again = msgspec.structs.replace(first, message="The same once more")
    twice = msgspec.structs.replace(
        result, files=(msgspec.structs.replace(file, findings=(first, again, *others)), *result.files[1:])
    )
    text = " ".join(render(twice, PLAIN).split())
    assert "The same once more" in text
    assert text.count(" ".join(first.effect.split())) == 1
    assert f"as for {first.code} above" in text
