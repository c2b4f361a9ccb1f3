from datetime import timedelta

import pytest
import time_machine

from threadline.campaigns.results import figures
from threadline.campaigns.testing import PEOPLE, catch_up, come_to, make_campaign, make_sending, run_engine, statuses
from threadline.campaigns.tests.test_engine import NOON, run_and_send
from threadline.compliance import optouts
from threadline.events import read
from threadline.lib import clock
from threadline.messaging.models import Message
from threadline.messaging.testing import arrive, send_all
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("000-43")
def test_every_text_counts_once_for_what_it_has_come_to(line: Number) -> None:
    campaign = make_sending(line, [*PEOPLE, "+18135550104"])
    run_engine()
    send_all()
    sent = {message.address: message for message in Message.objects.all()}
    come_to(sent[PEOPLE[0]], "delivered")
    come_to(sent[PEOPLE[1]], "undelivered", 30007)
    come_to(sent[PEOPLE[2]], "sent")
    arrive(line, "Thanks", from_=PEOPLE[0])
    catch_up()
    found = figures.of(campaign)
    (step,) = found.steps
    assert (step.asked, step.delivered, step.failed, step.waiting + step.sent) == (4, 1, 1, 2)
    assert (found.delivered, found.failed, found.replied, found.audience) == (1, 1, 1, 4)
    assert [(one.code, one.count) for one in found.failures] == [(30007, 1)]
    assert "spam" in found.failures[0].reason


def test_opted_out_people_are_counted(line: Number) -> None:
    campaign = make_sending(line, PEOPLE[:2], steps=["One", "Two"])
    run_and_send()
    arrive(line, "STOP", from_=PEOPLE[0])
    catch_up()
    found = figures.of(campaign)
    assert (found.opted_out, found.opted_out_before, found.replied) == (1, 0, 0)


def test_who_had_opted_out_before_did_not_do_so_because_of_it(line: Number) -> None:
    arrive(line, "STOP", from_=PEOPLE[0])
    campaign = make_sending(line, PEOPLE[:2])
    run_and_send()
    found = figures.of(campaign)
    assert (found.people["opted_out"], found.opted_out, found.opted_out_before) == (1, 0, 1)


@pytest.mark.requirement("000-50")
def test_a_stop_after_the_last_message_is_no_reply_and_counts_where_it_came(line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line)
        run_and_send()
        clocks.shift(timedelta(hours=3))
        arrive(line, "STOP", from_=PEOPLE[0])
        arrive(line, "Yes please", from_=PEOPLE[1])
        catch_up()
        assert statuses(campaign) == ["opted_out", "completed finished", "completed finished"]
        found = figures.of(campaign)
        assert (found.opted_out, found.replied, found.audience) == (1, 1, 3)
        assert (found.steps[0].opted_out, found.steps[0].replied) == (1, 1)
        stopped = campaign.recipients.get(status="opted_out")
        assert stopped.replied_at is None
        assert stopped.ended_at is not None and stopped.ended_at >= NOON + timedelta(hours=3)


def test_a_stop_from_before_the_campaign_was_no_answer_to_it(line: Number) -> None:
    campaign = make_sending(line, PEOPLE[:1])
    run_and_send()
    long_ago = clock.now() - timedelta(days=1)
    optouts.record([optouts.NewOptOut(line.workspace_id, line.phone, PEOPLE[0], long_ago, "STOP")])
    come_to(Message.objects.get(), "delivered")
    catch_up()
    assert statuses(campaign) == ["completed finished"]


def test_a_draft_has_its_steps_with_nothing_in_them(db: None) -> None:
    found = figures.of(make_campaign(steps=["One", "Two"]))
    assert ([step.asked for step in found.steps], found.audience, found.failures) == ([0, 0], 0, [])


def test_a_page_hears_of_a_delivery_although_the_lead_stays_where_it_is(line: Number) -> None:
    campaign = make_sending(line, PEOPLE[:1], steps=["One", "Two"])
    run_and_send()
    before = read.latest_id()
    come_to(Message.objects.get(), "delivered")
    catch_up()
    assert read.since(campaign.workspace_id, campaign.public_id, before, 10)
