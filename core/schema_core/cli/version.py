"""``schema-action version``."""

from __future__ import annotations

from schema_core import __version__
from schema_core.cli.options import ResultFormatOption, check_format
from schema_core.cli.output import write


def version(report_format: ResultFormatOption = "text") -> None:
    """Print the version.

    \b
    Example:
      schema-action version --format json
    """  # noqa: D301 - \b keeps click from joining the lines
    check_format(report_format)
    if report_format == "json":
        from schema_core.report.result_json import render
        from schema_core.schema.results import VersionResult

        write(render(VersionResult(tool_version=__version__)))
    else:
        write(f"schema-action {__version__}\n")
