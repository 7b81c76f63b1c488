"""Outputs for later lines of the step: a file of assignments that a shell may source, whatever is in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from schema_ci.checkout_files import write_in
from schema_core.schema.errors import UserError
from schema_core.text.shell import assignment

DIRECTORY = ".schema-action"
FILE = "outputs.sh"
PREFIX = "SCHEMA_ACTION_OUTPUT_"


def variable(name: str) -> str:
    """The variable that holds an output."""
    return f"{PREFIX}{name.upper().replace('-', '_')}"


def forget_outputs(root: Path) -> None:
    """Remove the outputs of an earlier run, or what a commit may have put in their place; raises UserError."""
    directory = root / DIRECTORY
    if directory.is_symlink():
        raise UserError(f"{DIRECTORY} is a symbolic link, behind which nothing is written; remove it.")
    try:
        directory.joinpath(FILE).unlink(missing_ok=True)
    except OSError as error:
        raise UserError(f"{DIRECTORY}/{FILE} cannot be removed ({error.strerror}); remove it.") from error


def write_outputs(root: Path, outputs: Mapping[str, str]) -> None:
    """Write all outputs at once, so that nobody ever reads half of them; raises OSError."""
    # git must not offer the file for a commit.
    write_in(root, f"{DIRECTORY}/.gitignore", "*\n")
    lines = (f"export {assignment(variable(name), outputs[name])}\n" for name in outputs)
    write_in(root, f"{DIRECTORY}/{FILE}", "".join(lines))
