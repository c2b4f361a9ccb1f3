from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from sandbox.testing import RunningSandbox
from threadline.billing import ledger, rates
from threadline.billing.models import Wallet
from threadline.campaigns.editing import saving
from threadline.campaigns.engine import sleeping
from threadline.campaigns.launch import recalling
from threadline.campaigns.models import Campaign, LaunchRules
from threadline.campaigns.refusals import Refused
from threadline.campaigns.results import figures
from threadline.campaigns.running import arming, lifecycle, stalls
from threadline.campaigns.testing import (
    PEOPLE,
    catch_up,
    come_to,
    make_sending,
    owner_of,
    run_engine,
    start_and_arm,
    statuses,
)
from threadline.campaigns.tests.test_engine import run_and_send, texts
from threadline.compliance import policy
from threadline.lib import clock
from threadline.lib.money import dollars
from threadline.messaging.models import Message
from threadline.messaging.testing import arrive
from threadline.numbers.models import Number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_above")]

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
BY_SCHEDULE = {"kind": "scheduled", "begins_at": NOON}
MANY = [f"+1813555{n:04d}" for n in range(40)]


def fail(count: int, code: int = 30007) -> None:
    """The carrier says of the first so many texts that they failed, of the others that they arrived."""
    for place, message in enumerate(Message.objects.filter(sid__isnull=False).order_by("id")):
        come_to(message, "undelivered" if place < count else "delivered", code if place < count else None)
    catch_up()


def test_a_campaign_whose_texts_fail_pauses_itself_and_says_why(carrier: RunningSandbox, line: Number) -> None:
    campaign = make_sending(line, MANY, batch_size=30, batch_minutes=10, most_failed=30)
    run_and_send()
    for message in Message.objects.order_by("-id")[:21]:
        come_to(message, "delivered")
    for message in Message.objects.order_by("id")[:9]:
        come_to(message, "undelivered", 30007)
    catch_up()
    campaign.refresh_from_db()
    assert campaign.state == "active"  # 9 of 30 are not more than 30 %
    Campaign.objects.update(most_failed=29)
    come_to(message, "undelivered", 30007)
    catch_up()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.armed) == ("paused", True)
    assert campaign.paused_because.startswith("9 of the last 30 texts failed, more than 29 %. Most often: ")
    stall = stalls.why(campaign, clock.now())
    assert stall is not None and stall.code == "paused_itself"
    lifecycle.resume(campaign, owner_of(campaign), clock.now())
    Campaign.objects.update(next_batch_at=None)
    run_and_send()
    campaign.refresh_from_db()
    assert (campaign.state, len(texts(carrier))) == ("active", 40)  # what failed before it was resumed counts no more


def test_a_campaign_that_makes_people_opt_out_pauses_itself(carrier: RunningSandbox, line: Number) -> None:
    campaign = make_sending(line, MANY[:25], most_opt_outs=10)
    run_and_send()
    for lead in campaign.recipients.order_by("id")[:3]:
        come_to(lead.touches.get().message, "failed", 21610)
    catch_up()
    campaign.refresh_from_db()
    assert campaign.paused_because.startswith("3 of the last 25 people opted out, more than 10 %.")


@pytest.mark.requirement("000-50")
@pytest.mark.parametrize("steps", [["One"], ["One", "Two"]])
def test_a_stop_counts_for_it_also_after_the_last_message(line: Number, steps: list[str]) -> None:
    campaign = make_sending(line, MANY, steps=steps, wait_hours=0, most_opt_outs=10)
    for _step in steps:
        run_and_send()
    for person in MANY[:20]:
        arrive(line, "STOP", from_=person)
    catch_up()
    found = figures.of(campaign)
    assert (found.opted_out, found.replied, found.audience) == (20, 0, 40)
    campaign.refresh_from_db()
    assert campaign.state == "paused" and "people opted out, more than 10 %" in campaign.paused_because


def test_whoever_had_several_messages_is_one_person_who_opted_out(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, MANY[:20], steps=["1", "2", "3", "4"], wait_hours=1, most_opt_outs=10)
        for _step in range(3):
            run_and_send()
            clocks.shift(timedelta(minutes=61))
        for person in MANY[:4]:
            arrive(line, "STOP", from_=person)
        catch_up()
        campaign.refresh_from_db()
        assert campaign.paused_because.startswith("4 of the last 20 people opted out, more than 10 %.")


def test_a_breaker_of_zero_never_trips(carrier: RunningSandbox, line: Number) -> None:
    campaign = make_sending(line, MANY, most_failed=0, most_opt_outs=0, steps=["One", "Two"])
    run_and_send()
    fail(40)
    campaign.refresh_from_db()
    assert campaign.state == "active"


