from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from sandbox.testing import RunningSandbox
from threadline.billing import ledger, rates
from threadline.billing.models import Wallet
from threadline.campaigns.editing import saving
from threadline.campaigns.engine import breaker, canary, sleeping
from threadline.campaigns.launch import recalling
from threadline.campaigns.models import Campaign, LaunchRules
from threadline.campaigns.refusals import Refused
from threadline.campaigns.results import figures
from threadline.campaigns.running import arming, lifecycle, stalls
from threadline.campaigns.sequence.steps import keep_kind
from threadline.campaigns.testing import (
    PEOPLE,
    catch_up,
    come_to,
    make_campaign,
    make_leads,
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


def test_the_first_few_go_alone_and_the_others_when_theirs_arrived(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, MANY, canary_size=10)
        run_and_send()
        assert len(texts(carrier)) == 10
        campaign.refresh_from_db()
        stall = stalls.why(campaign, clock.now())
        assert stall is not None and stall.code == "first_ones"
        assert stall.until is not None and stall.until - clock.now() <= canary.LONGEST
        fail(0)
        run_and_send()
        assert len(texts(carrier)) == 40
        clocks.shift(timedelta(hours=1))


def test_the_first_few_fail_and_the_campaign_holds(carrier: RunningSandbox, line: Number) -> None:
    campaign = make_sending(line, MANY, canary_size=10, most_failed=0)
    run_and_send()
    fail(4)
    run_and_send()
    campaign.refresh_from_db()
    assert (campaign.state, len(texts(carrier))) == ("paused", 10)
    assert campaign.paused_because.startswith("4 of the first 10 texts failed; on this number about 3 % usually do.")
    lifecycle.resume(campaign, owner_of(campaign), clock.now())
    run_and_send()
    assert len(texts(carrier)) == 40


def test_a_trial_waits_for_its_texts_to_leave(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, MANY, canary_size=10)
        run_engine()  # and nobody sends
        clocks.shift(timedelta(hours=1))
        run_engine()
        campaign.refresh_from_db()
        assert (campaign.state, texts(carrier)) == ("active", [])
        stall = stalls.why(campaign, clock.now())
        assert stall is not None and (stall.code, stall.until) == ("first_ones", None)
        run_and_send()
        assert len(texts(carrier)) == 10


@pytest.mark.parametrize(("receipts", "went"), [(0, 10), (3, 40)])
def test_a_trial_without_any_receipt_asks_and_one_with_some_ends_by_itself(
    carrier: RunningSandbox, line: Number, receipts: int, went: int
) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, MANY, canary_size=10)
        run_and_send()
        for message in Message.objects.order_by("id")[:receipts]:
            come_to(message, "delivered")
        clocks.shift(canary.LONGEST + timedelta(seconds=1))
        run_and_send()
        assert len(texts(carrier)) == went
        campaign.refresh_from_db()
        if not receipts:
            assert campaign.paused_because.startswith("None of the first 10 texts has a receipt after 15 minutes")
            lifecycle.resume(campaign, owner_of(campaign), clock.now())
            run_and_send()
        assert len(texts(carrier)) == 40


def test_the_first_few_fail_without_all_receipts_and_the_campaign_holds(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, MANY, canary_size=10, most_failed=0)
        run_and_send()
        for message in Message.objects.order_by("id")[:5]:
            come_to(message, "undelivered", 30007)
        run_and_send()
        campaign.refresh_from_db()
        assert (campaign.state, len(texts(carrier))) == ("active", 10)
        clocks.shift(canary.LONGEST + timedelta(seconds=1))
        run_and_send()
        campaign.refresh_from_db()
        assert (campaign.state, len(texts(carrier))) == ("paused", 10)
        assert campaign.paused_because.startswith("5 of the first 10 texts failed")
        lifecycle.resume(campaign, owner_of(campaign), clock.now())
        run_and_send()
        assert len(texts(carrier)) == 40


