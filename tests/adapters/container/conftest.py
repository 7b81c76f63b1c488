"""The product's image, built once from this checkout, and checkouts as CI systems give them to containers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import fake_github
import pytest
from checkout import Checkout
from container_engine import BASE, Engine, built_image, reachable_engine
from fake_github import FakeGitHub
from fake_github_state import Token

POSTGRES = "postgres:18"
RUNNER = (1001, 127)
"""User and group of the checkouts, which are nobody's in the image."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this directory takes a container engine."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.container)


@pytest.fixture(scope="session")
def engine() -> Engine:
    """A reachable engine; without one the test is skipped."""
    found = reachable_engine()
    if found is None:
        pytest.skip("no container engine answers (start Docker, or set DOCKER_HOST)")
    if not found.has(BASE):
        pytest.skip(f"the engine has no image {BASE} and cannot pull it")
    return found


@pytest.fixture(scope="session")
def container_image(engine: Engine) -> str:
    """The image of this checkout."""
    return built_image(engine)


@pytest.fixture(scope="session")
def postgres_image(engine: Engine) -> str:
    """An image that is run like the official one of PostgreSQL."""
    if not engine.has(POSTGRES):
        pytest.skip(f"the engine has no image {POSTGRES} and cannot pull it")
    return POSTGRES


@pytest.fixture
def checkout(tmp_path: Path) -> Callable[..., Checkout]:
    """A function that makes a repository with a branch ``main`` and a branch of a pull request, which is checked out.

    Where we are root, it belongs to another user than root, as on a runner.
    """

    def make(new: str, *, base: str = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n") -> Checkout:
        made = Checkout.make(tmp_path / "checkout", base=base, new=new)
        if os.geteuid() == 0:
            made.give_to(*RUNNER)
        return made

    return make


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    """The stand-in for GitHub's API; the token of its jobs may write everything."""
    with fake_github.running() as fake:
        fake.repository.tokens["secret"] = Token(writes=frozenset({"pull-requests", "statuses", "checks"}))
        yield fake
