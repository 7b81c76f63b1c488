"""Whatever a pull request is called and holds: the runner finds our commands only, and no secret leaves the run."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote

import pytest
from fake_github import FakeGitHub
from github_shop import Shop

EVIL = "::error::pwned ##[add-mask]x </details><img src=https://evil.example/x> @everyone ![x](https://evil.example) "
SQL = f"""\
-- {EVIL}
/*
::set-output name=verdict::passed
::stop-commands::abc
##[error]pwned
*/
CREATE TABLE "{EVIL[:40]}" (id int);
ALTER TABLE users DROP COLUMN mail; -- {EVIL}
ALTER TABLE users ADD CONSTRAINT c CHECK (name <> '{EVIL}');
"""
PASSWORD = "s3cr3t/pässword+x"


@pytest.fixture
def given(database: str) -> dict[str, str]:
    return {"dev-url": database}


@pytest.mark.parametrize("sql", [SQL, f'ALTER TABLE "{EVIL[:50]}" ADD COLUMN a int;\n', f"SELECT '{EVIL}'::int;\n"])
def test_a_hostile_migration(shop: Shop, github: FakeGitHub, given: dict[str, str], sql: str) -> None:
    shop.branch('feature/$(touch${IFS}pwned)-`id`;"x', "HEAD")
    shop.commit({"20260201000000_evil ::warning::x @everyone.sql": sql})
    run = shop.lint({**given, "label": f"x --> {EVIL[:60]}"})
    assert run.code == 1, run.log
    assert {command.name for command in run.commands} <= {"error", "warning", "notice"}
    assert all("pwned" not in str(command.properties) or command.properties["file"] for command in run.commands)
    assert run.outputs["verdict"] == "failed"
    (comment,) = github.repository.bodies(7)
    for text in (comment, run.summary):
        outside_of_code = re.sub(r"(`+)(?:.|\n)*?\1", "", text)
        assert "<img" not in outside_of_code
        assert "@everyone" not in outside_of_code
        assert "![x](" not in outside_of_code
    assert not (run.workspace / "pwned").exists()


def test_no_secret_is_shown(shop: Shop, github: FakeGitHub) -> None:
    shop.commit({"20260201000000_drop.sql": "ALTER TABLE users DROP COLUMN mail;\n"})
    url = f"postgres://user:{quote(PASSWORD, safe='')}@127.0.0.1:1/db"
    run = shop.lint({"dev-url": url, "cloud-token": "cloud-token-value"})
    assert run.code == 2, run.log
    everything = "\n".join([run.log, run.summary, *run.outputs.values(), *map(str, github.requests)])
    encoded = base64.b64encode(b"x-access-token:secret").decode()
    for secret in (PASSWORD, quote(PASSWORD, safe=""), quote(PASSWORD), "cloud-token-value", encoded):
        assert secret not in everything


def test_a_password_in_the_migration_is_shown_nowhere(shop: Shop, github: FakeGitHub, given: dict[str, str]) -> None:
    shop.commit({"20260201000000_role.sql": f"CREATE ROLE app PASSWORD '{PASSWORD}'; SELECT 1/0;\n"})
    run = shop.lint(given)
    assert run.code == 1, run.log
    reports = "".join(path.read_text() for path in (run.workspace / run.outputs["reports"]).iterdir())
    bodies = "\n".join(github.repository.bodies(7))
    for sink in (run.log, run.summary, bodies, reports):
        assert PASSWORD not in sink
