"""The table of campaigns, the creation form, and the pages of one campaign as they are read."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, signed_in
from threadline.campaigns import audience
from threadline.campaigns.drafts.creating import ACKNOWLEDGEMENT
from threadline.campaigns.models import Campaign
from threadline.campaigns.running import lifecycle
from threadline.campaigns.testing import make_campaign, make_leads, make_sending, owner_of, start_and_arm
from threadline.contacts.testing import make_contacts, make_list
from threadline.lib import clock
from threadline.numbers.testing import make_connection, make_number

pytestmark = pytest.mark.django_db


def see(campaign: Campaign, path: str = "", status: int = 200) -> str:
    """What the owner sees of a campaign's page."""
    answer = signed_in(owner_of(campaign)).get(f"/campaigns/{campaign.public_id}/{path}")
    assert answer.status_code == status
    return str(answer.content.decode())


def look(campaign: Campaign, query: str = "") -> str:
    return str(signed_in(owner_of(campaign)).get(f"/campaigns/{query}").content.decode())


def rows(page: str) -> list[str]:
    """The names in the table, from above."""
    return [part.split(">")[1].split("<")[0] for part in page.split('<th scope="row"><a href=')[1:]]


def details(member: Any, **changed: str) -> dict[str, str]:
    number = member.workspace.numbers.first()
    filled = {"channel": "sms", "name": "March follow-up texts", "owner": member.public_id, "list": "new"}
    return filled | {"number": number.public_id, "acknowledged": "1"} | changed


@pytest.mark.requirement("000-24", "003-1", "U24")
def test_before_the_first_campaign_the_page_teaches_the_workflow() -> None:
    member = make_member(make_number().workspace)
    page = signed_in(member).get("/campaigns/").content.decode()
    steps = ["Connect Twilio", "Create SMS campaign", "Add leads", "Configure messages", "Start campaign"]
    places = [page.index(words) for words in [*steps, "Turn on Auto SMS"]]
    assert places == sorted(places)
    assert "Create New Campaign" in page
    assert ">Campaigns</h1>" in page
    assert ">SMS</a>" in page


@pytest.mark.requirement("003-7")
def test_the_table_has_its_columns_and_sorts_by_any_header() -> None:
    first = make_campaign(name="Autumn")
    make_campaign(first.number, name="Winter", steps=("One", "Two"))
    page = look(first)
    for header in ("Status", "Campaign Name", "Start Date", "Created By", "# of Messages", "Contact List"):
        assert f">{header}</a>" in page
    assert rows(page) == ["Winter", "Autumn"]
    for column in ("status", "name", "start", "creator", "messages", "list"):
        up, down = rows(look(first, f"?sort={column}")), rows(look(first, f"?sort=-{column}"))
        assert sorted(up) == sorted(down) == ["Autumn", "Winter"]
    assert rows(look(first, "?sort=name")) == ["Autumn", "Winter"]
    assert rows(look(first, "?sort=-messages")) == ["Winter", "Autumn"]
    assert 'aria-sort="ascending"' in look(first, "?sort=name")
    assert "sort=-name" in look(first, "?sort=name")


@pytest.mark.requirement("003-8")
def test_search_and_filters_stand_in_the_address() -> None:
    one = make_campaign(name="Spring prices")
    other = make_campaign(make_number(one.number.connection if one.number else None), name="Autumn prices")
    lifecycle.start(other, owner_of(other), clock.now())
    assert rows(look(one, "?q=spring")) == ["Spring prices"]
    assert rows(look(one, "?status=active")) == ["Autumn prices"]
    assert rows(look(one, f"?number={other.number.public_id if other.number else ''}")) == ["Autumn prices"]
    assert rows(look(one, "?since=2001-01-01&until=2001-12-31")) == []
    assert rows(look(one, "?since=2001-01-01")) == ["Autumn prices"]
    assert "No campaign found" in look(one, "?q=nothing+like+it")
    assert len(rows(look(one, "?sort=%00&page=x&status=odd&since=yesterday&q=%00"))) == 2


