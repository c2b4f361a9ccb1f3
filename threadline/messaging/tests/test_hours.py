"""Quiet hours: by the person's own clock, at both gates, and what the sentence says."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threadline.compliance.zones import Zones
from threadline.lib.windows import Window
from threadline.messaging import gate
from threadline.messaging.entry import Entry
from threadline.messaging.facts import Facts, Line
from threadline.messaging.rules import hours
from threadline.messaging.terms import Terms
from threadline.messaging.verdicts import Defer, Hold, Send, Verdict

DENVER = "+13035550142"
NIGHT = (time(21), time(8))
TERMS = Terms("America/New_York", "US", quiet=NIGHT)
BY_CAMPAIGN = Entry(7, DENVER, 1, "Hello", automatic=True, by_hand=False)
BY_HAND = replace(BY_CAMPAIGN, automatic=False, by_hand=True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def facts(now: datetime, terms: Terms = TERMS, phase: str = "send", **more: Any) -> Facts:
    return Facts(now, phase, lines={1: Line(1, "+18335550001", 1, ready=True)}, terms={7: terms}, **more)


def decide(entry: Entry, given: Facts) -> Verdict:
    return gate.decide([entry], given)[0]


LATE = at("2026-11-22T22:14-07:00")


@pytest.mark.parametrize("phase", ["send", "dispatch"])
@pytest.mark.parametrize("entry", [BY_CAMPAIGN, BY_HAND])
def test_at_night_it_waits_for_the_persons_morning_and_says_what_it_saw(entry: Entry, phase: str) -> None:
    verdict = decide(entry, facts(LATE, phase=phase))
    assert isinstance(verdict, Defer)
    assert (verdict.code, verdict.until) == ("quiet_hours", at("2026-11-23T08:00-07:00"))
    assert verdict.reason == "It is 22:14 in Denver (area code 303); texts may go from 08:00."


def test_by_day_it_goes() -> None:
    assert isinstance(decide(BY_CAMPAIGN, facts(at("2026-11-22T08:00-07:00"))), Send)


def test_without_the_switch_nothing_is_asked() -> None:
    assert isinstance(decide(BY_CAMPAIGN, facts(LATE, Terms())), Send)


def test_what_was_said_of_the_person_counts() -> None:
    verdict = decide(
        BY_CAMPAIGN, facts(at("2026-11-22T20:00-07:00"), zones={(7, DENVER): Zones(("America/New_York",), "explicit")})
    )
    assert isinstance(verdict, Defer)
    assert verdict.reason == "It is 22:00 in New York (set for this person); texts may go from 08:00."


def test_of_several_zones_it_has_to_be_day_in_all() -> None:
    where = {(7, DENVER): Zones(("America/Chicago", "America/Denver"), "area code", "701")}
    morning = decide(BY_CAMPAIGN, facts(at("2026-11-22T08:30-06:00"), zones=where))
    assert isinstance(morning, Defer) and morning.until == at("2026-11-22T08:00-07:00")
    assert morning.reason == "It is 07:30 in Denver, where they may be (area code 701); texts may go from 08:00."
    evening = decide(BY_CAMPAIGN, facts(at("2026-11-22T20:30-07:00"), zones=where))
    assert isinstance(evening, Defer) and "It is 21:30 in Chicago" in evening.reason


def test_where_no_hour_suits_a_person_has_to_look() -> None:
    where = {(7, DENVER): Zones(("America/New_York", "Asia/Shanghai"), "country")}
    narrow = replace(TERMS, quiet=(time(17), time(9)))
    verdict = decide(BY_CAMPAIGN, facts(LATE, narrow, zones=where))
    assert isinstance(verdict, Hold) and "Set a time zone" in verdict.reason


@pytest.mark.parametrize(("hours_ago", "goes"), [(23.9, True), (24.1, False)])
def test_an_answer_by_hand_goes_at_any_hour(hours_ago: float, goes: bool) -> None:
    wrote = {(7, DENVER): LATE - timedelta(hours=hours_ago)}
    assert isinstance(decide(BY_HAND, facts(LATE, wrote=wrote)), Send) is goes
    assert isinstance(decide(BY_CAMPAIGN, facts(LATE, wrote=wrote)), Defer)


def test_so_near_to_the_night_that_the_carrier_may_be_late_it_is_night() -> None:
    last = at("2026-11-22T21:00-07:00") - hours.SHORTEST_VALIDITY
    assert isinstance(decide(BY_CAMPAIGN, facts(last)), Send)
    verdict = decide(BY_CAMPAIGN, facts(last + timedelta(seconds=1)))
    assert isinstance(verdict, Defer) and verdict.until == at("2026-11-23T08:00-07:00")


def test_a_text_for_later_is_judged_by_its_own_moment() -> None:
    noon, night = at("2026-11-22T12:00-07:00"), at("2026-11-22T23:00-07:00")
    assert isinstance(decide(replace(BY_HAND, run_after=noon), facts(at("2026-11-22T05:00-07:00"))), Send)
    assert isinstance(decide(replace(BY_HAND, run_after=night), facts(noon)), Defer)


def test_a_text_ends_with_the_day_or_with_its_callers_hours() -> None:
    noon, five = at("2026-11-22T12:00-07:00"), at("2026-11-22T17:00-07:00")
    assert hours.ends(BY_CAMPAIGN, facts(noon)) == at("2026-11-22T21:00-07:00")
    assert hours.ends(replace(BY_CAMPAIGN, not_after=five), facts(noon)) == five
    assert hours.ends(BY_CAMPAIGN, facts(noon, Terms())) is None
    answered = facts(noon, wrote={(7, DENVER): noon})
    assert hours.ends(BY_HAND, answered) is None


def test_the_receipt_has_the_zones_and_the_clock() -> None:
    saw = gate.judge([BY_CAMPAIGN], facts(LATE))[0].saw
    assert (saw["zones"], saw["zones_by"], saw["wall"]) == (["America/Denver"], "area code 303", "22:14")
    assert saw["quiet"] == ["21:00", "08:00"]


ZONES = st.lists(
    st.sampled_from(["America/New_York", "America/Denver", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata"]),
    min_size=1,
    max_size=3,
    unique=True,
)
TIMES = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))


@given(ZONES, TIMES, TIMES, st.integers(0, 2 * 365 * 24 * 60))
@settings(max_examples=200, deadline=None)
def test_whatever_the_zones_nothing_goes_or_is_put_off_into_a_night(
    names: list[str], one: time, other: time, minutes: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    if one == other:
        return
    given_ = facts(now, replace(TERMS, quiet=(one, other)), zones={(7, DENVER): Zones(tuple(names), "area code")})
    verdict = decide(BY_CAMPAIGN, given_)
    nights = [Window(name, one, other) for name in names]
    if isinstance(verdict, Send):
        assert not any(night.open_at(now) for night in nights)
        end = hours.ends(BY_CAMPAIGN, given_)
        assert end is not None and end - now >= hours.SHORTEST_VALIDITY
        assert not any(night.open_at(end - timedelta(seconds=1)) for night in nights)
    elif isinstance(verdict, Defer):
        assert verdict.until > now
        assert not any(night.open_at(verdict.until) for night in nights)
