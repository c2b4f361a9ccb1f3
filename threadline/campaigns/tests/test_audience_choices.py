"""Choosing the lists, tags and fields of a draft, and what becomes of its leads."""

import pytest
from django.db import transaction

from threadline.campaigns import audience
from threadline.campaigns.audience import choices, editing
from threadline.campaigns.audience.editing import Chosen
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign
from threadline.campaigns.refusals import Refused
from threadline.campaigns.testing import make_campaign, make_sending, owner_of
from threadline.contacts import lists
from threadline.contacts.models import CustomField
from threadline.contacts.testing import make_contacts, make_list, make_tag
from threadline.lib import clock

pytestmark = pytest.mark.django_db


def choose(campaign: Campaign, mode: str, what: str, value: str = "") -> int:
    return editing.add(campaign, owner_of(campaign), Chosen(mode, what, value), clock.now()).pk


def take_away(campaign: Campaign, rule_id: int) -> None:
    editing.remove(campaign, owner_of(campaign), rule_id, clock.now())


def waiting(campaign: Campaign) -> int:
    audience.refresh(campaign, clock.now())
    return campaign.recipients.filter(status="pending").count()


def test_a_list_that_is_taken_away_again_takes_its_people_along() -> None:
    campaign = make_campaign()
    contacts = make_contacts(campaign.workspace, 4)
    with transaction.atomic():
        lists.add(campaign.list_id, [one.pk for one in contacts[:2]], clock.now())
    added = choose(campaign, "include", f"list:{make_list(campaign.workspace, 'Also', contacts[1:]).public_id}")
    assert waiting(campaign) == 4
    take_away(campaign, added)
    assert waiting(campaign) == 2
    assert set(campaign.recipients.filter(status="removed").values_list("how", flat=True)) == {"excluded"}


def test_whoever_is_not_left_out_any_more_is_a_lead_at_once() -> None:
    campaign = make_campaign()
    contacts = make_contacts(campaign.workspace, 3)
    with transaction.atomic():
        lists.add(campaign.list_id, [one.pk for one in contacts[:2]], clock.now())
    assert waiting(campaign) == 2
    added = choose(campaign, "exclude", f"tag:{make_tag(campaign.workspace, 'VIP', contacts).public_id}")
    with transaction.atomic():
        lists.add(campaign.list_id, [contacts[2].pk], clock.now())
    assert waiting(campaign) == 0
    take_away(campaign, added)
    assert waiting(campaign) == 3


def test_what_was_chosen_is_shown_with_how_many_people_it_makes() -> None:
    campaign = make_campaign()
    contacts = make_contacts(campaign.workspace, 3)
    CustomField.objects.create(workspace=campaign.workspace, key="plan", label="Plan")
    choose(campaign, "include", f"list:{make_list(campaign.workspace, 'Also', contacts).public_id}")
    choose(campaign, "exclude", f"list:{make_list(campaign.workspace, 'Out', contacts[:1]).public_id}")
    shown = choices.of(campaign)
    assert ([one.words for one in shown.also], [one.words for one in shown.without]) == (["Also"], ["Out"])
    assert shown.summary == "2 people: 3 on lists, 1 left out"
    choose(campaign, "include", "field:plan", " Gold ")
    choose(campaign, "exclude", "field:contact.company", "Acme")
    shown = choices.of(campaign)
    assert [one.words for one in (*shown.also, *shown.without)] == ["Also", "Plan is Gold", "Out", "Company is Acme"]
    assert shown.summary == "2 people: 3 with these lists, tags and fields, 1 left out"


def test_what_cannot_be_chosen_is_said_where_it_was_chosen() -> None:
    campaign = make_campaign()
    elsewhere = make_list(make_campaign(name="Elsewhere").workspace)
    one = make_list(campaign.workspace, "One")
    choose(campaign, "include", f"list:{one.public_id}")
    for what, value, field in (
        ("", "", "what"),
        ("list:lst_nothing", "", "what"),
        (f"list:{elsewhere.public_id}", "", "what"),
        (f"list:{one.public_id}", "", "what"),
        (f"list:{campaign.list.public_id}", "", "what"),
        ("field:nothing", "x", "what"),
        ("field:contact.id", "1", "what"),
        ("field:contact.name", " ", "value"),
        ("field:contact.name", "x" * 201, "value"),
        ("tag:\0", "", "what"),
    ):
        with pytest.raises(Invalid) as caught:
            choose(campaign, "exclude", what, value)
        assert list(caught.value.errors) == [field]
    with pytest.raises(Invalid):
        choose(campaign, "perhaps", f"list:{one.public_id}")


def test_after_the_launch_it_is_locked_and_says_why() -> None:
    campaign = make_sending()
    one = make_list(campaign.workspace, "One")
    with pytest.raises(Refused, match="locked once a campaign has been launched"):
        choose(campaign, "exclude", f"list:{one.public_id}")
    assert choices.of(campaign).why.startswith("Its lists, tags and fields are locked")
