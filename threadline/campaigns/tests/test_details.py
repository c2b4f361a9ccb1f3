"""Campaign Details: what can be changed of a campaign that is there, until when, and what that makes of its leads."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import transaction

from threadline.accounts.models import AuditEntry, Role
from threadline.accounts.testing import make_member, signed_in
from threadline.campaigns import audience
from threadline.campaigns.audience import editing as rules
from threadline.campaigns.editing import details
from threadline.campaigns.editing.details import Details
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign
from threadline.campaigns.running import lifecycle
from threadline.campaigns.testing import make_campaign, make_leads, make_sending, owner_of, statuses
from threadline.contacts.testing import make_contacts, make_list, make_tag
from threadline.lib import clock
from threadline.numbers.testing import make_number

pytestmark = pytest.mark.django_db
LOCKED = "Details are locked once scheduled; unsent schedules can move."


def form(campaign: Campaign, **changed: str) -> dict[str, str]:
    """As the page has it, with what somebody changed."""
    stands = {"name": campaign.name, "owner": owner_of(campaign).public_id, "list": campaign.list.public_id}
    return stands | {f"seen_{name}": value for name, value in stands.items()} | changed


def post(campaign: Campaign, given: dict[str, str], status: int = 200) -> str:
    address = f"/campaigns/{campaign.public_id}/details/"
    answer = signed_in(owner_of(campaign)).post(address, given, follow=True)
    assert answer.status_code == status
    return str(answer.content.decode())


def see(campaign: Campaign) -> str:
    return str(signed_in(owner_of(campaign)).get(f"/campaigns/{campaign.public_id}/details/").content.decode())


def save(campaign: Campaign, **given: str) -> Campaign:
    return details.save(campaign, owner_of(campaign), Details(**given), clock.now())


def refused(campaign: Campaign, **given: str) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        save(campaign, **given)
    return caught.value.errors


def scheduled(**fields: Any) -> Campaign:
    """Beside what test_moving does about their messages."""
    return make_campaign(kind=Campaign.Kind.SCHEDULED, state=Campaign.State.SCHEDULED, **fields)


@pytest.mark.requirement("003-6", "U3")
def test_name_owner_and_list_of_a_draft_are_changed_on_its_page() -> None:
    campaign = make_campaign()
    colleague = make_member(campaign.workspace, Role.MEMBER)
    spring = make_list(campaign.workspace, "Spring", make_contacts(campaign.workspace, 2))
    page = see(campaign)
    for label in ("Campaign Name", "Campaign Owner", "Contact List", "Save details", "Spring (2 people)"):
        assert label in page
    page = post(campaign, form(campaign, name=" April  texts ", owner=colleague.public_id, list=spring.public_id))
    assert "The people of Spring are its leads now." in page
    campaign.refresh_from_db()
    assert (campaign.name, campaign.owner, campaign.list) == ("April texts", colleague, spring)
    assert statuses(campaign) == ["pending"] * 2
    entry = AuditEntry.objects.get(action="campaign.details")
    assert entry.facts == {"name": "April texts", "owner": str(colleague), "list": "Spring"}


def test_of_a_long_list_it_says_that_its_people_are_on_their_way(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = make_campaign()
    spring = make_list(campaign.workspace, "Spring", make_contacts(campaign.workspace, 2))
    monkeypatch.setattr(audience, "MOST", 1)
    page = post(campaign, form(campaign, list=spring.public_id))
    assert "The people of Spring are becoming its leads." in page
    assert not statuses(campaign)


@pytest.mark.requirement("003-6")
def test_what_is_refused_at_its_creation_is_refused_later_beside_its_field() -> None:
    campaign, other = make_campaign(), make_campaign(make_number())
    taken = make_campaign(campaign.number, name="Taken")
    for wrong, words in (
        ({"name": "tAKEN"}, "already. Choose another name."),
        ({"name": " \x00"}, "Give the campaign a name."),
        ({"name": "x" * 121}, "at most 120 are possible"),
        ({"owner": make_member(campaign.workspace, Role.VIEWER).public_id}, "member of this workspace who may send"),
        ({"owner": ""}, "member of this workspace who may send"),
        ({"list": other.list.public_id}, "Choose a contact list"),
        ({"list": "\x00"}, "Choose a contact list"),
    ):
        (field,) = wrong
        page = post(campaign, form(campaign, **wrong), 422)
        assert words in page
        assert f'id="{field}-error"' in page
    save(taken, name="TAKEN")  # it is in nobody's way but others'
    assert taken.name != Campaign.objects.get(pk=taken.pk).name
    assert AuditEntry.objects.filter(action="campaign.details").count() == 1


@pytest.mark.requirement("003-6")
def test_who_takes_a_name_at_the_same_moment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = make_campaign()
    make_campaign(campaign.number, name="Taken")
    answers = iter([False, True])
    monkeypatch.setattr("threadline.campaigns.drafts.creating.name_taken", lambda *_: next(answers))
    assert list(refused(campaign, name="taken")) == ["name"]


@pytest.mark.requirement("003-6")
def test_another_list_takes_the_leads_of_the_old_one_away_and_brings_its_own() -> None:
    contacts = make_contacts((number := make_number()).workspace, 5)
    old = make_list(number.workspace, "Old", contacts[:3])
    new = make_list(number.workspace, "New", contacts[2:4])
    tag = make_tag(number.workspace, "VIP", contacts[1:2])
    campaign = make_campaign(number, list=old)
    rules.add(campaign, None, rules.Chosen("include", f"tag:{tag.public_id}"), clock.now())
    audience.refresh(campaign, clock.now())
    save(campaign, list=new.public_id)
    audience.refresh(Campaign.objects.get(pk=campaign.pk), clock.now())
    stand = dict(campaign.recipients.values_list("contact", "status"))
    assert stand == {
        contacts[0].pk: "removed",
        contacts[1].pk: "pending",  # the tag has them as well
        contacts[2].pk: "pending",
        contacts[3].pk: "pending",
    }
    save(campaign, list=old.public_id)
    audience.refresh(Campaign.objects.get(pk=campaign.pk), clock.now())
    assert dict(campaign.recipients.values_list("contact", "status")) == {
        **{one.pk: "pending" for one in contacts[:3]},
        contacts[3].pk: "removed",
    }


@pytest.mark.requirement("003-6")
def test_whoever_got_a_text_before_a_recall_leaves_with_the_old_list_and_comes_back_where_they_stood() -> None:
    campaign = make_campaign(steps=("One", "Two"))
    began, waits, ended = make_leads(campaign)
    campaign.recipients.filter(pk=began.pk).update(status="in_progress", step=1, sent_at=clock.now())
    campaign.recipients.filter(pk=ended.pk).update(status="completed", how="replied", step=1)
    old, new = campaign.list, make_list(campaign.workspace, "New")
    save(campaign, list=new.public_id)
    audience.refresh(Campaign.objects.get(pk=campaign.pk), clock.now())
    assert statuses(campaign) == ["removed excluded", "removed excluded", "completed replied"]
    save(campaign, list=old.public_id)
    audience.refresh(Campaign.objects.get(pk=campaign.pk), clock.now())
    assert list(campaign.recipients.order_by("id").values_list("id", "step")) == [
        (began.pk, 1),
        (waits.pk, 0),
        (ended.pk, 1),
    ]
    assert "removed" not in " ".join(statuses(campaign))


def test_a_list_of_its_audience_is_no_contact_list_as_well() -> None:
    campaign = make_campaign()
    out = make_list(campaign.workspace, "Do not text")
    rules.add(campaign, None, rules.Chosen("exclude", f"list:{out.public_id}"), clock.now())
    assert "“Do not text” is in this campaign’s audience already." in refused(campaign, list=out.public_id)["list"]


@pytest.mark.requirement("003-6", "U3")
def test_once_scheduled_details_are_locked_and_the_page_says_why() -> None:
    campaign = scheduled()
    page = see(campaign)
    assert LOCKED in page
    assert "Save details" not in page
    errors = refused(campaign, name="Other", owner="mem_x", list="lst_x")
    assert errors["name"] == errors["owner"] == LOCKED
    assert "locked once a campaign has been launched" in errors["list"]
    assert LOCKED in post(campaign, form(campaign, name="Other"))  # it was scheduled after the page was opened
    assert Campaign.objects.get(pk=campaign.pk).name == campaign.name


@pytest.mark.requirement("U3")
def test_name_and_owner_of_a_drip_can_be_changed_until_it_ends_and_its_list_cannot() -> None:
    campaign = make_sending()
    colleague = make_member(campaign.workspace, Role.ADMIN)
    page = see(campaign)
    assert "Save details" in page
    assert '<select id="list"' not in page
    given = form(campaign, name="Renamed", owner=colleague.public_id)
    post(campaign, {name: value for name, value in given.items() if not name.endswith("list")})
    campaign.refresh_from_db()
    assert (campaign.name, campaign.owner) == ("Renamed", colleague)
    other = make_list(campaign.workspace, "Other")
    assert "locked once a campaign has been launched" in post(campaign, form(campaign, list=other.public_id), 422)
    lifecycle.stop(campaign, colleague, clock.now())
    page = see(campaign)
    assert "Save details" not in page
    assert "This campaign has ended (Stopped)." in page
    assert list(refused(campaign, name="Again")) == ["name"]


@pytest.mark.requirement("003-6")
def test_two_who_save_at_once_lose_nothing() -> None:
    campaign = make_campaign(name="Spring")
    colleague = make_member(campaign.workspace, Role.MEMBER)
    hers, his = form(campaign, name="March"), form(campaign, owner=colleague.public_id)
    theirs = form(campaign, name="April")
    post(campaign, hers)
    post(campaign, his)
    campaign.refresh_from_db()
    assert (campaign.name, campaign.owner) == ("March", colleague)
    page = post(campaign, theirs, 422)
    assert "Somebody else has changed this meanwhile." in page
    assert 'name="name" value="April"' in page
    assert 'name="seen_name" value="March"' in page
    post(campaign, theirs | {"seen_name": "March"})
    campaign.refresh_from_db()
    assert campaign.name == "April"


def typed_in(page: str) -> dict[str, str]:
    """What a browser would post of the form of this page."""
    page = page.partition('id="details-form"')[2].partition("</form>")[0]
    given = {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', page)}
    for name, options in re.findall(r'<select id="\w+" name="(\w+)".*?>(<option.*?)</select>', page):
        (given[name],) = re.findall(r'<option value="(\w+)" selected>', options)
    return given


@pytest.mark.requirement("003-6")
def test_whoever_mends_an_error_leaves_what_a_colleague_changed_meanwhile() -> None:
    campaign = make_campaign(name="Spring")
    colleague = make_member(campaign.workspace, Role.MEMBER)
    new = make_list(campaign.workspace, "New", make_contacts(campaign.workspace, 2))
    opened = form(campaign, name="")
    post(campaign, form(campaign, owner=colleague.public_id, list=new.public_id))
    again = typed_in(post(campaign, opened, 422))
    assert (again["owner"], again["list"]) == (colleague.public_id, new.public_id)
    post(campaign, again | {"name": "March"})
    campaign.refresh_from_db()
    assert (campaign.name, campaign.owner, campaign.list) == ("March", colleague, new)
    assert statuses(campaign) == ["pending"] * 2


def test_an_owner_who_may_not_send_any_more_can_stay() -> None:
    campaign = make_campaign()
    left = make_member(campaign.workspace, Role.VIEWER)
    Campaign.objects.filter(pk=campaign.pk).update(owner=left)
    asked = make_member(campaign.workspace, Role.MEMBER)
    address = f"/campaigns/{campaign.public_id}/details/"
    page = signed_in(asked).get(address).content.decode()
    assert f'<option value="{left.public_id}" selected>' in page
    given = {"name": "Renamed", "owner": left.public_id, "seen_owner": left.public_id, "seen_name": campaign.name}
    assert signed_in(asked).post(address, given).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.name, campaign.owner) == ("Renamed", left)


def test_viewers_and_strangers_change_no_details() -> None:
    campaign = make_campaign()
    address = f"/campaigns/{campaign.public_id}/details/"
    viewer = signed_in(make_member(campaign.workspace, Role.VIEWER))
    assert viewer.post(address, form(campaign, name="Other")).status_code == 403
    assert "Save details" not in viewer.get(address).content.decode()
    assert signed_in(make_member(make_number().workspace)).post(address).status_code == 404


def test_nothing_of_it_is_saved_when_something_is_wrong() -> None:
    campaign = make_campaign()
    spring = make_list(campaign.workspace, "Spring")
    with transaction.atomic():
        assert list(refused(campaign, name="", list=spring.public_id)) == ["name"]
    campaign.refresh_from_db()
    assert campaign.list != spring
