"""Deleted people are taken out of campaigns, merged ones are texted once by each; undoing puts them back."""

import pytest

from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.testing import PEOPLE, catch_up, make_campaign, make_leads, make_sending, run_engine, statuses
from threadline.contacts import deleting, merging
from threadline.contacts import editing as contact_editing
from threadline.contacts.models import Contact
from threadline.lib import clock
from threadline.messaging.models import Message
from threadline.messaging.testing import make_line

pytestmark = pytest.mark.django_db


def person(place):
    return Contact.objects.get(phone=PEOPLE[place])


def delete(place):
    at = clock.now()
    one = person(place)
    deleting.hide(one.workspace, [one.id], None, at)
    return at


def merge(kept, gone):
    return merging.merge(person(kept), person(gone), (), None, clock.now())


def leads(campaign):
    return list(campaign.recipients.order_by("id").values())


def texted(campaign):
    return sorted(Message.objects.exclude(status="canceled").values_list("address", flat=True))


def test_whoever_is_deleted_gets_nothing_and_waits_again_when_that_is_undone():
    campaign = make_campaign()
    make_leads(campaign)
    before = leads(campaign)
    at = delete(1)
    assert statuses(campaign) == ["pending", "removed", "pending"]
    assert campaign.recipients.get(address=PEOPLE[1]).reason == "The person was deleted."
    deleting.bring_back(campaign.workspace, at, None)
    assert leads(campaign) == before


def test_a_corrected_number_is_texted_unless_a_text_has_reached_the_old_one():
    line = make_line()
    campaign = make_sending(line, PEOPLE[:2], steps=("One", "Two"), wait_hours=1)
    run_engine()
    waiting = make_leads(make_campaign(line, name="Later"), PEOPLE[:2])
    one, two = [lead.contact for lead in waiting]
    Message.objects.filter(address=PEOPLE[1]).update(status="failed")
    contact_editing.change(one, {"phone": "+18135550901"})
    contact_editing.change(two, {"phone": "+18135550902"})
    under_way, failed = campaign.recipients.order_by("id").values_list("address", flat=True)
    assert (under_way, failed) == (PEOPLE[0], "+18135550902")
    numbers = Recipient.objects.filter(campaign__name="Later").order_by("id").values_list("address", flat=True)
    assert list(numbers) == ["+18135550901", "+18135550902"]


def test_a_text_that_has_not_left_is_taken_back():
    campaign = make_sending()
    run_engine()
    at = delete(0)
    assert Message.objects.get(address=PEOPLE[0]).status == "canceled"
    assert not campaign.recipients.get(address=PEOPLE[0]).touches.exists()
    deleting.bring_back(campaign.workspace, at, None)
    run_engine()
    assert Message.objects.filter(address=PEOPLE[0], status="queued").count() == 1


@pytest.mark.parametrize("state", ["stopped", "completed", "archived"])
def test_nobody_waits_again_where_the_campaign_has_ended_meanwhile(state):
    campaign = make_campaign()
    make_leads(campaign)
    at = delete(0)
    merged = merge(1, 2)
    Campaign.objects.update(state=state)
    deleting.bring_back(campaign.workspace, at, None)
    merging.undo(merged, None, clock.now())
    assert statuses(campaign) == ["removed", "pending", "removed"]
    assert campaign.recipients.get(address=PEOPLE[0]).reason == "The person was deleted."


def test_leads_that_had_ended_stay_as_they_ended():
    campaign = make_campaign()
    make_leads(campaign)
    campaign.recipients.filter(address=PEOPLE[0]).update(status="removed", ended_at=clock.now())
    at = delete(0)
    deleting.bring_back(campaign.workspace, at, None)
    assert statuses(campaign)[0] == "removed"


@pytest.mark.requirement("U10")
def test_two_leads_of_one_campaign_who_are_one_person_are_texted_once():
    campaign = make_sending()
    before = leads(campaign)
    done = merge(0, 1)
    assert statuses(campaign) == ["pending", "removed", "pending"]
    merging.undo(done, None, clock.now())
    assert leads(campaign) == before
    merge(0, 1)
    run_engine()
    assert texted(campaign) == sorted([PEOPLE[0], PEOPLE[2]])


def test_the_lead_who_has_come_further_goes_on():
    campaign = make_campaign(steps=("One", "Two"))
    make_leads(campaign)
    now = clock.now()
    campaign.recipients.filter(address=PEOPLE[1]).update(
        status="in_progress", step=1, sent_at=now, first_text_at=now, last_text_at=now
    )
    before = leads(campaign)
    done = merge(0, 1)
    assert statuses(campaign) == ["removed", "in_progress", "pending"]
    third = merge(0, 2)
    assert statuses(campaign) == ["removed", "in_progress", "removed"]
    merging.undo(third, None, clock.now())
    merging.undo(done, None, clock.now())
    assert leads(campaign) == before


@pytest.mark.requirement("U10")
@pytest.mark.parametrize(("ended", "how"), [("opted_out", ""), ("completed", "replied"), ("completed", "by_hand")])
@pytest.mark.parametrize("place", [0, 1])
def test_where_one_of_two_has_ended_the_other_gets_nothing_more(ended, how, place):
    campaign = make_campaign(steps=("One", "Two", "Three"))
    make_leads(campaign, PEOPLE[:2])
    now = clock.now()
    campaign.recipients.update(status="in_progress", step=2, sent_at=now, first_text_at=now, last_text_at=now)
    campaign.recipients.filter(address=PEOPLE[place]).update(status=ended, how=how, step=1, ended_at=now)
    before = leads(campaign)
    done = merge(0, 1)
    assert statuses(campaign)[1 - place] == "removed"
    merging.undo(done, None, clock.now())
    assert leads(campaign) == before


def test_a_lead_of_the_other_alone_becomes_the_kept_persons():
    campaign = make_campaign()
    make_leads(campaign, PEOPLE[:1])
    elsewhere = make_campaign(campaign.number, name="Elsewhere")
    make_leads(elsewhere, PEOPLE[1:2])
    done = merge(0, 1)
    lead = elsewhere.recipients.get()
    assert (lead.contact, lead.address) == (person(0), PEOPLE[1])
    make_leads(elsewhere, PEOPLE[:1])  # the same person: no second lead
    assert elsewhere.recipients.count() == 1
    merging.undo(done, None, clock.now())
    assert elsewhere.recipients.get().contact == person(1)


def test_threads_show_whose_the_number_is_now():
    line = make_line()
    campaign = make_sending(line)
    run_engine()
    threads = {one.address: one for one in line.workspace.conversations.all()}
    done = merge(0, 1)
    assert Recipient.objects.filter(contact=person(1)).count() == 1
    thread = threads[PEOPLE[1]]
    thread.refresh_from_db()
    assert thread.contact == person(0)
    merging.undo(done, None, clock.now())
    thread.refresh_from_db()
    assert thread.contact == person(1)
    at = delete(1)
    thread.refresh_from_db()
    assert thread.contact is None
    deleting.bring_back(campaign.workspace, at, None)
    thread.refresh_from_db()
    assert thread.contact == person(1)
    catch_up()
