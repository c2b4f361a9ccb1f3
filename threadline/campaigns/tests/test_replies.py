from datetime import timedelta

import pytest
import time_machine

from sandbox.testing import RunningSandbox
from threadline.campaigns.models import Campaign
from threadline.campaigns.running import lifecycle
from threadline.campaigns.testing import (
    PEOPLE,
    catch_up,
    come_to,
    make_campaign,
    make_leads,
    make_sending,
    run_engine,
    statuses,
)
from threadline.campaigns.tests.test_engine import NOON, run_and_send, texts
from threadline.compliance import policy
from threadline.compliance.optouts import in_force
from threadline.lib import clock
from threadline.messaging.models import Message
from threadline.messaging.testing import arrive, send_all
from threadline.numbers.models import Number
from threadline.numbers.testing import make_number

pytestmark = pytest.mark.django_db
SERVICE = "MG" + "0" * 32


@pytest.mark.requirement("000-31")
def test_any_reply_after_the_first_text_completes_the_lead(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, PEOPLE[:2], steps=["One", "Two"], wait_hours=1)
        run_and_send()
        clocks.shift(timedelta(minutes=1))
        arrive(line, "Yes please", from_=PEOPLE[0])
        catch_up()
        assert statuses(campaign) == ["completed replied", "in_progress"]
        clocks.shift(timedelta(hours=2))
        run_and_send()
        assert texts(carrier)[2:] == [(PEOPLE[1], "Two")]


def test_a_reply_counts_even_when_nobody_has_noted_it_on_the_lead(carrier: RunningSandbox, line: Number) -> None:
    from threadline.campaigns import engine

    with time_machine.travel(NOON) as clocks:
        make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=1)
        run_and_send()
        clocks.shift(timedelta(hours=2))
        arrive(line, "Yes please", from_=PEOPLE[0])
        engine.step()
        assert not Message.objects.filter(body="Two").exists()


def test_a_reply_takes_back_the_step_that_waits_in_the_queue(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=1)
        run_and_send()
        clocks.shift(timedelta(hours=2))
        run_engine()
        arrive(line, "Yes please", from_=PEOPLE[0])
        send_all()
        catch_up()
        assert [body for _to, body in texts(carrier)] == ["One"]
        assert statuses(campaign) == ["completed replied"]


def test_a_text_taken_back_by_words_that_came_before_it_leaves_no_lead_hanging(line: Number) -> None:
    campaign = make_sending(line, PEOPLE[:1])
    run_engine()
    arrive(line, "I was about to call", from_=PEOPLE[0], at=clock.now() - timedelta(seconds=5))
    catch_up()
    assert statuses(campaign) == ["completed replied"]


def test_what_they_wrote_before_the_campaign_is_no_reply(line: Number) -> None:
    arrive(line, "Hello", from_=PEOPLE[0], at=clock.now() - timedelta(days=1))
    campaign = make_sending(line, PEOPLE[:1])
    run_and_send()
    assert statuses(campaign) == ["completed finished"]


def test_a_text_that_the_carrier_cancels_is_not_answered_by_what_they_wrote_before_the_campaign(line: Number) -> None:
    arrive(line, "Hello", from_=PEOPLE[0], at=clock.now() - timedelta(days=1))
    campaign = make_sending(line, PEOPLE[:1], steps=["One", "Two"])
    run_and_send()
    come_to(Message.objects.get(body="One"), "canceled")
    catch_up()
    lead = campaign.recipients.get()
    assert (lead.status, lead.how, lead.replied_at) == ("skipped", "", None)


@pytest.mark.requirement("000-31")
def test_with_the_switch_off_a_reply_is_noted_and_the_sequence_goes_on(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=1, complete_on_reply=False)
        run_and_send()
        clocks.shift(timedelta(minutes=1))
        arrive(line, "Yes please", from_=PEOPLE[0])
        clocks.shift(timedelta(hours=2))
        run_and_send()
        assert [body for _to, body in texts(carrier)] == ["One", "Two"]
        lead = campaign.recipients.get()
        assert (lead.status, lead.how, lead.replied_at is not None) == ("completed", "finished", True)


