"""Proven fixes as suggestions on the lines of a pull request."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fake_github import FakeGitHub
from github_shop import DIRECTORY, Shop

from schema_core.directory import sums
from schema_core.directory.migration_directory import MigrationDirectory

SLOW = "20260201000000_slow.sql"
TWO = "-- names are searched for\nCREATE INDEX users_name ON users (name);\nCREATE INDEX users_mail ON users (mail);\n"
MIXED = "CREATE INDEX users_name ON users (name);\nALTER TABLE users ADD COLUMN age int;\n"
US = "github-actions[bot]"
_SUGGESTION = re.compile(r"^(`{3,})suggestion\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def given(database: str) -> dict[str, str]:
    return {"dev-url": database}


def notes(github: FakeGitHub) -> list[dict[str, Any]]:
    return list(github.repository.review_comments.values())


def apply(directory: Path, found: list[dict[str, Any]]) -> None:
    """Commit all suggestions as one batch, as GitHub does: whole lines are replaced."""
    for path in {note["path"] for note in found}:
        file = directory.parents[1] / path
        lines = file.read_text().split("\n")
        for note in sorted((note for note in found if note["path"] == path), key=lambda note: -note["line"]):
            match = _SUGGESTION.search(note["body"])
            assert match is not None
            lines[(note["start_line"] or note["line"]) - 1 : note["line"]] = match[2].split("\n")[:-1]
        file.write_text("\n".join(lines))


def test_the_suggestions_of_a_fix_make_a_valid_directory(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit({SLOW: TWO})
    run = shop.lint(given)
    assert run.code == 0, run.log
    found = notes(github)
    assert {note["path"] for note in found} == {f"{DIRECTORY}/{SLOW}", f"{DIRECTORY}/atlas.sum"}
    assert "PG101" in found[0]["body"]
    assert f"Part 1 of {len(found)} of the fix" in found[0]["body"]
    directory = shop.clone / DIRECTORY
    apply(directory, found)
    assert "CREATE INDEX CONCURRENTLY users_mail" in (directory / SLOW).read_text()
    assert sums.check(MigrationDirectory.open(str(directory))) == ()
    shop.commit({}, hashed=False)
    assert shop.lint(given).outputs["warnings"] == "0"


def test_suggestions_are_not_repeated_and_go_when_their_finding_does(
    shop: Shop, github: FakeGitHub, given: dict[str, str]
) -> None:
    shop.commit({SLOW: TWO})
    shop.lint(given)
    first = [note["id"] for note in notes(github)]
    shop.lint(given)
    assert [note["id"] for note in notes(github)] == first
    shop.commit({SLOW: "ALTER TABLE users ADD COLUMN age int;\n"})
    shop.lint(given)
    assert notes(github) == []


def test_an_answered_suggestion_stays(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit({SLOW: TWO})
    shop.lint(given)
    answered = notes(github)[0]["id"]
    reply = github.repository.reply(answered, "ada", "Later.")
    shop.commit({SLOW: "ALTER TABLE users ADD COLUMN age int;\n"})
    shop.lint(given)
    assert set(github.repository.review_comments) == {answered, reply}


def test_a_suggestion_whose_lines_have_changed_is_made_anew(
    shop: Shop, github: FakeGitHub, given: dict[str, str]
) -> None:
    shop.commit({SLOW: TWO})
    shop.lint(given)
    before = notes(github)
    outdated = before[0]
    del outdated["line"]
    shop.lint(given)
    after = notes(github)
    assert [note["id"] for note in after[:-1]] == [note["id"] for note in before[1:]]
    assert after[-1]["path"] == outdated["path"]
    assert len(after) == len(before)


def test_others_notes_and_those_of_other_jobs_are_left_alone(
    shop: Shop, github: FakeGitHub, given: dict[str, str]
) -> None:
    shop.commit({SLOW: TWO})
    shop.lint({**given, "label": "other"})
    other = set(github.repository.review_comments)
    copied = dict(notes(github)[0], id=9_000, user={**notes(github)[0]["user"], "login": "eve"})
    github.repository.review_comments[9_000] = copied
    shop.commit({SLOW: "ALTER TABLE users ADD COLUMN age int;\n"})
    shop.lint(given)
    assert set(github.repository.review_comments) == {*other, 9_000}


def test_a_fix_that_makes_a_file_is_not_suggested(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit({SLOW: MIXED})
    run = shop.lint(given)
    assert run.outputs["warnings"] == "1"
    assert "CONCURRENTLY" in github.repository.bodies(7, US)[0]
    assert notes(github) == []


def test_nothing_is_suggested_on_lines_that_the_diff_does_not_show(
    shop: Shop, github: FakeGitHub, given: dict[str, str]
) -> None:
    shop.commit({SLOW: TWO})
    merge = shop.open()
    payload = shop.pull_request()
    github.repository.pulls[7].files.pop(f"{DIRECTORY}/atlas.sum")
    run = shop.run("pull_request", payload, "refs/pull/7/merge", merge, given)
    assert run.code == 0, run.log
    assert notes(github) == []
    assert github.seen("POST", "/pulls/7/comments") == []


def test_one_that_github_refuses_stops_no_other(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit({SLOW: TWO})
    github.fail_next("POST", "/pulls/7/comments", 422)
    run = shop.lint(given)
    assert run.code == 0
    assert len(notes(github)) == len(github.seen("POST", "/pulls/7/comments")) - 1 > 1
    (warning,) = [item.message for item in run.annotations("warning") if "file" not in item.properties]
    assert warning == "1 suggestion could not be posted: Validation Failed."
    assert len(github.repository.statuses) == 1


def test_an_older_run_touches_no_suggestion(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit({SLOW: TWO})
    shop.lint(given, run=900)
    newer = set(github.repository.review_comments)
    shop.commit({SLOW: "ALTER TABLE users ADD COLUMN age int;\n"})
    shop.lint(given, run=800)
    assert set(github.repository.review_comments) == newer