def test_first_texts_that_failed_never_count_as_judged_in_a_campaign_that_runs(
    carrier: RunningSandbox, line: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = make_sending(line, MANY, canary_size=10, most_failed=0)

    def killed(*_: object) -> None:
        raise InterruptedError

    with monkeypatch.context() as patched, pytest.raises(InterruptedError):
        patched.setattr(lifecycle, "pause", killed)
        breaker.trip(campaign, "Too many failed.", clock.now())
    campaign.refresh_from_db()
    assert (campaign.state, campaign.canary_passed_at) == ("active", None)


def test_one_failure_of_ten_happens_by_chance_and_four_do_not() -> None:
    assert not canary.Trial(10, 10, 1, NOON).suspicious
    assert canary.Trial(10, 10, 4, NOON).suspicious
    assert not canary.Trial(10, 10, 4, NOON, usual=0.3).suspicious
    assert canary.at_least(0, 10, 0.5) == 1.0


@pytest.mark.requirement("U4")
def test_nobody_begins_a_drip_while_another_campaign_writes_to_them(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        first = make_sending(line, PEOPLE[:2], steps=["One", "Two"], wait_hours=2)
        run_and_send()
        Campaign.objects.filter(pk=first.pk).update(
            armed=False, kind="scheduled", begins_at=clock.now()
        )  # as if it sent by its schedule
        second = make_campaign(line, steps=["Also"])
        make_leads(second)
        start_and_arm(second)
        run_and_send()
        assert [to for to, body in texts(carrier) if body == "Also"] == [PEOPLE[2]]
        waiting = second.recipients.get(address=PEOPLE[0])
        assert waiting.deferred_code == "other_campaign"
        assert (
            waiting.reason
            == f"“{first.name}” is writing to them now. This campaign follows when that one is done with them."
        )
        clocks.shift(timedelta(hours=2, minutes=1))
        run_and_send()
        clocks.shift(timedelta(hours=1, minutes=1))
        run_and_send()
        assert sorted(to for to, body in texts(carrier) if body == "Also") == sorted(PEOPLE)


@pytest.mark.requirement("U4")
def test_of_two_sequences_the_one_that_began_first_goes_on_and_the_other_waits(
    carrier: RunningSandbox, line: Number
) -> None:
    with time_machine.travel(NOON) as clocks:
        first = make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=3)
        run_and_send()
        lifecycle.pause(first, owner_of(first), clock.now())
        clocks.shift(timedelta(minutes=1))
        second = make_campaign(line, steps=["Also", "Also two"], wait_hours=1)
        make_leads(second, PEOPLE[:1])
        lifecycle.start(second, owner_of(second), clock.now())
        arming.arm(second, owner_of(second), clock.now(), switch=True)
        run_and_send()
        assert [body for _to, body in texts(carrier)] == ["One", "Also"]
        Campaign.objects.filter(pk=first.pk).update(**BY_SCHEDULE)  # only one of the two can be armed
        lifecycle.resume(first, owner_of(first), clock.now())
        clocks.shift(timedelta(hours=2))
        run_and_send()
        assert second.recipients.get().deferred_code == "other_campaign"
        clocks.shift(timedelta(hours=1))
        run_and_send()
        assert [body for _to, body in texts(carrier)] == ["One", "Also", "Two"]
        clocks.shift(timedelta(hours=1, minutes=1))
        run_and_send()
        assert [body for _to, body in texts(carrier)] == ["One", "Also", "Two", "Also two"]


@pytest.mark.requirement("U4")
def test_what_has_a_date_goes_on_its_date(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=48)
        run_and_send()
        dated = make_campaign(line, steps=["Tomorrow at noon"])
        day = (NOON + timedelta(days=1)).date()
        dated.steps.update(timing="at", at_date=day, at_time=time(12))
        keep_kind(dated)
        make_leads(dated, PEOPLE[:1])
        lifecycle.schedule(dated, owner_of(dated), clock.now())
        clocks.shift(timedelta(hours=24, minutes=1))
        run_and_send()
        assert [body for _to, body in texts(carrier)] == ["One", "Tomorrow at noon"]


def test_a_workspace_may_let_several_campaigns_write_at_once(carrier: RunningSandbox, line: Number) -> None:
    first = make_sending(line, PEOPLE[:1], steps=["One", "Two"])
    run_and_send()
    Campaign.objects.filter(pk=first.pk).update(armed=False, **BY_SCHEDULE)
    LaunchRules.objects.create(workspace=line.workspace, one_at_a_time=False)
    second = make_campaign(line, steps=["Also"])
    make_leads(second, PEOPLE[:1])
    start_and_arm(second)
    run_and_send()
    assert [body for _to, body in texts(carrier)] == ["One", "Also"]


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
