from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.running import arming, lifecycle, stalls
from threadline.campaigns.testing import PEOPLE, make_campaign, make_leads, make_sending, run_engine
from threadline.campaigns.tests.test_engine import NOON, run_and_send
from threadline.lib import clock
from threadline.numbers.models import Number

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("000-49"), pytest.mark.usefixtures("nobody_above")]


def reason(campaign: Campaign) -> str:
    campaign.refresh_from_db()
    stall = stalls.why(campaign, clock.now())
    return stall.code if stall else ""


def test_a_new_campaign_says_what_is_missing_one_after_the_other(db: None) -> None:
    campaign = make_campaign(steps=())
    assert reason(campaign) == "no_leads"
    make_leads(campaign)
    assert reason(campaign) == "no_messages"
    campaign.steps.create(position=1, body="Hi")
    assert reason(campaign) == "not_started"
    lifecycle.start(campaign, None, clock.now())
    assert reason(campaign) == "auto_sms_off"
    arming.arm(campaign, None, clock.now())
    assert reason(campaign) == ""
    lifecycle.pause(campaign, None, clock.now())
    assert reason(campaign) == "paused"


def test_another_armed_campaign_is_named(db: None) -> None:
    first = make_sending(name="March follow-up texts")
    second = make_campaign(first.number, state="active")
    make_leads(second)
    stall = stalls.why(second, clock.now())
    assert stall and "March follow-up texts" in stall.sentence


def test_the_hours_say_when_they_begin(db: None) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 4, 0, tzinfo=UTC)):
        campaign = make_sending(timezone="America/Denver", window_start=time(9), window_end=time(17))
        stall = stalls.why(campaign, clock.now())
    assert stall and stall.until == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert stall.sentence == "The sending window opens at 09:00, Denver time."


def test_the_pause_between_batches_says_when_it_ends(line: Number) -> None:
    with time_machine.travel(NOON, tick=False):
        campaign = make_sending(line, batch_size=2, batch_minutes=10)
        run_engine()
        campaign.refresh_from_db()
        stall = stalls.why(campaign, clock.now())
        assert stall and (stall.code, stall.until) == ("between_batches", NOON + timedelta(minutes=10))


def test_people_who_wait_for_their_next_step_say_until_when(line: Number) -> None:
    with time_machine.travel(NOON, tick=False):
        campaign = make_sending(line, steps=["One", "Two"], wait_hours=24)
        run_and_send()
        campaign.refresh_from_db()
        stall = stalls.why(campaign, clock.now())
        assert stall and (stall.code, stall.until) == ("waiting", NOON + timedelta(hours=24))


def test_everybody_done_held_or_a_number_gone(line: Number) -> None:
    campaign = make_sending(line, PEOPLE[:1])
    Recipient.objects.update(status="held")
    assert reason(campaign) == "held"
    Recipient.objects.update(status="completed")
    assert reason(campaign) == "everybody_done"
    Recipient.objects.update(status="pending")
    Number.objects.update(gone_at=clock.now())
    assert reason(campaign) == "number_not_ready"


def test_an_ended_campaign_has_no_reason_to_move(db: None) -> None:
    assert stalls.why(make_campaign(state="stopped"), clock.now()) is None


def test_rooms_above_may_know_of_more(db: None) -> None:
    stalls.add(lambda _campaign, _now: stalls.Stall("no_worker", "Nothing works in the background."))
    assert reason(make_sending()) == "no_worker"


def test_the_last_moments_of_the_hours_are_too_short_for_a_text(db: None) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 23, 59, tzinfo=UTC)):  # 16:59 in Denver
        campaign = make_sending(timezone="America/Denver", window_start=time(9), window_end=time(17))
        stall = stalls.why(campaign, clock.now())
    assert stall and stall.until == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
