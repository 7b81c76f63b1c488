from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema_core.text import workflow
from schema_core.text.shell import assignment, shell
from schema_core.text.terminal import terminal, terminal_block

texts = st.text(
    st.one_of(st.characters(exclude_categories=("Cs",)), st.sampled_from("%:,\r\n '\"\\$`!;&|\x1b\u202e"))
).filter(lambda text: "\0" not in text and "://" not in text)


@given(st.lists(texts, min_size=20, max_size=20))
@settings(max_examples=20, deadline=None)
def test_a_shell_reads_back_the_same_words(words: list[str]) -> None:
    command = "printf '%s\\0' " + " ".join(shell(word) for word in words)
    output = subprocess.run(["bash", "-c", command], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"})

    assert output.stdout.decode().split("\0")[:-1] == words


@given(texts)
def test_a_word_for_a_shell_can_be_shown(text: str) -> None:
    assert terminal(shell(text)) == shell(text)


def test_a_nul_is_shown() -> None:
    assert shell("a\0b") == r"'a\x00b'"


@pytest.mark.parametrize("program", ["bash", "dash"])
@given(values=st.lists(texts | st.text(st.sampled_from("'\"\\$`\n\0;&|(){}# ~*=!")), min_size=10, max_size=10))
@settings(max_examples=20, deadline=None)
def test_a_sourced_file_sets_its_variables_and_does_nothing_else(
    program: str, values: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed here")
    directory = tmp_path_factory.mktemp("sourced")
    names = [f"VALUE_{number}" for number in range(len(values))]
    lines = "".join(f"export {assignment(name, value)}\n" for name, value in zip(names, values, strict=True))
    (directory / "outputs.sh").write_text(lines, encoding="utf-8")
    show = f"{sys.executable} -c 'import json, os; print(json.dumps(dict(os.environ)))'"
    run = subprocess.run(
        [program, "-euc", f". ./outputs.sh; exec {show}"],
        capture_output=True,
        check=True,
        cwd=directory,
        env={"LC_ALL": "C.UTF-8", "HOME": str(directory), "PATH": os.environ["PATH"]},
    )

    assert run.stderr == b""
    found = json.loads(run.stdout)
    assert [found[name] for name in names] == [terminal(value) for value in values]
    assert [path.name for path in directory.iterdir()] == ["outputs.sh"]


@pytest.mark.parametrize("name", ["", "A-B", "1A", "A B", "A=1;B", "Ä"])
def test_only_names_of_variables_are_assigned_to(name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        assignment(name, "value")


def runner_reads(line: str) -> tuple[str, dict[str, str], str]:
    """A command as GitHub's runner decodes it (src/Runner.Common/ActionCommand.cs)."""
    match = re.fullmatch(r"::([a-z-]+)(?: ([^:]*))?::(.*)", line)
    assert match is not None
    properties = dict(item.split("=", 1) for item in (match[2] or "").split(",") if item)

    def decoded(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
        for encoded, plain in (*pairs, ("%25", "%")):
            text = text.replace(encoded, plain)
        return text

    lines = (("%0D", "\r"), ("%0A", "\n"))
    in_properties = (*lines, ("%3A", ":"), ("%2C", ","))
    return match[1], {key: decoded(value, in_properties) for key, value in properties.items()}, decoded(match[3], lines)


@given(texts.filter(lambda text: len(text) < 200), texts.filter(lambda text: len(text) < 200))
def test_the_runner_decodes_what_was_encoded(text: str, title: str) -> None:
    line = workflow.command("error", text, {"title": workflow.property_value(title)})

    assert "\n" not in line
    assert "\r" not in line
    assert runner_reads(line) == ("error", {"title": terminal(title)}, terminal_block(text))


def test_a_long_message_is_cut_below_the_runners_limit() -> None:
    line = workflow.command("error", "ä" * 10_000, {})

    assert len(line) < 4096
    assert "more characters" in line


@pytest.mark.parametrize("character", ["\x1b", "\u202e", "\u200b", "\x9b"])
def test_hidden_characters_are_visible_in_annotations(character: str) -> None:
    assert unicodedata.category(character)[0] == "C"
    assert character not in workflow.message(character) + workflow.property_value(character)
