"""How much: equal words, automatic texts to one person, texts of a number a day. A batch counts itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from threadline.messaging import gate
from threadline.messaging.entry import Entry
from threadline.messaging.facts import Facts, Line
from threadline.messaging.terms import Cap, Terms
from threadline.messaging.verdicts import Defer, Refuse, Send, Verdict

NOW = datetime(2026, 11, 22, 17, tzinfo=UTC)  # noon in New York
DANA, ERIN = "+18135550142", "+18135550143"
ENTRY = Entry(7, DANA, 1, "Hello", automatic=True, by_hand=False)
WEEK = timedelta(days=7)
CAPPED = Terms("America/New_York", cap=Cap(2, WEEK))
LINE = Line(1, "+18335550001", 1, ready=True)


def facts(terms: Terms = CAPPED, line: Line = LINE, phase: str = "send", **more: Any) -> Facts:
    return Facts(NOW, phase, lines={1: line}, terms={7: terms}, **more)


def decide(entry: Entry, given: Facts) -> Verdict:
    return gate.decide([entry], given)[0]


def test_whoever_had_enough_texts_waits_until_the_oldest_is_a_period_ago() -> None:
    times = [NOW - timedelta(days=6), NOW - timedelta(days=5)]
    verdict = decide(ENTRY, facts(texts={(7, DANA): times}))
    assert isinstance(verdict, Defer)
    assert (verdict.code, verdict.until) == ("frequency_cap", times[0] + WEEK)
    assert verdict.reason == (
        "They had 2 automatic texts in 7 days, the most this workspace sends one person. "
        "The next may go on 23 November, 12:00."
    )


def test_what_lies_longer_back_does_not_count() -> None:
    times = [NOW - WEEK, NOW - timedelta(days=1)]
    assert isinstance(decide(ENTRY, facts(texts={(7, DANA): times})), Send)


def test_by_hand_and_before_it_leaves_there_is_no_frequency_cap() -> None:
    times = [NOW, NOW]
    assert isinstance(decide(replace(ENTRY, automatic=False, by_hand=True), facts(texts={(7, DANA): times})), Send)
    assert isinstance(decide(ENTRY, facts(texts={(7, DANA): times}, phase="dispatch")), Send)


def test_it_is_put_off_into_the_day() -> None:
    times = [NOW - WEEK + timedelta(hours=12), NOW - timedelta(days=1)]  # that would be midnight
    quiet = replace(CAPPED, quiet=(time(21), time(8)))
    verdict = decide(ENTRY, facts(quiet, texts={(7, DANA): times}))
    assert isinstance(verdict, Defer) and verdict.until == datetime(2026, 11, 23, 13, tzinfo=UTC)


def test_two_texts_of_a_batch_count_each_other() -> None:
    batch = [replace(ENTRY, body=f"Hello {n}") for n in range(5)]
    verdicts = gate.decide(batch, facts())
    assert [verdict.name for verdict in verdicts] == ["send", "send", "defer", "defer", "defer"]
    untils = [verdict.until for verdict in verdicts if isinstance(verdict, Defer)]
    assert untils == [NOW + WEEK, NOW + WEEK, NOW + 2 * WEEK]


def test_what_waits_outside_takes_no_place() -> None:
    batch = [replace(ENTRY, body=f"Hello {n}", waits_outside=True) for n in range(4)]
    untils = [verdict.until for verdict in gate.decide(batch, facts()) if isinstance(verdict, Defer)]
    assert untils == [NOW + WEEK, NOW + WEEK]


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 3)), max_size=30), st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_however_they_come_nobody_has_more_than_the_cap_in_any_period(asked: list[tuple[int, int]], most: int) -> None:
    """Each goes when the gate says: now or later, never again too early."""
    shared = facts(Terms(cap=Cap(most, WEEK)))
    went: dict[str, list[datetime]] = {}
    now = NOW
    for n, (wait, person) in enumerate(asked):
        now += timedelta(hours=wait)
        entry = replace(ENTRY, address=f"+1813555014{person}", body=str(n))
        verdict = decide(entry, replace(shared, now=now))
        went.setdefault(entry.address, []).append(verdict.until if isinstance(verdict, Defer) else now)
    for times in went.values():
        for at in times:
            assert sum(1 for other in times if at <= other < at + WEEK) <= most


def test_a_number_that_is_done_for_today_goes_on_tomorrow() -> None:
    line, today = replace(LINE, daily_cap=3), date(2026, 11, 22)
    batch = [replace(ENTRY, address=f"+1813555010{n}") for n in range(6)]
    verdicts = gate.decide(batch, facts(Terms("America/New_York"), line, days={1: {today: 1}}))
    midnight = datetime(2026, 11, 23, 5, tzinfo=UTC)
    assert [getattr(verdict, "until", None) for verdict in verdicts] == [
        *(None, None, midnight, midnight, midnight, midnight + timedelta(days=1))
    ]
    assert isinstance(verdicts[2], Defer)
    assert verdicts[2].reason == (
        "+18335550001 has the 3 texts it may send a day. The next may go on 23 November, 00:00."
    )


def test_what_somebody_types_goes_all_the_same_and_counts() -> None:
    line, today = replace(LINE, daily_cap=1), date(2026, 11, 22)
    given_ = facts(Terms("America/New_York"), line, days={1: {}})
    by_hand = replace(ENTRY, automatic=False, by_hand=True)
    batch = [by_hand, replace(by_hand, address=ERIN), ENTRY]
    assert [verdict.name for verdict in gate.decide(batch, given_)] == ["send", "send", "refuse"]
    assert given_.days == {1: {today: 2}}


def test_a_number_that_may_never_send_is_put_off_again_and_again() -> None:
    verdict = decide(ENTRY, facts(Terms(), replace(LINE, daily_cap=0), days={1: {}}))
    assert isinstance(verdict, Defer) and verdict.until > NOW + timedelta(days=30)


def test_equal_words_in_one_batch_go_once() -> None:
    first, second, other = gate.decide([ENTRY, ENTRY, replace(ENTRY, address=ERIN)], facts(Terms()))
    assert isinstance(first, Send) and isinstance(other, Send)
    assert isinstance(second, Refuse) and second.code == "duplicate"


def test_the_receipt_has_the_counts_as_they_were() -> None:
    line = replace(LINE, daily_cap=9)
    batch = [replace(ENTRY, body=f"Hello {n}") for n in range(2)]
    saw = [decision.saw for decision in gate.judge(batch, facts(CAPPED, line, days={1: {}}))]
    assert [one["cap"] for one in saw] == [{"texts": n, "most": 2, "days": 7} for n in range(2)]
    assert [one["day"] for one in saw] == [{"texts": n, "most": 9} for n in range(2)]
