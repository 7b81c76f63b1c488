"""The formats of ``migrate lint`` by name; a format's module is imported only when it is asked for."""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
from importlib import import_module
from pathlib import Path
from typing import cast

from schema_core.directory.migration_directory import local_path
from schema_core.schema.errors import UserError
from schema_core.schema.results import LintResult
from schema_core.text.terminal import Style, style_for

LINT_FORMATS = ("text", "json", "markdown", "sarif", "junit", "code-quality", "github")
"""What ``--format`` takes, beside Atlas's ``{{ json . }}``."""

_WITH_PREFIX = {
    "markdown": "lint_markdown",
    "sarif": "lint_sarif",
    "junit": "lint_junit",
    "code-quality": "lint_code_quality",
    "github": "lint_github",
}
_TEMPLATE = re.compile(r'\{\{-?\s*json\s+\.\s*(?:"( *)"\s*)?-?\}\}\s*')
_WIDTH = 100


def check_lint_format(name: str) -> None:
    """Raise UserError, naming the formats, unless ``render_lint`` knows this one."""
    if name in LINT_FORMATS or _TEMPLATE.fullmatch(name) is not None:
        return
    if "{{" in name:
        raise UserError("The only template that --format takes is '{{ json . }}'; for other fields use --format json.")
    raise UserError(f"Unknown format {name!r}; use one of {', '.join(LINT_FORMATS)}, or '{{{{ json . }}}}'.")


def render_lint(
    result: LintResult,
    format_name: str = "text",
    *,
    style: Style | None = None,
    width: int | None = None,
    path_prefix: str | None = None,
) -> str:
    """The result in a format, with a line break at its end.

    ``style`` and ``width`` are for text only and default to what standard output can show. ``path_prefix`` is the
    directory's path relative to the root of the repository; None finds it by the result's directory; only the text is
    relative to the working directory then. Raises UserError for an unknown format.
    """
    check_lint_format(format_name)
    if path_prefix is None:
        path_prefix = _prefix(result.directory, in_repository=format_name != "text")
    if format_name == "text":
        from schema_core.report import lint_text

        return lint_text.render(result, style or style_for(sys.stdout), width or _terminal_width(), path_prefix)
    if format_name == "json":
        from schema_core.report import result_json

        return result_json.render(result)
    if (template := _TEMPLATE.fullmatch(format_name)) is not None:
        from schema_core.report import lint_atlas_json

        return lint_atlas_json.render(result, len(template[1]) if template[1] else None)
    module = import_module(f"schema_core.report.{_WITH_PREFIX[format_name]}")
    return cast("str", module.render(result, path_prefix))


def _prefix(directory: str, *, in_repository: bool) -> str:
    """A directory's path or ``file://`` URL as a path below the working directory, where it is one.

    ``in_repository`` makes it a path below the root of the directory's git repository instead, if it is in one: that is
    where the readers of annotations look, whatever the working directory of the run was.
    """
    path = local_path(directory)
    with contextlib.suppress(OSError, ValueError):
        resolved = path.resolve()
        repository = next((parent for parent in (resolved, *resolved.parents) if (parent / ".git").exists()), None)
        relative = resolved.relative_to(repository if in_repository and repository is not None else Path.cwd())
        return "" if relative == Path() else relative.as_posix()
    return path.as_posix()


def _terminal_width() -> int:
    return shutil.get_terminal_size((_WIDTH, 24)).columns if sys.stdout.isatty() else _WIDTH
