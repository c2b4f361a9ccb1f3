from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from sandbox.testing import RunningSandbox
from threadline.accounts.testing import signed_in
from threadline.billing import rates
from threadline.billing.models import Wallet
from threadline.campaigns.editing import stored_steps
from threadline.campaigns.launch import recalling
from threadline.campaigns.models import Campaign, LaunchRules
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import arming, lifecycle, stalls
from threadline.campaigns.testing import (
    PEOPLE,
    make_campaign,
    make_leads,
    make_sending,
    owner_of,
    run_engine,
    statuses,
)
from threadline.campaigns.tests.test_engine import run_and_send, texts
from threadline.lib import clock
from threadline.numbers.models import Number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_above")]

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
LATER = "+18135550104"


@pytest.fixture
def clocks(line: Number) -> Any:
    """In a workspace where ten seconds are left to recall."""
    LaunchRules.objects.create(workspace=line.workspace, recall_seconds=10)
    with time_machine.travel(NOON, tick=False) as moving:
        yield moving


def turn(campaign: Campaign, on: bool) -> Campaign:
    verb = arming.arm if on else arming.disarm
    return verb(campaign, owner_of(campaign), clock.now())


def running_for_hours(line: Number, clocks: Any) -> Campaign:
    """Its people have had their first text; somebody new waits, and Auto SMS was turned off and on a moment ago."""
    campaign = make_sending(line, steps=["One", "Two"])
    run_engine()
    clocks.shift(timedelta(seconds=11))
    run_and_send()
    clocks.shift(timedelta(hours=3))
    turn(campaign, on=False)
    make_leads(campaign, [LATER])
    return turn(campaign, on=True)


def test_of_one_that_has_been_running_only_auto_sms_is_taken_back(
    carrier: RunningSandbox, line: Number, clocks: Any
) -> None:
    campaign = running_for_hours(line, clocks)
    run_and_send()
    assert statuses(campaign) == ["in_progress"] * 4
    stall = stalls.why(campaign, clock.now())
    assert stall is not None and (stall.code, stall.until) == ("recall", clock.now() + timedelta(seconds=10))
    assert recalling.recall(campaign, owner_of(campaign), clock.now()) == (1, 0)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.armed, statuses(campaign)) == (
        "active",
        False,
        ["in_progress"] * 3 + ["pending"],
    )
    clocks.shift(timedelta(days=2))
    run_and_send()
    assert len(texts(carrier)) == 3
    turn(campaign, on=True)
    clocks.shift(timedelta(seconds=11))
    run_and_send()
    clocks.shift(timedelta(seconds=11))
    run_and_send()
    assert (LATER, "One") in texts(carrier) and (PEOPLE[0], "Two") in texts(carrier)


def test_the_page_says_what_is_taken_back(carrier: RunningSandbox, line: Number, clocks: Any) -> None:
    campaign = running_for_hours(line, clocks)
    client, here = signed_in(owner_of(campaign)), f"/campaigns/{campaign.public_id}/"
    assert "Auto SMS was turned on. That can still be taken back." in client.get(here).content.decode()
    answer = client.post(f"{here}recall/", follow=True).content.decode()
    assert "Auto SMS is off again: 0 recalled, 0 already left." in answer
    assert ">Recall</button>" not in answer
    with pytest.raises(Refused, match="The time to recall is over"):
        recalling.recall(campaign, owner_of(campaign), clock.now())


@pytest.mark.parametrize(("wait", "state"), [(9, "draft"), (10, "active")])
def test_turned_on_within_the_seconds_of_the_launch_it_is_the_launch(
    line: Number, clocks: Any, wait: int, state: str
) -> None:
    campaign = make_campaign(line)
    make_leads(campaign)
    lifecycle.start(campaign, owner_of(campaign), clock.now())
    clocks.shift(timedelta(seconds=wait))
    turn(campaign, on=True)
    run_engine()
    clocks.shift(timedelta(seconds=9))
    assert recalling.recall(campaign, owner_of(campaign), clock.now()) == (3, 0)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.armed, statuses(campaign)) == (state, False, ["pending"] * 3)


def test_one_that_is_off_again_has_nothing_to_recall(line: Number, clocks: Any) -> None:
    campaign = turn(running_for_hours(line, clocks), on=False)
    assert not recalling.possible(campaign, clock.now())


def test_when_nobody_waits_any_more_it_completes(carrier: RunningSandbox, line: Number, clocks: Any) -> None:
    campaign = make_sending(line)
    clocks.shift(timedelta(seconds=11))
    run_and_send()
    assert statuses(campaign) == ["completed finished"] * 3
    clocks.shift(timedelta(hours=1))
    Campaign.objects.update(armed_at=clock.now(), recall_until=clock.now() + timedelta(seconds=10))
    assert recalling.recall(campaign, owner_of(campaign), clock.now()) == (0, 0)
    campaign.refresh_from_db()
    assert campaign.state == "completed"


def test_one_whose_money_was_used_up_at_once_can_be_recalled(line: Number, clocks: Any) -> None:
    cost = rates.of(line.workspace_id).estimate(PEOPLE[0], 1, 0)
    Wallet.objects.update_or_create(workspace=line.workspace, defaults={"enabled": True, "balance": 2 * cost})
    campaign = make_sending(line)
    run_engine()
    campaign.refresh_from_db()
    assert (campaign.state, statuses(campaign)) == ("paused", ["in_progress"] * 2 + ["pending"])
    assert recalling.recall(campaign, owner_of(campaign), clock.now()) == (2, 0)
    campaign.refresh_from_db()
    assert (campaign.state, statuses(campaign)) == ("draft", ["pending"] * 3)


@pytest.mark.requirement("003-7")
def test_a_recalled_draft_has_no_start_date_and_knows_whom_it_has_reached(line: Number, clocks: Any) -> None:
    campaign = make_campaign(line, steps=["One", "Two"])
    lead = make_leads(campaign)[0]
    lifecycle.start(campaign, owner_of(campaign), clock.now())
    assert Campaign.objects.get().starts_at is not None
    recalling.recall(campaign, owner_of(campaign), clock.now())
    recalled = Campaign.objects.get()
    assert (recalled.state, recalled.starts_at, recalled.started_at, recalled.begins_at) == ("draft", None, None, None)
    assert stored_steps.untouched(recalled)
    campaign.recipients.filter(pk=lead.pk).update(step=1)  # one text had left
    assert not stored_steps.untouched(recalled)
