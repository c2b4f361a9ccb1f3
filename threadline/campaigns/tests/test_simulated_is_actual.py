"""What the simulator says is what the engine does."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from sandbox.testing import RunningSandbox
from threadline.campaigns.models import Campaign
from threadline.campaigns.running import lifecycle
from threadline.campaigns.testing import PEOPLE, come_to, make_campaign, make_leads, owner_of, start_and_arm
from threadline.campaigns.tests.actual import Left, foretold, happened
from threadline.campaigns.tests.test_engine import texts
from threadline.compliance import optouts
from threadline.compliance.models import Policy
from threadline.messaging.models import Message
from threadline.messaging.testing import send_all
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # a Monday; 12:00 in New York


def every(minutes: int, since: datetime, hours: float) -> list[datetime]:
    return [since + timedelta(minutes=minutes) * n for n in range(int(hours * 60 / minutes) + 1)]


def agreed(campaign: Campaign, since: datetime, hours: float, minutes: int = 10) -> list[Left]:
    """Simulate, then let it happen: at every moment of the simulation, and at others in between."""
    simulated = foretold(campaign, since)
    until = since + timedelta(hours=hours)
    moments = [*every(minutes, since, hours), *(one[2] for one in simulated if one[2] <= until)]
    actual = [one for one in happened(campaign, moments) if one[2] >= since]
    assert actual == [one for one in simulated if one[2] <= until]
    return actual


def test_batches_and_a_wait(line: Number) -> None:
    with time_machine.travel(NOON, tick=False):
        campaign = make_campaign(line, ("One", "Two"), 2, batch_size=2, batch_minutes=10)
        make_leads(campaign, [f"+1813555{n:04d}" for n in range(7)])
        start_and_arm(campaign)
    assert len(agreed(campaign, NOON, 5)) == 14


def test_what_the_sandbox_took_is_what_was_simulated(carrier: RunningSandbox, line: Number) -> None:
    """With the sender, its second look at the gate and the wire between: who got which words, in which turn."""
    Policy.objects.create(workspace=line.workspace, quiet_hours=True)
    with time_machine.travel(NOON, tick=False):
        campaign = make_campaign(line, ("Hi {{ phone }}", "Two", "Three"), 9, batch_size=3, batch_minutes=60)
        people = make_leads(campaign, [f"+1{area}555{n:04d}" for n in range(3) for area in (212, 312, 213, 808)])
        optouts.record([optouts.NewOptOut(line.workspace_id, line.phone, people[5].address, NOON)])
        start_and_arm(campaign)
    simulated = foretold(campaign, NOON)
    moments = [*every(120, NOON, 24 * 5), *(one[2] for one in simulated)]
    turns: list[list[tuple[str, str]]] = []

    def take(_now: datetime) -> int:
        before = len(texts(carrier))
        send_all()
        for message in Message.objects.filter(sid__gt="").exclude(status="delivered"):
            come_to(message, "delivered")
        turns.append(texts(carrier)[before:])
        return len(turns[-1])

    assert happened(campaign, moments, take) == simulated
    addresses = {lead.pk: lead.address for lead in people}
    words = {1: "Hi {}", 2: "Two", 3: "Three"}
    wanted: dict[datetime, list[tuple[str, str]]] = {}
    for lead, step, at in simulated:
        wanted.setdefault(at, []).append((addresses[lead], words[step].format(addresses[lead])))
    assert [sorted(turn) for turn in turns if turn] == [sorted(texts) for _at, texts in sorted(wanted.items())]
    assert len(simulated) == 11 * 3


def test_a_window_through_the_nights_and_the_end_of_summer_time(line: Number) -> None:
    friday = datetime(2026, 10, 30, 20, 0, tzinfo=UTC)  # 16:00 in New York; clocks go back on Sunday night
    with time_machine.travel(friday, tick=False):
        campaign = make_campaign(
            line, ("One", "Two"), 24, batch_size=3, batch_minutes=20,
            window_start=time(9), window_end=time(17), window_days=0b1011111,
        )  # fmt: skip
        make_leads(campaign, [f"+1813555{n:04d}" for n in range(20)])
        start_and_arm(campaign)
    left = agreed(campaign, friday, 24 * 6, 30)
    assert len(left) == 40
    assert {at.astimezone(UTC).hour for _lead, _step, at in left} <= set(range(13, 22))


def test_hours_by_each_person_own_clock(line: Number) -> None:
    with time_machine.travel(NOON, tick=False):
        campaign = make_campaign(
            line, ("One", "Two"), 5, batch_size=4, batch_minutes=15,
            window_start=time(9), window_end=time(12), window_zone=Campaign.Zone.PERSON,
        )  # fmt: skip
        make_leads(campaign, [f"+1{area}555{n:04d}" for n in range(6) for area in (212, 312, 213, 808)])
        start_and_arm(campaign)
    assert len(agreed(campaign, NOON, 72, 15)) == 48


def test_steps_at_dates_mixed_with_waits(line: Number) -> None:
    with time_machine.travel(NOON, tick=False):
        campaign = make_campaign(line, ("One", "Two", "Three", "Four"), 3, kind=Campaign.Kind.SCHEDULED)
        campaign.steps.filter(position=1).update(
            timing="at", at_date=date(2026, 11, 24), at_time=time(9), zone="person"
        )
        campaign.steps.filter(position=3).update(timing="at", at_date=date(2026, 11, 24), at_time=time(10))
        campaign.steps.filter(position=4).update(
            timing="field", field_key="visit", offset_days=-1, at_time=time(8), yearly=True
        )
        leads = make_leads(campaign, [f"+1{area}555{n:04d}" for n in range(3) for area in (212, 312, 808)])
        for n, lead in enumerate(leads[:5]):
            lead.contact.fields = {"visit": f"{1990 + n}-11-2{6 + n % 2}"}
            lead.contact.save(update_fields=["fields"])
        lifecycle.schedule(campaign, owner_of(campaign), NOON)
    assert len(agreed(campaign, NOON, 24 * 6, 30)) > 20


def test_quiet_hours_caps_opt_outs_and_equal_words(line: Number) -> None:
    with time_machine.travel(NOON, tick=False):
        Policy.objects.create(workspace=line.workspace, quiet_hours=True, cap_texts=2, cap_days=2)
        line.daily_cap = 9
        line.save(update_fields=["daily_cap"])
        campaign = make_campaign(line, ("One", "Two", "One", "Three"), 7, batch_size=4, batch_minutes=60)
        phones = [f"+1{area}555{n:04d}" for n in range(4) for area in (212, 312, 213, 808)]
        make_leads(campaign, phones)
        optouts.record([optouts.NewOptOut(line.workspace_id, line.phone, phones[2], NOON)])
        start_and_arm(campaign)
    left = agreed(campaign, NOON, 24 * 12, 120)
    assert 45 < len(left) < 60  # of those who opted out none, and equal words not within a day


def test_people_to_whom_another_campaign_is_writing_follow_when_it_is_done(line: Number) -> None:
    with time_machine.travel(NOON, tick=False):
        other = make_campaign(line, ("Other", "Other two", "Much later"), 4.5, kind=Campaign.Kind.SCHEDULED)
        other.steps.filter(position=3).update(timing="at", at_date=date(2026, 12, 31), at_time=time(12))
        other.steps.filter(position=1).update(timing="at", at_date=date(2026, 11, 23), at_time=time(12))
        make_leads(other, PEOPLE[:2])
        lifecycle.schedule(other, owner_of(other), NOON)
        campaign = make_campaign(line, ("One", "Two"), 1)
        make_leads(campaign, PEOPLE)
        start_and_arm(campaign)
    happened(other, [NOON])
    left = agreed(campaign, NOON + timedelta(minutes=10), 8)
    last = campaign.recipients.order_by("id").values_list("id", flat=True).last()
    assert {at.hour for lead, _step, at in left if lead != last} == {22, 23}