@pytest.mark.requirement("003-9")
def test_archived_campaigns_are_hidden_until_asked_for() -> None:
    campaign = make_campaign(name="Old prices")
    make_campaign(campaign.number, name="New prices")
    for verb in (lifecycle.start, lifecycle.stop, lifecycle.archive):
        verb(campaign, owner_of(campaign), clock.now())
    assert rows(look(campaign)) == ["New prices"]
    assert rows(look(campaign, "?status=archived")) == ["Old prices"]


@pytest.mark.requirement("003-10")
def test_details_are_offered_once_it_has_run() -> None:
    campaign = make_campaign()
    assert "View Campaign Details" not in look(campaign)
    lifecycle.start(campaign, owner_of(campaign), clock.now())
    assert "View Campaign Details" in look(campaign)
    assert f'href="/campaigns/{campaign.public_id}/" aria-label="View Campaign Details' in look(campaign)


def test_a_scheduled_campaign_starts_at_the_first_of_its_dates() -> None:
    drip = make_campaign(name="Drip")
    dated = make_campaign(drip.number, name="Dated")
    lifecycle.start(drip, owner_of(drip), clock.now())
    begins = clock.now() + timedelta(days=40)
    Campaign.objects.filter(pk=dated.pk).update(
        kind="scheduled", state="scheduled", started_at=clock.now(), begins_at=begins
    )
    make_campaign(drip.number, name="Draft")
    assert rows(look(drip, "?sort=start")) == ["Drip", "Dated", "Draft"]
    assert rows(look(drip, "?sort=-start")) == ["Dated", "Drip", "Draft"]
    day = timezone.localdate(begins, ZoneInfo(drip.workspace.timezone))
    assert rows(look(drip, f"?since={day}")) == ["Dated"]
    assert rows(look(drip, "?until=9998-12-31")) == ["Dated", "Drip"]
    assert len(rows(look(drip, "?until=9999-12-31&since=0001-01-01"))) == 3
    assert look(drip, "?q=dated").count("View Campaign Details") == 0  # it does not run yet


@pytest.mark.requirement("003-7")
def test_the_start_date_is_the_same_wherever_it_stands() -> None:
    noon = clock.now().replace(hour=17)
    launched, begins = noon - timedelta(days=3), noon + timedelta(days=400)
    campaign = make_campaign(started_at=launched, begins_at=begins, kind="scheduled", state="scheduled")
    begins_written, launched_written = (f'datetime="{at:%Y-%m-%d}' for at in (begins, launched))
    pages = [look(campaign), see(campaign, "details/").split("details-title")[2], see(campaign)]
    assert [begins_written in page for page in pages] == [True] * 3
    assert [launched_written in page for page in pages] == [False] * 3
    assert ">starts <local-time" in see(campaign)
    Campaign.objects.update(kind="drip", state="active", begins_at=None)
    pages = [look(campaign), see(campaign, "details/").split("details-title")[2], see(campaign)]
    assert [launched_written in page for page in pages] == [True] * 3


def test_what_was_launched_once_and_is_a_draft_again_has_no_start_date() -> None:
    now, begins = clock.now(), clock.now() + timedelta(days=24)
    campaign = make_campaign(name="Again", kind="scheduled", started_at=now, begins_at=begins, restarted_at=now)
    started = make_campaign(campaign.number, name="Started", state="active", started_at=now)
    assert f'datetime="{begins:%Y-%m-%d}' not in see(campaign) + see(campaign, "details/") + look(campaign)
    assert ">restarted <local-time" in see(campaign)
    assert rows(look(campaign, "?sort=start")) == [started.name, campaign.name]
    assert rows(look(campaign, f"?since={timezone.localdate(begins) - timedelta(days=2)}")) == []


def test_a_status_sorts_by_how_far_a_campaign_has_come() -> None:
    draft = make_campaign(name="Draft")
    active = make_campaign(draft.number, name="Active")
    lifecycle.start(active, owner_of(active), clock.now())
    assert rows(look(draft, "?sort=status")) == ["Draft", "Active"]


