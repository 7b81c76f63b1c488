"""The project file's flags, refused until the project file is read."""

from __future__ import annotations

from collections.abc import Sequence

from schema_core.schema.errors import UserError

_FLAGS = ("--env", "--config", "--var")


def refuse_project_file(arguments: Sequence[str]) -> None:
    """Raise UserError when an argument selects a project file, which nothing reads yet.

    Ignoring the flag would run the command with other settings than the user asked for.
    """
    for argument in arguments:
        if argument == "--":
            return
        if argument == "-c" or argument.partition("=")[0] in _FLAGS:
            raise UserError(
                f"{argument.partition('=')[0]} needs a project file (schema-action.hcl or atlas.hcl), "
                "which this version does not read yet; pass the values as flags instead."
            )
