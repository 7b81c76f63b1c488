"""What became of a plan, for people: each statement, then in sentences what that means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schema_core.report.lint_wording import counted
from schema_core.schema.accounts import Account, AppliedStatement, Blocker, Wait
from schema_core.schema.plans import PlannedStatement
from schema_core.text.terminal import Style, terminal
from schema_core.text.truncate import counted_list, one_line

_WIDTH = 100


def account_lines(account: Account, style: Style, *, seen: bool = False) -> Iterator[str]:
    """All that is to be said of a plan that was carried out; its statements were ``seen`` already as they ran."""
    if not seen or account.error is not None:
        how = "in one transaction" if account.in_transaction else "one by one"
        yield f"Applying {counted(len(account.statements), 'statement')} {how}:"
        yield ""
        for item in account.statements:
            yield from _statement(item, style)
    yield "  -------------------------"
    yield f"  -- {duration(sum(item.duration_ms for item in account.statements))}"
    done = account.count("applied")
    failed = f", {counted(account.count('failed'), 'error')}" if account.count("failed") else ""
    yield f"  -- {done} of {counted(len(account.statements), 'sql statement')} ok{failed}"
    yield from wait_lines(account)
    if account.error is not None:
        yield ""
        yield from failure_lines(account, style, again="it plans from what is there")


def wait_lines(account: Account) -> Iterator[str]:
    """Who was waited for."""
    if account.waits:
        yield ""
    for wait in account.waits:
        yield from _wait(wait, account)


def begun(statement: PlannedStatement) -> str:
    """A statement that begins, in two lines."""
    return f"  -- {_title(statement)}\n    -> {terminal(one_line(statement.text, _WIDTH))}"


def duration(milliseconds: float) -> str:
    """``12ms``, ``3.4s``."""
    return f"{milliseconds:.0f}ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f}s"


def waited(wait: Wait, pause: float) -> str:
    """That a lock was not given and that it is tried again, in one line."""
    whom = f" ({'; '.join(_blocker(item) for item in wait.blockers)})" if wait.blockers else ""
    return f"  -- attempt {wait.attempt}: {terminal(wait.message)}{whom}; again in {duration(pause * 1000)}"


def _statement(item: AppliedStatement, style: Style) -> Iterator[str]:
    yield begun(item.statement)
    if item.outcome == "applied":
        yield f"  -- {style.green('ok')} ({duration(item.duration_ms)})"
    else:
        colour = style.red if item.outcome in {"failed", "unknown"} else style.yellow
        yield f"  -- {colour(item.outcome)}"
    yield ""


def _wait(wait: Wait, account: Account) -> Iterator[str]:
    where = f"statement {wait.statement + 1} of {len(account.statements)}"
    yield f"{where}, attempt {wait.attempt}: {terminal(wait.message)}."
    for blocker in wait.blockers:
        yield f"  waited for {_blocker(blocker)}"


def _blocker(blocker: Blocker) -> str:
    name = f" ({terminal(blocker.application)})" if blocker.application else ""
    since = f", since {blocker.since}" if blocker.since else ""
    query = f": {terminal(blocker.query)}" if blocker.query else ""
    return f"session {terminal(blocker.session)}{name}{since}{query}"


def failure_lines(account: Account, style: Style, *, again: str) -> Iterator[str]:
    """Why it ended early, and what the schema is like now; ``again`` is what another run does."""
    error = account.error
    if error is None:
        return
    which = f"statement {account.failed_at + 1}: " if account.failed_at is not None else ""
    code = f" ({error.code})" if error.code else ""
    yield f"{style.red('Failed:')} {which}{terminal(error.message)}{code}"
    for word, text in (("detail", error.detail), ("hint", error.hint)):
        if text:
            yield f"  {word}: {terminal(text)}"
    yield state_of(account, again)
    if account.removed:
        yield f"Removed, because it was left half made: {_names(account.removed)}."
    if account.left_behind:
        yield f"Left half made, remove it by hand: {_names(account.left_behind)}."


def state_of(account: Account, again: str) -> str:
    """What the database is like now, and what to do."""
    total = len(account.statements)
    if account.count("unknown"):
        which = [str(number) for number, item in enumerate(account.statements, 1) if item.outcome == "unknown"]
        known = f" Statements before it were applied ({account.count('applied')})." if account.count("applied") else ""
        subject = f"all {total} statements were" if len(which) == total > 1 else f"statement {', '.join(which)} was"
        return f"It is unknown whether {subject} applied.{known} Run the command again: {again}."
    if account.count("applied") == 0:
        return "Nothing was applied; the schema is as it was."
    return (
        f"{account.count('applied')} of {total} statements {_were(account)} applied, and the rest was not. Run the "
        f"command again for the rest: {again}."
    )


def _were(account: Account) -> str:
    return "was" if account.count("applied") == 1 else "were"


def _title(statement: PlannedStatement) -> str:
    return terminal(statement.comment[:1].upper() + statement.comment[1:])


def _names(names: Sequence[str]) -> str:
    return terminal(counted_list(list(names), 5))
