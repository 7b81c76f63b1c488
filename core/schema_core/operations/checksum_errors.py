"""A sum file that does not match, in words."""

from __future__ import annotations

from collections.abc import Sequence

from schema_core.directory import sums
from schema_core.directory.migration_directory import MigrationDirectory
from schema_core.directory.sums import only_line_ends_differ
from schema_core.schema.errors import UserError
from schema_core.schema.observations import StatementError
from schema_core.schema.results import ChecksumProblem
from schema_core.text.truncate import counted_list

_MOST_FILES = 10


def require_match(directory: MigrationDirectory) -> None:
    """Raise UserError where the sum file is not that of the files."""
    try:
        problems = sums.check(directory)
    except sums.SumError as error:
        raise UserError(str(error)) from error
    if problems:
        mismatch = mismatch_error(directory, problems)
        raise UserError(f"{mismatch.message}. {mismatch.hint}")


def mismatch_error(directory: MigrationDirectory, problems: Sequence[ChecksumProblem]) -> StatementError:
    """The files that differ, and what to do about it."""
    listed = counted_list([f"{problem.file} was {problem.reason}" for problem in problems], _MOST_FILES)
    hint = "If the change is intended, run 'schema-action migrate hash' and commit the sum file with it."
    if only_line_ends_differ(directory):
        hint = (
            "Only line ends differ (CRLF instead of LF), as git writes them when core.autocrlf is set: add "
            "'*.sql -text' to .gitattributes and check the files out again."
        )
    return StatementError(message=f"checksum mismatch: {listed}", hint=hint)
