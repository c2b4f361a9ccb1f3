"""Money: a wallet that is empty and a budget that is used up say both amounts and the way out."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from threadline.messaging import gate
from threadline.messaging.entry import Entry
from threadline.messaging.facts import Facts, Line
from threadline.messaging.terms import Terms
from threadline.messaging.verdicts import Defer, Hold, Refuse, Send, Verdict

NOW = datetime(2026, 11, 22, 17, tzinfo=UTC)
ENTRY = Entry(7, "+18135550142", 1, "Hello", automatic=True, by_hand=False, cost=8_300)
BY_HAND = replace(ENTRY, automatic=False, by_hand=True)


def facts(terms: Terms, phase: str = "send") -> Facts:
    return Facts(NOW, phase, lines={1: Line(1, "+18335550001", 1, ready=True)}, terms={7: terms})


def decide(entry: Entry, given: Facts) -> Verdict:
    return gate.decide([entry], given)[0]


def test_an_empty_wallet_holds_what_a_machine_sends_and_refuses_what_somebody_types() -> None:
    reason = "This text costs about $0.0083 and the wallet holds $0.005. Add funds under Settings, Billing."
    assert decide(ENTRY, facts(Terms(funds=5_000))) == Hold("no_funds", reason)
    assert decide(BY_HAND, facts(Terms(funds=5_000))) == Refuse("no_funds", reason)


def test_a_used_up_budget_holds_what_a_machine_sends_and_refuses_what_somebody_types() -> None:
    reason = (
        "$9.995 of this month's budget of $10.00 is spent, and this text costs about $0.0083. "
        "Raise the budget under Settings, Billing, or wait for next month."
    )
    spent = Terms(budget=10_000_000, spent=9_995_000)
    assert decide(ENTRY, facts(spent)) == Hold("over_budget", reason)
    assert decide(BY_HAND, facts(spent)) == Refuse("over_budget", reason)


@pytest.mark.parametrize(
    "terms", [Terms(), Terms(funds=8_300), Terms(budget=8_300), Terms(budget=20_000, spent=11_700)]
)
def test_what_can_be_paid_goes(terms: Terms) -> None:
    assert isinstance(decide(ENTRY, facts(terms)), Send)


def test_texts_of_a_batch_use_up_the_same_money() -> None:
    batch = [replace(ENTRY, body=f"Hello {n}") for n in range(4)]
    verdicts = gate.decide(batch, facts(Terms(funds=20_000)))
    assert [verdict.name for verdict in verdicts] == ["send", "send", "hold", "hold"]


def test_before_it_leaves_the_text_is_paid_for_already() -> None:
    assert isinstance(decide(ENTRY, facts(Terms(funds=0), "dispatch")), Send)
    assert isinstance(decide(ENTRY, facts(Terms(budget=0), "dispatch")), Send)


def test_what_is_asked_for_by_a_campaign_waits_with_it():
    verdict = decide(replace(ENTRY, waits_outside=True), facts(Terms(funds=5_000)))
    assert isinstance(verdict, Defer) and verdict.code == "no_funds" and verdict.until > facts(Terms(funds=5_000)).now
