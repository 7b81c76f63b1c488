"""The results of ``migrate status`` and ``migrate set`` for people."""

from __future__ import annotations

from collections.abc import Iterator

from schema_core.report.lint_wording import counted
from schema_core.schema.migration_results import SetResult, StatusResult
from schema_core.text.terminal import Style, terminal
from schema_core.text.truncate import one_line

NONE_YET = "No migration applied yet"
LATEST = "Already at latest version"
_WIDTH = 200


def render_status(result: StatusResult, style: Style) -> str:
    """In the words of the reference, section 1.8."""
    return "".join(f"{line}\n" for line in _status(result, style))


def render_set(result: SetResult) -> str:
    """Which revisions were set and removed."""
    return "".join(f"{line}\n" for line in _set(result))


def _status(result: StatusResult, style: Style) -> Iterator[str]:
    colour = {"OK": style.green, "PENDING": style.yellow, "BLOCKED": style.red}[result.status]
    last = result.applied[-1] if result.applied else None
    is_partial = result.left is not None
    current = terminal(result.current) if result.current is not None else NONE_YET
    done = f" ({counted(last.applied, 'statement')} applied)" if is_partial and last is not None else ""
    following = LATEST
    if result.next is not None:
        following = terminal(result.next)
        following += " (checkpoint)" if result.next_is_checkpoint else ""
        following += f" ({counted(result.left, 'statement')} left)" if result.left is not None else ""
    partly = " (last one partially)" if is_partial else ""
    inserted = f" ({len(result.out_of_order)} out of order)" if result.out_of_order else ""
    yield f"Migration Status: {colour(result.status)}"
    yield f"  -- Current Version: {current}{done}"
    yield f"  -- Next Version:    {following}"
    yield f"  -- Executed Files:  {len(result.applied)}{partly}"
    yield f"  -- Pending Files:   {len(result.pending) + len(result.out_of_order)}{inserted}"
    if result.error:
        yield ""
        yield "Last migration attempt had errors:"
        yield f"  -- SQL:   {terminal(one_line(result.error_stmt, _WIDTH))}"
        yield f"  -- {style.red('ERROR:')} {terminal(one_line(result.error, _WIDTH))}"
    if result.problem:
        yield ""
        yield f"{style.red('Blocked:')} {terminal(result.problem)}"


def _set(result: SetResult) -> Iterator[str]:
    made = [item for item in result.revisions if item.change == "set"]
    removed = [item for item in result.revisions if item.change == "removed"]
    rehashed = [item for item in result.revisions if item.change == "rehashed"]
    if result.current is None:
        yield f"All revisions deleted ({len(removed)} in total):" if removed else "There are no revisions."
    else:
        counts = [f"{len(made)} set", f"{len(removed)} removed"]
        counts += [f"{len(rehashed)} with the hash of the directory"] if rehashed else []
        yield f"Current version is {terminal(result.current)} ({', '.join(counts)}){':' if result.revisions else ''}"
    if result.revisions:
        yield ""
    for sign, items in (("+", made), ("=", rehashed), ("-", removed)):
        for item in items:
            name = f" ({terminal(item.description)})" if item.description else ""
            yield f"  {sign} {terminal(item.version)}{name}"
