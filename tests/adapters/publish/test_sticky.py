from __future__ import annotations

import threading

import pytest
from conversation import Conversation, Turns
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schema_ci.platforms.protocol import PlatformError
from schema_ci.publish.marker import Marker, marker_of
from schema_ci.publish.sticky import Posted, post

KEY = "migrations"


def marker(run: int, *, key: str = KEY, attempt: int = 1, written: int = 0) -> Marker:
    return Marker(action="migrate/lint", key=key, commit=f"{run:040}", run=(run, attempt), written=written)


def body(mark: Marker) -> str:
    return f"### Report of run {mark.run}\n\n{mark.text(html=True)}\n"


def write(conversation: Conversation, run: int, *, only_update: bool = False) -> Posted | None:
    return post(conversation, marker(run), body(marker(run)), only_update=only_update)


def texts(conversation: Conversation) -> list[str]:
    return list(conversation.comments.values())


def test_a_comment_is_created_then_updated_in_place() -> None:
    conversation = Conversation()
    first = write(conversation, 1)
    second = write(conversation, 2)

    assert first is not None
    assert first == second
    assert texts(conversation) == [body(marker(2))]


def test_an_older_run_leaves_a_newer_ones_comment() -> None:
    conversation = Conversation()
    write(conversation, 2)

    assert write(conversation, 1) == Posted(url="https://git.example.org/1#1", newer=True)
    assert texts(conversation) == [body(marker(2))]


def test_a_second_attempt_of_an_older_run_is_older() -> None:
    conversation = Conversation()
    write(conversation, 2)
    late = marker(1, attempt=2)

    assert post(conversation, late, body(late)) == Posted(url="https://git.example.org/1#1", newer=True)


def test_another_job_of_the_same_run_is_told_apart() -> None:
    conversation = Conversation()
    early, late = marker(1, written=1), marker(1, written=2)
    post(conversation, late, body(late))

    posted = post(conversation, early, body(early))

    assert posted == Posted(url="https://git.example.org/1#1", newer=True, is_shared=True)


def test_each_key_has_its_own() -> None:
    conversation = Conversation()
    write(conversation, 1)
    other = marker(2, key="other")
    post(conversation, other, body(other))

    assert texts(conversation) == [body(marker(1)), body(other)]


def test_only_update_creates_nothing() -> None:
    conversation = Conversation()

    assert write(conversation, 1, only_update=True) is None
    assert not conversation.comments

    write(conversation, 2)
    write(conversation, 3, only_update=True)
    assert texts(conversation) == [body(marker(3))]


def test_a_text_that_a_person_changed_is_replaced_and_one_without_marker_is_left() -> None:
    conversation = Conversation()
    write(conversation, 1)
    conversation.comments["1"] = f"I disagree!\n\n{marker(1).text(html=True)}\n\nReally."
    write(conversation, 2)
    assert texts(conversation) == [body(marker(2))]

    conversation.comments["1"] = "I took it over."
    write(conversation, 3)
    assert texts(conversation) == ["I took it over.", body(marker(3))]


@pytest.mark.parametrize("stored", [lambda text: text.replace("\n", "\r\n"), str.strip, lambda text: f"{text}\n\n"])
def test_a_platform_may_change_line_ends(stored: object) -> None:
    conversation = Conversation(stored=stored)  # type: ignore[arg-type]
    write(conversation, 1)
    write(conversation, 2)

    assert [marker_of(text) for text in texts(conversation)] == [marker(2)]


def test_a_comment_that_is_deleted_in_the_middle_is_written_anew() -> None:
    conversation = Conversation()
    write(conversation, 1)

    def delete_first(name: str) -> None:
        if name == "update":
            conversation.comments.pop("1", None)

    conversation.call = delete_first
    write(conversation, 2)

    assert texts(conversation) == [body(marker(2))]


def test_what_the_platform_refuses_is_an_error() -> None:
    conversation = Conversation()
    write(conversation, 1)

    def refuse(name: str) -> None:
        if name == "update":
            raise PlatformError("No rights.")

    conversation.call = refuse
    with pytest.raises(PlatformError, match="No rights"):
        write(conversation, 2)


def test_a_comment_that_is_not_listed_at_once_is_not_created_twice() -> None:
    class Slow(Conversation):
        def own(self) -> list[object]:  # type: ignore[override]
            return [] if len(self.comments) == 1 else list(super().own())

    conversation = Slow()

    assert write(conversation, 1) == Posted(url="https://git.example.org/1#1")
    assert len(conversation.comments) == 1


class Race:
    """Several runs at once, whose calls are made in a given order."""

    def __init__(self, runs: list[int], order: list[int], before: tuple[int, ...]) -> None:
        self.turns = Turns()
        self.conversation = Conversation()
        for run in before:
            created = self.conversation.create(body(marker(run)))
            assert created.id
        self.clock = 0
        self.read: dict[int, int] = {}
        self.written: dict[int, tuple[int, int]] = {}
        """When each run last wrote to the comment, and when it had read what that rested on."""
        self.done: dict[int, int] = {}
        self.conversation.call = self._call
        self._run = threading.local()
        self.turns.run([lambda run=run: self._work(run) for run in runs], order)  # type: ignore[misc]

    def _work(self, run: int) -> None:
        self._run.number = run
        mark = marker(run)
        posted = post(self.conversation, mark, body(mark))
        if posted is not None and not posted.newer:
            post(self.conversation, mark, body(mark))
        self.done[run] = self.clock

    def _call(self, name: str) -> None:
        self.turns.wait()
        self.clock += 1
        run = self._run.number
        if name == "own":
            self.read[run] = self.clock
        elif name == "update":
            self.written[run] = (self.read[run], self.clock)


races = st.lists(st.integers(0, 3), max_size=60)


@given(
    st.lists(st.integers(2, 9), min_size=2, max_size=4, unique=True), races, st.sampled_from([(), (1,), (1, 1), (0, 1)])
)
@example([2, 3], [0, 1, 0, 1, 0, 1], ())
@settings(deadline=None, max_examples=400)
def test_whatever_the_order_of_calls_one_comment_is_left(
    runs: list[int], order: list[int], before: tuple[int, ...]
) -> None:
    race = Race(runs, order, before)
    newest = max(runs)
    (text,) = texts(race.conversation)
    left = marker_of(text)
    assert left is not None

    if left != marker(newest):
        # Only a write that was held back from before the newest run began to write until after it was done wins.
        assert any(read < race.done[newest] < written for run, (read, written) in race.written.items() if run != newest)


@given(
    st.lists(st.integers(2, 9), min_size=2, max_size=4, unique=True), races, st.sampled_from([(), (1,), (1, 1), (0, 1)])
)
@settings(deadline=None, max_examples=400)
def test_the_next_run_puts_everything_right(runs: list[int], order: list[int], before: tuple[int, ...]) -> None:
    race = Race(runs, order, before)
    race.conversation.call = lambda _: None

    write(race.conversation, 10)

    assert texts(race.conversation) == [body(marker(10))]


def test_a_write_of_an_older_run_that_was_on_its_way_is_put_right() -> None:
    """The older run has read, the newer one writes, the older one writes over it, and both go on."""
    race = Race([2, 3], [0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 0], (1,))

    assert texts(race.conversation) == [body(marker(3))]