@pytest.mark.requirement("000-24")
def test_a_campaign_with_dates_is_scheduled_in_the_end() -> None:
    campaign = make_campaign(name="Dated")
    Campaign.objects.filter(pk=campaign.pk).update(kind="scheduled")
    make_leads(campaign)
    page = see(campaign)
    assert f'<a href="/campaigns/{campaign.public_id}/launch/">Schedule Campaign</a>' in page
    assert "Turn on Auto SMS" not in page.split('class="workflow"')[1].split("</ol>")[0]


def test_htmx_gets_the_table_alone() -> None:
    campaign = make_campaign(name="Spring prices")
    headers = {"HX-Request": "true", "HX-Target": "campaigns-table"}
    answer = signed_in(owner_of(campaign)).get("/campaigns/?q=spring", headers=headers)
    assert "<html" not in answer.content.decode()
    assert answer["HX-Replace-Url"] == "/campaigns/?q=spring"


@pytest.mark.requirement("000-25", "003-3", "003-4", "U18", "U21")
def test_the_form_has_the_labels_and_refuses_voice_with_a_reason() -> None:
    number = make_number()
    member = make_member(number.workspace)
    page = signed_in(member).get("/campaigns/new/").content.decode()
    for label in ("Channel", "Campaign Name", "Send As Number", "Campaign Owner", "Contact List"):
        assert f">{label}</label>" in page or f">{label}</legend>" in page
    assert "Opt-In Acknowledgment" in page
    assert str(ACKNOWLEDGEMENT) in page
    assert "New list: I'll add leads next" in page
    assert ">Save Campaign</button>" in page
    assert 'value="voice" disabled aria-describedby="voice-why"' in page
    assert "Threadline does not dial campaigns" in page


@pytest.mark.requirement("000-25", "003-2", "U21")
def test_saving_opens_the_campaign_at_messages() -> None:
    member = make_member(make_number().workspace)
    answer = signed_in(member).post("/campaigns/new/", details(member))
    campaign = Campaign.objects.get()
    assert answer["Location"] == f"/campaigns/{campaign.public_id}/messages/"
    assert (campaign.name, campaign.owner, campaign.created_by) == ("March follow-up texts", member, member)
    assert campaign.acknowledged_by == member
    assert campaign.acknowledged_at is not None


