from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from schema_core.directory.changeset import ChangeSet, since_git
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.schema.errors import UserError

_SETTINGS = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "n",
    "GIT_AUTHOR_EMAIL": "n@example.org",
    "GIT_COMMITTER_NAME": "n",
    "GIT_COMMITTER_EMAIL": "n@example.org",
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one migration on ``main``, and ``feature`` checked out."""
    for name, value in _SETTINGS.items():
        monkeypatch.setenv(name, value)
    root = tmp_path / "repository"
    (root / "db" / "migrations").mkdir(parents=True)
    _git(root, "init", "--quiet", "--initial-branch", "main")
    (root / "db/migrations/1_users.sql").write_text("CREATE TABLE users ();\n")
    _commit(root)
    _git(root, "checkout", "--quiet", "-b", "feature")
    monkeypatch.chdir(root)
    return root


def _git(root: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True)


def _commit(root: Path) -> None:
    _git(root, "add", "--all")
    _git(root, "commit", "--quiet", "--message", "change")


def _write(root: Path, name: str, text: str = "SELECT 1;\n") -> None:
    (root / "db/migrations" / name).write_text(text)


def _since(reference: str = "main", directory: str = "db/migrations", git_dir: str = ".") -> ChangeSet:
    return since_git(MigrationDirectory.open(directory), reference, git_dir)


def _names(change_set: ChangeSet) -> tuple[list[str], list[str]]:
    return [file.name for file in change_set.base], [file.name for file in change_set.new]


def test_committed_and_uncommitted_files_are_new(repository: Path) -> None:
    _write(repository, "2_a.sql")
    _commit(repository)
    _write(repository, "3_b c:ä.sql")

    assert _names(_since()) == (["1_users.sql"], ["2_a.sql", "3_b c:ä.sql"])
    _git(repository, "checkout", "--quiet", "--detach")
    assert _names(_since()) == (["1_users.sql"], ["2_a.sql", "3_b c:ä.sql"])


def test_an_edited_a_renamed_and_a_deleted_file_are_replayed_as_they_were(repository: Path) -> None:
    _git(repository, "checkout", "--quiet", "main")
    _write(repository, "2_b.sql", "SELECT 2;\n")
    _write(repository, "3_c.sql", "SELECT 3;\n")
    _commit(repository)
    _git(repository, "checkout", "--quiet", "-B", "feature")
    _write(repository, "1_users.sql", "CREATE TABLE people ();\n")
    _git(repository, "mv", "db/migrations/2_b.sql", "db/migrations/25_b.sql")
    (repository / "db/migrations/3_c.sql").unlink()

    found = _since()

    assert _names(found) == (["1_users.sql", "2_b.sql", "3_c.sql"], ["25_b.sql"])
    assert found.base[0].data == b"CREATE TABLE users ();\n"
    assert (found.edited, found.deleted, found.out_of_order) == (
        ("1_users.sql",),
        ("2_b.sql", "3_c.sql"),
        ("25_b.sql",),
    )


def test_what_was_merged_from_the_target_branch_is_not_new(repository: Path) -> None:
    _write(repository, "3_mine.sql")
    _commit(repository)
    _git(repository, "checkout", "--quiet", "main")
    _write(repository, "2_theirs.sql")
    _commit(repository)
    _git(repository, "checkout", "--quiet", "feature")
    assert _names(_since()) == (["1_users.sql"], ["3_mine.sql"])

    _git(repository, "merge", "--quiet", "--no-edit", "main")

    assert _names(_since()) == (["1_users.sql", "2_theirs.sql"], ["3_mine.sql"])


def test_a_link_to_a_file_of_the_repository_is_that_file(repository: Path) -> None:
    (repository / "shared").mkdir()
    (repository / "shared/2_shared.sql").write_text("SELECT 2;\n")
    for name, target in (
        ("2_link.sql", "../../shared/2_shared.sql"),
        ("3_outside.sql", "/nowhere"),
        ("4_nowhere.sql", "missing.sql"),
        ("5_loop.sql", "5_loop.sql"),
        ("6_last.sql", "2_link.sql"),
    ):
        (repository / "db/migrations" / name).symlink_to(target)
    _commit(repository)

    assert _names(_since("HEAD")) == (["1_users.sql", "2_link.sql", "6_last.sql"], [])

    (repository / "shared/2_shared.sql").write_text("SELECT 3;\n")

    assert _since("HEAD").edited == ("2_link.sql", "6_last.sql")


def test_the_directory_may_be_reached_in_any_way(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(repository, "2_a.sql")
    (repository / "link").symlink_to("db/migrations")
    _git(repository, "worktree", "add", "--quiet", "--detach", "../tree", "main")
    right = (["1_users.sql"], ["2_a.sql"])

    assert _names(_since(directory="link")) == right
    assert _names(_since(directory=str(repository / "db/migrations"))) == right
    monkeypatch.chdir(repository / "db/migrations")
    assert _names(_since(directory=".")) == right
    monkeypatch.chdir(repository.parent)
    assert _names(_since(directory="repository/db/migrations", git_dir="repository")) == right
    monkeypatch.chdir(repository.parent / "tree")
    assert _names(_since()) == (["1_users.sql"], [])


@pytest.mark.parametrize(
    "reference",
    [
        "--output=x",
        "-h",
        "",
        " ",
        "^main",
        "main..feature",
        "main:db",
        "nope",
        "origin/nope",
        "$(id)",
        "x;id",
        "\x1b[31m",
    ],
)
def test_what_is_no_commit_is_one_sentence_without_a_command_that_it_could_spoil(
    repository: Path, reference: str
) -> None:
    with pytest.raises(UserError) as refused:
        _since(reference)

    assert not (repository / "x").exists()
    for command in re.findall(r"run '([^']*)'", str(refused.value)):
        assert command.startswith("git fetch origin ")
        assert shlex.join(shlex.split(command)) == command


def test_a_very_long_reference_is_shortened(repository: Path) -> None:
    with pytest.raises(UserError) as refused:
        _since("é" * 5000)

    assert len(str(refused.value)) < 400


def test_the_command_that_is_given_for_a_shallow_clone_helps(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (2, 3):
        _write(repository, f"{number}_a.sql")
        _commit(repository)
    _git(repository, "checkout", "--quiet", "main")
    (repository / "readme").write_text("x")
    _commit(repository)
    clone = repository.parent / "clone"
    _git(repository.parent, "clone", "--quiet", "--depth", "1", "--branch", "feature", repository.as_uri(), "clone")
    monkeypatch.chdir(clone)

    # Not even the ref is there.
    with pytest.raises(UserError, match="git fetch --unshallow origin") as refused:
        _since("origin/main")
    _run_the_command(refused.value)
    assert _names(_since("origin/main")) == (["1_users.sql"], ["2_a.sql", "3_a.sql"])

    # The ref is there and the history is not.
    monkeypatch.chdir(repository)
    _git(repository.parent, "clone", "--quiet", "--depth", "1", "--no-single-branch", repository.as_uri(), "other")
    monkeypatch.chdir(repository.parent / "other")
    _git(Path.cwd(), "checkout", "--quiet", "feature")
    with pytest.raises(UserError, match="shallow") as refused:
        _since("origin/main")
    _run_the_command(refused.value)
    assert _names(_since("origin/main")) == (["1_users.sql"], ["2_a.sql", "3_a.sql"])


def _run_the_command(error: UserError) -> None:
    command = re.search(r"run '(git [^']*)'", str(error))
    assert command is not None
    subprocess.run(shlex.split(command[1]), check=True, capture_output=True)


def test_without_git_and_outside_of_a_repository_it_is_one_sentence(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match=r"no directory nowhere"):
        _since(git_dir="nowhere")
    with pytest.raises(UserError, match=r"in no git repository"):
        _since(git_dir=str(repository.parent))
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UserError, match="needs git"):
        _since()


def test_a_directory_at_the_root_with_names_that_git_would_unquote(tmp_path: Path, repository: Path) -> None:
    root = tmp_path / "flat"
    root.mkdir()
    names = ['"1_a".sql', '"2_b\\n.sql', "3\\t.sql", "4_ä.sql"]
    _git(root, "init", "--quiet", "--initial-branch", "main")
    for name in names:
        (root / name).write_text("SELECT 1;\n")
    _commit(root)
    (root / names[1]).write_text("SELECT 2;\n")

    found = _since(directory=str(root), git_dir=str(root))

    assert (_names(found), found.edited) == ((names, []), (names[1],))


def test_a_directory_that_the_merge_base_lacks_is_new_as_a_whole(repository: Path) -> None:
    (repository / "other").mkdir()
    (repository / "other/1_a.sql").write_text("SELECT 1;\n")

    assert _names(_since(directory="other")) == ([], ["1_a.sql"])


def test_line_ends_that_git_converts_are_no_edit(repository: Path) -> None:
    _git(repository, "config", "core.autocrlf", "true")
    _write(repository, "1_users.sql", "CREATE TABLE users ();\r\n")

    assert _since().edited == ()


def test_a_submodule_is_a_repository_of_its_own(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outer = repository.parent / "outer"
    outer.mkdir()
    _git(outer, "init", "--quiet", "--initial-branch", "main")
    _git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", repository.as_uri(), "inner")
    _commit(outer)
    (outer / "inner/db/migrations/2_a.sql").write_text("SELECT 1;\n")
    monkeypatch.chdir(outer)

    found = _since("origin/main", "inner/db/migrations", "inner")

    assert _names(found) == (["1_users.sql"], ["2_a.sql"])
    with pytest.raises(UserError, match=r"submodule.*--git-dir"):
        _since("main", "inner/db/migrations")


def test_a_repository_that_the_environment_names_is_not_asked(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a hook of another repository."""
    _write(repository, "2_a.sql")
    _git(tmp_path, "init", "--quiet", "other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))

    assert _names(_since()) == (["1_users.sql"], ["2_a.sql"])
