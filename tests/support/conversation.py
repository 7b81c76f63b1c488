"""A pull request's conversation in memory, whose writers can be made to wait for each other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence

from schema_ci.platforms.protocol import Comment, PlatformError


class Conversation:
    """Comments of several writers. ``call`` is told of every call, by its name, before it takes effect.

    ``stored`` is what the platform makes of a text that it is given.
    """

    def __init__(
        self, call: Callable[[str], None] = lambda _: None, stored: Callable[[str], str] = lambda body: body
    ) -> None:
        self.call = call
        self.stored = stored
        self.comments: dict[str, str] = {}
        self._number = 0

    def own(self) -> Iterable[Comment]:
        self.call("own")
        return [self._comment(comment_id) for comment_id in self.comments]

    def create(self, body: str) -> Comment:
        self.call("create")
        self._number += 1
        self.comments[str(self._number)] = self.stored(body)
        return self._comment(str(self._number))

    def update(self, comment_id: str, body: str) -> Comment:
        self.call("update")
        if comment_id not in self.comments:
            raise PlatformError("The comment is gone.")
        self.comments[comment_id] = self.stored(body)
        return self._comment(comment_id)

    def delete(self, comment_id: str) -> None:
        self.call("delete")
        self.comments.pop(comment_id, None)

    def _comment(self, comment_id: str) -> Comment:
        return Comment(id=comment_id, body=self.comments[comment_id], url=f"https://git.example.org/1#{comment_id}")


class Turns:
    """Lets threads take turns: each waits before every call until it is its turn, so that an order can be repeated."""

    def __init__(self) -> None:
        self._mine = threading.local()
        self._back = threading.Semaphore(0)

    def wait(self) -> None:
        """Give the turn back, and wait for the next."""
        self._back.release()
        self._mine.turn.acquire()

    def run(self, works: Sequence[Callable[[], None]], order: Iterable[int]) -> None:
        """Do the works, the turns given in this order (each number modulo those that are not done), then in a row."""
        turns = {number: threading.Semaphore(0) for number in range(len(works))}
        failures: list[Exception] = []

        def work(number: int) -> None:
            self._mine.turn = turns[number]
            self._mine.turn.acquire()
            try:
                works[number]()
            except Exception as error:  # noqa: BLE001 - raised again below
                failures.append(error)
            finally:
                done.append(number)
                self._back.release()

        done: list[int] = []
        threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in turns]
        for thread in threads:
            thread.start()
        wanted = iter(order)
        while len(done) < len(works):
            waiting = [number for number in turns if number not in done]
            turns[waiting[next(wanted, 0) % len(waiting)]].release()
            self._back.acquire()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
