"""What became of a campaign: for programs the same numbers as on its page."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from threadline.accounts.testing import signed_in
from threadline.api.testing import Program
from threadline.campaigns.models import Campaign
from threadline.campaigns.results import charts, snapshots
from threadline.campaigns.testing import PEOPLE, catch_up, come_to, make_campaign, make_sending, owner_of, run_engine
from threadline.lib import clock, money
from threadline.messaging.models import Message
from threadline.messaging.testing import arrive, send_all

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # a Monday; 12:00 in New York


def results(campaign):
    answer = Program(campaign.workspace).get(f"campaigns/{campaign.public_id}/results")
    assert answer.status_code == 200, answer.content
    return answer.json()


def page(campaign):
    """What the page of results is made from."""
    return signed_in(owner_of(campaign)).get(f"/campaigns/{campaign.public_id}/").context


def sent(line, days=0):
    """Three people: delivered and answered `days` later, filtered, and one who texted STOP."""
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, PEOPLE, steps=["One", "Two"], wait_hours=9999, timezone="America/New_York")
        run_engine()
        send_all()
        texts = {message.address: message for message in Message.objects.filter(direction="outbound")}
        come_to(texts[PEOPLE[0]], "delivered")
        come_to(texts[PEOPLE[1]], "undelivered", 30007)
        come_to(texts[PEOPLE[2]], "delivered")
        Message.objects.filter(address=PEOPLE[0]).update(price=8_300)
        arrive(line, "STOP", from_=PEOPLE[2])
        clocks.shift(timedelta(days=days))
        arrive(line, "Yes please", from_=PEOPLE[0])
        catch_up()
    return campaign


def test_each_step_has_its_cost_and_its_answers(line):
    campaign = sent(line)
    found, shown = results(campaign), page(campaign)
    one, two = found["steps"]
    assert (one["replied"], one["opted_out"], two["replied"], two["opted_out"]) == (1, 1, 0, 0)
    cost = one["cost"]
    assert cost["settled"] == "0.008300"
    assert Decimal(cost["expected"]) > 0
    assert Decimal(cost["total"]) == Decimal(cost["settled"]) + Decimal(cost["expected"])
    assert two["cost"] == {"currency": "USD", "total": "0.000000", "settled": "0.000000", "expected": "0.000000"}
    assert found["cost"] == cost
    for given, on_page in zip(found["steps"], shown["steps"], strict=True):
        result = on_page.result
        assert (given["replied"], given["opted_out"]) == (result.replied, result.opted_out)
        assert Decimal(given["cost"]["total"]) * 1_000_000 == result.cost.total
    assert shown["price"].total == money.to_the_cent(int(Decimal(cost["total"]) * 1_000_000)) == "$0.02"
    assert found["counted_at"] is None


def test_progress_over_time_is_the_pages(line):
    campaign = sent(line)
    found = results(campaign)["over_time"]
    assert (found["unit"], found["timezone"]) == ("ten_minutes", "America/New_York")
    (period,) = found["periods"]
    assert period == {
        "begins_at": "2026-11-23T17:00:00Z",
        "asked": 3,
        "waiting": 0,
        "sent": 0,
        "delivered": 2,
        "failed": 1,
        "cancelled": 0,
        "replied": 1,
        "opted_out": 1,
    }
    (piece,) = page(campaign)["over_time"].pieces
    assert (piece.asked, piece.delivered, piece.failed, piece.replied, piece.opted_out) == (3, 2, 1, 1, 1)


@pytest.mark.parametrize(
    ("days", "unit", "begins"),
    [
        (1, "hour", ["2026-11-23T17:00:00Z", "2026-11-24T17:00:00Z"]),
        (10, "day", ["2026-11-23T05:00:00Z", "2026-12-03T05:00:00Z"]),
        (130, "week", ["2026-11-23T05:00:00Z", "2027-03-29T04:00:00Z"]),
    ],
)
def test_a_longer_campaign_has_longer_periods_by_its_own_clocks(line, days, unit, begins):
    campaign = sent(line, days)
    found = results(campaign)["over_time"]
    assert (found["unit"], [one["begins_at"] for one in found["periods"]]) == (unit, begins)
    assert [one["replied"] for one in found["periods"]] == [0, 1]
    with_page = page(campaign)["over_time"].pieces
    assert [one.asked for one in with_page] == [one["asked"] for one in found["periods"]]


def test_nothing_is_drawn_for_programs(line, monkeypatch):
    campaign = sent(line)
    monkeypatch.delattr(charts, "plot")
    assert len(results(campaign)["over_time"]["periods"]) == 1


def test_before_the_first_text_there_is_no_progress(db):
    found = results(make_campaign(steps=["One"]))
    assert (found["over_time"], found["cost"]["total"], found["steps"][0]["cost"]["total"]) == (
        None,
        "0.000000",
        "0.000000",
    )


def test_of_a_large_one_it_says_when_it_was_counted(line):
    campaign = sent(line)
    before, now = results(campaign), clock.now()
    snapshots.refresh(campaign, now)
    found = results(Campaign.objects.get())
    assert datetime.fromisoformat(found.pop("counted_at")) == now
    assert found == {name: value for name, value in before.items() if name != "counted_at"}
