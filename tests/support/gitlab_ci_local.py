"""gitlab-ci-local: runs the jobs of a ``.gitlab-ci.yml`` here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from gitlab_shop import Shop
from npm_tools import npm_tool

VERSION = "4.61.1"
"""The newest one that runs on Node 20."""
_PROJECT = "git@gitlab.com:acme/shop.git"


def gitlab_ci_local() -> Path:
    """The program; skips the test, saying so, where it cannot be had."""
    if shutil.which("rsync") is None:
        pytest.skip("NOT RUN: gitlab-ci-local needs rsync, which is not installed here")
    return npm_tool("gitlab-ci-local", VERSION)


@contextmanager
def in_component_project(shop: Shop) -> Iterator[None]:
    """Give the clone a remote at a GitLab, since a component of the same project is found by that; none is asked."""
    origin = shop.git("remote", "get-url", "origin")
    shop.git("remote", "set-url", "origin", _PROJECT)
    try:
        yield
    finally:
        shop.git("remote", "set-url", "origin", origin)
