"""``migrate/apply`` and ``migrate/set`` as steps of a GitHub workflow, on a real database."""

from __future__ import annotations

import json

from documented_revisions import sum_file
from fake_github import FakeGitHub
from github_runner import Finished
from github_shop import Shop, event

FILES = {"1_users.sql": "CREATE TABLE users (id bigint);\n", "2_more.sql": "CREATE TABLE more (id bigint);\n"}


def push(shop: Shop, uses: str, files: dict[str, str], **given: str) -> Finished:
    folder = shop.clone / "db"
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.sql"):
        path.unlink()
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "atlas.sum").write_text(sum_file(files))
    shop.commit({})
    sha = shop.git("rev-parse", "HEAD")
    shop.runs += 1
    runner = shop.runner("refs/heads/main", sha)
    inputs = {name.replace("_", "-"): value for name, value in given.items()}
    return runner.run(uses, inputs, event="push", payload=event("push"), ref="refs/heads/main", sha=sha)


def test_a_push_applies_what_is_left(shop: Shop, github: FakeGitHub, database: str) -> None:
    url = f"{database}&password=pa55w0rdx"
    where = {"url": url, "dir": "file://db"}
    planned = push(shop, "migrate/apply", FILES, **where, dry_run="true")
    assert planned.code == 0, planned.log
    assert (planned.outputs["status"], planned.outputs["pending_count"]) == ("planned", "2")
    applied = push(shop, "migrate/apply", FILES, **where, store_files="true")
    assert applied.code == 0, applied.log
    outputs = applied.outputs
    assert (outputs["status"], outputs["target"], outputs["applied_count"]) == ("applied", "2", "2")
    assert "APPLIED: 2 files, now at version 2" in applied.summary
    report = json.loads((applied.workspace / outputs["json"]).read_text())
    assert [file["name"] for file in report["files"]] == ["1_users.sql", "2_more.sql"]
    status = github.repository.statuses[-1]
    assert (status["state"], status["context"]) == ("success", "schema-action migrate/apply (db)")

    failed = push(shop, "migrate/apply", {**FILES, "3_bad.sql": "CREATE TABLE users (id bigint);\n"}, **where)
    assert failed.code == 1
    assert 'relation "users" already exists' in failed.summary
    assert "already exists" in failed.outputs["error"]
    assert github.repository.statuses[-1]["state"] == "failure"

    back = push(shop, "migrate/set", FILES, **where, version="1")
    assert (back.code, back.outputs["current"]) == (0, "1")
    forth = push(shop, "migrate/set", FILES, **where)
    assert (forth.code, forth.outputs["current"]) == (0, "2")

    older = push(shop, "migrate/apply", {"1_users.sql": FILES["1_users.sql"]}, **where)
    assert older.code == 2
    assert "The database is ahead of the directory: it has had 2" in older.log
    said = "".join(f"{one.log}{one.summary}{one.outputs}" for one in (planned, applied, failed, back, forth, older))
    assert "pa55w0rdx" not in said
