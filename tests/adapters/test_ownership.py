"""What a run as root leaves in a checkout that belongs to another user."""

import os
import stat
from pathlib import Path

import pytest

from schema_ci.ownership import give_back

OWNER = (54321, 54322)

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    for name in (".git/objects/ab", "migrations", "reports/inner"):
        (root / name).mkdir(parents=True)
    for name in (".git/config", ".git/objects/ab/cd", "migrations/1.sql", "reports/inner/report.json", "top"):
        (root / name).write_text(name)
    os.chown(root, *OWNER)
    os.chown(root / ".git", *OWNER)
    return root


def owner(path: Path) -> tuple[int, int]:
    state = path.lstat()
    return state.st_uid, state.st_gid


def test_everything_that_root_wrote_belongs_to_the_owner_afterwards(checkout: Path) -> None:
    give_back(checkout)
    assert {path for path in checkout.rglob("*") if owner(path) != OWNER} == set()


def test_entries_of_others_stay_as_they_are(checkout: Path) -> None:
    os.chown(checkout / "migrations", 1, 1)
    os.chown(checkout / "top", 1, 1)
    give_back(checkout)
    assert owner(checkout / "migrations") == owner(checkout / "top") == (1, 1)


def test_no_link_is_followed(checkout: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").touch()
    (checkout / "link").symlink_to(outside)
    (checkout / "reports" / "link").symlink_to(outside / "file")
    os.link(outside / "file", checkout / "reports" / "second-name")
    give_back(checkout)
    assert owner(outside) == owner(outside / "file") == (0, 0)
    assert owner(checkout / "link") == owner(checkout / "reports" / "link") == OWNER


def test_permissions_stay(checkout: Path) -> None:
    (checkout / "top").chmod(0o640)
    give_back(checkout)
    assert stat.S_IMODE((checkout / "top").stat().st_mode) == 0o640


def test_a_checkout_of_root_stays_so(checkout: Path) -> None:
    os.chown(checkout, 0, 0)
    give_back(checkout)
    assert owner(checkout / "top") == (0, 0)


def test_what_is_gone_is_no_error(tmp_path: Path) -> None:
    give_back(tmp_path / "absent")