@pytest.mark.requirement("003-2", "003-3")
@pytest.mark.parametrize("missing", ["name", "number", "list", "acknowledged"])
def test_every_field_is_required_and_nothing_typed_is_lost(missing: str) -> None:
    member = make_member(make_number().workspace)
    answer = signed_in(member).post("/campaigns/new/", details(member, **{missing: ""}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "field-error" in page
    assert missing == "name" or 'value="March follow-up texts"' in page
    assert missing == "acknowledged" or 'value="1" required checked' in page
    assert not Campaign.objects.exists()


@pytest.mark.requirement("003-3")
def test_a_name_is_taken_once() -> None:
    campaign = make_campaign(name="March follow-up texts")
    answer = signed_in(owner_of(campaign)).post("/campaigns/new/", details(owner_of(campaign)))
    assert answer.status_code == 422
    assert "There is a campaign called" in answer.content.decode()


@pytest.mark.requirement("000-26")
def test_without_twilio_it_asks_to_connect_first_and_comes_back() -> None:
    page = signed_in(make_member()).get("/campaigns/new/").content.decode()
    assert 'name="next" value="/campaigns/new/"' in page
    assert "Account SID" in page


@pytest.mark.requirement("000-26", "U19")
def test_who_may_not_connect_sees_whom_to_ask() -> None:
    owner = make_member()
    page = signed_in(make_member(owner.workspace, Role.MEMBER)).get("/campaigns/new/").content.decode()
    assert f"Ask {owner.user} to connect Twilio" in page


def test_connected_without_a_number_that_texts_it_leads_to_the_numbers() -> None:
    member = make_member(make_connection().workspace)
    assert "No number can text yet" in signed_in(member).get("/campaigns/new/").content.decode()


@pytest.mark.requirement("000-43", "003-13", "U21")
def test_a_campaign_has_its_tabs_and_its_rail() -> None:
    campaign = make_campaign()
    page = see(campaign)
    tabs = page.split("campaign-tabs")[1]
    places = [tabs.index(f">{tab}") for tab in ("Results", "Leads", "Messages<", "Campaign Details", "Settings</a>")]
    assert places == sorted(places)
    assert "Campaign Status &amp; Actions" in page
    for tab in ("leads/", "messages/", "details/", "settings/"):
        assert campaign.name in see(campaign, tab)


@pytest.mark.requirement("000-24")
def test_the_next_of_the_six_steps_is_marked_until_it_sends() -> None:
    campaign = make_campaign(steps=())
    assert 'aria-current="step"><span class="workflow-mark" aria-hidden="true">3' in see(campaign)
    make_leads(campaign)
    assert 'aria-current="step"><span class="workflow-mark" aria-hidden="true">4' in see(campaign)
    sending = make_sending()
    assert "What comes next" not in see(sending)


def test_details_tell_who_acknowledged_what_and_when() -> None:
    campaign = make_campaign()
    page = see(campaign, "details/")
    assert str(ACKNOWLEDGEMENT) in page
    assert f"Confirmed by {owner_of(campaign)}" in page


def test_messages_shows_the_sequence_and_leads_to_the_editor() -> None:
    campaign = make_campaign(steps=("Hi {{ first_name }}", "Still there?"), wait_hours=24)
    lifecycle.start(campaign, owner_of(campaign), clock.now())
    page = see(campaign, "messages/")
    assert "Hi {{ first_name }}" in page
    assert page.count("24 hours after Step 1") == 1
    assert f"/campaigns/{campaign.public_id}/settings/" in page


def test_why_nothing_is_moving_stands_on_every_tab() -> None:
    campaign = make_campaign()
    make_leads(campaign)
    lifecycle.start(campaign, owner_of(campaign), clock.now())
    for tab in ("", "leads/", "messages/", "details/", "settings/"):
        assert "Auto SMS is off. Turn it on" in see(campaign, tab)


def test_the_live_part_holds_only_what_may_have_changed() -> None:
    campaign = start_and_arm(make_campaign())
    make_leads(campaign)
    headers = {"HX-Request": "true", "HX-Target": "campaign-live"}
    client = signed_in(owner_of(campaign))
    for tab, part in (("", "results-tiles"), ("leads/", "lead-filters"), ("messages/", "step-numbers-")):
        page = client.get(f"/campaigns/{campaign.public_id}/{tab}", headers=headers).content.decode()
        assert "<html" not in page
        for piece in ("campaign-state", "auto-sms", "campaign-stall", "campaign-rail", part):
            assert f'id="{piece}' in page


def test_a_campaign_of_a_list_shows_its_people_as_leads() -> None:
    number = make_number()
    listed = make_list(number.workspace, "Spring", make_contacts(number.workspace, 3))
    campaign = make_campaign(number, list=listed)
    assert "Nobody is in this campaign yet" in see(campaign)
    audience.refresh(campaign, clock.now())
    assert "Leads by status" in see(campaign)


def test_a_viewer_reads_and_changes_nothing() -> None:
    campaign = make_sending()
    viewer = signed_in(make_member(campaign.workspace, Role.VIEWER))
    page = viewer.get(f"/campaigns/{campaign.public_id}/").content.decode()
    assert "Your role can look at campaigns, not change them." in page
    assert 'id="act-pause"' not in page
    assert viewer.post(f"/campaigns/{campaign.public_id}/pause/").status_code == 403
    assert viewer.post(f"/campaigns/{campaign.public_id}/settings/", {}).status_code == 403
    assert viewer.get("/campaigns/new/").status_code == 403
