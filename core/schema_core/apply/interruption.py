"""Ctrl-C and a polite end while a database is changed: the statement that runs is given up, and the account is true."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SLICE_SECONDS = 0.05


class Interruption:
    """Whether the run was asked to end, and by which signal."""

    def __init__(self) -> None:
        self.signal: int | None = None

    def wait(self, seconds: float) -> None:
        """Wait, but not longer than until the run is asked to end."""
        limit = time.monotonic() + seconds
        while self.signal is None and (left := limit - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE_SECONDS))


@contextmanager
def interruptible(give_up: Callable[[], None]) -> Iterator[Interruption]:
    """While the block runs, the first SIGINT, SIGTERM or SIGHUP calls ``give_up`` in a thread and is remembered.

    The server's answer then tells whether the statement was done. A second signal, from somebody who waited for that
    answer in vain, raises KeyboardInterrupt. An ignored signal stays ignored. Outside the main thread there are no
    handlers, and nothing is changed.
    """
    interruption = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield interruption
        return

    def end(number: int, _frame: FrameType | None) -> None:
        if interruption.signal is not None:
            raise KeyboardInterrupt
        interruption.signal = number
        threading.Thread(target=give_up, daemon=True).start()

    changed = {number: old for number in _ENDING if (old := signal.getsignal(number)) is not signal.SIG_IGN}
    for number in changed:
        signal.signal(number, end)
    try:
        yield interruption
    finally:
        for number, handler in changed.items():
            signal.signal(number, handler)
