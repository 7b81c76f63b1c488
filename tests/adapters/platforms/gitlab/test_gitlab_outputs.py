"""The dotenv report keeps GitLab's rules, whatever the values are."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as some

from schema_ci.platforms.gitlab_outputs import write_outputs
from schema_core.text.redact import remember_secret


def test_names_and_values(tmp_path: Path) -> None:
    path = tmp_path / "reports/outputs.env"
    url = "https://gitlab.example.org/acme/shop/-/merge_requests/3#note_7"
    assert write_outputs(path.parent, path.name, [("verdict", "passed"), ("some-name", "1"), ("url", url)]) == []
    assert path.read_text() == (
        f"SCHEMA_ACTION_OUTPUT_VERDICT=passed\nSCHEMA_ACTION_OUTPUT_SOME_NAME=1\nSCHEMA_ACTION_OUTPUT_URL={url}\n"
    )


def test_a_value_that_does_not_fit_is_left_out_and_named(tmp_path: Path) -> None:
    path = tmp_path / "outputs.env"
    remember_secret("hunter22")
    values = [("a", "two words"), ("b", "a\nb=c"), ("c", "$HOME"), ("d", '"x"'), ("e", "hunter22"), ("f", "ok")]
    assert write_outputs(path.parent, path.name, values) == ["a", "b", "c", "d", "e"]
    assert path.read_text() == "SCHEMA_ACTION_OUTPUT_F=ok\n"


def test_the_file_stays_within_five_kilobytes(tmp_path: Path) -> None:
    path = tmp_path / "outputs.env"
    assert write_outputs(path.parent, path.name, [("a", "x" * 5000), ("b", "y" * 200), ("c", "z")]) == ["b"]
    assert path.stat().st_size <= 5 * 1024


@settings(max_examples=50)
@given(some.dictionaries(some.text(min_size=1), some.text(), max_size=4))
def test_every_line_is_a_name_and_a_plain_value(tmp_path_factory: object, values: dict[str, str]) -> None:
    path = Path(tmp_path_factory.getbasetemp()) / "property.env"  # type: ignore[attr-defined]
    write_outputs(path.parent, path.name, list(values.items()))
    for line in path.read_text().splitlines():
        assert re.fullmatch(r"SCHEMA_ACTION_OUTPUT_[A-Z0-9_]+=[!-~]*", line)
        assert not set(line) & set("\"'`$\\")
