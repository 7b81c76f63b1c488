"""Makes a polite end of the process (SIGTERM, SIGHUP) run the clean-up that Ctrl-C runs, once and to its end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def clean_end() -> Iterator[None]:
    """While the block runs, the first SIGTERM or SIGHUP raises SystemExit (128 + its number) in the main thread.

    SIGINT raises KeyboardInterrupt as ever. What comes after the first signal is ignored until the block ends: what is
    under way then is its clean-up. Handlers that somebody else set are left alone. Does nothing outside the main
    thread, where Python has no handlers.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = (signal.SIG_DFL, signal.default_int_handler)
    changed = {number: handler for number in _ENDING if (handler := signal.getsignal(number)) in usual}

    def end(number: int, frame: FrameType | None) -> None:
        for other in changed:
            signal.signal(other, signal.SIG_IGN)
        if number == signal.SIGINT:
            signal.default_int_handler(number, frame)
        raise SystemExit(128 + number)

    for number in changed:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in changed.items():
            signal.signal(number, handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """While the block runs, SIGINT, SIGTERM and SIGHUP wait for its end; for a clean-up, which is short.

    They are blocked, because an interrupted wait is an error to some libraries, and caught, because a thread that does
    not block them takes them for the whole process.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    handlers = {number: signal.getsignal(number) for number in _ENDING}
    for number, handler in handlers.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, lambda received, _frame: waiting.append(received))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for received in dict.fromkeys(waiting):
            signal.raise_signal(received)
