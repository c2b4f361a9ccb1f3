"""The buttons of a campaign's page: Start, Pause, Resume, Stop, and the Auto SMS switch with every refusal."""

import json
from typing import Any

import pytest

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, signed_in
from threadline.campaigns.models import Campaign
from threadline.campaigns.running import lifecycle
from threadline.campaigns.testing import make_campaign, make_leads, make_sending, owner_of
from threadline.lib import clock

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def press(campaign: Campaign, verb: str, **data: str) -> Any:
    return signed_in(owner_of(campaign)).post(f"/campaigns/{campaign.public_id}/{verb}/", data)


def see(campaign: Campaign) -> str:
    return str(signed_in(owner_of(campaign)).get(f"/campaigns/{campaign.public_id}/").content.decode())


def offered(campaign: Campaign) -> list[str]:
    page = see(campaign)
    return [verb for verb in ("start", "pause", "resume", "stop", "archive", "restore") if f'id="act-{verb}"' in page]


@pytest.mark.requirement("000-39", "000-44", "003-13", "U2")
def test_only_what_can_be_done_now_is_offered() -> None:
    campaign = make_campaign()
    make_leads(campaign)
    seen = [offered(campaign)]
    for verb in ("launch", "pause", "resume", "stop", "archive", "restore"):
        press(campaign, verb)
        campaign.refresh_from_db()
        seen.append([campaign.state, *offered(campaign)])
    assert seen == [
        ["start"],
        ["active", "pause", "stop"],
        ["paused", "resume", "stop"],
        ["active", "pause", "stop"],
        ["stopped", "archive"],
        ["archived", "restore"],
        ["stopped", "archive"],
    ]


def test_without_scripts_one_is_led_back_to_where_one_was() -> None:
    campaign = make_campaign()
    here = f"/campaigns/{campaign.public_id}/leads/"
    assert press(campaign, "launch")["Location"] == f"/campaigns/{campaign.public_id}/"
    assert press(campaign, "pause", next=here)["Location"] == here
    assert press(campaign, "resume", next="//evil.example.com")["Location"] == f"/campaigns/{campaign.public_id}/"


def test_two_people_press_start_and_both_see_it_started() -> None:
    campaign = make_campaign()
    second = signed_in(make_member(campaign.workspace))
    for client in (signed_in(owner_of(campaign)), second):
        answer = client.post(f"/campaigns/{campaign.public_id}/launch/", follow=True)
        assert "The campaign is active." in answer.content.decode()
    campaign.refresh_from_db()
    assert campaign.state == "active"


def test_what_cannot_be_done_is_a_calm_sentence() -> None:
    campaign = make_campaign()
    answer = signed_in(owner_of(campaign)).post(f"/campaigns/{campaign.public_id}/resume/", headers=HTMX)
    assert answer.status_code == 204
    toast = json.loads(answer["HX-Trigger"])["toast"]
    sentence = "This cannot be done while the campaign is Draft."
    assert toast == {"text": sentence, "kind": "warn", "about": campaign.public_id}
    page = press_and_follow(campaign, "resume")
    assert sentence in page
    assert f'data-about="{campaign.public_id}"' in page  # a newer one about it takes its place


def press_and_follow(campaign: Campaign, verb: str, **data: str) -> str:
    client = signed_in(owner_of(campaign))
    return str(client.post(f"/campaigns/{campaign.public_id}/{verb}/", data, follow=True).content.decode())


@pytest.mark.requirement("000-40", "000-45")
def test_auto_sms_goes_on_and_off_and_the_campaign_stays_active() -> None:
    campaign = make_campaign()
    make_leads(campaign)
    press(campaign, "launch")
    assert 'aria-checked="false"' in see(campaign)
    press(campaign, "arm")
    assert 'aria-checked="true"' in see(campaign)
    press(campaign, "disarm")
    assert 'aria-checked="false"' in see(campaign)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.armed) == ("active", False)