def test_a_launch_can_be_recalled_for_some_seconds(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        LaunchRules.objects.create(workspace=line.workspace, recall_seconds=10)
        campaign = make_sending(line)
        run_and_send()
        assert (texts(carrier), statuses(campaign)) == ([], ["in_progress"] * 3)
        clocks.shift(timedelta(seconds=9))
        run_and_send()
        assert recalling.recall(campaign, owner_of(campaign), clock.now()) == (3, 0)
        campaign.refresh_from_db()
        assert (campaign.state, campaign.armed, statuses(campaign)) == ("draft", False, ["pending"] * 3)
        clocks.shift(timedelta(minutes=1))
        run_and_send()
        assert texts(carrier) == []
        start_and_arm(campaign)
        clocks.shift(timedelta(seconds=11))
        run_and_send()
        assert len(texts(carrier)) == 3
        with pytest.raises(Refused, match="The time to recall is over"):
            recalling.recall(campaign, owner_of(campaign), clock.now())


def test_the_first_text_says_how_to_opt_out(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=1, opt_out_line="Reply STOP to opt out.")
        run_and_send()
        clocks.shift(timedelta(hours=2))
        run_and_send()
        assert [body for _to, body in texts(carrier)] == ["One\nReply STOP to opt out.", "Two"]


def test_nobody_who_sleeps_is_texted_until_what_was_decided_on_changes(carrier: RunningSandbox, line: Number) -> None:
    campaign = make_sending(line)
    campaign.recipients.update(
        deferred_until=clock.now() + timedelta(hours=1), deferred_code="quiet_hours", reason="Night."
    )
    run_and_send()
    assert texts(carrier) == []
    stall = stalls.why(campaign, clock.now())
    assert stall is not None and (stall.code, stall.sentence) == (
        "asleep",
        "Nobody may be texted now. The first who may: Night.",
    )
    sleeping.wake_all([campaign.workspace_id], ["quiet_hours"])
    run_engine()
    assert statuses(campaign) == ["in_progress"] * 3
    arming.disarm(campaign, owner_of(campaign), clock.now())


def test_without_money_the_campaign_pauses_and_nobody_is_held(carrier: RunningSandbox, line: Number) -> None:
    Wallet.objects.update_or_create(workspace=line.workspace, defaults={"enabled": True, "balance": 20_000})
    campaign = make_sending(line)
    run_engine()
    campaign.refresh_from_db()
    assert (campaign.state, statuses(campaign)) == ("paused", ["in_progress"] * 2 + ["pending"])
    assert campaign.paused_because.endswith("Add funds under Settings, Billing.")
    ledger.credit(line.workspace_id, 1_000_000, "test", clock.now())
    lifecycle.resume(campaign, owner_of(campaign), clock.now())
    run_and_send()
    assert len(texts(carrier)) == 3


def test_what_the_money_pays_for_goes_before_the_campaign_pauses(carrier: RunningSandbox, line: Number) -> None:
    cost = rates.of(line.workspace_id).estimate(MANY[0], 1, 0)
    Wallet.objects.update_or_create(workspace=line.workspace, defaults={"enabled": True, "balance": 5 * cost + 10})
    campaign = make_sending(line, MANY[:10], steps=["Hi"])
    for _resume in range(2):
        run_and_send()
        campaign.refresh_from_db()
        assert (campaign.state, len(texts(carrier))) == ("paused", 5)
        assert f"the wallet holds {dollars(10)}." in campaign.paused_because
        assert statuses(campaign) == ["completed finished"] * 5 + ["pending"] * 5
        lifecycle.resume(campaign, owner_of(campaign), clock.now())
    ledger.credit(line.workspace_id, 5 * cost, "test", clock.now())
    run_and_send()
    assert len(texts(carrier)) == 10


def test_a_changed_policy_wakes_who_slept_by_the_old_one(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 4, 0, tzinfo=UTC)):  # 23:00 in New York
        policy.change(line.workspace, None, quiet_hours=True)
        campaign = make_sending(line)
        run_and_send()
        assert texts(carrier) == []
        lead = campaign.recipients.order_by("id")[0]
        assert (lead.deferred_code, lead.deferred_until) == ("quiet_hours", datetime(2026, 11, 24, 13, tzinfo=UTC))
        policy.change(line.workspace, None, quiet_hours=False)
        run_and_send()
        assert len(texts(carrier)) == 3


def test_changed_hours_take_back_what_has_not_left(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON):
        campaign = make_sending(line)
        run_engine()
        saving.save_part(campaign, None, clock.now(), start="13:00", end="17:00")
        assert statuses(campaign) == ["pending"] * 3
        run_and_send()
        assert texts(carrier) == []
