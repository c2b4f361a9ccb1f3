"""When a lead's next step may go: for programs the same as on the page."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from threadline.api.testing import Program
from threadline.campaigns.leads import listing
from threadline.campaigns.models import Campaign, Step
from threadline.campaigns.testing import PEOPLE, make_campaign, make_leads, make_sending
from threadline.contacts.models import Contact
from threadline.messaging.testing import make_line

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
DENVER = "+13035550101"


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def line():
    return make_line()


@pytest.fixture
def program(line):
    return Program(line.workspace)


def due(program, campaign):
    """By phone; in the list, of each alone, and on the page it is the same."""
    found = program.get(f"campaigns/{campaign.public_id}/leads", limit=100).json()["data"]
    for one in found:
        assert program.get(f"campaigns/{campaign.public_id}/leads/{one['id']}").json() == one
    page = {row.lead.address: row.due for row in listing.page(campaign, listing.Wanted())[0]}
    moments = {one["phone"]: one["due_at"] and datetime.fromisoformat(one["due_at"]) for one in found}
    assert moments == page
    return moments


def test_a_date_counts_by_each_persons_clock(program, line):
    campaign = make_campaign(line, timezone="America/New_York")
    campaign.steps.update(timing="at", at_date=date(2026, 11, 24), at_time=time(10), zone=Campaign.Zone.PERSON)
    make_leads(campaign, [PEOPLE[0], DENVER])
    ten = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    assert due(program, campaign) == {PEOPLE[0]: ten, DENVER: ten + timedelta(hours=2)}


def test_a_date_of_the_person_counts_as_well(program, line):
    campaign = make_campaign(line, timezone="UTC")
    campaign.steps.update(timing=Step.Timing.FIELD, field_key="visit", at_time=time(9), offset_days=-1)
    make_leads(campaign, PEOPLE[:2])
    Contact.objects.filter(phone=PEOPLE[0]).update(fields={"visit": "2026-12-02"})
    assert due(program, campaign) == {PEOPLE[0]: datetime(2026, 12, 1, 9, tzinfo=UTC), PEOPLE[1]: None}


def test_whoever_is_put_off_sleeps_until_then(program, line):
    campaign = make_sending(line, PEOPLE[:2], steps=("One", "Two"))
    wakes = NOON + timedelta(hours=15)
    campaign.recipients.filter(address=PEOPLE[0]).update(deferred_until=wakes, reason="Quiet hours.")
    assert due(program, campaign) == {PEOPLE[0]: wakes, PEOPLE[1]: None}


def test_a_wait_counts_from_the_text_before_once_that_has_left(program, line):
    campaign = make_sending(line, steps=("One", "Two"), wait_hours=24)
    sent = NOON - timedelta(hours=4)
    waits = {"status": "in_progress", "step": 1}
    campaign.recipients.filter(address=PEOPLE[0]).update(**waits, sent_at=sent)
    campaign.recipients.filter(address=PEOPLE[1]).update(**waits, sent_at=None)
    campaign.recipients.filter(address=PEOPLE[2]).update(status="completed", step=2, sent_at=sent)
    assert due(program, campaign) == {PEOPLE[0]: sent + timedelta(hours=24), PEOPLE[1]: None, PEOPLE[2]: None}


def test_more_leads_ask_the_database_no_more(program, line, django_assert_num_queries):
    campaign = make_campaign(line, timezone="America/New_York")
    campaign.steps.update(timing="at", at_date=date(2026, 11, 24), at_time=time(10), zone=Campaign.Zone.PERSON)
    make_leads(campaign, [f"+1303555{n:04}" for n in range(100, 140)])
    program.get("numbers")  # the key is touched once a minute
    with django_assert_num_queries(4):  # the key, the campaign, its leads, its steps
        answer = program.get(f"campaigns/{campaign.public_id}/leads", limit=100)
    assert all(one["due_at"] for one in answer.json()["data"])
    assert len(answer.json()["data"]) == 40
