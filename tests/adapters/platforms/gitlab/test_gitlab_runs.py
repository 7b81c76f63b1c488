"""``migrate/lint`` as GitLab's jobs run it: a process, a real repository, a real database, the fake's merge request."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from fake_gitlab import FakeGitLab
from gitlab_notes import IID, Access
from gitlab_shop import GIT, MIGRATIONS, Shop, git

INDEX = "CREATE INDEX users_name ON users (name);\n"
DROP = "ALTER TABLE users DROP COLUMN mail;\n"
CLEAN = "CREATE TABLE orders (id bigint PRIMARY KEY);\n"


def test_a_clean_change_gets_a_green_note_and_status(shop: Shop, fake: FakeGitLab) -> None:
    shop.write("2_orders.sql", CLEAN)
    commit = shop.commit()

    done = shop.run()

    assert done.returncode == 0, done.stderr
    [note] = shop.notes()
    assert "PASSED" in note
    assert commit[:12] in note
    assert fake.threads() == []
    [status] = fake.statuses
    assert (status["sha"], status["status"]) == (commit, "success")
    assert status["name"] == f"schema-action migrate/lint ({MIGRATIONS})"
    outputs = shop.outputs()
    assert (outputs["VERDICT"], outputs["FILES"], outputs["ERRORS"]) == ("passed", "1", "0")
    assert outputs["URL"] == f"{fake.address}/acme/shop/-/merge_requests/{IID}#note_{fake.notes.items[0]['id']}"
    assert status["target_url"] == outputs["URL"]
    assert json.loads((shop.root / "schema-action-reports/code-quality.json").read_text()) == []
    assert ET.parse(shop.root / "schema-action-reports/junit.xml").getroot().get("failures") == "0"


def test_warnings_pass_and_are_shown_on_their_lines(shop: Shop, fake: FakeGitLab) -> None:
    shop.write("2_index.sql", INDEX)
    shop.commit()

    done = shop.run()

    assert done.returncode == 0, done.stderr
    assert shop.outputs()["WARNINGS"] == "1"
    first, *others = [thread["notes"][0] for thread in fake.threads()]
    assert (first["position"]["new_path"], first["position"]["new_line"]) == (f"{MIGRATIONS}/2_index.sql", 1)
    assert "PG101" in first["body"]
    assert {note["position"]["new_path"] for note in others} == {f"{MIGRATIONS}/atlas.sum"}
    quality = json.loads((shop.root / "schema-action-reports/code-quality.json").read_text())
    assert {entry["location"]["path"] for entry in quality} == {f"{MIGRATIONS}/2_index.sql"}


def test_applying_the_suggestions_leaves_a_valid_directory_without_the_finding(shop: Shop, fake: FakeGitLab) -> None:
    shop.write("2_index.sql", INDEX)
    shop.commit()
    assert shop.run().returncode == 0

    for note in sorted((thread["notes"][0] for thread in fake.threads()), key=lambda x: -x["position"]["new_line"]):
        [(_, below, text)] = re.findall(r"(?ms)^(`{3,})suggestion:-0\+(\d+)\n(.*?)\n\1$", note["body"])
        path = shop.root / note["position"]["new_path"]
        lines = path.read_text().split("\n")
        at = note["position"]["new_line"] - 1
        lines[at : at + int(below) + 1] = text.split("\n")
        path.write_text("\n".join(lines))
    shop.commit("apply suggestions")
    done = shop.run()

    assert done.returncode == 0, done.stderr
    assert shop.outputs()["WARNINGS"] == "0"
    assert all(thread["notes"][0]["resolved"] for thread in fake.threads())


def test_errors_fail_the_job(shop: Shop, fake: FakeGitLab) -> None:
    shop.write("2_drop.sql", DROP)
    shop.commit()

    done = shop.run()

    assert done.returncode == 1, done.stderr
    assert "DS103" in shop.notes()[0]
    assert [status["status"] for status in fake.statuses] == ["failed"]
    assert shop.outputs()["VERDICT"] == "failed"
    assert ET.parse(shop.root / "schema-action-reports/junit.xml").getroot().get("failures") == "1"


def test_a_file_that_does_not_replay_fails_the_job(shop: Shop, fake: FakeGitLab) -> None:
    shop.write("2_broken.sql", "CREATE TABLE a (id bigint);\nALTER TABLE missing ADD COLUMN a int;\n")
    shop.commit()

    done = shop.run()

    assert done.returncode == 1, done.stderr
    assert "does not replay" in shop.notes()[0]
    [thread] = fake.threads()
    assert thread["notes"][0]["position"]["new_line"] == 2
    assert 'relation "missing" does not exist' in thread["notes"][0]["body"].replace("&quot;", '"')


def test_nothing_changed_says_so(shop: Shop, fake: FakeGitLab) -> None:
    (shop.root / "README.md").write_text("Shop\n")
    shop.commit()

    done = shop.run(SCHEMA_ACTION_COMMENT="changes")

    assert done.returncode == 0, done.stderr
    assert shop.outputs()["FILES"] == "0"
    assert shop.notes() == []
    assert shop.run(SCHEMA_ACTION_COMMENT="always").returncode == 0
    assert "no new files" in shop.notes()[0]


def test_a_tampered_sum_fails_the_job(shop: Shop, fake: FakeGitLab) -> None:
    shop.write("2_orders.sql", CLEAN)
    (shop.root / MIGRATIONS / "2_orders.sql").write_text(f"{CLEAN}-- changed later\n")
    shop.commit()

    done = shop.run()

    assert done.returncode == 1, done.stderr
    assert "atlas.sum" in shop.notes()[0]
    assert [status["status"] for status in fake.statuses] == ["failed"]


def test_a_second_push_updates_the_note_and_resolves_what_was_fixed(shop: Shop, fake: FakeGitLab) -> None:
    shop.write("2_drop.sql", DROP + INDEX)
    shop.commit("first")
    assert shop.run().returncode == 1
    number = fake.notes.items[0]["id"]
    assert {thread["notes"][0]["resolved"] for thread in fake.threads()} == {False}

    shop.write("2_drop.sql", INDEX)
    commit = shop.commit("second")
    done = shop.run()

    assert done.returncode == 0, done.stderr
    [note] = shop.notes()
    assert fake.notes.items[0]["id"] == number
    assert commit[:12] in note
    assert "DS103" not in note
    resolved = {
        thread["notes"][0]["body"].split("]")[0].split("[")[1]: thread["notes"][0]["resolved"]
        for thread in fake.threads()
    }
    assert resolved == {"DS103": True, "BC104": True, "PG101": False}


def test_a_fork_without_a_token_leaves_artifacts(shop: Shop, fake: FakeGitLab) -> None:
    shop.write("2_drop.sql", DROP)
    shop.commit()

    done = shop.run(GITLAB_TOKEN="", CI_PROJECT_ID="99", CI_MERGE_REQUEST_SOURCE_PROJECT_ID="99")

    assert done.returncode == 1
    assert fake.log == []
    assert done.stderr.count("from a fork") == 1
    assert (shop.root / "schema-action-reports/code-quality.json").is_file()
    [bundle] = (shop.root / "schema-action-reports").glob("*/bundle.json")
    assert json.loads(bundle.read_text())["pull_request"] == IID


@pytest.mark.parametrize("token", ["", "glcbt-job"])
def test_with_the_job_token_only_nothing_is_posted(shop: Shop, fake: FakeGitLab, token: str) -> None:
    shop.write("2_drop.sql", DROP)
    shop.commit()

    done = shop.run(GITLAB_TOKEN=token)

    assert done.returncode == 1
    assert fake.log == []
    assert done.stderr.count("project access token") == 1
    assert "Warning:" not in done.stderr
    assert shop.outputs()["ERRORS"] == "1"


def test_two_jobs_at_the_same_time_leave_one_note(shop: Shop, fake: FakeGitLab) -> None:
    shop.write("2_orders.sql", CLEAN)
    shop.commit()
    assert shop.run().returncode == 0
    ours = shop.notes()[0]
    fake.notes.items.clear()
    bot = fake.tokens["glpat-bot"]
    fake.hooks.append(lambda: fake.add_note(ours, bot))

    done = shop.run()

    assert done.returncode == 0, done.stderr
    assert len(shop.notes()) == 1


def test_an_older_pipeline_leaves_the_note_of_a_newer_one(shop: Shop, fake: FakeGitLab) -> None:
    shop.write("2_orders.sql", CLEAN)
    shop.commit()
    assert shop.run(CI_PIPELINE_ID="900").returncode == 0
    [newer] = shop.notes()

    done = shop.run(CI_PIPELINE_ID="500")

    assert done.returncode == 0, done.stderr
    assert shop.notes() == [newer]
    assert "newer run" in done.stderr


def test_an_outdated_commit_leaves_the_threads(shop: Shop, fake: FakeGitLab) -> None:
    shop.write("2_index.sql", INDEX)
    shop.commit()
    fake.head_sha = "d" * 40

    done = shop.run()

    assert done.returncode == 0, done.stderr
    assert fake.threads() == []
    assert "newer commit" in done.stderr


def test_merged_results_are_compared_with_the_target_branch(shop: Shop, fake: FakeGitLab) -> None:
    """The target's newest file is not the merge request's, and note and threads are about the branch's own commit."""
    shop.write("3_index.sql", INDEX)
    head = shop.commit()
    shop.git("checkout", "--quiet", "main")
    shop.write("2_drop.sql", DROP)
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "--message", "on main")
    shop.git("push", "--quiet", "origin", "main")
    target = shop.git("rev-parse", "HEAD")
    shop.git("checkout", "--quiet", "--detach")
    subprocess.run(
        ["git", "merge", "--quiet", head], cwd=shop.root, env={**os.environ, **GIT}, capture_output=True, check=False
    )
    shop.git("checkout", "--quiet", "--theirs", f"{MIGRATIONS}/atlas.sum")
    shop.write("3_index.sql", INDEX)
    shop.git("add", "--all")
    shop.git("commit", "--quiet", "--no-edit", "--message", "merged result")

    done = shop.run(
        CI_MERGE_REQUEST_EVENT_TYPE="merged_result",
        CI_MERGE_REQUEST_SOURCE_BRANCH_SHA=head,
        CI_MERGE_REQUEST_TARGET_BRANCH_SHA=target,
    )

    assert done.returncode == 0, done.stderr
    assert shop.outputs()["FILES"] == "1"
    assert head[:12] in shop.notes()[0]
    assert len(fake.threads()) == 1
    assert fake.statuses[0]["sha"] == shop.git("rev-parse", "HEAD")


