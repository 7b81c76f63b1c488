"""The command tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer
import typer.main

from schema_core.cli.migrate_adopt import migrate_adopt
from schema_core.cli.migrate_apply import migrate_apply
from schema_core.cli.migrate_diff import migrate_diff
from schema_core.cli.migrate_hash import migrate_hash
from schema_core.cli.migrate_import import migrate_import
from schema_core.cli.migrate_lint import migrate_lint
from schema_core.cli.migrate_ls import migrate_ls
from schema_core.cli.migrate_new import migrate_new
from schema_core.cli.migrate_set import migrate_set
from schema_core.cli.migrate_status import migrate_status
from schema_core.cli.migrate_validate import migrate_validate
from schema_core.cli.schema_apply import schema_apply
from schema_core.cli.schema_clean import schema_clean
from schema_core.cli.schema_diff import schema_diff
from schema_core.cli.schema_inspect import schema_inspect
from schema_core.cli.schema_plan import schema_plan
from schema_core.cli.version import version

_ROOT_HELP = """Database schema CI: migrations are run on a throwaway database, and you read what was seen.

\b
Examples:
  schema-action migrate new add_users
  schema-action migrate lint --git-base origin/main
  schema-action schema inspect --url "$DATABASE_URL"
"""
_MIGRATE_HELP = """Work with a directory of migration files.

\b
Examples:
  schema-action migrate hash --dir file://db/migrations
  schema-action migrate diff add_orders --to file://schema.sql
  schema-action migrate lint --latest 1
  schema-action migrate apply --url "$DATABASE_URL"
"""
_SCHEMA_HELP = """Work with a database's schema.

\b
Examples:
  schema-action schema inspect --url "$DATABASE_URL" --format mermaid
  schema-action schema diff --from "$DATABASE_URL" --to file://schema.sql
  schema-action schema apply --url "$DATABASE_URL" --to file://schema.sql
"""
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 120}


def build() -> Callable[..., Any]:
    """The whole command line, called with ``args`` and ``standalone_mode``; it needs no driver and no parser."""
    application = _group(_ROOT_HELP)
    migrate = _group(_MIGRATE_HELP)
    migrate.command("lint", short_help="Run new migration files and report what they do.")(migrate_lint)
    migrate.command("diff", short_help="Write the migration file that leads to a desired state.")(migrate_diff)
    migrate.command("apply", short_help="Run the files that a database lacks.")(migrate_apply)
    migrate.command("status", short_help="Say how far a database is, and what is left.")(migrate_status)
    migrate.command("set", short_help="Say which version a database is at.")(migrate_set)
    migrate.command("adopt", short_help="Begin to manage a database that is there.")(migrate_adopt)
    migrate.command("import", short_help="Take over another tool's directory.")(migrate_import)
    migrate.command("new", short_help="Make an empty migration file.")(migrate_new)
    migrate.command("hash")(migrate_hash)
    migrate.command("validate", short_help="Check the sum file and, with --dev-url, that every file runs.")(
        migrate_validate
    )
    migrate.command("ls")(migrate_ls)
    schema = _group(_SCHEMA_HELP)
    schema.command("inspect")(schema_inspect)
    schema.command("diff", short_help="Print the SQL that leads from one state to another.")(schema_diff)
    schema.command("apply", short_help="Change a database to a desired state.")(schema_apply)
    schema.command("plan", short_help="Make a plan to look at, and to apply later.")(schema_plan)
    schema.command("clean", short_help="Drop everything in a database or schema.")(schema_clean)
    application.add_typer(migrate, name="migrate")
    application.add_typer(schema, name="schema")
    application.command("version")(version)
    return typer.main.get_command(application)


def _group(help_text: str) -> typer.Typer:
    return typer.Typer(
        help=help_text,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=_SETTINGS,
    )
