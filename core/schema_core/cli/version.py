"""``schema-action version``."""

from __future__ import annotations

import typer

from schema_core import __version__


def version() -> None:
    """Print the version."""
    typer.echo(f"schema-action {__version__}")