def test_a_push_to_the_default_branch_is_compared_with_what_was_there_before(shop: Shop, fake: FakeGitLab) -> None:
    before = shop.git("rev-parse", "HEAD")
    shop.git("checkout", "--quiet", "main")
    shop.write("2_index.sql", INDEX)
    shop.commit()
    branch = {name: "" for name in shop.variables() if name.startswith("CI_MERGE_REQUEST")}

    done = shop.run(
        **branch, CI_PIPELINE_SOURCE="push", CI_COMMIT_BRANCH="main", CI_COMMIT_BEFORE_SHA=before, GITLAB_TOKEN=""
    )

    assert done.returncode == 0, done.stderr
    assert shop.outputs()["FILES"] == "1"
    assert shop.notes() == []
    quality = json.loads((shop.root / "schema-action-reports/code-quality.json").read_text())
    assert "PG101" in {entry["check_name"] for entry in quality}


def test_a_shallow_clone_fetches_what_it_needs(shop: Shop, fake: FakeGitLab, tmp_path: Path) -> None:
    shop.write("2_orders.sql", CLEAN)
    shop.commit("first")
    shop.commit("second")
    clone = tmp_path / "clone"
    git(
        tmp_path,
        "clone",
        "--quiet",
        "--depth",
        "1",
        "--branch",
        "orders",
        shop.git("remote", "get-url", "origin"),
        str(clone),
    )
    shop.root = clone

    done = shop.run()

    assert done.returncode == 0, done.stderr
    assert shop.outputs()["FILES"] == "1"


