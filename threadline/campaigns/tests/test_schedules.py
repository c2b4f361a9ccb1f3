from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from sandbox.testing import RunningSandbox
from threadline.campaigns.launch import scheduling
from threadline.campaigns.leads import lead_verbs
from threadline.campaigns.models import Campaign, Step
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import arming, lifecycle, stalls
from threadline.campaigns.sequence import steps
from threadline.campaigns.testing import PEOPLE, make_campaign, make_leads, owner_of, run_engine, statuses
from threadline.campaigns.tests.test_engine import run_and_send, texts
from threadline.contacts.models import Contact
from threadline.lib import clock
from threadline.numbers.models import Number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_above")]

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # a Monday; 12:00 in New York
DENVER = "+13035550101"


def at(campaign: Campaign, place: int, day: date, hour: int = 10, **more: Any) -> None:
    """Have the step at this place go at that time."""
    when = {"timing": Step.Timing.AT, "at_date": day, "at_time": time(hour)} | more
    campaign.steps.filter(position=place).update(**when)
    steps.keep_kind(campaign)


def scheduled(line: Number, people: tuple[str, ...] = PEOPLE, **fields: Any) -> Campaign:
    """Two messages, on Tuesday and on Thursday at ten, for these people."""
    campaign = make_campaign(line, steps=["Tuesday", "Thursday"], **fields)
    at(campaign, 1, date(2026, 11, 24))
    at(campaign, 2, date(2026, 11, 26))
    make_leads(campaign, people)
    return lifecycle.schedule(campaign, owner_of(campaign), clock.now())


