"""Makes a polite end of the process (SIGTERM, SIGHUP) run the clean-up that Ctrl-C runs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def clean_end() -> Iterator[None]:
    """While the block runs, SIGTERM and SIGHUP raise SystemExit (128 + the signal's number) in the main thread.

    Handlers that somebody else set are left alone. Does nothing outside the main thread, where Python has no handlers.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    changed = [number for number in _ENDING if signal.getsignal(number) is signal.SIG_DFL]
    for number in changed:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def undisturbed() -> Iterator[None]:
    """While the block runs, SIGINT, SIGTERM and SIGHUP wait for its end; for a clean-up, which is short.

    By handlers and not by the signal mask: a thread without that mask would still take the signal for us.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, *_ENDING)}
    for number in handlers:
        signal.signal(number, lambda received, _frame: waiting.append(received))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in dict.fromkeys(waiting):
            signal.raise_signal(number)


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
