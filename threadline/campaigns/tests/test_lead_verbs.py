from datetime import timedelta

import pytest
import time_machine

from sandbox.testing import RunningSandbox
from threadline.campaigns import engine
from threadline.campaigns.engine import sleeping
from threadline.campaigns.engine.sleeping import Sleep
from threadline.campaigns.leads import lead_verbs
from threadline.campaigns.models import Campaign, Recipient, Step
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import lifecycle
from threadline.campaigns.testing import PEOPLE, come_to, make_campaign, make_leads, make_sending, run_engine, statuses
from threadline.campaigns.tests.test_engine import NOON, run_and_send, texts
from threadline.compliance import optouts
from threadline.lib import clock
from threadline.messaging.models import Message
from threadline.messaging.models.outbox import Priority
from threadline.messaging.testing import send_all
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db


def active(line: Number, **fields) -> tuple[Campaign, Recipient]:
    campaign = make_campaign(line, **fields)
    (lead,) = make_leads(campaign, PEOPLE[:1])
    return lifecycle.start(campaign, None, clock.now()), lead


@pytest.mark.requirement("000-45")
def test_the_next_step_can_be_sent_by_hand_while_auto_sms_is_off(carrier: RunningSandbox, line: Number) -> None:
    campaign, lead = active(line, steps=["One {{ first_name }}", "Two"])
    outcome = engine.send_next(campaign, lead.contact_id, None, clock.now())
    assert outcome.message
    assert Message.objects.get().outbox_entry.priority == Priority.PERSON
    run_and_send()
    engine.send_next(campaign, lead.contact_id, None, clock.now())
    run_and_send()
    assert [body for _to, body in texts(carrier)] == ["One Lead0", "Two"]
    assert Campaign.objects.get().state == "completed"


def test_whoever_slept_and_was_texted_by_hand_gets_the_following_step_when_it_is_due(
    carrier: RunningSandbox, line: Number
) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=1)
        lead = campaign.recipients.get()
        sleeping.put([Sleep(lead.pk, clock.now() + timedelta(hours=20), "frequency_cap", "They had one.")], clock.now())
        engine.send_next(campaign, lead.contact_id, None, clock.now())
        run_and_send()
        clocks.shift(timedelta(minutes=61))
        run_and_send()
        assert [body for _to, body in texts(carrier)] == ["One", "Two"]


def test_a_step_that_has_not_left_keeps_the_next_one_back(line: Number) -> None:
    campaign, lead = active(line, steps=["One", "Two"])
    engine.send_next(campaign, lead.contact_id, None, clock.now())
    with pytest.raises(Refused, match="has not left yet"):
        engine.send_next(campaign, lead.contact_id, None, clock.now())
    assert Message.objects.count() == 1


def test_by_hand_goes_through_the_same_gate(line: Number) -> None:
    campaign, lead = active(line)
    optouts.record([optouts.NewOptOut(line.workspace_id, "+18335559999", PEOPLE[0], clock.now(), "STOP")])
    with pytest.raises(Refused):
        engine.send_next(campaign, lead.contact_id, None, clock.now())
    assert (statuses(campaign), Message.objects.count()) == (["opted_out"], 0)


@pytest.mark.parametrize("state", ["draft", "paused", "stopped"])
def test_only_an_active_campaign_sends_by_hand(line: Number, state: str) -> None:
    campaign, lead = active(line)
    Campaign.objects.update(state=state)
    with pytest.raises(Refused, match="not active"):
        engine.send_next(campaign, lead.contact_id, None, clock.now())


def test_a_refusal_of_the_gate_skips_the_lead_and_a_person_may_let_it_try_again(line: Number) -> None:
    campaign, lead = active(line, steps=["{{ company }}"])
    with pytest.raises(Refused, match="Write a message first"):
        engine.send_next(campaign, lead.contact_id, None, clock.now())
    assert statuses(campaign) == ["skipped"]


def test_a_skipped_lead_waits_for_its_step_again(carrier: RunningSandbox, line: Number) -> None:
    campaign, lead = active(line, steps=["{{ company }}"])
    make_leads(campaign, PEOPLE[:2])  # one more, so that the campaign does not complete
    with pytest.raises(Refused):
        engine.send_next(campaign, lead.contact_id, None, clock.now())
    Step.objects.update(body="Hello")
    lead_verbs.retry(campaign, lead.contact_id, None, clock.now())
    assert statuses(campaign)[0] == "pending"
    engine.send_next(campaign, lead.contact_id, None, clock.now())
    run_and_send()
    assert texts(carrier) == [(PEOPLE[0], "Hello")]


def test_a_text_that_did_not_arrive_can_be_asked_for_again(carrier: RunningSandbox, line: Number) -> None:
    campaign, lead = active(line)
    make_leads(campaign, PEOPLE[:2])
    engine.send_next(campaign, lead.contact_id, None, clock.now())
    send_all()
    come_to(Message.objects.get(), "undelivered", 30003)
    run_engine()
    assert statuses(campaign)[0] == "failed"
    lead_verbs.retry(campaign, lead.contact_id, None, clock.now())
    assert statuses(campaign)[0] == "pending"


def test_a_lead_that_is_done_has_nothing_to_try_again(line: Number) -> None:
    campaign, lead = active(line)
    lead_verbs.complete(campaign, lead.contact_id, None, clock.now())
    with pytest.raises(Refused, match="nothing to try again"):
        lead_verbs.retry(campaign, lead.contact_id, None, clock.now())


@pytest.mark.parametrize("state", ["stopped", "completed", "archived"])
@pytest.mark.parametrize("status", sorted(lead_verbs.TRY_AGAIN))
def test_nobody_tries_again_in_a_campaign_that_has_ended(line: Number, state: str, status: str) -> None:
    campaign, lead = active(line)
    Recipient.objects.update(status=status, ended_at=clock.now())
    Campaign.objects.update(state=state)
    with pytest.raises(Refused, match="has ended"):
        lead_verbs.retry(campaign, lead.contact_id, None, clock.now())
    assert statuses(campaign) == [status]
