"""Every rule of the gate: when it decides, and when it lets the next one look."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from threadline.compliance.optouts import InForce
from threadline.messaging import gate
from threadline.messaging.facts import Facts, Line
from threadline.messaging.verdicts import Cancel, Hold, Refuse, Send, Verdict

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DANA = "+18135550142"
MAIN = Line(1, "+18335550001", 1, ready=True)
OTHER = Line(2, "+18335550002", 1, ready=True)
ENTRY = gate.Entry(7, DANA, 1, "Hello", automatic=False, by_hand=True)
FACTS = Facts(NOW, "send", lines={1: MAIN, 2: OTHER})


def decide(entry: gate.Entry, facts: Facts) -> Verdict:
    return gate.decide([entry], replace(facts, recent=dict(facts.recent), spent={}))[0]  # each time as if for the first


def stopped(line: str) -> Mapping[tuple[int, str], Mapping[str, InForce]]:
    return {(7, DANA): {line: InForce(DANA, line, "STOP", "inbound", NOW, "SM1")}}


def test_an_ordinary_text_may_leave() -> None:
    assert isinstance(decide(ENTRY, FACTS), Send)


def test_the_rules_stand_in_their_order() -> None:
    names = [rule.__name__ for rule in gate.RULES]
    assert names == [
        *("withdrawn", "opted_out", "no_consent", "number_not_ready", "unroutable", "too_old", "duplicate"),
        *("quiet_hours", "out_of_hours", "frequency_cap", "daily_cap", "over_budget", "no_funds"),
    ]


@pytest.mark.parametrize(
    ("line", "automatic", "goes"),
    [(1, False, False), (2, False, True), (2, True, False), (1, True, False)],
)
def test_stop_blocks_its_line_and_whatever_is_automatic(line: int, automatic: bool, goes: bool) -> None:
    facts = replace(FACTS, opt_outs=stopped(MAIN.phone))
    verdict = decide(replace(ENTRY, line_id=line, automatic=automatic), facts)
    assert isinstance(verdict, Send) is goes
    if isinstance(verdict, Refuse):
        assert verdict.code == "opted_out" and "22 November 2026" in verdict.reason


def test_an_opt_out_in_another_workspace_is_not_ours() -> None:
    facts = replace(FACTS, opt_outs=stopped(MAIN.phone))
    assert isinstance(decide(replace(ENTRY, workspace_id=8), facts), Send)


def test_a_withdrawn_entry_is_cancelled_before_anything_else() -> None:
    facts = replace(FACTS, withdrawn={5: "The campaign was paused."}, opt_outs=stopped(MAIN.phone), phase="dispatch")
    assert isinstance(decide(replace(ENTRY, entry_id=5), facts), Cancel)
    assert isinstance(decide(replace(ENTRY, entry_id=6), replace(facts, opt_outs={})), Send)


def test_a_number_that_is_not_ready_refuses_at_first_and_holds_later() -> None:
    facts = replace(FACTS, lines={1: replace(MAIN, ready=False, why_not="It is gone.")})
    assert decide(ENTRY, facts) == Refuse("number_not_ready", "It is gone.", "from")
    assert decide(ENTRY, replace(facts, phase="dispatch")) == Hold("number_not_ready", "It is gone.")


def test_without_a_number_there_is_no_way() -> None:
    verdict = decide(replace(ENTRY, line_id=None), FACTS)
    assert isinstance(verdict, Refuse) and verdict.code == "unroutable"
    itself = decide(replace(ENTRY, address=MAIN.phone), FACTS)
    assert isinstance(itself, Refuse) and itself.param == "to"


def test_a_text_past_its_time_needs_a_person() -> None:
    verdict = decide(replace(ENTRY, expires_at=NOW - timedelta(seconds=1)), FACTS)
    assert isinstance(verdict, Refuse) and verdict.code == "too_old"
    assert isinstance(decide(replace(ENTRY, expires_at=NOW), FACTS), Send)


@pytest.mark.parametrize(
    ("by_hand", "seconds", "goes"),
    [(True, 9, False), (True, 10, True), (False, 10, False), (False, 86_399, False), (False, 86_400, True)],
)
def test_equal_words_wait_seconds_by_hand_and_a_day_by_machine(by_hand: bool, seconds: int, goes: bool) -> None:
    facts = replace(FACTS, recent={(DANA, "Hello"): NOW - timedelta(seconds=seconds)})
    assert isinstance(decide(replace(ENTRY, by_hand=by_hand), facts), Send) is goes
    assert isinstance(decide(replace(ENTRY, by_hand=by_hand, allow_duplicate=True), facts), Send)
    assert isinstance(decide(replace(ENTRY, by_hand=by_hand), replace(facts, phase="dispatch")), Send)
