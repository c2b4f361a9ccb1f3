from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from sandbox.testing import RunningSandbox
from threadline.campaigns import audience, engine
from threadline.campaigns.engine import picking
from threadline.campaigns.models import Campaign, Touch
from threadline.campaigns.running import stalls
from threadline.campaigns.testing import (
    PEOPLE,
    come_to,
    make_campaign,
    make_leads,
    make_sending,
    owner_of,
    run_engine,
    start_and_arm,
    statuses,
)
from threadline.compliance import optouts
from threadline.contacts import lists
from threadline.contacts.people import Person
from threadline.contacts.testing import make_contacts
from threadline.lib import clock
from threadline.messaging.models import Message, OutboxEntry, Receipt
from threadline.messaging.testing import send_all, text
from threadline.numbers.chores import refresh_due
from threadline.numbers.models import Number
from threadline.numbers.testing import make_number

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # a Monday; 12:00 in New York


def texts(carrier: RunningSandbox) -> list[tuple[str, str]]:
    return [(row["to"], row["body"]) for row in carrier.accepted()]


def run_and_send() -> None:
    run_engine()
    send_all()
    run_engine()


def test_one_that_cannot_be_worked_out_keeps_no_other_from_sending(
    line: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = make_sending(line, PEOPLE[:1]), make_sending(make_number(), PEOPLE[1:2])
    pick = picking.pick

    def broken(campaign: Campaign, *rest: Any) -> picking.Picked:
        if campaign.pk == bad.pk:
            raise OverflowError("date value out of range")
        return pick(campaign, *rest)

    monkeypatch.setattr(picking, "pick", broken)
    run_engine()
    bad.refresh_from_db()
    assert bad.state == "paused" and "its log says why" in bad.paused_because
    assert statuses(good) == ["in_progress"]


@pytest.mark.requirement("000-33", "000-34", "000-40")
def test_the_first_text_goes_at_once_and_the_second_after_the_wait(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, PEOPLE[:2], steps=["Hi {{ first_name }}", "Still there?"], wait_hours=24)
        run_and_send()
        assert sorted(texts(carrier)) == [(PEOPLE[0], "Hi Lead0"), (PEOPLE[1], "Hi Lead1")]
        assert statuses(campaign) == ["in_progress", "in_progress"]
        clocks.shift(timedelta(hours=23, minutes=59))
        run_and_send()
        assert len(texts(carrier)) == 2
        clocks.shift(timedelta(minutes=2))
        run_and_send()
        assert sorted(texts(carrier)[2:]) == [(PEOPLE[0], "Still there?"), (PEOPLE[1], "Still there?")]
        assert statuses(campaign) == ["completed finished", "completed finished"]


def test_a_step_is_never_asked_for_twice(line: Number) -> None:
    campaign = make_sending(line)
    for _ in range(5):
        run_engine()
    assert Message.objects.count() == Touch.objects.count() == len(PEOPLE)
    assert statuses(campaign) == ["in_progress"] * 3


def test_the_next_step_waits_until_the_carrier_has_the_one_before(line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=1)
        run_engine()
        clocks.shift(timedelta(hours=5))
        run_engine()
        assert [message.body for message in Message.objects.all()] == ["One"]


@pytest.mark.requirement("000-36", "000-37")
def test_a_batch_is_so_many_people_and_then_comes_the_pause(line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        people = [f"+1813555{n:04d}" for n in range(25)]
        make_sending(line, people, batch_size=10, batch_minutes=10)
        run_engine()
        assert Message.objects.count() == 10
        clocks.shift(timedelta(minutes=9, seconds=59))
        run_engine()
        assert Message.objects.count() == 10
        clocks.shift(timedelta(seconds=1))
        run_engine()
        assert Message.objects.count() == 20
        clocks.shift(timedelta(minutes=10))
        run_engine()
        assert Message.objects.count() == 25


def test_what_a_batch_has_left_is_for_leads_that_come_before_the_next_one(line: Number) -> None:
    campaign = make_sending(line, PEOPLE[:1], batch_size=2, batch_minutes=10)
    run_engine()
    make_leads(campaign, PEOPLE)
    run_engine()
    assert Message.objects.count() == 2


@pytest.mark.requirement("000-38")
@pytest.mark.parametrize(
    ("priority", "first"), [("oldest", "+18135550000"), ("newest", "+18135550002"), ("alphabetical", "+18135550001")]
)
def test_lead_priority_says_who_is_texted_first(line: Number, priority: str, first: str) -> None:
    campaign = make_sending(line, (), batch_size=1, batch_minutes=10, priority=priority)
    names = ("Mia", "ada", "Zoe")
    audience.add(campaign, [Person(f"+1813555000{n}", name=name) for n, name in enumerate(names)], clock.now())
    run_engine()
    assert [message.address for message in Message.objects.all()] == [first]


def test_people_who_wait_for_a_later_step_go_before_new_leads(line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=1, batch_size=1, batch_minutes=1)
        run_and_send()
        make_leads(campaign, PEOPLE[1:])
        clocks.shift(timedelta(hours=2))
        run_engine()
        assert Message.objects.latest("id").body == "Two"


def test_new_leads_go_in_a_transaction_of_their_own_in_the_same_batch(line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=1, batch_size=3, batch_minutes=10)
        run_and_send()
        make_leads(campaign, PEOPLE[1:])
        clocks.shift(timedelta(hours=2))
        assert engine.step()
        assert list(OutboxEntry.objects.values_list("message__body", flat=True)) == ["Two"]
        run_engine()
        assert sorted(OutboxEntry.objects.values_list("message__body", flat=True)) == ["One", "One", "Two"]


@pytest.mark.requirement("000-35")
def test_outside_its_hours_nothing_is_asked_for(line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        hours: dict[str, Any] = {"timezone": "America/New_York", "window_start": time(9), "window_end": time(17)}
        campaign = make_campaign(line, **hours)
        clocks.move_to(datetime(2026, 11, 23, 22, 0, tzinfo=UTC))  # 17:00 there
        make_leads(campaign)
        start_and_arm(campaign)
        run_engine()
        assert not Message.objects.exists()
        clocks.move_to(datetime(2026, 11, 24, 14, 0, tzinfo=UTC))  # 09:00
        run_engine()
        assert Message.objects.count() == len(PEOPLE)


@pytest.mark.requirement("000-50")
def test_somebody_who_opted_out_on_any_line_gets_nothing(line: Number) -> None:
    campaign = make_sending(line)
    optouts.record([optouts.NewOptOut(line.workspace_id, "+18335559999", PEOPLE[1], clock.now(), "STOP")])
    run_engine()
    assert {message.address for message in Message.objects.all()} == {PEOPLE[0], PEOPLE[2]}
    assert statuses(campaign) == ["in_progress", "opted_out", "in_progress"]


def test_people_who_cannot_be_texted_take_no_place_in_the_batch(line: Number) -> None:
    people = [f"+1813555{n:04d}" for n in range(6)]
    make_sending(line, people, batch_size=3, batch_minutes=10)
    optouts.record(
        [optouts.NewOptOut(line.workspace_id, line.phone, phone, clock.now(), "STOP") for phone in people[:3]]
    )
    run_engine()
    assert {message.address for message in Message.objects.all()} == set(people[3:])


@pytest.mark.requirement("000-28")
def test_the_same_words_within_a_day_skip_the_lead_and_say_so(line: Number) -> None:
    text(line.workspace, to=PEOPLE[0], body="Hi Lead0")
    campaign = make_sending(line, PEOPLE[:1])
    run_engine()
    lead = campaign.recipients.get()
    assert (lead.status, "within the last 24 hours" in lead.reason) == ("skipped", True)


def test_a_number_that_is_gone_stops_the_campaign_not_its_leads(carrier: RunningSandbox, line: Number) -> None:
    campaign = make_sending(line)
    Number.objects.update(gone_at=clock.now())
    run_engine()
    assert statuses(campaign) == ["pending"] * 3
    Number.objects.update(gone_at=None)
    run_engine()
    assert statuses(campaign) == ["in_progress"] * 3


def test_a_number_that_goes_while_texts_wait_holds_the_leads(line: Number) -> None:
    campaign = make_sending(line)
    run_engine()
    Number.objects.update(gone_at=clock.now())
    send_all()
    run_engine()
    assert statuses(campaign) == ["held"] * 3
    assert "no longer on the Twilio account" in campaign.recipients.earliest("id").reason


def test_a_lead_whose_text_failed_gets_no_further_step(carrier: RunningSandbox, line: Number) -> None:
    campaign = make_sending(line, PEOPLE[:1], steps=["One", "Two"], wait_hours=0)
    run_engine()
    send_all()
    come_to(Message.objects.get(), "undelivered", 30003)
    run_engine()
    lead = campaign.recipients.get()
    assert (lead.status, lead.sent_at, Message.objects.count()) == ("failed", None, 1)
    assert "phone" in lead.reason


def test_the_receipt_says_on_whose_word_they_may_be_texted(line: Number) -> None:
    campaign = make_sending(line, PEOPLE[:1])
    run_engine()
    assert owner_of(campaign).public_id in Receipt.objects.get(phase="send").facts["basis"]


def test_a_lead_that_joins_an_armed_campaign_starts_at_once(line: Number) -> None:
    campaign = make_sending(line, ())
    run_engine()
    people = make_contacts(line.workspace, 2)
    with transaction.atomic():
        lists.add(campaign.list_id, [person.pk for person in people], clock.now())
    run_engine()
    assert Message.objects.count() == 2


def test_a_campaign_that_is_not_armed_does_nothing_by_itself(line: Number) -> None:
    campaign = make_campaign(line)
    make_leads(campaign)
    Campaign.objects.update(state="active")
    assert engine.step() is False
    assert not OutboxEntry.objects.exists()


def test_what_a_program_acknowledged_is_on_the_receipt_too(line: Number) -> None:
    make_sending(line, PEOPLE[:1])
    Campaign.objects.update(acknowledged_by=None)
    run_engine()
    assert "by a program at" in Receipt.objects.get(phase="send").facts["basis"]


def test_a_number_that_was_released_at_the_carrier_stops_the_campaign_at_once(
    carrier: RunningSandbox, line: Number
) -> None:
    carrier.release(line.phone)
    campaign = make_sending(line, batch_size=1)
    run_and_send()
    assert statuses(campaign) == ["held", "pending", "pending"]
    assert (stall := stalls.why(campaign, clock.now())) and stall.code == "checking_number"
    run_and_send()
    assert Message.objects.count() == 1
    refresh_due()
    carrier.buy(line.phone)  # for the tests that follow
    assert (stall := stalls.why(campaign, clock.now())) and stall.code == "number_not_ready"
