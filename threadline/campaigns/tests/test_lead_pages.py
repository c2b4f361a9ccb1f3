"""The leads of a campaign: the table, adding one by hand, one lead with its SMS activity, what can be done with it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, signed_in
from threadline.campaigns.leads import listing as table
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.running import lifecycle
from threadline.campaigns.testing import PEOPLE, make_campaign, make_leads, make_sending, owner_of, run_engine
from threadline.contacts.testing import make_contact
from threadline.lib import clock
from threadline.messaging import uploads
from threadline.messaging.models import Message
from threadline.messaging.testing import arrive, make_line

pytestmark = pytest.mark.django_db


def see(campaign: Campaign, path: str = "", **headers: str) -> str:
    answer = signed_in(owner_of(campaign)).get(f"/campaigns/{campaign.public_id}/leads/{path}", headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


def post(campaign: Campaign, path: str, **data: str) -> Any:
    return signed_in(owner_of(campaign)).post(f"/campaigns/{campaign.public_id}/leads/{path}", data)


def names(page: str) -> list[str]:
    return [part.split('class="lead-link">')[1].split("<")[0] for part in page.split('id="lead-link-')[1:]]


def set_status(lead: Recipient, status: str, **more: Any) -> None:
    Recipient.objects.filter(pk=lead.pk).update(status=status, **more)


@pytest.mark.requirement("000-43")
def test_leads_are_found_by_status_name_and_digits() -> None:
    campaign = make_campaign()
    one, two, three = make_leads(campaign)
    set_status(two, "failed", reason="This number is a landline.")
    set_status(three, "removed")
    assert names(see(campaign)) == ["Lead0", "Lead1"]
    assert names(see(campaign, "?status=failed")) == ["Lead1"]
    assert names(see(campaign, "?status=removed")) == ["Lead2"]
    assert "This number is a landline." in see(campaign)
    assert names(see(campaign, "?q=lead0")) == ["Lead0"]
    assert names(see(campaign, "?q=555-0102")) == ["Lead1"]
    assert "Nobody found" in see(campaign, "?q=zz")
    assert len(names(see(campaign, "?status=odd&after=x&q=%00"))) == 2


@pytest.mark.requirement("000-43")
@pytest.mark.parametrize("status", Recipient.Status.values)
def test_every_status_has_its_word_and_icon(status: str) -> None:
    campaign = make_campaign()
    lead, *_others = make_leads(campaign)
    set_status(lead, status, how="by_hand" if status == "completed" else "")
    row = see(campaign, f"?status={status}").split("<tbody")[1]
    word = status.replace("_", " ") + (" (by hand)" if status == "completed" else "")
    assert word in row
    assert "<svg" in row.split("<tr")[1].split('class="status')[1]


def test_pages_follow_one_another_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "PAGE", 2)
    campaign = make_campaign()
    _one, two, _three = make_leads(campaign)
    first = see(campaign)
    assert names(first) == ["Lead0", "Lead1"]
    assert f"?after={two.pk}" in first
    assert names(see(campaign, f"?after={two.pk}")) == ["Lead2"]


@pytest.mark.requirement("000-27", "000-28")
def test_a_person_is_added_by_hand_with_a_valid_number() -> None:
    campaign = make_campaign()
    assert post(campaign, "add/", phone="(813) 555-0142", name="Dana Reyes").status_code == 302
    lead = campaign.recipients.get()
    assert (lead.address, lead.contact.name, lead.status) == ("+18135550142", "Dana Reyes", "pending")
    again = signed_in(owner_of(campaign)).post(
        f"/campaigns/{campaign.public_id}/leads/add/", {"phone": "8135550142"}, follow=True
    )
    assert "is a lead already (pending)" in again.content.decode()
    assert campaign.recipients.count() == 1


def test_whoever_has_a_name_keeps_it_when_they_are_added_by_hand() -> None:
    campaign = make_campaign()
    make_contact(campaign.workspace, "+18135550142", name="Dana Reyes")
    make_contact(campaign.workspace, "+18135550143")
    said = [_said(campaign, phone, "Other Name") for phone in ("+18135550142", "+18135550142", "+18135550143")]
    kept = "(813) 555-0142 is saved as Dana Reyes; the name stays until you change it on their page."
    assert said == [
        f"Dana Reyes is a lead now. {kept}",
        f"Dana Reyes is a lead already (pending). {kept}",
        "Other Name is a lead now.",
    ]
    assert _said(campaign, "+18135550142", "dana  reyes") == "Dana Reyes is a lead already (pending)."
    names = campaign.workspace.contacts.order_by("phone").values_list("name", flat=True)
    assert list(names) == ["Dana Reyes", "Other Name"]


def _said(campaign: Campaign, phone: str, name: str) -> str:
    answer = signed_in(owner_of(campaign)).post(
        f"/campaigns/{campaign.public_id}/leads/add/", {"phone": phone, "name": name}, follow=True
    )
    (message,) = answer.context["messages"]
    return str(message)


@pytest.mark.requirement("000-28")
@pytest.mark.parametrize("phone", ["", "12", "not a number", "+1 555 000", "1.8E+10"])
def test_a_bad_number_is_said_where_it_was_typed(phone: str) -> None:
    campaign = make_campaign()
    answer = post(campaign, "add/", phone=phone, name="Dana Reyes")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "lead-phone-error" in page
    assert 'value="Dana Reyes"' in page
    assert not campaign.recipients.exists()


def test_in_the_menu_only_the_form_is_answered_with_and_a_reload_leads_back() -> None:
    campaign = make_campaign()
    client, address = signed_in(owner_of(campaign)), f"/campaigns/{campaign.public_id}/leads/add/"
    headers = {"HX-Request": "true", "HX-Target": "lead-add"}
    wrong: Any = client.post(address, {"phone": "12", "name": "Dana Reyes"}, headers=headers)
    assert (wrong.status_code, wrong.content.lstrip()[:5]) == (422, b"<form")
    assert 'value="Dana Reyes"' in wrong.content.decode()
    right: Any = client.post(address, {"phone": "(813) 555-0142", "name": "Dana Reyes"}, headers=headers)
    assert (right.status_code, "Dana Reyes" in right.content.decode()) == (200, False)
    assert "Dana Reyes is a lead now." in right["HX-Trigger"]
    assert client.get(address)["Location"] == f"/campaigns/{campaign.public_id}/leads/"


def test_whoever_waits_in_a_paused_campaign_waits_for_resume_and_in_an_ended_one_for_nothing() -> None:
    campaign = make_campaign(steps=("Hi", "Still there?"))
    one, *_others = make_leads(campaign)
    lifecycle.start(campaign, owner_of(campaign), clock.now())
    at = clock.now()
    set_status(one, "in_progress", step=1, first_text_at=at, last_text_at=at, sent_at=at)
    assert "after Resume" not in see(campaign)
    to_come = see(campaign, f"{one.contact.public_id}/").split("SMS activity")[1]
    assert "to come <local-time" in to_come
    lifecycle.pause(campaign, owner_of(campaign), at)
    assert see(campaign).count("after Resume") == 3
    assert "to come <local-time" not in see(campaign, f"{one.contact.public_id}/").split("SMS activity")[1]
    lifecycle.stop(campaign, owner_of(campaign), at)
    page = see(campaign)
    assert [words in page for words in ("after Resume", "not before", "in its turn")] == [False] * 3


@pytest.mark.requirement("000-27")
def test_a_file_is_imported_into_the_campaigns_list_and_leads_back_here() -> None:
    campaign = make_campaign()
    here = f"/campaigns/{campaign.public_id}/leads/"
    assert f"/people/imports/new/?into={campaign.list.public_id}&amp;next={here}" in see(campaign)


def test_nobody_is_added_to_a_campaign_that_has_ended() -> None:
    campaign = make_campaign()
    for verb in (lifecycle.start, lifecycle.stop):
        verb(campaign, owner_of(campaign), clock.now())
    assert "Import CSV" not in see(campaign)
    client = signed_in(owner_of(campaign))
    address = f"/campaigns/{campaign.public_id}/leads/add/"
    assert "This campaign has ended" in client.post(address, {"phone": "(813) 555-0142"}, follow=True).content.decode()


@pytest.mark.requirement("000-43")
def test_a_lead_shows_its_sms_activity_and_the_way_to_its_conversation() -> None:
    campaign = make_sending(steps=("Hi {{ first_name }}", "Still there, {{ first_name }}?"))
    run_engine()
    lead = campaign.recipients.order_by("id")[0]
    page = see(campaign, f"{lead.contact.public_id}/")
    assert "SMS activity" in page
    assert page.index("Hi Lead0") < page.index("Still there, Lead0?")
    assert "Queued" in page
    assert "to come" in page
    text = lead.touches.get().message
    assert f"/messages/{text.conversation.public_id}/why/{text.public_id}/" in page
    assert f'href="/messages/{text.conversation.public_id}/"' in page


@pytest.mark.requirement("000-43")
def test_what_they_wrote_since_the_first_text_stands_among_ours_in_time_order() -> None:
    line = make_line()
    arrive(line, "Before all this", PEOPLE[0], at=clock.now() - timedelta(hours=1))
    campaign = make_sending(line, steps=("Hi {{ first_name }}", "Still there, {{ first_name }}?"))
    run_engine()
    lead = campaign.recipients.order_by("id")[0]
    arrive(line, "Yes,\n<b>I am</b> " + "x" * 300, PEOPLE[0])
    arrive(line, "Somebody else", PEOPLE[1])
    arrive(line, "Hidden", PEOPLE[0])
    Message.objects.filter(body="Hidden").update(deleted_at=clock.now())
    page = see(campaign, f"{lead.contact.public_id}/")
    assert page.index("Hi Lead0") < page.index("They wrote") < page.index("Yes, &lt;b&gt;I am&lt;/b&gt; xxx")
    assert "x" * 250 not in page
    assert page.count("They wrote") == 1
    for missing in ("Before all this", "Somebody else", "Hidden"):
        assert missing not in page
    theirs = Message.objects.get(body__startswith="Yes,")
    assert f'href="/messages/{theirs.conversation.public_id}/#{theirs.public_id}"' in page


def test_files_stand_with_their_text_of_ours_with_the_way_to_them() -> None:
    campaign = make_campaign(steps=("Hi", "Still there?"))
    file = SimpleUploadedFile("roses.gif", b"GIF89a" + b"x" * 100, "image/gif")
    ours = uploads.store(campaign.workspace, None, file, clock.now()).public_id
    campaign.steps.update(media=[ours])
    lead, *_others = make_leads(campaign)
    page = f"{lead.contact.public_id}/"
    assert see(campaign, page).count("1 file") == 2
    lifecycle.start(campaign, owner_of(campaign), clock.now())
    post(campaign, f"{page}send/")
    assert f'href="{reverse("messaging:upload", args=[ours])}"' in see(campaign, page)
    assert "roses.gif" in see(campaign, page)
    Message.objects.update(media_urls=["https://files.example.com/a%20b.pdf?x=1"])
    assert 'href="https://files.example.com/a%20b.pdf?x=1"' in see(campaign, page)
    assert "a b.pdf" in see(campaign, page)


def test_a_lead_opens_in_a_dialog_over_the_table() -> None:
    campaign = make_campaign()
    lead, *_others = make_leads(campaign)
    headers = {"HX-Request": "true", "HX-Target": "dialog"}
    page = see(campaign, f"{lead.contact.public_id}/", **headers)
    assert page.lstrip().startswith("<dialog")
    assert see(campaign, f"{lead.contact.public_id}/", **headers | {"HX-Target": "lead-body"}).count("<dialog") == 0


@pytest.mark.requirement("000-29")
def test_a_lead_is_marked_complete_removed_and_tried_again_by_hand() -> None:
    campaign = make_campaign()
    one, two, _three = make_leads(campaign)
    post(campaign, f"{one.contact.public_id}/complete/")
    post(campaign, f"{two.contact.public_id}/remove/")
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.status, one.how, two.status) == ("completed", "by_hand", "removed")
    post(campaign, f"{two.contact.public_id}/retry/")
    two.refresh_from_db()
    assert two.status == "pending"
    client = signed_in(owner_of(campaign))
    again = client.post(f"/campaigns/{campaign.public_id}/leads/{two.contact.public_id}/retry/", follow=True)
    assert "there is nothing to try again" in again.content.decode()


@pytest.mark.requirement("000-45")
def test_the_next_step_is_sent_by_hand_while_the_campaign_is_active() -> None:
    campaign = make_campaign()
    lead, *_others = make_leads(campaign)
    page = f"{lead.contact.public_id}/"
    assert "once the campaign has started" in see(campaign, page)
    assert 'id="lead-send"' not in see(campaign, page)
    lifecycle.start(campaign, owner_of(campaign), clock.now())
    assert 'id="lead-send"' in see(campaign, page)
    post(campaign, f"{page}send/")
    assert lead.touches.get().message.body == "Hi Lead0"
    client = signed_in(owner_of(campaign))
    again = client.post(f"/campaigns/{campaign.public_id}/leads/{page}send/", follow=True)
    assert "Their last text has not left yet" in again.content.decode()


@pytest.mark.requirement("000-45")
@pytest.mark.parametrize("zone", Campaign.Zone.values)
def test_outside_the_hours_the_next_step_is_sent_by_hand_once_it_is_meant(zone: str) -> None:
    fields: dict[str, Any] = {"window_start": time(9), "window_end": time(17), "timezone": "Asia/Tokyo"}
    campaign = make_campaign(window_zone=zone, **fields)
    lead, *_others = make_leads(campaign)
    lifecycle.start(campaign, owner_of(campaign), clock.now())
    page, send = f"{lead.contact.public_id}/", f"{lead.contact.public_id}/send/"
    noon, at_night = datetime(2026, 11, 23, 17, tzinfo=UTC), datetime(2026, 11, 24, 3, tzinfo=UTC)  # in Florida
    is_open, is_closed = (noon, at_night) if zone == "person" else (at_night, noon)
    with time_machine.travel(is_open, tick=False):
        assert "Send anyway" not in see(campaign, page)
    with time_machine.travel(is_closed, tick=False):
        shown = see(campaign, page)
        assert "Outside this campaign’s sending hours (09:00–17:00" in shown
        assert "it leaves now all the same." in shown
        assert "Send anyway" in shown
        post(campaign, send)  # the hours have ended since the page was opened
        assert not lead.touches.exists()
        post(campaign, send, anyway="1")
        assert lead.touches.get().message.body == "Hi Lead0"


def test_live_rows_are_those_that_are_shown() -> None:
    campaign = make_campaign()
    one, two, _three = make_leads(campaign)
    set_status(two, "failed")
    shown = f"?shown={one.contact.public_id},{two.contact.public_id}&status=pending"
    page = see(campaign, shown, **{"HX-Request": "true", "HX-Target": "campaign-live"})
    assert page.count('hx-swap-oob="true"') > 2
    assert f'<tr id="lead-{two.contact.public_id}"' in page
    assert page.count('<tr id="lead-') == 3
    assert page.index("beforeend:#lead-rows") > page.index(f'<tr id="lead-{two.contact.public_id}"')


def test_a_page_that_was_empty_gets_its_first_rows_live() -> None:
    campaign = make_campaign()
    headers = {"HX-Request": "true", "HX-Target": "campaign-live"}
    assert "No leads yet" in see(campaign, "?shown=", **headers)
    make_leads(campaign)
    page = see(campaign, "?shown=", **headers)
    assert '<div id="leads-table" hx-swap-oob="true">' in page
    assert page.count('<tr id="lead-') == 3


def test_another_campaigns_lead_and_a_viewers_press_lead_nowhere() -> None:
    campaign = make_campaign()
    lead, *_others = make_leads(campaign)
    other = make_campaign(campaign.number)
    client = signed_in(owner_of(campaign))
    assert client.get(f"/campaigns/{other.public_id}/leads/{lead.contact.public_id}/").status_code == 404
    assert client.get(f"/campaigns/{campaign.public_id}/leads/%00/").status_code == 404
    viewer = signed_in(make_member(campaign.workspace, Role.VIEWER))
    page = f"/campaigns/{campaign.public_id}/leads/{lead.contact.public_id}/"
    assert "Mark complete" not in viewer.get(page).content.decode()
    assert viewer.post(f"{page}remove/").status_code == 403
