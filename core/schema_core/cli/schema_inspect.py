"""``schema-action schema inspect``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from schema_core.cli.options import chosen
from schema_core.cli.output import write


def schema_inspect(
    url: Annotated[str, typer.Option("--url", "-u", metavar="URL", help="The database to inspect.")],
    schema: Annotated[
        list[str] | None, typer.Option("--schema", "-s", metavar="NAME", help="Only this schema. Repeatable.")
    ] = None,
    include: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="Only what fits schema.object.child. Repeatable."),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="Not what fits, as in 'public.tmp_*' or '*.*[type=view]'. Repeatable."),
    ] = None,
    report_format: Annotated[
        str, typer.Option("--format", metavar="NAME", help="sql, json, mermaid, or '{{ json . }}' for Atlas's shape.")
    ] = "sql",
) -> None:
    """Print the state of a database; reads catalogs only, never a row of a table.

    \b
    Examples:
      schema-action schema inspect --url postgres://user@localhost:5432/shop
      schema-action schema inspect --url sqlite://shop.db
      schema-action schema inspect -u "$DATABASE_URL" --schema public --exclude 'public.tmp_*' --format json
    """  # noqa: D301 - \b keeps click from joining the lines
    from schema_core.operations.schema_inspect import schema_inspect as inspect_database
    from schema_core.report.inspect_formats import check_inspect_format, render_inspection
    from schema_core.text.terminal import style_for, terminal, terminal_block

    check_inspect_format(report_format)
    scope = chosen(schema, include, exclude)
    result = inspect_database(url, scope)
    text = render_inspection(result, report_format)
    # Names and comments may hold anything. A file gets the exact SQL, a terminal what it cannot be commanded by.
    write(terminal_block(text) if sys.stdout.isatty() else text)
    warning = style_for(sys.stderr).yellow("Warning:")
    if result.missing:
        names = [f"{item.ref.kind} {terminal(item.ref.label())}" for item in result.missing]
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        typer.echo(
            f"{warning} {len(names)} objects are left out that others need; the SQL cannot be loaded without them: "
            f"{', '.join(names[:5])}{more}.",
            err=True,
        )
    if result.unmodelled:
        kinds = sorted({item.ref.kind for item in result.unmodelled})
        typer.echo(
            f"{warning} {len(result.unmodelled)} objects are of kinds that are not modelled and are only named: "
            f"{', '.join(kinds)}.",
            err=True,
        )
