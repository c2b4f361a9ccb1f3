"""Windows by the clocks on the wall: in common hours, and when the clocks are changed."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threadline.lib.windows import Window, problem

NEW_YORK = "America/New_York"
# Gaps and overlaps of an hour, of half an hour, at midnight, a skipped day, and none.
CHANGES = [
    (NEW_YORK, datetime(2026, 3, 8, 7, tzinfo=UTC)),
    (NEW_YORK, datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 3, 8, 5, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
    ("Africa/Casablanca", datetime(2026, 2, 15, 2, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ("Asia/Kolkata", datetime(2026, 6, 1, tzinfo=UTC)),
    ("UTC", datetime(2026, 6, 1, tzinfo=UTC)),
]
TIMES = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def office(zone: str = NEW_YORK) -> Window:
    return Window(zone, time(9), time(17))


def test_without_times_it_is_always_open():
    always, now = Window(NEW_YORK), at("2026-11-22T03:00+00:00")
    assert always.open_at(now)
    assert always.opens_after(now) == now
    assert always.closes_after(now) is None


def test_it_is_open_from_its_start_until_before_its_end():
    assert not office().open_at(at("2026-11-23T08:59:59.999999-05:00"))
    assert office().open_at(at("2026-11-23T09:00-05:00"))
    assert office().open_at(at("2026-11-23T16:59:59.999999-05:00"))
    assert not office().open_at(at("2026-11-23T17:00-05:00"))


def test_it_opens_this_morning_tomorrow_or_now():
    assert office().opens_after(at("2026-11-23T04:00-05:00")) == at("2026-11-23T09:00-05:00")
    assert office().opens_after(at("2026-11-23T17:00-05:00")) == at("2026-11-24T09:00-05:00")
    assert office().opens_after(at("2026-11-23T12:34-05:00")) == at("2026-11-23T12:34-05:00")


def test_it_closes_this_evening_or_after_it_opened_next():
    assert office().closes_after(at("2026-11-23T12:34-05:00")) == at("2026-11-23T17:00-05:00")
    assert office().closes_after(at("2026-11-23T17:00-05:00")) == at("2026-11-24T17:00-05:00")


def test_its_answers_are_in_utc():
    now = datetime.fromisoformat("2026-11-23T12:00-05:00")
    assert office().opens_after(now).tzinfo is UTC
    assert office().opens_after(now - timedelta(hours=9)).tzinfo is UTC


def test_the_day_is_that_of_the_zone():
    auckland = office("Pacific/Auckland")
    assert auckland.open_at(at("2026-11-22T21:00+00:00"))
    assert auckland.opens_after(at("2026-11-22T05:00+00:00")) == at("2026-11-23T09:00+13:00")


def test_a_day_is_as_long_as_the_clocks_make_it():
    before = at("2026-03-07T18:00-05:00")
    assert office().opens_after(before) - before == timedelta(hours=14)
    before = at("2026-10-31T18:00-04:00")
    assert office().opens_after(before) - before == timedelta(hours=16)


def test_a_start_that_the_clocks_skip_is_when_they_jump():
    window = Window(NEW_YORK, time(2, 30), time(4))
    night = at("2026-03-08T00:00-05:00")
    assert window.opens_after(night) == at("2026-03-08T03:00-04:00")
    assert window.closes_after(night) == at("2026-03-08T04:00-04:00")


def test_an_end_that_the_clocks_skip_is_when_they_jump():
    window = Window(NEW_YORK, time(1), time(2, 30))
    assert window.closes_after(at("2026-03-08T01:30-05:00")) == at("2026-03-08T03:00-04:00")


def test_a_window_that_the_clocks_skip_altogether_is_missed():
    window = Window(NEW_YORK, time(2, 10), time(2, 50))
    assert window.opens_after(at("2026-03-08T00:00-05:00")) == at("2026-03-09T02:10-04:00")


def test_an_hour_that_the_clocks_repeat_counts_twice():
    window = Window(NEW_YORK, time(0, 30), time(1, 30))
    first_end, again = at("2026-11-01T01:30-04:00"), at("2026-11-01T01:00-05:00")
    assert window.closes_after(at("2026-11-01T00:45-04:00")) == first_end
    assert window.opens_after(first_end) == again
    assert window.closes_after(again) == at("2026-11-01T01:30-05:00")


def test_a_day_that_a_zone_skips_has_no_window():
    apia = office("Pacific/Apia")
    assert apia.opens_after(at("2011-12-29T18:00-10:00")) == at("2011-12-31T09:00+14:00")


@given(
    st.sampled_from(CHANGES),
    st.integers(-60 * 60, 60 * 60).map(lambda minutes: timedelta(minutes=minutes)),
    st.timedeltas(timedelta(0), timedelta(minutes=1)),
    TIMES,
    TIMES,
)
@settings(max_examples=200, deadline=None)
def test_it_opens_and_closes_exactly_when_the_wall_says_so(change, away, bit, one, other):
    zone, moment = change
    now = moment + away + bit
    window = Window(zone, min(one, other), max(one, other)) if one != other else Window(zone, time(9), time(17))
    opens, closes = window.opens_after(now), window.closes_after(now)
    assert closes is not None
    assert window.open_at(opens) and not window.open_at(closes)
    assert now <= opens < closes < now + timedelta(days=5)
    for minutes in range(0, 60 * 24 * 5, 7):
        between = now + timedelta(minutes=minutes)
        if between < closes:
            assert window.open_at(between) == (between >= opens)


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "america/new_york", "../../etc/passwd", "EST5EDT7", "x" * 500, "\x00"]
)
def test_an_unknown_zone_is_named(zone):
    found = problem(zone, time(9), time(17))
    assert found is not None
    assert found[0] == "timezone" and f"“{zone[:60]}”" in found[1]


@pytest.mark.parametrize(
    ("start", "end", "param"),
    [
        (None, time(17), "window_start"),
        (time(9), None, "window_end"),
        (time(17), time(9), "window_end"),
        (time(9), time(9), "window_end"),
        (time(9), time(0), "window_end"),
    ],
)
def test_times_that_make_no_window_are_refused(start, end, param):
    found = problem(NEW_YORK, start, end)
    assert found is not None and found[0] == param


def test_a_window_is_right_as_it_is():
    assert problem(NEW_YORK, time(9), time(17)) is None
    assert problem("Asia/Kolkata", None, None) is None
    assert problem("UTC", time(0), time(23, 59)) is None
