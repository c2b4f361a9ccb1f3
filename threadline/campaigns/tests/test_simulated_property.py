"""Over random campaigns: what the simulator says is what the engine does, text by text and to the minute."""

import os
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from threadline.campaigns.models import Campaign
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import lifecycle
from threadline.campaigns.sequence.steps import keep_kind
from threadline.campaigns.testing import make_campaign, make_leads, owner_of, start_and_arm
from threadline.campaigns.tests.actual import foretold, happened
from threadline.compliance.models import Policy
from threadline.numbers.testing import make_number

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LONG = os.environ.get("THREADLINE_PROPERTIES") == "long"
RUNS = int(os.environ.get("THREADLINE_PROPERTY_RUNS", 500 if LONG else 8))
DAYS = 5
HOURS = [timedelta(hours=1) * n for n in range(DAYS * 24)]
# Fridays before clocks are changed in the United States, and a plain Monday; each at ten in New York.
STARTS = (
    datetime(2026, 10, 30, 14, tzinfo=UTC),
    datetime(2026, 3, 6, 15, tzinfo=UTC),
    datetime(2026, 6, 8, 14, tzinfo=UTC),
)
AREAS = (212, 312, 602, 808, 888)

after = st.fixed_dictionaries({"timing": st.just("after"), "wait_hours": st.sampled_from([0, 1, 5, 24, 30])})
at = st.fixed_dictionaries(
    {
        "timing": st.just("at"),
        "days": st.integers(0, 3),
        "at_time": st.sampled_from([time(1, 30), time(9), time(17, 30)]),
        "zone": st.sampled_from(["campaign", "person"]),
    }
)
field = st.fixed_dictionaries(
    {
        "timing": st.just("field"),
        "field_key": st.just("visit"),
        "offset_days": st.integers(-1, 1),
        "at_time": st.sampled_from([time(8), time(14)]),
        "yearly": st.booleans(),
        "zone": st.sampled_from(["campaign", "person"]),
    }
)
campaigns = st.fixed_dictionaries(
    {
        "start": st.sampled_from(STARTS),
        "steps": st.lists(st.one_of(after, after, at, field), min_size=1, max_size=3),
        "people": st.lists(st.sampled_from(AREAS), min_size=1, max_size=7),
        "visits": st.lists(st.integers(0, 4), max_size=4),
        "hours": st.sampled_from([None, (time(9), time(17)), (time(1), time(2, 30)), (time(16), time(23))]),
        "window_zone": st.sampled_from(["campaign", "person"]),
        "window_days": st.sampled_from([127, 0b0011111, 0b1000001]),
        "batch": st.sampled_from([(1, 0), (2, 60), (3, 10), (100, 0), (1, 600)]),
        "priority": st.sampled_from(["oldest", "newest", "alphabetical"]),
        "quiet": st.booleans(),
        "cap": st.sampled_from([None, None, 1, 2]),
        "daily_cap": st.sampled_from([None, None, 2]),
    }
)


@given(campaigns)
@settings(
    max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck), derandomize=not LONG, print_blob=True
)
def test_simulated_is_actual(given: dict[str, Any]) -> None:
    with transaction.atomic():
        try:
            _agree(given)
        finally:
            transaction.set_rollback(True)


def _agree(given: dict[str, Any]) -> None:
    start: datetime = given["start"]
    with time_machine.travel(start, tick=False):
        campaign = _campaign(given)
        if not _launched(campaign, start):
            event("cannot be launched")
            return
    until = start + timedelta(days=DAYS)
    simulated = [one for one in foretold(campaign, start) if one[2] < until]
    event(f"{'some' if simulated else 'no'} texts")
    actual = happened(campaign, [*(start + one for one in HOURS), *(one[2] for one in simulated)])
    assert actual == simulated


def _campaign(given: dict[str, Any]) -> Campaign:
    start, (size, minutes), hours = given["start"], given["batch"], given["hours"] or (None, None)
    number = make_number(daily_cap=given["daily_cap"])
    Policy.objects.create(workspace=number.workspace, quiet_hours=given["quiet"], cap_texts=given["cap"], cap_days=1)
    campaign = make_campaign(
        number,
        [f"Step {n}" for n in range(len(given["steps"]))],
        timezone="America/New_York",
        batch_size=size,
        batch_minutes=minutes,
        window_start=hours[0],
        window_end=hours[1],
        window_zone=given["window_zone"],
        window_days=given["window_days"],
        priority=given["priority"],
    )
    for position, one in enumerate(given["steps"], start=1):
        columns = {name: value for name, value in one.items() if name != "days"}
        if "days" in one:
            columns["at_date"] = (start + timedelta(days=one["days"])).date()
        campaign.steps.filter(position=position).update(**columns)
    keep_kind(campaign)
    leads = make_leads(campaign, [f"+1{area}555{n:04d}" for n, area in enumerate(given["people"])])
    for lead, days in zip(leads, given["visits"], strict=False):
        day: date = (start + timedelta(days=days)).date()
        lead.contact.fields = {"visit": day.replace(year=day.year - 30 if days % 2 else day.year).isoformat()}
        lead.contact.save(update_fields=["fields"])
    return campaign


def _launched(campaign: Campaign, now: datetime) -> bool:
    try:
        if campaign.kind == Campaign.Kind.DRIP:
            start_and_arm(campaign)
        else:
            lifecycle.schedule(campaign, owner_of(campaign), now)
    except Refused:
        return False
    return True
