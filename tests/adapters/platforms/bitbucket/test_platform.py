"""What the adapter reads from a step's variables, and what it writes for later lines of the step."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from bitbucket_step import GIT
from hypothesis import given, settings
from hypothesis import strategies as st

from schema_ci.context import Base
from schema_ci.manifest import MIGRATE_LINT
from schema_ci.platforms.bitbucket import BitbucketPlatform, open_platform
from schema_ci.platforms.bitbucket_outputs import variable, write_outputs
from schema_ci.platforms.registry import platform_of
from schema_core.schema.errors import UserError
from schema_core.text.terminal import terminal

BRANCH = {
    "BITBUCKET_BUILD_NUMBER": "41",
    "BITBUCKET_REPO_FULL_NAME": "acme/shop",
    "BITBUCKET_BRANCH": "feature",
    "BITBUCKET_COMMIT": "a" * 40,
    "BITBUCKET_GIT_HTTP_ORIGIN": "http://bitbucket.org/acme/shop",
}
REQUEST = {
    **BRANCH,
    "BITBUCKET_PR_ID": "7",
    "BITBUCKET_PR_DESTINATION_BRANCH": "main",
    "BITBUCKET_PR_DESTINATION_COMMIT": "b" * 12,
}


def _platform(**variables: str) -> BitbucketPlatform:
    return BitbucketPlatform({**BRANCH, "NO_COLOR": "1", **variables})


def test_it_is_found_by_its_variables(tmp_path: Path) -> None:
    platform = platform_of({**BRANCH, "BITBUCKET_CLONE_DIR": str(tmp_path)})

    assert platform.name == "Bitbucket"
    assert platform.context.root == str(tmp_path)


def test_a_pull_requests_pipeline() -> None:
    context = BitbucketPlatform({**REQUEST, "BITBUCKET_STEP_UUID": "{0a-1b}"}).context

    assert (context.event, context.repository, context.commit) == ("pull-requests", "acme/shop", "a" * 40)
    assert context.run == (41, 1)
    assert context.run_url == "https://bitbucket.org/acme/shop/pipelines/results/41/steps/%7B0a-1b%7D"
    assert context.pull_request is not None
    assert context.pull_request.url == "https://bitbucket.org/acme/shop/pull-requests/7"
    assert context.pull_request.head == "a" * 40
    assert context.base == Base(commit="b" * 12, branch="main")


def test_a_branchs_pipeline_is_compared_with_the_main_branch() -> None:
    context = _platform(BITBUCKET_STEP_RUN_NUMBER="3", BITBUCKET_STEP_UUID="?").context

    assert (context.event, context.pull_request, context.base) == ("branches", None, Base())
    assert context.run == (41, 3)
    assert context.run_url == "https://bitbucket.org/acme/shop/pipelines/results/41"


def test_a_tags_pipeline_and_a_repository_in_two_variables() -> None:
    variables = {name: value for name, value in BRANCH.items() if name != "BITBUCKET_REPO_FULL_NAME"}
    names = {"BITBUCKET_WORKSPACE": "acme", "BITBUCKET_REPO_SLUG": "shop", "BITBUCKET_TAG": "v1"}

    context = BitbucketPlatform({**variables, **names}).context

    assert (context.event, context.repository) == ("tags", "acme/shop")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BITBUCKET_COMMIT", "../../x"),
        ("BITBUCKET_COMMIT", ""),
        ("BITBUCKET_BUILD_NUMBER", "x"),
        ("BITBUCKET_PR_ID", "7/../8"),
        ("BITBUCKET_PR_DESTINATION_COMMIT", "--help"),
        ("BITBUCKET_REPO_FULL_NAME", "acme/shop/../other"),
        ("BITBUCKET_REPO_FULL_NAME", ""),
    ],
)
def test_variables_that_make_no_sense_are_named(name: str, value: str) -> None:
    with pytest.raises(UserError, match=f"The variable {name} "):
        BitbucketPlatform({**REQUEST, name: value})


def test_a_files_page() -> None:
    assert _platform().file_url("db/a b#1.sql", 7) == (
        f"https://bitbucket.org/acme/shop/src/{'a' * 40}/db/a%20b%231.sql#lines-7"
    )


def test_inputs_are_variables_and_lists_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    platform = _platform(
        SCHEMA_ACTION_DEV_URL="postgres://x",
        SCHEMA_ACTION_SEVERITY="",  # as pipe.yml has it by default
        SCHEMA_ACTION_SEVERITY_COUNT="2",
        SCHEMA_ACTION_SEVERITY_0="DS103=off",
        SCHEMA_ACTION_SEVERITY_1="MF101=notice",
        SCHEMA_ACTION_LABEL_COUNT="0",
        SCHEMA_ACTION_GIT_BASE="$NOBODY_SET_IT",
    )

    assert platform.given("dev-url") == "postgres://x"
    assert platform.given("severity") == "DS103=off\nMF101=notice"
    assert platform.given("label") == ""
    assert platform.given("git-base") == ""
    assert platform.given("dir") is None
    assert platform.given("action") == "migrate/lint"
    assert capsys.readouterr().err == ""


def test_a_list_whose_length_is_no_number_is_named() -> None:
    with pytest.raises(UserError, match="SCHEMA_ACTION_SEVERITY_COUNT takes a number"):
        _platform(SCHEMA_ACTION_SEVERITY_COUNT="many").given("severity")


def test_names_of_the_incumbents_pipe_are_read_with_one_notice(capsys: pytest.CaptureFixture[str]) -> None:
    platform = _platform(
        ATLAS_ACTION="comment",
        ATLAS_INPUT_DIR="file://db",
        ATLAS_INPUT_LATEST="3",
        SCHEMA_ACTION_LATEST="5",
        ATLAS_INPUT_DEV_URL="postgres://y",
    )

    assert platform.given("latest") == "5"
    assert capsys.readouterr().err == ""
    assert [platform.given(name) for name in ("action", "dir", "dev-url")] == ["comment", "file://db", "postgres://y"]
    assert capsys.readouterr().err == (
        "Notice: ATLAS_ACTION is read as SCHEMA_ACTION_ACTION; rename it, and others that begin with ATLAS_.\n"
    )


@pytest.mark.parametrize("count", ["", "1"])
def test_git_fetches_through_the_proxy_from_a_pipe_too(tmp_path: Path, count: str) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    own = "http.http://bitbucket.org/acme/shop.proxy"
    subprocess.run(["git", "-C", str(tmp_path), "config", own, "http://localhost:29418/"], check=True)
    there = (
        {"GIT_CONFIG_COUNT": count, "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"} if count else {}
    )
    platform = _platform(BITBUCKET_PIPE_STORAGE_DIR="/pipe", **there)

    def asked(*words: str) -> str:
        environment = {**os.environ, **GIT, **there, **platform.git_credentials()}
        done = subprocess.run(
            ["git", "-C", str(tmp_path), "config", *words], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    address = "http://bitbucket.org/acme/shop"
    assert asked("--get-urlmatch", "http.proxy", address) == "http://host.docker.internal:29418/"
    assert not count or asked("--get", "safe.directory") == "*"
    assert _platform().git_credentials() == {}


def test_logs_hold_nothing_that_acts(capsys: pytest.CaptureFixture[str]) -> None:
    platform = _platform()
    for write in (platform.log, platform.notice, platform.warning, platform.error):
        write("a\x1b[31mb\n::error::c")
    err = capsys.readouterr().err

    assert "\x1b" not in err
    assert len(err.splitlines()) == 4


def test_debug_lines_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    _platform(DEBUG="true")._debug("request")
    _platform(DEBUG="false")._debug("silence")

    assert capsys.readouterr().err == "debug: request\n"


def _finished(root: Path, outputs: dict[str, str]) -> Path:
    platform = open_platform({**BRANCH, "BITBUCKET_CLONE_DIR": str(root)})
    for name, value in outputs.items():
        platform.set_output(name, value)
    platform.finish()
    return root / ".schema-action/outputs.sh"


def test_outputs_are_exported_and_git_does_not_see_them(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    file = _finished(tmp_path, {"verdict": "passed", "url": "https://x.test/?a=1&b='2'"})

    assert file.read_text() == (
        "export SCHEMA_ACTION_OUTPUT_VERDICT='passed'\n"
        "export SCHEMA_ACTION_OUTPUT_URL='https://x.test/?a=1&b='\\''2'\\'''\n"
    )
    assert file.stat().st_mode & 0o777 == 0o644
    status = subprocess.run(["git", "status", "--short"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert status.stdout == ""
    assert sorted(path.name for path in file.parent.iterdir()) == [".gitignore", "outputs.sh"]


def test_outputs_that_were_there_before_are_gone_even_when_the_run_has_none(tmp_path: Path) -> None:
    file = _finished(tmp_path, {"verdict": "passed"})
    file.write_text("touch hacked\n")
    _finished(tmp_path, {})

    assert not file.exists()


def test_nothing_is_written_behind_a_symbolic_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "clone").mkdir()
    (tmp_path / "clone/.schema-action").symlink_to(elsewhere)

    with pytest.raises(UserError, match="symbolic link"):
        _finished(tmp_path / "clone", {"verdict": "passed"})
    assert list(elsewhere.iterdir()) == []


def test_a_link_in_place_of_the_file_is_replaced_itself(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("untouched")
    (tmp_path / ".schema-action").mkdir()
    (tmp_path / ".schema-action/outputs.sh").symlink_to(target)
    file = _finished(tmp_path, {"verdict": "passed"})

    assert not file.is_symlink()
    assert target.read_text() == "untouched"


def test_a_file_in_place_of_the_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / ".schema-action").write_text("")
    with pytest.raises(UserError, match=r"\.schema-action/outputs\.sh cannot be removed"):
        _finished(tmp_path, {})


hostile = st.text(
    st.one_of(st.characters(exclude_categories=("Cs",)), st.sampled_from("'\"\\$`\n\r\0;&|(){}<>#~*!=\x1b"))
) | st.sampled_from(
    ["$(touch hacked)", "`touch hacked`", "'; touch hacked; '", "\ntouch hacked\n", "$'\\n'touch hacked", "'\\''"]
)


@pytest.mark.parametrize("program", ["bash", "dash"])
@given(values=st.lists(hostile, min_size=len(MIGRATE_LINT.outputs), max_size=len(MIGRATE_LINT.outputs)))
@settings(max_examples=25, deadline=None)
def test_whatever_the_outputs_hold_a_shell_reads_them_and_does_nothing_else(
    program: str, values: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed here")
    root = tmp_path_factory.mktemp("clone")
    outputs = {output.name: value for output, value in zip(MIGRATE_LINT.outputs, values, strict=True)}
    write_outputs(root, outputs)
    names = " ".join(f'"${variable(name)}"' for name in outputs)

    run = subprocess.run(
        [program, "-euc", f". .schema-action/outputs.sh; printf '%s\\0' {names}"],
        cwd=root,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=True,
    )

    assert run.stderr == b""
    assert run.stdout.decode().split("\0")[:-1] == [terminal(value) for value in values]
    assert [path.name for path in root.iterdir()] == [".schema-action"]
