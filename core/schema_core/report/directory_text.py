"""Results about a directory as text for a terminal."""

from __future__ import annotations

from schema_core.schema.migration_results import AdoptResult, ImportResult
from schema_core.schema.results import ListResult, ValidateResult, WriteResult
from schema_core.text.terminal import Style, terminal


def render_written(result: WriteResult) -> str:
    """One line for each file that was written."""
    return "".join(f"wrote {terminal(name)}\n" for name in result.written)


def render_list(result: ListResult, *, short: bool) -> str:
    """One line for each file: its name, or only its version."""
    return "".join(f"{terminal(file.version if short else file.name)}\n" for file in result.files)


def render_import(result: ImportResult, style: Style) -> str:
    """What became of each file, and whether that was proven."""
    lines = [f"{terminal(file.source)} -> {terminal(file.name)}" for file in result.files]
    proof = (
        style.green("Proven: both directories lead to the same state.")
        if result.proven
        else style.yellow("Not proven: pass --dev-url to have both directories run and compared.")
    )
    return "".join(f"{line}\n" for line in [*lines, f"wrote {len(result.written)} files", proof])


def render_adoption(result: AdoptResult) -> str:
    """The file as it would be written, or what was written."""
    if not result.written:
        return f"-- {result.file}\n{result.content}"
    return "".join(f"wrote {terminal(name)}\n" for name in result.written) + (
        f"The database is at version {terminal(result.version)} (baseline).\n"
    )


def render_validation(result: ValidateResult) -> str:
    """One line when all is well; otherwise what is wrong, where, and what to do."""
    if result.error is None:
        replayed = " and replayed" if result.replayed else ""
        return f"valid: {result.files} files checked{replayed}\n"
    error = result.error
    where = terminal(result.error_file or "")
    if error.position is not None:
        where += f":{error.position.line}:{error.position.column}"
    lines = [f"invalid: {where}: {terminal(error.message)}"]
    lines += [f"  L{problem.line}: {terminal(problem.file)} was {problem.reason}" for problem in result.problems]
    lines += [
        f"  {label}: {terminal(text)}" for label, text in (("detail", error.detail), ("hint", error.hint)) if text
    ]
    return "".join(f"{line}\n" for line in lines)
