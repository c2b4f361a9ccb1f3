from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from sandbox.testing import RunningSandbox
from threadline.campaigns.leads import lead_verbs
from threadline.campaigns.models import Campaign, Touch
from threadline.campaigns.running import arming, lifecycle
from threadline.campaigns.testing import PEOPLE, make_sending, owner_of, run_engine, statuses
from threadline.campaigns.tests.test_engine import run_and_send, texts
from threadline.lib import clock
from threadline.messaging.models import Message, OutboxEntry
from threadline.messaging.testing import conversation_with, in_the_air, send_all
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db

MANY = [f"+1813555{n:04d}" for n in range(30)]


@pytest.mark.requirement("000-44")
def test_a_pause_takes_back_what_has_not_left_and_resume_sends_the_exact_remainder(
    carrier: RunningSandbox, line: Number
) -> None:
    campaign = make_sending(line, MANY, batch_size=12, batch_minutes=10)
    run_and_send()
    Campaign.objects.update(next_batch_at=None)
    run_engine()
    assert OutboxEntry.objects.count() == 12
    lifecycle.pause(campaign, owner_of(campaign), clock.now())
    assert not OutboxEntry.objects.exists()
    send_all()
    run_engine()
    assert len(texts(carrier)) == 12
    assert statuses(campaign) == ["completed finished"] * 12 + ["pending"] * 18
    lifecycle.resume(campaign, owner_of(campaign), clock.now())
    run_and_send()
    assert len(texts(carrier)) == 24  # the batch that the pause took back, and no more before the next one
    Campaign.objects.update(next_batch_at=None)
    run_and_send()
    assert sorted(to for to, _body in texts(carrier)) == MANY
    assert Touch.objects.count() == 30


def test_a_person_on_their_second_step_goes_on_with_it_after_a_pause(carrier: RunningSandbox, line: Number) -> None:
    campaign = make_sending(line, PEOPLE[:1], steps=["One", "Two", "Three"], wait_hours=0)
    run_and_send()
    run_engine()
    lifecycle.pause(campaign, None, clock.now())
    lead = campaign.recipients.get()
    assert (lead.status, lead.step, lead.first_text_at is not None) == ("in_progress", 1, True)
    lifecycle.resume(campaign, None, clock.now())
    for _ in range(3):
        run_and_send()
    assert [body for _to, body in texts(carrier)] == ["One", "Two", "Three"]


@pytest.mark.requirement("000-44")
def test_a_text_that_came_back_from_the_carrier_during_a_pause_waits_for_the_resume(
    carrier: RunningSandbox, line: Number
) -> None:
    campaign = make_sending(line, PEOPLE[:2])
    run_engine()
    carrier.faults({"kind": "http", "status": 429, "count": 1, "to": PEOPLE[0]})
    with in_the_air(lambda: lifecycle.pause(campaign, None, clock.now())):
        send_all()
    OutboxEntry.objects.update(run_after=clock.now())
    run_and_send()
    assert [to for to, _body in texts(carrier)] == [PEOPLE[1]]
    assert statuses(campaign) == ["pending", "completed finished"]
    assert Touch.objects.count() == 1
    lifecycle.resume(campaign, None, clock.now())
    run_and_send()
    assert sorted(to for to, _body in texts(carrier)) == list(PEOPLE[:2])


@pytest.mark.requirement("000-45")
def test_auto_sms_off_takes_back_what_has_not_left_and_the_campaign_stays_active(line: Number) -> None:
    campaign = make_sending(line)
    run_engine()
    arming.disarm(campaign, owner_of(campaign), clock.now())
    campaign.refresh_from_db()
    assert (campaign.state, campaign.armed, OutboxEntry.objects.count()) == ("active", False, 0)
    assert statuses(campaign) == ["pending"] * 3


def test_a_stopped_campaign_sends_nothing_more(carrier: RunningSandbox, line: Number) -> None:
    campaign = make_sending(line)
    run_engine()
    lifecycle.stop(campaign, owner_of(campaign), clock.now())
    run_and_send()
    campaign.refresh_from_db()
    assert (campaign.state, campaign.armed, texts(carrier)) == ("stopped", False, [])


def test_withdrawn_texts_give_their_money_back_and_say_why(line: Number) -> None:
    from threadline.billing import ledger

    campaign = make_sending(line)
    run_engine()
    lifecycle.pause(campaign, None, clock.now())
    assert ledger.balance(line.workspace_id) == 0
    assert set(Message.objects.values_list("status", "error")) == {("canceled", "The campaign was paused.")}
    assert conversation_with(line.workspace, PEOPLE[0]).last_status == "canceled"


@pytest.mark.requirement("000-29")
def test_a_lead_marked_complete_gets_nothing_more(carrier: RunningSandbox, line: Number) -> None:
    campaign = make_sending(line)
    run_engine()
    contact_id = campaign.recipients.get(address=PEOPLE[1]).contact_id
    lead_verbs.complete(campaign, contact_id, owner_of(campaign), clock.now())
    run_and_send()
    assert {to for to, _body in texts(carrier)} == {PEOPLE[0], PEOPLE[2]}
    assert statuses(campaign)[1] == "completed by_hand"


def test_a_removed_lead_is_counted_as_removed(line: Number) -> None:
    from threadline.campaigns import audience

    campaign = make_sending(line)
    lead_verbs.remove(campaign, campaign.recipients.get(address=PEOPLE[1]).contact_id, None, clock.now())
    run_engine()
    counts = audience.counts(campaign)
    assert (counts["removed"], sum(counts.values()), Message.objects.count()) == (1, 3, 2)


def test_a_held_lead_tries_again_once_the_number_is_back(carrier: RunningSandbox, line: Number) -> None:
    campaign = make_sending(line, PEOPLE[:1])
    run_engine()
    Number.objects.update(gone_at=clock.now())
    run_and_send()
    Number.objects.update(gone_at=None)
    lead = campaign.recipients.get()
    lead_verbs.retry(campaign, lead.contact_id, None, clock.now())
    run_and_send()
    assert texts(carrier) == [(PEOPLE[0], "Hi Lead0")]
    assert statuses(campaign) == ["completed finished"]


@pytest.mark.requirement("000-35")
def test_what_has_not_left_when_the_hours_end_goes_when_they_begin_again(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 21, 55, tzinfo=UTC)) as clocks:  # 16:55 in New York
        hours: dict[str, Any] = {"timezone": "America/New_York", "window_start": time(9), "window_end": time(17)}
        campaign = make_sending(line, **hours)
        run_engine()
        assert OutboxEntry.objects.count() == 3
        clocks.shift(timedelta(minutes=4))  # a minute is too short: the carrier might deliver it after five
        send_all()
        assert (texts(carrier), OutboxEntry.objects.count()) == ([], 3)
        run_engine()
        assert (OutboxEntry.objects.count(), statuses(campaign)) == (0, ["pending"] * 3)
        clocks.shift(timedelta(hours=16, minutes=2))
        run_and_send()
        assert len(texts(carrier)) == 3
