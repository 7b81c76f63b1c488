"""Options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from schema_core.schema.errors import UserError

if TYPE_CHECKING:
    from schema_core.dialects.protocol import Scope

DirectoryOption = Annotated[
    str, typer.Option("--dir", metavar="URL", help="The migration directory, as a path or a file:// URL.")
]
DirectoryFormatOption = Annotated[
    str,
    typer.Option(
        "--dir-format",
        metavar="NAME",
        help="atlas, golang-migrate, goose, flyway, liquibase or dbmate; ?format= in the URL counts more.",
    ),
]
DevUrlOption = Annotated[
    str | None,
    typer.Option(
        "--dev-url",
        envvar="SCHEMA_ACTION_DEV_URL",
        metavar="URL",
        show_envvar=True,
        help="The development database: embedded://postgres/18, embedded://sqlite, docker://postgres/18/dev or the URL "
        "of an empty one. "
        "Default: the embedded PostgreSQL.",
    ),
]
SchemaOption = Annotated[
    list[str] | None, typer.Option("--schema", "-s", metavar="NAME", help="Only this schema. Repeatable.")
]
IncludeOption = Annotated[
    list[str] | None, typer.Option(metavar="GLOB", help="Only what fits schema.object.child. Repeatable.")
]
ExcludeOption = Annotated[
    list[str] | None,
    typer.Option(metavar="GLOB", help="Not what fits, as in 'public.tmp_*' or '*.*[type=view]'. Repeatable."),
]
RenameOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="OLD=NEW",
        help="users.name=full_name: the column was renamed; users.name= says it was dropped. Repeatable.",
    ),
]
TargetOption = Annotated[str, typer.Option("--url", "-u", metavar="URL", help="The database to change.")]
AutoApproveOption = Annotated[
    bool, typer.Option("--auto-approve", help="Do it without asking; needed where nobody can be asked.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")]
LockNameOption = Annotated[
    str, typer.Option(metavar="NAME", help="The lock that keeps other runs away from the database.")
]
LockTimeoutOption = Annotated[
    str, typer.Option(metavar="DURATION", help="How long to wait for another run to release that lock.")
]
SkipLockOption = Annotated[bool, typer.Option("--skip-lock", help="Take no such lock.")]
LockWaitOption = Annotated[
    str,
    typer.Option(
        metavar="DURATION",
        help="How long a statement waits for a table's lock before it is given up and tried again; 0 is for ever.",
    ),
]
LockRetriesOption = Annotated[
    int, typer.Option(metavar="NUMBER", min=0, max=1000, help="How often it is tried again, after growing pauses.")
]
SkipLintOption = Annotated[bool, typer.Option("--skip-lint", help="Do not look for risks in the plan.")]
ApplyFormatOption = Annotated[
    str, typer.Option("--format", metavar="NAME", help="text, json, or '{{ json . }}' for Atlas's shape.")
]
PolicyOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Change tables in use more gently: concurrent_index builds and drops indexes CONCURRENTLY, not_valid adds "
        "constraints NOT VALID and validates them afterwards, not_null sets NOT NULL on the word of a validated check. "
        "Repeatable.",
    ),
]
RevisionsSchemaOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="The schema with the revisions table. By default that of the URL, or one of its own.",
    ),
]
DEFAULT_DIRECTORY = "file://migrations"
ResultFormatOption = Annotated[str, typer.Option("--format", metavar="NAME", help="text or json.")]


def check_format(name: str) -> None:
    """Raise UserError for a format that small results are not printed in."""
    if name not in ("text", "json"):
        raise UserError(f"--format takes text or json, not {name!r}.")


def chosen(schema: list[str] | None, include: list[str] | None, exclude: list[str] | None) -> Scope:
    """What ``--schema``, ``--include`` and ``--exclude`` choose."""
    from schema_core.dialects.protocol import Scope

    return Scope(schemas=tuple(schema or ()), include=tuple(include or ()), exclude=tuple(exclude or ()))