@pytest.mark.requirement("U1", "U2", "003-5")
def test_a_scheduled_campaign_begins_by_itself_and_completes(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = scheduled(line)
        assert (campaign.kind, campaign.state) == ("scheduled", "scheduled")
        assert campaign.begins_at == datetime(2026, 11, 24, 15, tzinfo=UTC)
        stall = stalls.why(campaign, clock.now())
        assert stall is not None and (stall.code, stall.until) == ("scheduled", campaign.begins_at)
        run_and_send()
        assert texts(carrier) == []
        clocks.move_to(datetime(2026, 11, 24, 15, 0, 1, tzinfo=UTC))
        run_and_send()
        assert sorted(texts(carrier)) == [(phone, "Tuesday") for phone in PEOPLE]
        campaign.refresh_from_db()
        assert campaign.state == "active"
        clocks.move_to(datetime(2026, 11, 26, 15, 0, 1, tzinfo=UTC))
        run_and_send()
        assert sorted(texts(carrier)[3:]) == [(phone, "Thursday") for phone in PEOPLE]
        campaign.refresh_from_db()
        assert (campaign.state, statuses(campaign)) == ("completed", ["completed finished"] * 3)


def test_each_person_gets_it_by_their_own_clock(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_campaign(line, steps=["Good morning"])
        at(campaign, 1, date(2026, 11, 24), zone="person")
        make_leads(campaign, [PEOPLE[0], DENVER])
        Contact.objects.filter(phone=PEOPLE[0]).update(timezone="America/New_York")
        lifecycle.schedule(campaign, owner_of(campaign), clock.now())
        clocks.move_to(datetime(2026, 11, 24, 15, 0, 1, tzinfo=UTC))
        run_and_send()
        assert texts(carrier) == [(PEOPLE[0], "Good morning")]
        waiting = campaign.recipients.get(address=DENVER)
        assert (waiting.deferred_until, waiting.deferred_code) == (datetime(2026, 11, 24, 17, tzinfo=UTC), "schedule")
        assert waiting.reason == "Their next message is due on 24 November 10:00 (Denver)."
        clocks.move_to(datetime(2026, 11, 24, 17, 0, 1, tzinfo=UTC))
        run_and_send()
        assert texts(carrier)[1:] == [(DENVER, "Good morning")]


@pytest.mark.requirement("003-6")
def test_an_unsent_message_can_be_moved_and_everybody_follows(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = scheduled(line)
        clocks.move_to(datetime(2026, 11, 24, 15, 0, 1, tzinfo=UTC))
        run_and_send()
        at(campaign, 2, date(2026, 11, 25))
        scheduling.moved(campaign, clock.now())
        clocks.move_to(datetime(2026, 11, 25, 15, 0, 1, tzinfo=UTC))
        run_and_send()
        assert [body for _to, body in texts(carrier)] == ["Tuesday"] * 3 + ["Thursday"] * 3


def test_whoever_joins_late_gets_only_what_is_still_to_come(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = scheduled(line, PEOPLE[:1])
        clocks.move_to(datetime(2026, 11, 24, 15, 0, 1, tzinfo=UTC))
        run_and_send()
        clocks.shift(timedelta(hours=3))
        make_leads(campaign, PEOPLE[:2])
        clocks.move_to(datetime(2026, 11, 26, 15, 0, 1, tzinfo=UTC))
        run_and_send()
        assert [body for to, body in texts(carrier) if to == PEOPLE[1]] == ["Thursday"]


def test_whoever_joins_after_the_last_date_is_skipped_with_the_reason(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = scheduled(line, PEOPLE[:1])
        Step.objects.filter(campaign=campaign, position=2).update(removed_at=clock.now())
        clocks.move_to(datetime(2026, 11, 24, 15, 0, 1, tzinfo=UTC))
        run_engine()
        clocks.shift(timedelta(minutes=10))
        make_leads(campaign, PEOPLE[:2])
        run_engine()
        late = campaign.recipients.get(address=PEOPLE[1])
        assert late.status == "skipped" and late.reason.startswith("No message is left for them")


@pytest.mark.requirement("003-14", "003-15")
def test_stop_cancels_and_restart_rebuilds_the_schedule_without_sending_twice(
    carrier: RunningSandbox, line: Number
) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = scheduled(line)
        clocks.move_to(datetime(2026, 11, 24, 15, 0, 1, tzinfo=UTC))
        run_and_send()
        lifecycle.stop(campaign, owner_of(campaign), clock.now())
        clocks.move_to(datetime(2026, 11, 27, 12, tzinfo=UTC))
        run_and_send()
        assert len(texts(carrier)) == 3
        campaign = lifecycle.restart(campaign, owner_of(campaign), clock.now())
        assert campaign.state == "draft"
        with pytest.raises(Refused, match="Message 2 is scheduled in the past"):
            lifecycle.schedule(campaign, owner_of(campaign), clock.now())
        at(campaign, 2, date(2026, 11, 28))
        lifecycle.schedule(campaign, owner_of(campaign), clock.now())
        clocks.move_to(datetime(2026, 11, 28, 15, 0, 1, tzinfo=UTC))
        run_and_send()
        assert [body for _to, body in texts(carrier)] == ["Tuesday"] * 3 + ["Thursday"] * 3
        assert statuses(campaign) == ["completed finished"] * 3


def test_a_campaign_whose_time_came_while_nothing_ran_asks_first(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = scheduled(line)
        clocks.move_to(datetime(2026, 11, 25, 15, 0, 1, tzinfo=UTC))
        run_and_send()
        campaign.refresh_from_db()
        assert (campaign.state, texts(carrier)) == ("paused", [])
        stall = stalls.why(campaign, clock.now())
        assert (
            stall is not None and "Nothing was running here when its time came, on 24 November 15:00" in stall.sentence
        )
        lifecycle.resume(campaign, owner_of(campaign), clock.now())
        run_and_send()
        assert [body for _to, body in texts(carrier)] == ["Tuesday"] * 3


def test_a_birthday_text_goes_on_the_day_and_the_campaign_waits_for_the_next(
    carrier: RunningSandbox, line: Number
) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_campaign(line, steps=["Happy birthday"])
        birthday = {"timing": Step.Timing.FIELD, "field_key": "birthday", "yearly": True, "at_time": time(9)}
        campaign.steps.update(**birthday)
        steps.keep_kind(campaign)
        make_leads(campaign)
        Contact.objects.filter(phone=PEOPLE[0]).update(fields={"birthday": "1990-11-25"})
        Contact.objects.filter(phone=PEOPLE[1]).update(fields={"birthday": "1990-12-25"})
        lifecycle.schedule(campaign, owner_of(campaign), clock.now())
        run_and_send()
        assert statuses(campaign) == ["pending", "pending", "skipped"]
        clocks.move_to(datetime(2026, 11, 25, 14, 0, 1, tzinfo=UTC))
        run_and_send()
        assert texts(carrier) == [(PEOPLE[0], "Happy birthday")]
        clocks.move_to(datetime(2026, 12, 25, 14, 0, 1, tzinfo=UTC))
        run_and_send()
        assert len(texts(carrier)) == 2
        campaign.refresh_from_db()
        assert campaign.state == "active"


def test_hours_by_each_persons_clock(carrier: RunningSandbox, line: Number) -> None:
    hours: dict[str, Any] = {"window_start": time(9), "window_end": time(17), "window_zone": "person"}
    with time_machine.travel(datetime(2026, 11, 23, 14, 30, tzinfo=UTC)) as clocks:  # 09:30 in New York
        campaign = make_campaign(line, **hours)
        make_leads(campaign, [PEOPLE[0], DENVER])
        lifecycle.start(campaign, owner_of(campaign), clock.now())
        arming.arm(campaign, owner_of(campaign), clock.now())
        run_and_send()
        assert texts(carrier) == [(PEOPLE[0], "Hi Lead0")]
        waiting = campaign.recipients.get(address=DENVER)
        assert (waiting.deferred_code, waiting.deferred_until) == ("window", datetime(2026, 11, 23, 16, tzinfo=UTC))
        clocks.move_to(datetime(2026, 11, 23, 16, 0, 1, tzinfo=UTC))
        run_and_send()
        assert len(texts(carrier)) == 2


def test_one_who_sleeps_can_be_marked_complete_and_sleeps_no_more(carrier: RunningSandbox, line: Number) -> None:
    with time_machine.travel(NOON) as clocks:
        campaign = make_campaign(line, steps=["Good morning"])
        at(campaign, 1, date(2026, 11, 24), zone="person")
        make_leads(campaign, [DENVER])
        lifecycle.schedule(campaign, owner_of(campaign), clock.now())
        clocks.move_to(datetime(2026, 11, 24, 12, tzinfo=UTC))
        run_engine()
        lead = campaign.recipients.select_related("contact").get()
        assert lead.deferred_until is not None
        lead_verbs.complete(campaign, lead.contact_id, owner_of(campaign), clock.now())
        clocks.move_to(datetime(2026, 11, 24, 18, tzinfo=UTC))
        run_and_send()
        assert texts(carrier) == []


@pytest.mark.requirement("U1")
def test_a_birthday_after_a_date_does_not_make_it_begin_at_once(line: Number) -> None:
    campaign = make_campaign(line, steps=("On the day", "Happy birthday"))
    at(campaign, 1, date(2999, 1, 1))
    campaign.steps.filter(position=2).update(timing="field", field_key="birthday", at_time=time(9), yearly=True)
    campaign = lifecycle.schedule(campaign, owner_of(campaign), clock.now())
    assert campaign.begins_at and campaign.begins_at.year >= 2998


def test_a_drip_cannot_be_scheduled_nor_a_scheduled_one_started(line: Number) -> None:
    drip = make_campaign(line)
    with pytest.raises(Refused, match="press Start"):
        lifecycle.schedule(drip, owner_of(drip), clock.now())
    dated = make_campaign(line)
    at(dated, 1, date(2999, 1, 1))
    with pytest.raises(Refused, match="press Schedule Campaign"):
        lifecycle.start(dated, owner_of(dated), clock.now())
    with pytest.raises(Refused, match="needs no Auto SMS"):
        arming.arm(dated, owner_of(dated), clock.now())
