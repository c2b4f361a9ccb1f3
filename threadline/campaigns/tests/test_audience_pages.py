"""Who is in a campaign, on its pages: chips on Campaign Details, adding leads, adding them again."""

import pytest
from django.db import transaction

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, signed_in
from threadline.campaigns import audience
from threadline.campaigns.leads import lead_verbs
from threadline.campaigns.models import AudienceRule, Campaign
from threadline.campaigns.testing import PEOPLE, make_campaign, make_leads, make_sending, owner_of, statuses
from threadline.contacts import lists
from threadline.contacts.testing import make_contacts, make_list, make_tag
from threadline.lib import clock
from threadline.numbers.testing import make_number

pytestmark = pytest.mark.django_db


def see(campaign: Campaign, tab: str) -> str:
    return str(signed_in(owner_of(campaign)).get(f"/campaigns/{campaign.public_id}/{tab}/").content.decode())


def post(campaign: Campaign, path: str, status: int = 200, htmx: str = "", **given: str) -> str:
    headers = {"HX-Request": "true", "HX-Target": htmx} if htmx else {}
    address = f"/campaigns/{campaign.public_id}/{path}/"
    answer = signed_in(owner_of(campaign)).post(address, given, follow=True, headers=headers)
    assert answer.status_code == status
    return str(answer.content.decode())


@pytest.mark.requirement("000-27", "U10")
def test_a_draft_chooses_lists_and_tags_as_chips_that_can_be_removed() -> None:
    campaign = make_campaign()
    contacts = make_contacts(campaign.workspace, 4)
    also = make_list(campaign.workspace, "Autumn buyers", contacts)
    out = make_tag(campaign.workspace, "Customer", contacts[:1])
    post(campaign, "details/audience", mode="include", what=f"list:{also.public_id}")
    page = post(campaign, "details/audience", mode="exclude", what=f"tag:{out.public_id}")
    assert "3 people: 4 on lists, 1 left out" in page
    assert 'aria-label="Remove Autumn buyers"' in page
    assert sorted(statuses(campaign)) == [*["pending"] * 3, "removed excluded"]
    rule = campaign.audience_rules.get(tag=out)
    page = post(campaign, f"details/audience/{rule.pk}/remove", htmx="audience")
    assert "<html" not in page
    assert "4 people" in page
    assert statuses(campaign) == ["pending"] * 4


@pytest.mark.parametrize("htmx", ["", "audience"])
def test_what_is_wrong_is_said_where_it_was_chosen_and_nothing_typed_is_lost(htmx: str) -> None:
    campaign = make_campaign()
    page = post(campaign, "details/audience", 422, htmx, mode="exclude", what="field:contact.company", value=" ")
    assert "Write the value that the field has for these people." in page
    assert '<option value="field:contact.company" selected>' in page
    assert ("<html" in page) == (not htmx)


def test_a_launched_campaign_shows_its_audience_and_why_it_is_locked() -> None:
    campaign = make_sending()
    AudienceRule.objects.create(
        campaign=campaign, mode="exclude", by="tag", tag=make_tag(campaign.workspace, "Customer")
    )
    page = see(campaign, "details")
    assert "Customer" in page
    assert "locked once a campaign has been launched" in page
    assert "Remove Customer" not in page
    answer = post(campaign, "details/audience", mode="include", what="tag:x")
    assert "locked once a campaign has been launched" in answer


def test_a_viewer_and_a_stranger_change_no_audience() -> None:
    campaign = make_campaign()
    rule = AudienceRule.objects.create(campaign=campaign, mode="exclude", by="field", field_key="contact.name")
    viewer = make_member(campaign.workspace, Role.VIEWER)
    stranger = make_member(make_number().workspace)
    for path in ("details/audience/", f"details/audience/{rule.pk}/remove/", "leads/add-list/"):
        address = f"/campaigns/{campaign.public_id}/{path}"
        assert signed_in(viewer).post(address).status_code == 403
        assert signed_in(stranger).post(address).status_code == 404
    assert campaign.audience_rules.count() == 1
    assert "audience-add" not in signed_in(viewer).get(f"/campaigns/{campaign.public_id}/details/").content.decode()


@pytest.mark.requirement("000-27")
def test_leads_are_added_by_file_by_hand_or_from_a_list() -> None:
    campaign = make_campaign()
    other = make_list(campaign.workspace, "Autumn buyers", make_contacts(campaign.workspace, 2))
    page = see(campaign, "leads")
    for words in ("Add leads", "Import CSV", "By hand", "From a list", "Autumn buyers (2 people)"):
        assert words in page
    assert "2 people of Autumn buyers are added." in post(campaign, "leads/add-list", list=other.public_id)
    assert "was on this campaign&#x27;s list already" in post(campaign, "leads/add-list", list=other.public_id)
    assert statuses(campaign) == ["pending"] * 2
    foreign = make_list(make_number().workspace, "Theirs")
    post(campaign, "leads/add-list", 404, list=foreign.public_id)


def test_a_removed_lead_can_be_added_again_from_its_row() -> None:
    campaign = make_campaign()
    lead = make_leads(campaign)[0]
    lead_verbs.remove(campaign, lead.contact_id, owner_of(campaign), clock.now())
    client = signed_in(owner_of(campaign))
    page = client.get(f"/campaigns/{campaign.public_id}/leads/?status=removed").content.decode()
    assert "Add again" in page
    post(campaign, f"leads/{lead.contact.public_id}/retry")
    assert statuses(campaign) == ["pending"] * 3


def test_a_lead_who_is_left_out_says_why() -> None:
    campaign = make_campaign()
    lead = make_leads(campaign, PEOPLE[:1])[0]
    out = make_list(campaign.workspace, "Do not text")
    AudienceRule.objects.create(campaign=campaign, mode="exclude", by="list", list=out)
    with transaction.atomic():
        lists.add(out.pk, [lead.contact_id], clock.now())
    audience.refresh(campaign, clock.now())
    client = signed_in(owner_of(campaign))
    page = client.get(f"/campaigns/{campaign.public_id}/leads/?status=removed").content.decode()
    assert "removed (left out)" in page
    assert "On the list “Do not text”, which this campaign leaves out." in page
    assert "which this campaign leaves out." in post(campaign, f"leads/{lead.contact.public_id}/retry")
    assert statuses(campaign) == ["removed excluded"]
