from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.campaigns.sequence import dates, timing
from threadline.campaigns.sequence.steps import Sequence, Stage, Timing
from threadline.campaigns.sequence.timing import Clock

JOINED = datetime(2026, 11, 23, 17, tzinfo=UTC)  # noon in New York, a Monday
NEW_YORK = "America/New_York"
HERE = Clock(NEW_YORK)


def after(position: int, hours: float = 24, removed: bool = False) -> Stage:
    return Stage(position, position, f"Step {position}", 1, timedelta(hours=hours), removed)


def at(position: int, day: date, hour: int = 10, zone: str = "campaign") -> Stage:
    return Stage(position, position, "", 1, timedelta(hours=24), False, Timing.AT, day, time(hour), zone)


def by_field(position: int, days: int = 0, yearly: bool = False, zone: str = "campaign") -> Stage:
    timing_of = (Timing.FIELD, None, time(9), zone, "birthday", days, yearly)
    return Stage(position, position, "", 1, timedelta(hours=24), False, *timing_of)


def due(sequence: list[Stage], position: int = 0, ready_at: datetime = JOINED, clock: Clock = HERE) -> object:
    found = timing.following(Sequence(sequence), position, ready_at, clock)
    return (found.stage.position, found.due) if found else None


def test_the_first_step_is_due_at_once_and_the_next_after_the_wait() -> None:
    steps = [after(1, hours=24), after(2, hours=1)]
    assert due(steps) == (1, JOINED)
    assert due(steps, 1) == (2, JOINED + timedelta(hours=24))
    assert due(steps, 2) is None


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1604-05-03"])
def test_a_year_out_of_all_reason_is_no_date_but_a_birthday(day: str) -> None:
    person = Clock(NEW_YORK, ("Pacific/Auckland", "Pacific/Honolulu"), {"birthday": day})
    for days in (-1, 0, 1):
        assert due([by_field(1, days, zone="person"), at(2, date(2026, 11, 30))], clock=person) == (
            2,
            datetime(2026, 11, 30, 15, tzinfo=UTC),
        )
    assert due([by_field(1, yearly=True)], clock=person) is not None


@pytest.mark.requirement("U1")
def test_waits_and_dates_can_be_mixed() -> None:
    steps = [after(1, hours=2), at(2, date(2026, 11, 25)), after(3)]
    assert due(steps, 1) == (2, datetime(2026, 11, 25, 15, tzinfo=UTC))
    assert due(steps, 2) == (3, JOINED + timedelta(hours=24))


def test_a_date_that_had_passed_is_left_out_with_what_follows_it() -> None:
    steps = [at(1, date(2026, 11, 20)), after(2), at(3, date(2026, 11, 30))]
    assert due(steps) == (3, datetime(2026, 11, 30, 15, tzinfo=UTC))
    assert due(steps[:2]) is None


def test_a_person_gets_it_by_their_own_clock_and_in_doubt_when_it_has_come_everywhere() -> None:
    steps = [at(1, date(2026, 11, 25), zone="person")]
    assert due(steps, clock=Clock(NEW_YORK, ("America/Denver",))) == (1, datetime(2026, 11, 25, 17, tzinfo=UTC))
    doubtful = Clock(NEW_YORK, ("America/Chicago", "America/Denver"))
    assert due(steps, clock=doubtful) == (1, datetime(2026, 11, 25, 17, tzinfo=UTC))


def test_an_hour_that_the_clocks_skip_or_repeat() -> None:
    assert timing.wall(NEW_YORK, date(2026, 3, 8), time(2, 30)) == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert timing.wall(NEW_YORK, date(2026, 11, 1), time(1, 30)) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_date_of_the_person_with_days_before_and_after() -> None:
    appointment = Clock(NEW_YORK, (), {"birthday": "12/01/2026"})
    assert due([by_field(1, days=-2)], clock=appointment) == (1, datetime(2026, 11, 29, 14, tzinfo=UTC))
    assert due([by_field(1, days=3)], clock=appointment) == (1, datetime(2026, 12, 4, 14, tzinfo=UTC))
    assert due([by_field(1)], clock=Clock(NEW_YORK, (), {"birthday": "soon"})) is None
    assert due([by_field(1)], clock=Clock(NEW_YORK, (), {"birthday": "2020-01-01"})) is None


def test_a_birthday_is_the_next_one_whatever_the_year() -> None:
    born = Clock(NEW_YORK, (), {"birthday": "1988-11-23"})
    assert due([by_field(1, yearly=True)], clock=born) == (1, datetime(2027, 11, 23, 14, tzinfo=UTC))  # 09:00 is over
    leap = Clock(NEW_YORK, (), {"birthday": "2000-02-29"})
    assert due([by_field(1, yearly=True)], clock=leap) == (1, datetime(2027, 2, 28, 14, tzinfo=UTC))


@pytest.mark.parametrize(
    "written", ["2026-05-03", "2026-05-03T10:00", "5/3/2026", "03.05.2026", "3 May 2026", "May 3, 2026"]
)
def test_dates_are_read_as_people_write_them(written: str) -> None:
    assert dates.read(written) == date(2026, 5, 3)


def test_what_is_no_date_is_none() -> None:
    assert [dates.read(value) for value in ("", None, "13/13/2026", "tomorrow", "2026", "9" * 999)] == [None] * 6


def test_nobody_is_looked_at_before_anybody_can_be_due() -> None:
    steps = Sequence([at(1, date(2026, 11, 25), zone="person"), after(2, hours=5)])
    first = datetime(2026, 11, 24, 20, tzinfo=UTC)  # ten o'clock where the day begins
    assert timing.bounds(steps, NEW_YORK, first - timedelta(seconds=1)) == [(1, first - timedelta(hours=24, seconds=1))]
    assert timing.bounds(steps, NEW_YORK, first)[0] == (0, first)


@given(
    st.lists(
        st.one_of(
            st.builds(lambda hours: ("after", hours), st.integers(0, 100)),
            st.builds(lambda days: ("at", days), st.integers(-5, 20)),
        ),
        min_size=1,
        max_size=6,
    ),
    st.integers(0, 20 * 24 * 60),
)
def test_nobody_is_due_whom_the_bounds_leave_out(kinds: list[tuple[str, int]], minutes: int) -> None:
    steps = [
        after(place, n) if kind == "after" else at(place, JOINED.date() + timedelta(days=n))
        for place, (kind, n) in enumerate(kinds, 1)
    ]
    sequence, now = Sequence(steps), JOINED + timedelta(minutes=minutes)
    bounds = dict(timing.bounds(sequence, NEW_YORK, now))
    for position in (0, *(stage.position for stage in steps)):
        found = timing.following(sequence, position, JOINED, HERE)
        if found is not None and found.due <= now:
            assert bounds[position] >= JOINED
            assert found.due >= JOINED
