"""Windows by the clocks on the wall: in common hours, and when the clocks are changed."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threadline.lib.windows import EVERY_DAY, Together, Window, over, problem

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


def test_on_some_weekdays_it_waits_for_the_next_of_them():
    weekdays = Window(NEW_YORK, time(9), time(17), 0b0011111)
    friday_evening = at("2026-11-20T17:00-05:00")
    assert not weekdays.open_at(at("2026-11-21T12:00-05:00"))
    assert weekdays.opens_after(friday_evening) == at("2026-11-23T09:00-05:00")
    assert weekdays.closes_after(friday_evening) == at("2026-11-23T17:00-05:00")


def test_a_day_without_times_lasts_from_midnight_to_midnight():
    sunday = Window(NEW_YORK, days=0b1000000)
    assert sunday.opens_after(at("2026-10-30T12:00-04:00")) == at("2026-11-01T00:00-04:00")
    assert sunday.closes_after(at("2026-11-01T12:00-05:00")) == at("2026-11-02T00:00-05:00")


def test_a_night_is_of_the_day_when_it_begins():
    friday_night = Window(NEW_YORK, time(21), time(8), 0b0010000)
    assert friday_night.opens_after(at("2026-11-16T12:00-05:00")) == at("2026-11-20T21:00-05:00")
    assert friday_night.open_at(at("2026-11-21T07:59-05:00"))
    assert friday_night.closes_after(at("2026-11-21T00:30-05:00")) == at("2026-11-21T08:00-05:00")
    assert not friday_night.open_at(at("2026-11-21T21:00-05:00"))


def test_a_night_of_which_the_clocks_skip_or_repeat_an_hour_is_shorter_or_longer():
    night = Window(NEW_YORK, time(21), time(8))
    for evening, hours in (("2026-03-07T21:00-05:00", 10), ("2026-10-31T21:00-04:00", 12)):
        closes = night.closes_after(at(evening))
        assert closes is not None
        assert closes - at(evening) == timedelta(hours=hours)


def test_a_weekday_whose_only_window_the_clocks_skip_waits_a_week():
    window = Window(NEW_YORK, time(2, 10), time(2, 50), 0b1000000)
    assert window.opens_after(at("2026-03-01T03:00-05:00")) == at("2026-03-15T02:10-04:00")


@pytest.mark.parametrize("days", [0, 128, -1])
def test_a_window_without_a_weekday_is_none(days):
    with pytest.raises(ValueError, match="weekday"):
        Window(NEW_YORK, time(9), time(17), days)


def test_over_several_zones_it_is_open_when_it_is_in_all_of_them():
    both = over([NEW_YORK, "America/Los_Angeles"], time(8), time(21))
    assert not both.open_at(at("2026-11-23T10:59-05:00"))
    assert both.opens_after(at("2026-11-23T08:00-05:00")) == at("2026-11-23T11:00-05:00")
    assert both.closes_after(at("2026-11-23T08:00-05:00")) == at("2026-11-23T21:00-05:00")


def test_hours_that_no_moment_suits_never_come():
    never = over([NEW_YORK, "Asia/Kolkata"], time(9), time(12))
    assert never.opens_after(at("2026-11-23T08:00-05:00")) is None
    assert never.closes_after(at("2026-11-23T08:00-05:00")) is None


def test_no_windows_at_all_are_always_open():
    now = at("2026-11-23T08:00-05:00")
    assert Together(()).open_at(now) and Together(()).opens_after(now) == now
    assert Together(()).closes_after(now) is None


MOMENTS = st.tuples(
    st.sampled_from(CHANGES),
    st.integers(-60 * 60, 60 * 60).map(lambda minutes: timedelta(minutes=minutes)),
    st.timedeltas(timedelta(0), timedelta(minutes=1)),
)
MINUTE = 7  # steps of looking: coprime to an hour


@given(MOMENTS, st.none() | TIMES, TIMES, st.integers(1, EVERY_DAY))
@settings(max_examples=200, deadline=None)
def test_it_opens_and_closes_exactly_when_the_wall_says_so(when, start, end, days):
    (zone, moment), away, bit = when
    now = moment + away + bit
    window = Window(zone, start, end if start is not None else None, days)
    opens, closes = window.opens_after(now), window.closes_after(now)
    assert window.open_at(opens) and opens >= now
    if closes is None:
        assert window.always
        return
    assert not window.open_at(closes) and opens < closes
    for minutes in range(0, 60 * 24 * 15, MINUTE):
        between = now + timedelta(minutes=minutes)
        if between >= closes:
            break
        assert window.open_at(between) == (between >= opens)


@given(MOMENTS, TIMES, TIMES)
@settings(max_examples=100, deadline=None)
def test_outside_a_night_is_exactly_the_day(when, one, other):
    (zone, moment), away, bit = when
    now = moment + away + bit
    if one != other:
        assert Window(zone, one, other).open_at(now) != Window(zone, other, one).open_at(now)


@given(MOMENTS, st.lists(st.sampled_from(sorted({zone for zone, _at in CHANGES})), max_size=4), TIMES, TIMES)
@settings(max_examples=100, deadline=None)
def test_together_they_open_at_the_first_moment_that_suits_all(when, zones, start, end):
    (_zone, moment), away, bit = when
    now = moment + away + bit
    together = over(zones, start, end)
    opens = together.opens_after(now)
    assert opens is None or together.open_at(opens)
    for minutes in range(0, 60 * 24 * 3, MINUTE):
        between = now + timedelta(minutes=minutes)
        if opens is not None and between >= opens:
            break
        assert not together.open_at(between)


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
        (time(9), time(9, 4), "window_end"),
    ],
)
def test_times_that_make_no_window_are_refused(start, end, param):
    found = problem(NEW_YORK, start, end)
    assert found is not None and found[0] == param


def test_a_window_is_right_as_it_is():
    assert problem(NEW_YORK, time(9), time(17)) is None
    assert problem("Asia/Kolkata", None, None) is None
    assert problem("UTC", time(0), time(23, 59)) is None
    assert problem("UTC", time(0), time(23, 59), 0) == ("window_days", "Choose at least one day.")