@pytest.mark.requirement("000-42")
def test_auto_sms_is_greyed_out_and_says_why() -> None:
    campaign = make_campaign()
    make_leads(campaign)
    assert "Press Start first" in greyed(campaign)
    press(campaign, "launch")
    press(campaign, "pause")
    assert "Press Resume first" in greyed(campaign)
    press(campaign, "resume")
    number, campaign.number = campaign.number, None
    campaign.save(update_fields=["number"])
    assert "No From number is saved" in greyed(campaign)
    assert f'<a href="/campaigns/{campaign.public_id}/settings/">' in greyed(campaign)
    campaign.number = number
    campaign.save(update_fields=["number"])
    campaign.workspace.connections.update(removed_at=clock.now())
    assert "Twilio is not connected" in greyed(campaign)
    assert '<a href="/settings/twilio/">' in greyed(campaign)
    answer = signed_in(owner_of(campaign)).post(f"/campaigns/{campaign.public_id}/arm/", headers=HTMX)
    assert json.loads(answer["HX-Trigger"])["toast"]["kind"] == "warn"


def greyed(campaign: Campaign) -> str:
    """What stands beside the switch that cannot be pressed."""
    part = see(campaign).split('id="auto-sms-switch"')[1].split("</section>")[0]
    assert " disabled" in part.split(">")[0]
    return part


@pytest.mark.requirement("000-41", "000-42", "U4")
def test_another_armed_campaign_is_named_and_auto_sms_switched_in_one_action() -> None:
    armed = make_sending(name="Spring prices")
    campaign = make_campaign(armed.number, name="Autumn prices")
    make_leads(campaign)
    lifecycle.start(campaign, owner_of(campaign), clock.now())
    assert "Auto SMS is on for “Spring prices”" in greyed(campaign)
    assert f'<a href="/campaigns/{armed.public_id}/">' in greyed(campaign)
    assert "Auto SMS is on for" in press_and_follow(campaign, "arm")
    campaign.refresh_from_db()
    assert not campaign.armed
    press(campaign, "arm", switch="1")
    armed.refresh_from_db()
    campaign.refresh_from_db()
    assert (armed.armed, armed.state, campaign.armed) == (False, "active", True)


def test_while_paused_auto_sms_may_go_off_but_not_on() -> None:
    campaign = make_sending()
    press(campaign, "pause")
    assert "On, and waiting: the campaign is paused." in see(campaign)
    press(campaign, "disarm")
    assert "Press Resume first" in greyed(campaign)
    press(campaign, "arm")
    campaign.refresh_from_db()
    assert not campaign.armed


@pytest.mark.parametrize(
    ("state", "words"),
    [("scheduled", "restart it"), ("active", "pause it instead"), ("paused", "leave it paused")],
)
def test_the_stop_dialog_says_what_can_be_done_later_from_where_it_stands(state: str, words: str) -> None:
    campaign = make_campaign(state=state, kind="scheduled")
    client, url = signed_in(owner_of(campaign)), f"/campaigns/{campaign.public_id}/"
    live = client.get(url, headers={"hx-request": "true", "hx-target": "campaign-live"}).content.decode()
    for page in (client.get(url).content.decode(), live):
        said = page.split('id="stop-menu-words"')[1].split("</p>")[0]
        assert words in said
        assert ("pause" in said) == (state != "scheduled")


@pytest.mark.requirement("000-51")
def test_the_legal_notice_stands_where_auto_sms_can_be_turned_on() -> None:
    campaign = make_campaign()
    make_leads(campaign)
    assert "auto-sms-legal" not in see(campaign)  # a draft: it stands at Start
    lifecycle.start(campaign, owner_of(campaign), clock.now())
    notice = see(campaign).split('id="auto-sms-legal"')[1].split("</p>")[0]
    for words in ("people who agreed", "STOP", "quiet hours", "content", "A2P 10DLC", "not legal advice"):
        assert words in notice
    press(campaign, "arm")
    assert "auto-sms-legal" not in see(campaign)
    other = make_campaign(campaign.number)
    lifecycle.start(other, owner_of(other), clock.now())
    page = see(other)  # it can be switched over to this one
    assert "auto-sms-legal" in page
    assert "Switch Auto SMS to this campaign" in page
    viewer = signed_in(make_member(campaign.workspace, Role.VIEWER)).get(f"/campaigns/{other.public_id}/")
    assert "auto-sms-legal" not in viewer.content.decode()
