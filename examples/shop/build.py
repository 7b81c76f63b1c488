"""Build the example shop: a real git repository with a `main` branch and the branch of a pull request.

    python examples/shop/build.py [DIRECTORY]

The migrations stand in `main/` and `branch/` beside this file. Every run makes the same commits: author, dates and
settings are fixed, and the git configuration of user and machine is left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = HERE / "build"
BRANCH = "add-unique-email"

MESSAGES = {
    "20260105090000_users.sql": "Users can sign up",
    "20260112103000_products.sql": "Products",
    "20260119141500_orders.sql": "Orders and their items",
    "20260202083000_paid_orders.sql": "A view for finance",
    "20260301101500_unique_email.sql": "One account per e-mail address",
}


def build(directory: Path = BUILD) -> Path:
    """Build the repository in ``directory``, replacing what an earlier build left there; the branch is checked out."""
    if directory.exists():
        if any(directory.iterdir()) and not (directory / ".git").is_dir():
            sys.exit(f"Error: {directory} holds something else than an earlier build; name an empty directory.")
        shutil.rmtree(directory)
    directory.mkdir(parents=True)
    git(directory, "init", "--quiet", "--initial-branch", "main")
    (directory / "migrations").mkdir()
    for source in sorted((HERE / "main").glob("*.sql")):
        commit(directory, source)
    git(directory, "checkout", "--quiet", "-b", BRANCH)
    for source in sorted((HERE / "branch").glob("*.sql")):
        commit(directory, source)
    return directory


def commit(directory: Path, source: Path) -> None:
    """Add one migration with its line in the sum file, as its author would."""
    shutil.copyfile(source, directory / "migrations" / source.name)
    subprocess.run(
        [schema_action(), "migrate", "hash", "--dir", "file://migrations"],
        cwd=directory,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    version = source.name.partition("_")[0]
    date = f"{version[:4]}-{version[4:6]}-{version[6:8]}T{version[8:10]}:{version[10:12]}:{version[12:14]}+00:00"
    git(directory, "add", "migrations")
    git(directory, "commit", "--quiet", "--message", MESSAGES[source.name], date=date)


def git(directory: Path, *arguments: str, date: str = "2026-01-01T00:00:00+00:00") -> None:
    """Run git in ``directory`` with fixed author, dates and settings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Example Shop",
        "GIT_AUTHOR_EMAIL": "shop@example.com",
        "GIT_AUTHOR_DATE": date,
        "GIT_COMMITTER_NAME": "Example Shop",
        "GIT_COMMITTER_EMAIL": "shop@example.com",
        "GIT_COMMITTER_DATE": date,
    }
    settings = ("-c", "commit.gpgsign=false", "-c", "core.autocrlf=false", "-c", "core.hooksPath=" + os.devnull)
    subprocess.run(["git", *settings, *arguments], cwd=directory, env=environment, check=True)


def schema_action() -> str:
    """The console script of the environment that runs this file, or else the one on PATH."""
    beside = Path(sys.executable).parent
    found = shutil.which("schema-action", path=str(beside)) or shutil.which("schema-action")
    if found is None:
        sys.exit("Error: schema-action is not installed; run 'make demo' in the project's root.")
    return found


if __name__ == "__main__":
    print(build(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else BUILD))