def test_the_incumbents_variables_are_read_with_one_notice(shop: Shop, fake: FakeGitLab) -> None:
    shop.write("2_orders.sql", CLEAN)
    shop.commit()

    done = shop.run(
        (),
        SCHEMA_ACTION_DIR="",
        ATLAS_ACTION="migrate/lint",
        ATLAS_INPUT_DIR=f'"file://{MIGRATIONS}"',
        ATLAS_INPUT_DIR_NAME='"shop"',
    )
    assert done.returncode == 0, done.stderr
    assert shop.outputs()["FILES"] == "1"
    assert done.stderr.count("rename them to SCHEMA_ACTION_") == 1
    assert "input dir-name is ignored" in done.stderr


def test_the_api_client_is_imported_only_when_something_is_posted(shop: Shop, fake: FakeGitLab) -> None:
    shop.write("2_orders.sql", CLEAN)
    shop.commit()
    script = "import sys; from schema_ci.main import run; run(['migrate/lint']); print('gitlab' in sys.modules)"

    without, with_token = (shop.python(script, GITLAB_TOKEN=token) for token in ("", "glpat-bot"))

    assert without.splitlines()[-1] == "False"
    assert with_token.splitlines()[-1] == "True"


def test_one_note_for_each_label(shop: Shop, fake: FakeGitLab) -> None:
    shop.write("2_orders.sql", CLEAN)
    shop.commit()
    for label in ("blue", "green", "blue"):
        assert shop.run(SCHEMA_ACTION_LABEL=label).returncode == 0
    assert len(shop.notes()) == 2
    assert {status["name"] for status in fake.statuses} == {
        f"schema-action migrate/lint ({x})" for x in ("blue", "green")
    }


