import pytest
from django.db import transaction

from threadline.campaigns import audience
from threadline.campaigns.models import Recipient
from threadline.campaigns.refusals import Refused
from threadline.campaigns.testing import PEOPLE, make_campaign, make_leads
from threadline.contacts import lists
from threadline.contacts.people import Person
from threadline.contacts.testing import make_contacts
from threadline.lib import clock

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("000-27", "U10")
def test_the_people_of_the_list_become_leads_once_each(db: None) -> None:
    campaign = make_campaign()
    people = make_contacts(campaign.workspace, 3)
    for _ in range(2):
        with transaction.atomic():
            lists.add(campaign.list_id, [person.pk for person in people], clock.now())
        audience.refresh(campaign, clock.now())
    assert audience.counts(campaign)["pending"] == Recipient.objects.count() == 3


def test_a_long_list_goes_in_in_portions(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience, "MOST", 2)
    campaign = make_campaign()
    people = make_contacts(campaign.workspace, 5)
    with transaction.atomic():
        lists.add(campaign.list_id, [person.pk for person in people], clock.now())
    assert audience.refresh(campaign, clock.now()) == 5
    assert audience.refresh(campaign, clock.now()) == 0


@pytest.mark.requirement("000-27")
def test_a_lead_can_be_added_by_hand_and_is_on_the_list_then(db: None) -> None:
    campaign = make_campaign()
    (saved,) = audience.add(campaign, [Person(PEOPLE[0], name="Dana Whitfield")], clock.now())
    lead = campaign.recipients.get()
    assert (lead.contact_id, lead.address, lead.status) == (saved.contact_id, PEOPLE[0], "pending")
    assert campaign.list.members.count() == 1
    assert audience.refresh(campaign, clock.now()) == 0


def test_an_ended_campaign_takes_no_leads(db: None) -> None:
    campaign = make_campaign(state="completed")
    with pytest.raises(Refused, match="has ended"):
        audience.add(campaign, [Person(PEOPLE[0])], clock.now())
    assert not Recipient.objects.exists()


def test_the_audience_is_the_sum_of_its_statuses(db: None) -> None:
    campaign = make_campaign()
    leads = make_leads(campaign)
    Recipient.objects.filter(id=leads[0].pk).update(status="completed")
    assert sum(audience.counts(campaign).values()) == 3
