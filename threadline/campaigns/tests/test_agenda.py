"""The next days of one person over all campaigns."""

from datetime import time, timedelta

import pytest

from threadline.campaigns.leads import agenda
from threadline.campaigns.models import Recipient, Step
from threadline.campaigns.running import lifecycle
from threadline.campaigns.testing import PEOPLE, make_campaign, make_leads, make_sending, owner_of
from threadline.contacts import merging
from threadline.contacts.models import Contact
from threadline.lib import clock
from threadline.messaging.testing import make_line

pytestmark = pytest.mark.django_db


def planned(campaign, place=0, days=14):
    person = Contact.objects.get(phone=PEOPLE[place])
    return agenda.next_texts(campaign.workspace, person.id, clock.now(), days)


def waits_for_the_second(campaign, at):
    campaign.recipients.update(status="in_progress", step=1, sent_at=at, first_text_at=at, last_text_at=at)


def test_every_step_that_is_due_within_the_days_is_told():
    campaign = make_sending(steps=("One", "Two", "Three", "Four"), wait_hours=24 * 6)
    found = planned(campaign)
    assert [(one.place, one.preview, one.likely) for one in found] == [
        (1, "One", False),
        (2, "Two", True),
        (3, "Three", True),
    ]
    assert found[0].at is None and found[1].at < found[2].at
    assert len(planned(campaign, days=20)) == 4


def test_a_wait_that_has_begun_is_no_guess():
    campaign = make_sending(steps=("One", "Two"), wait_hours=24)
    sent = clock.now() - timedelta(hours=4)
    waits_for_the_second(campaign, sent)
    (one,) = planned(campaign)
    assert (one.place, one.at, one.likely) == (2, sent + timedelta(hours=24), False)


def test_the_sending_hours_put_it_off():
    campaign = make_sending(steps=("One", "Two"), timezone="UTC", window_start=time(9), window_end=time(17))
    now = clock.now()
    waits_for_the_second(campaign, now)
    due = now + timedelta(hours=24)
    (one,) = planned(campaign)
    assert one.at >= due and time(9) <= one.at.time() < time(17)


def test_who_has_ended_and_what_has_not_begun_is_not_told():
    campaign = make_campaign()
    make_leads(campaign)
    assert planned(campaign) == []
    lifecycle.start(campaign, owner_of(campaign), clock.now())
    (one,) = planned(campaign)
    assert "Auto SMS" in one.stall
    Recipient.objects.update(status="completed")
    assert planned(campaign) == []


def test_steps_at_dates_beyond_the_days_are_not_told():
    campaign = make_sending(steps=("One", "Later"))
    day = (clock.now() + timedelta(days=20)).date()
    Step.objects.filter(position=2).update(timing="at", at_date=day, at_time=time(12))
    assert [one.place for one in planned(campaign)] == [1]
    assert [one.place for one in planned(campaign, days=25)] == [1, 2]


def test_all_campaigns_and_all_numbers_of_a_person_count():
    line = make_line()
    first, second = make_sending(line, PEOPLE[:1], steps=("One",)), make_campaign(line, ("Other",), name="Second")
    make_leads(second, PEOPLE[1:2])
    lifecycle.start(second, owner_of(second), clock.now())
    people = [Contact.objects.get(phone=phone) for phone in PEOPLE[:2]]
    merging.merge(people[0], people[1], (), None, clock.now())
    assert sorted(one.preview for one in planned(first)) == ["One", "Other"]
