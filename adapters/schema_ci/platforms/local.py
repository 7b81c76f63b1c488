"""No CI platform: the same action on a laptop, with inputs from the environment and everything in the log."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from schema_ci.context import Base, RunContext
from schema_ci.platforms.protocol import Capabilities, Comments, InlineNote, Status
from schema_ci.publish.lint_publication import LintPublication
from schema_core.text.terminal import terminal


def open_platform(environment: Mapping[str, str]) -> LocalPlatform:
    """The platform of a shell."""
    return LocalPlatform(environment)


class LocalPlatform:
    """Comments go nowhere; outputs are printed."""

    name = "local"
    capabilities = Capabilities(html=True, longest_comment=65_536)

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Read inputs from ``SCHEMA_ACTION_*``."""
        self._environment = environment
        self.context = RunContext(
            event="local", repository="", commit="", base=Base(branch="main"), root=os.fspath(Path.cwd())
        )

    def given(self, name: str) -> str | None:
        """The value of ``SCHEMA_ACTION_<NAME>``."""
        return self._environment.get(f"SCHEMA_ACTION_{name.upper().replace('-', '_')}")

    def git_credentials(self) -> Mapping[str, str]:
        """None: git's own configuration counts."""
        return {}

    def set_output(self, name: str, value: str) -> None:
        """Print it."""
        _say(f"{name}={value}")

    def log(self, text: str) -> None:
        """Print to standard error."""
        _say(text)

    def notice(self, text: str) -> None:
        """Print to standard error."""
        _say(f"Notice: {text}")

    def warning(self, text: str) -> None:
        """Print to standard error."""
        _say(f"Warning: {text}")

    def error(self, text: str) -> None:
        """Print to standard error."""
        _say(f"Error: {text}")

    def file_url(self, path: str, line: int | None = None) -> str:  # noqa: ARG002 - the protocol's names
        """None here."""
        return ""

    def comments(self) -> Comments | None:
        """None here."""
        return None

    def ended_run(self) -> None:
        """Nothing starts a run here."""

    def set_status(self, status: Status) -> None:
        """Say it."""
        _say(f"status {status.name}: {status.state}, {status.description}")

    def publish_findings(self, publication: LintPublication) -> None:
        """The log has them."""

    def publish_notes(self, publication: LintPublication, notes: Collection[InlineNote]) -> None:
        """The log has them."""

    def summary(self, markdown: str) -> None:
        """There is none."""

    def finish(self) -> None:
        """Nothing was gathered."""


def _say(text: str) -> None:
    sys.stderr.write(f"{terminal(text)}\n")
