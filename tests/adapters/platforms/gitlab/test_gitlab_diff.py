"""Which lines of a merge request's diff are new."""

from __future__ import annotations

from typing import Any

from schema_ci.platforms.gitlab_diff import changed_files


def _diff(text: str, **more: Any) -> dict[str, Any]:
    return {"new_path": "a.sql", "old_path": "a.sql", "diff": text, "new_file": False, "deleted_file": False, **more}


def test_added_lines_are_counted_in_the_new_file() -> None:
    first = "@@ -1,4 +1,5 @@ heading\n one\n-two\n+TWO\n+and\n three\n four\n"
    text = f"{first}@@ -10,0 +12 @@\n+twelve\n\\ No newline at end of file\n"
    file = changed_files([_diff(text)])["a.sql"]
    assert file.added == {2, 3, 12}
    assert [line for line in range(1, 14) if file.is_added(line)] == [2, 3, 12]


def test_every_line_of_a_new_file_is_added_even_when_its_text_is_left_out() -> None:
    assert changed_files([_diff("", new_file=True)])["a.sql"].is_added(4711)
    assert not changed_files([_diff("")])["a.sql"].is_added(1)


def test_deleted_files_are_left_out_and_renamed_ones_keep_their_old_path() -> None:
    files = changed_files([_diff("", deleted_file=True), _diff("@@ -1 +1 @@\n-x\n+y\n", new_path="b.sql")])
    assert list(files) == ["b.sql"]
    assert files["b.sql"].old_path == "a.sql"
