"""Who becomes a lead: lists, tags and fields combined and left out, once each, whenever they change."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import ProtectedError

from threadline.campaigns import audience
from threadline.campaigns.audience import gaining
from threadline.campaigns.leads import adding, lead_verbs
from threadline.campaigns.models import AudienceRule, Campaign, Recipient
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import lifecycle
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
from threadline.contacts import lists, people, tags
from threadline.contacts.models import Contact, ContactList, Tag
from threadline.contacts.people import Person
from threadline.contacts.testing import make_contacts, make_list, make_tag
from threadline.lib import clock
from threadline.messaging.models import Message, OutboxEntry

pytestmark = pytest.mark.django_db

MINUTE = timedelta(seconds=61)


def put_on(target: ContactList | Tag, contacts: list[Contact]) -> None:
    with transaction.atomic():
        add = lists.add if isinstance(target, ContactList) else tags.add
        add(target.pk, [one.pk for one in contacts], clock.now())


def take_off(target: ContactList | Tag, contacts: list[Contact]) -> None:
    with transaction.atomic():
        remove = lists.remove if isinstance(target, ContactList) else tags.remove
        remove(target.pk, [one.pk for one in contacts])


def rule(
    campaign: Campaign, mode: str, target: ContactList | Tag | None = None, key: str = "", value: str = ""
) -> None:
    by = "list" if isinstance(target, ContactList) else "tag" if isinstance(target, Tag) else "field"
    which = {by: target} if target else {}
    AudienceRule.objects.create(campaign=campaign, mode=mode, by=by, field_key=key, field_value=value, **which)


def waiting(campaign: Campaign) -> set[int]:
    audience.refresh(campaign, clock.now())
    found = campaign.recipients.filter(status__in=("pending", "in_progress", "held"))
    return set(found.values_list("contact_id", flat=True))


def ids(contacts: list[Contact]) -> set[int]:
    return {one.pk for one in contacts}


@pytest.mark.requirement("000-27", "U10")
def test_the_people_of_the_list_become_leads_once_each() -> None:
    campaign = make_campaign()
    contacts = make_contacts(campaign.workspace, 3)
    for _ in range(2):
        put_on(campaign.list, contacts)
        audience.refresh(campaign, clock.now())
    assert audience.counts(campaign)["pending"] == Recipient.objects.count() == 3


def test_a_long_list_goes_in_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaining, "MOST", 2)
    campaign = make_campaign()
    put_on(campaign.list, make_contacts(campaign.workspace, 5))
    assert audience.refresh(campaign, clock.now()) == 5
    assert audience.refresh(campaign, clock.now()) == 0


@pytest.mark.requirement("000-27")
def test_a_lead_can_be_added_by_hand_and_is_on_the_list_then() -> None:
    campaign = make_campaign()
    (saved,) = audience.add(campaign, [Person(PEOPLE[0], name="Dana Whitfield")], clock.now())
    lead = campaign.recipients.get()
    assert (lead.contact_id, lead.address, lead.status) == (saved.contact_id, PEOPLE[0], "pending")
    assert campaign.list.members.count() == 1
    assert audience.refresh(campaign, clock.now()) == 0


def test_an_ended_campaign_takes_no_leads() -> None:
    campaign = make_campaign(state="completed")
    with pytest.raises(Refused, match="has ended"):
        audience.add(campaign, [Person(PEOPLE[0])], clock.now())
    assert not Recipient.objects.exists()


def test_the_audience_is_the_sum_of_its_statuses() -> None:
    campaign = make_campaign()
    leads = make_leads(campaign)
    Recipient.objects.filter(id=leads[0].pk).update(status="completed")
    assert sum(audience.counts(campaign).values()) == 3


def test_more_lists_tags_and_fields_are_combined_and_everybody_is_in_once() -> None:
    campaign = make_campaign()
    a, b, c, d, e = make_contacts(campaign.workspace, 5)
    put_on(campaign.list, [a, b])
    rule(campaign, "include", make_list(campaign.workspace, "Also", [b, c]))
    rule(campaign, "include", make_tag(campaign.workspace, "VIP", [c, d]))
    rule(campaign, "include", key="plan", value="Gold")
    Contact.objects.filter(pk=e.pk).update(fields={"plan": "gold"})
    assert waiting(campaign) == ids([a, b, c, d, e])
    assert campaign.recipients.count() == 5


def test_who_is_left_out_beats_who_belongs() -> None:
    campaign = make_campaign()
    a, b, c, d = make_contacts(campaign.workspace, 4)
    put_on(campaign.list, [a, b, c, d])
    rule(campaign, "exclude", make_list(campaign.workspace, "Do not text", [a]))
    rule(campaign, "exclude", make_tag(campaign.workspace, "Customer", [b]))
    rule(campaign, "exclude", key="contact.company", value="ACME")
    Contact.objects.filter(pk=c.pk).update(company="Acme")
    assert waiting(campaign) == ids([d])
    assert campaign.recipients.count() == 1  # none of the others was ever a lead


@pytest.mark.parametrize("kind", ["list", "tag"])
def test_who_is_left_out_later_leaves_at_once_and_says_why(kind: str) -> None:
    campaign = make_sending(steps=("One", "Two"))
    left_out = make_list(campaign.workspace, "Out") if kind == "list" else make_tag(campaign.workspace, "Out")
    rule(campaign, "exclude", left_out)
    audience.refresh(campaign, clock.now())
    first = campaign.recipients.order_by("id")[0]
    put_on(left_out, [first.contact])
    audience.refresh_all(clock.now())
    first.refresh_from_db()
    assert (first.status, first.how) == ("removed", "excluded")
    assert "“Out”, which this campaign leaves out." in first.reason


def test_a_text_that_was_sent_stays_counted_and_one_that_has_not_left_is_taken_back() -> None:
    campaign = make_sending(steps=("One", "Two"), wait_hours=0)
    run_engine()
    sent, queued, _third = campaign.recipients.order_by("id")
    message = Message.objects.get(address=sent.address)
    OutboxEntry.objects.filter(message=message).delete()
    come_to(Message.objects.get(pk=message.pk), "delivered")
    Message.objects.filter(pk=message.pk).update(status="delivered", sid="SM1", sent_at=clock.now())
    rule(campaign, "exclude", make_list(campaign.workspace, "Out", [sent.contact, queued.contact]))
    audience.refresh(campaign, clock.now())
    sent.refresh_from_db()
    queued.refresh_from_db()
    assert (sent.status, sent.step, sent.touches.count()) == ("removed", 1, 1)
    assert (queued.status, queued.step, queued.touches.count()) == ("removed", 0, 0)
    assert Message.objects.get(address=queued.address).status == "canceled"


def test_who_is_not_left_out_any_more_comes_back_within_a_minute() -> None:
    campaign = make_campaign()
    a, b = make_contacts(campaign.workspace, 2)
    put_on(campaign.list, [a, b])
    out = make_list(campaign.workspace, "Out", [a])
    rule(campaign, "exclude", out)
    assert waiting(campaign) == ids([b])
    put_on(out, [b])
    assert waiting(campaign) == set()
    take_off(out, [a, b])
    assert waiting(campaign) == set()
    audience.refresh_all(clock.now() + MINUTE)
    assert set(campaign.recipients.filter(status="pending").values_list("contact_id", flat=True)) == ids([a, b])
    assert campaign.recipients.count() == 2


def test_a_field_that_changes_later_is_seen_within_a_minute() -> None:
    campaign = make_campaign()
    a, b = make_contacts(campaign.workspace, 2)
    rule(campaign, "include", key="plan", value="Gold")
    assert waiting(campaign) == set()
    Contact.objects.filter(pk__in=[a.pk, b.pk]).update(fields={"plan": "GOLD "})
    audience.refresh_all(clock.now())
    assert not campaign.recipients.exists()
    audience.refresh_all(clock.now() + MINUTE)
    assert campaign.recipients.count() == 2


def test_fields_are_compared_without_capitals_in_every_alphabet() -> None:
    campaign = make_campaign()
    contacts = make_contacts(campaign.workspace, 4)
    for one, value in zip(contacts, ("Ärzte", "ÄRZTE", "ärzte", "Arzte"), strict=True):
        Contact.objects.filter(pk=one.pk).update(fields={"kind": value})
    rule(campaign, "include", key="kind", value="ärzte")
    assert waiting(campaign) == ids(contacts[:3])


def test_a_deleted_person_is_never_made_a_lead() -> None:
    campaign = make_campaign()
    a, b = make_contacts(campaign.workspace, 2)
    Contact.objects.filter(pk=a.pk).update(deleted_at=clock.now())
    put_on(campaign.list, [a, b])
    assert waiting(campaign) == ids([b])


def test_a_list_emptied_while_it_runs_does_no_harm() -> None:
    campaign = make_sending()
    everybody = list(Contact.objects.filter(workspace=campaign.workspace))
    take_off(campaign.list, everybody)
    audience.refresh_all(clock.now() + MINUTE)
    run_engine()
    assert statuses(campaign) == ["in_progress"] * 3


def test_a_list_or_tag_that_leaves_people_out_cannot_vanish() -> None:
    campaign = make_campaign()
    out, tag = make_list(campaign.workspace, "Out"), make_tag(campaign.workspace, "Out")
    rule(campaign, "exclude", out)
    rule(campaign, "exclude", tag)
    for held in (out, tag):
        with pytest.raises(ProtectedError):
            held.delete()


def test_a_removed_lead_that_is_added_again_waits_again() -> None:
    campaign = make_campaign()
    lead = make_leads(campaign)[0]
    lead_verbs.remove(campaign, lead.contact_id, owner_of(campaign), clock.now())
    audience.add(campaign, [Person(lead.address)], clock.now())
    assert statuses(campaign) == ["pending"] * 3


def test_being_put_on_the_list_again_with_others_adds_a_removed_lead_again() -> None:
    campaign = make_campaign()
    lead = make_leads(campaign)[0]
    lead_verbs.remove(campaign, lead.contact_id, owner_of(campaign), clock.now())
    put_on(campaign.list, [lead.contact, *make_contacts(campaign.workspace, 1)])  # as a file that is imported does
    audience.refresh_all(clock.now())
    assert statuses(campaign) == ["pending"] * 4


def test_it_goes_on_after_the_last_step_that_it_got() -> None:
    campaign = make_sending(steps=("One", "Two"), wait_hours=0)
    run_engine()
    lead = campaign.recipients.order_by("id")[0]
    message = Message.objects.get(address=lead.address)
    OutboxEntry.objects.filter(message=message).delete()
    Message.objects.filter(pk=message.pk).update(status="sent", sid="SM1", sent_at=clock.now())
    lead_verbs.remove(campaign, lead.contact_id, owner_of(campaign), clock.now())
    audience.add(campaign, [Person(lead.address)], clock.now())
    run_engine()
    assert sorted(Message.objects.filter(address=lead.address).values_list("body", flat=True)) == ["One", "Two"]


def test_a_finished_lead_that_is_added_again_stays_finished() -> None:
    campaign = make_campaign()
    lead = make_leads(campaign)[0]
    lead_verbs.complete(campaign, lead.contact_id, owner_of(campaign), clock.now())
    audience.add(campaign, [Person(lead.address)], clock.now())
    assert statuses(campaign)[0] == "completed by_hand"


def test_somebody_left_out_is_not_added_by_hand() -> None:
    campaign = make_campaign()
    (one,) = make_contacts(campaign.workspace, 1)
    rule(campaign, "exclude", make_list(campaign.workspace, "Out", [one]))
    audience.add(campaign, [Person(one.phone)], clock.now())
    assert not campaign.recipients.exists()


def test_somebody_removed_and_left_out_since_stays_out_when_added_again() -> None:
    campaign = make_campaign()
    lead = make_leads(campaign)[0]
    lead_verbs.remove(campaign, lead.contact_id, owner_of(campaign), clock.now())
    out = make_list(campaign.workspace, "Out", [lead.contact])
    rule(campaign, "exclude", out)
    audience.add(campaign, [Person(lead.address)], clock.now())
    lead.refresh_from_db()
    assert (lead.status, lead.how) == ("removed", "excluded")
    take_off(out, [lead.contact])
    audience.refresh_all(clock.now() + MINUTE)
    assert statuses(campaign) == ["pending"] * 3


def test_list_order_is_the_place_on_the_first_list() -> None:
    campaign = make_campaign(priority="list")
    a, b, c, d = make_contacts(campaign.workspace, 4)
    rule(campaign, "include", make_list(campaign.workspace, "Also", [a, c]))
    rule(campaign, "include", make_tag(campaign.workspace, "VIP", [b]))
    put_on(campaign.list, [d, c])
    audience.refresh(campaign, clock.now())
    in_order = [d.pk, c.pk, a.pk, b.pk]
    assert list(campaign.recipients.order_by("rank").values_list("contact_id", flat=True)) == in_order
    campaign.recipients.update(rank=0)
    campaign.recipients.filter(contact=c).update(status="completed")  # may be asked for again, and has its place then
    audience.rank(campaign)
    assert list(campaign.recipients.order_by("rank").values_list("contact_id", flat=True)) == in_order
    assert not campaign.recipients.filter(rank=0).exists()


def test_places_by_chance_differ_and_go_with_the_priority() -> None:
    campaign = make_campaign(priority="random")
    put_on(campaign.list, make_contacts(campaign.workspace, 20))
    audience.refresh(campaign, clock.now())
    ranks = list(campaign.recipients.order_by("id").values_list("rank", flat=True))
    assert len(set(ranks)) == 20
    assert ranks != sorted(ranks)
    assert min(ranks) > 0
    campaign.priority = Campaign.Priority.OLDEST
    audience.rank(campaign)
    assert not campaign.recipients.exclude(rank=0).exists()


def test_a_lead_added_to_an_armed_drip_starts_at_once() -> None:
    campaign = make_campaign()
    make_leads(campaign, PEOPLE[:1])
    start_and_arm(campaign)
    run_engine()
    audience.add(campaign, [Person(PEOPLE[1])], clock.now())
    run_engine()
    assert statuses(campaign) == ["in_progress"] * 2


def test_stopped_campaigns_are_left_alone() -> None:
    campaign = make_sending()
    rule(campaign, "exclude", make_list(campaign.workspace, "Out", [campaign.recipients.order_by("id")[0].contact]))
    lifecycle.stop(campaign, owner_of(campaign), clock.now())
    audience.refresh_all(clock.now() + MINUTE)
    assert not campaign.recipients.filter(status="removed").exists()


def test_how_many_people_a_campaign_would_text() -> None:
    campaign = make_campaign()
    a, b, c = make_contacts(campaign.workspace, 3)
    put_on(campaign.list, [a, b])
    campaign.list.refresh_from_db()
    assert audience.size(campaign) == audience.Size(2, 0)
    rule(campaign, "include", make_list(campaign.workspace, "Also", [b, c]))
    rule(campaign, "exclude", make_tag(campaign.workspace, "Out", [c]))
    assert audience.size(campaign) == audience.Size(3, 1)
    with transaction.atomic():
        people.save(campaign.workspace, [Person(a.phone)], clock.now())
    assert audience.size(campaign).people == 2


def test_people_of_another_list_are_put_on_the_campaigns_own() -> None:
    campaign = make_campaign()
    a, b, c = make_contacts(campaign.workspace, 3)
    put_on(campaign.list, [a])
    Contact.objects.filter(pk=c.pk).update(deleted_at=clock.now())
    assert audience.add_list(campaign, make_list(campaign.workspace, "More", [a, b, c]), clock.now()) == 1
    assert waiting(campaign) == ids([a, b])


def test_a_removed_lead_whom_the_campaign_leaves_out_cannot_be_added_again() -> None:
    campaign = make_campaign()
    lead = make_leads(campaign)[0]
    rule(campaign, "exclude", make_tag(campaign.workspace, "Customer", [lead.contact]))
    audience.refresh(campaign, clock.now())
    with pytest.raises(Refused, match="Has the tag “Customer”"):
        lead_verbs.retry(campaign, lead.contact_id, owner_of(campaign), clock.now())
    with pytest.raises(Refused, match="is no lead. Has the tag “Customer”"):
        adding.add(campaign, adding.Typed(lead.address), clock.now())


def test_adding_by_hand_says_what_becomes_of_it() -> None:
    campaign = make_campaign()
    gone, done, _third = make_leads(campaign)
    lead_verbs.remove(campaign, gone.contact_id, owner_of(campaign), clock.now())
    lead_verbs.complete(campaign, done.contact_id, owner_of(campaign), clock.now())
    said = [adding.add(campaign, adding.Typed(one), clock.now()) for one in PEOPLE]
    assert [adding.add(campaign, adding.Typed("+18135550199", "Dana"), clock.now()), *said] == [
        "Dana is a lead now.",
        "Lead0 is a lead again, and goes on after the last message that they got.",
        "Lead1 has finished this campaign already, and stays finished.",
        "Lead2 is a lead already (pending).",
    ]
