"""Formats of ``schema inspect``; each is imported when it is asked for."""

from __future__ import annotations

from schema_core.schema.errors import UserError
from schema_core.schema.results import InspectResult

FORMATS = ("sql", "json", "mermaid")
_TEMPLATE = "{{ json . }}"


def check_inspect_format(name: str) -> None:
    """Raise UserError for a format that there is none of."""
    if name == "hcl":
        raise UserError("The format hcl is not supported yet; use sql, json or mermaid.")
    if name not in (*FORMATS, _TEMPLATE):
        raise UserError(f"--format takes {', '.join(FORMATS)} or '{_TEMPLATE}', not {name!r}.")


def render_inspection(result: InspectResult, name: str) -> str:
    """The result in a format that ``check_inspect_format`` accepts."""
    if name == "json":
        from schema_core.report.result_json import render

        return render(result)
    if name == "mermaid":
        from schema_core.report.inspect_mermaid import render as mermaid

        return mermaid(result)
    if name == _TEMPLATE:
        from schema_core.report.inspect_atlas_json import render as atlas

        return atlas(result)
    from schema_core.report.inspect_sql import render as sql

    return sql(result)
