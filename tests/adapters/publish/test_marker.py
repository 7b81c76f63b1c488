from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema_ci.publish.marker import Marker, marker_of

numbers = st.integers(0, 2**62)
markers = st.builds(
    Marker,
    action=st.text(max_size=40),
    key=st.text(max_size=40),
    commit=st.text(max_size=64),
    run=st.tuples(numbers, numbers),
    written=numbers,
)
MINE = Marker(action="migrate/lint", key="k", commit="c" * 40, run=(7, 1))


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@given(markers, st.text(), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_a_marker_is_found_again(marker: Marker, text: str, html: bool, line_end: str) -> None:
    body = f"{text}\n\n{marker.text(html=html)}\n".replace("\n", line_end)

    assert marker_of(body) == marker


@given(markers, st.booleans())
def test_a_marker_is_one_line_that_nothing_in_it_ends(marker: Marker, html: bool) -> None:
    text = marker.text(html=html)

    assert "\n" not in text
    assert text.count("-->") == int(html)
    assert text.count(")") == int(not html)


def test_somebody_elses_marker_further_up_does_not_count() -> None:
    spoofed = Marker(action="migrate/lint", key="other", commit="c", run=(10**12, 1))
    sql = f"```sql\n-- {spoofed.text(html=True)}\n{spoofed.text(html=True)}\n```"

    assert marker_of(f"{sql}\n\n{MINE.text(html=True)}") == MINE


def test_a_quoted_or_indented_marker_is_none() -> None:
    for body in (f"> {MINE.text(html=True)}", f"    {MINE.text(html=True)}", f"{MINE.text(html=True)} and more"):
        assert marker_of(body) is None


@pytest.mark.parametrize(
    "broken",
    [
        "%%%",
        encoded("not JSON"),
        encoded("[]"),
        encoded('{"action":"a","key":"k","commit":"c","run":[1]}'),
        encoded('{"action":"a","key":"k","commit":"c","run":[-1,1]}'),
        encoded('{"action":"a","key":"k","commit":"c","run":[1,99999999999999999999]}'),
        encoded('{"action":"a","key":"k","commit":"c","run":["1",1]}'),
        encoded('{"action":1,"key":"k","commit":"c","run":[1,1]}'),
        "A",
        "A" * 5000,
    ],
)
def test_a_broken_marker_is_none(broken: str) -> None:
    assert marker_of(f"text\n<!-- schema-action:v1 {broken} -->") is None


def test_age_is_of_run_attempt_and_time() -> None:
    ages = [
        Marker(action="a", key="k", commit="c", run=run, written=written).age
        for run, written in (((1, 1), 9), ((1, 2), 3), ((2, 1), 1), ((2, 1), 2))
    ]

    assert ages == sorted(ages)