def test_hostile_text_commands_nothing(shop: Shop, fake: FakeGitLab) -> None:
    """No section marker, no colour, no quick action, no Markdown, no HTML from SQL, names and server errors."""
    hostile = "\x1b[0Ksection_start:1:a[collapsed=true]\r\x1b[0K</details><img src=x>\n/merge\n@all ```"
    name = 'ALTER TABLE users ADD COLUMN "\x1b[31m@all </td><b>x" int;\n'
    literal = hostile.replace("'", "''")
    shop.write("2_hostile.sql", f"{name}DO $$ BEGIN RAISE EXCEPTION '%', '{literal}'; END $$;\n")
    shop.commit()

    done = shop.run(SCHEMA_ACTION_LABEL="a --> <b>@all")

    assert done.returncode == 1, done.stderr
    ours = done.stderr
    for word in ("Notice:", "Warning:", "Error:"):
        for code in ("1", "31", "33"):
            ours = ours.replace(f"\x1b[{code}m{word}\x1b[0m", word)
    assert "\x1b" not in done.stdout + ours
    assert "\r" not in done.stdout + ours
    for body in [*shop.notes(), *(note["body"] for note in fake.notes.items)]:
        assert "<img" not in _outside_code(body)
        assert "<b>" not in _outside_code(body)
        assert "@all" not in _outside_code(body)
        assert "\x1b" not in body


def test_secrets_reach_no_sink(shop: Shop, fake: FakeGitLab) -> None:
    """The database's password and the tokens, plain, percent-encoded or in base64, though SQL and names repeat them."""
    password, token = "S3cr3t/w+rd", "glpat-bot"
    url = shop.dev_url.replace("postgres://postgres@", f"postgres://postgres:{quote(password, safe='')}@")
    spellings = {password, quote(password, safe=""), token, "glcbt-job", base64.b64encode(token.encode()).decode()}
    words = " ".join(spellings)
    shop.write("2_leak.sql", f"COMMENT ON TABLE users IS '{words}';\nDO $$ BEGIN RAISE EXCEPTION '{words}'; END $$;\n")
    shop.commit()

    done = shop.run(SCHEMA_ACTION_DEV_URL=url, SCHEMA_ACTION_LABEL=f"label {token}")

    assert done.returncode == 1, done.stderr
    reports = [path for path in (shop.root / "schema-action-reports").rglob("*") if path.is_file()]
    bodies = [note["body"] for note in fake.notes.items]
    assert reports
    assert bodies
    sinks = [done.stdout, done.stderr, str(fake.statuses), *bodies, *(path.read_text() for path in reports)]
    for sink in sinks:
        for secret in spellings:
            assert secret not in sink


def _outside_code(body: str) -> str:
    """The text without fenced blocks and code spans."""
    kept, fence = [], ""
    for line in body.split("\n"):
        ticks = line.strip()[: len(line.strip()) - len(line.strip().lstrip("`"))]
        if fence:
            fence = "" if ticks == line.strip() and len(ticks) >= len(fence) else fence
        elif len(ticks) >= 3:
            fence = ticks
        else:
            kept.append("".join(line.split("`")[::2]) if line.count("`") % 2 == 0 else line)
    return "\n".join(kept)


@pytest.mark.parametrize("role", [0, 10])
def test_a_token_without_rights_is_a_warning_that_says_what_is_missing(shop: Shop, fake: FakeGitLab, role: int) -> None:
    fake.tokens["glpat-bot"] = Access(50, "project_7_bot", role=role)
    shop.write("2_orders.sql", CLEAN)
    shop.commit()

    done = shop.run()

    assert done.returncode == 0
    assert "Warning:" in done.stderr
    assert ("no access to the project" if role == 0 else "the role Reporter") in done.stderr