@pytest.mark.requirement("000-50")
def test_a_stop_ends_the_lead_in_every_campaign(carrier: RunningSandbox, line: Number) -> None:
    other = make_campaign(line, steps=["Other"])
    make_leads(other, PEOPLE[:1])
    campaign = make_sending(line, PEOPLE[:2], steps=["One", "Two"], wait_hours=0)
    run_engine()
    arrive(line, "STOP", from_=PEOPLE[0])
    send_all()
    run_and_send()
    run_and_send()
    assert [to for to, _body in texts(carrier)] == [PEOPLE[1], PEOPLE[1]]
    assert statuses(campaign) == ["opted_out", "completed finished"]
    assert statuses(other) == ["opted_out"]


@pytest.mark.requirement("U11")
@pytest.mark.parametrize("shared", [False, True])
def test_a_narrow_stop_ends_the_lead_only_on_its_own_line_and_those_that_share(line: Number, shared: bool) -> None:
    other = make_number(line.connection, service_sid=SERVICE if shared else "")
    Number.objects.filter(pk=line.pk).update(service_sid=SERVICE)
    policy.change(line.workspace, None, narrow_stop=True)
    campaign = make_sending(line, PEOPLE[:2], steps=["One", "Two"], wait_hours=0, complete_on_reply=False)
    run_and_send()
    arrive(other, "STOP", from_=PEOPLE[0])
    arrive(line, "STOP", from_=PEOPLE[1])
    run_and_send()
    assert statuses(campaign) == ["opted_out" if shared else "completed finished", "opted_out"]
    assert Message.objects.filter(body="Two", address=PEOPLE[0], sid__isnull=False).exists() is not shared


def test_a_narrow_stop_to_another_line_completes_a_lead_as_any_text_does(line: Number) -> None:
    policy.change(line.workspace, None, narrow_stop=True)
    campaign = make_sending(line, PEOPLE[:1], steps=["One", "Two"])
    run_and_send()
    arrive(make_number(line.connection), "STOP", from_=PEOPLE[0])
    catch_up()
    assert statuses(campaign) == ["completed replied"]


@pytest.mark.requirement("U11")
def test_a_start_does_not_bring_a_stopped_lead_back(line: Number) -> None:
    campaign = make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=0)
    run_engine()
    arrive(line, "STOP", from_=PEOPLE[0])
    catch_up()
    arrive(line, "START", from_=PEOPLE[0])
    run_and_send()
    assert statuses(campaign) == ["opted_out"]


@pytest.mark.requirement("U11")
def test_a_start_to_a_line_of_the_same_messaging_service_does_not_either(line: Number) -> None:
    twin = make_number(line.connection)
    Number.objects.update(service_sid=SERVICE)
    campaign = make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=0)
    run_engine()
    arrive(line, "STOP", from_=PEOPLE[0])
    catch_up()
    arrive(twin, "START", from_=PEOPLE[0])
    assert not in_force(line.workspace_id, PEOPLE)
    run_and_send()
    assert statuses(campaign) == ["opted_out"]


def test_a_reply_to_one_campaign_ends_the_lead_in_a_paused_one_too(line: Number) -> None:
    first = make_sending(line, PEOPLE[:1], steps=["One", "Two"])
    run_and_send()
    lifecycle.stop(first, None, clock.now())
    second = make_sending(line, PEOPLE[:1], steps=["Uno", "Due"])
    run_and_send()
    lifecycle.pause(second, None, clock.now())
    arrive(line, "Yes", from_=PEOPLE[0])
    catch_up()
    assert statuses(first) == statuses(second) == ["completed replied"]
    assert Campaign.objects.get(id=second.pk).state == "paused"
