"""The Preview page: made at once, out of date after an edit, compared, and the one click to plain characters."""

import pytest
from django.test import Client

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, sign_in
from threadline.campaigns.models import Campaign, Simulation
from threadline.campaigns.simulator import asking
from threadline.campaigns.testing import PEOPLE, make_campaign, make_leads, owner_of, start_and_arm
from threadline.compliance import optouts
from threadline.lib import clock
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db

BODIES = ("“Hi” {{ first_name }}, {{ company }} …", "Still there?")


@pytest.fixture
def campaign(line: Number) -> Campaign:
    made = make_campaign(line, BODIES)
    make_leads(made)
    return made


@pytest.fixture
def page(client: Client, campaign: Campaign):
    sign_in(client, owner_of(campaign))
    return lambda **headers: client.get(f"/campaigns/{campaign.public_id}/preview/", **headers)


def test_it_says_who_gets_what_when_and_at_what_cost(page, campaign: Campaign) -> None:
    assert campaign.number is not None
    optouts.record([optouts.NewOptOut(campaign.workspace_id, campaign.number.phone, PEOPLE[0], clock.now())])
    text = page().content.decode()
    for words in ("Timeline", "Show as table", "Who gets nothing", "Opted out", "Finishes", "$0.02 – $0.03"):
        assert words in text
    assert "2 people have no company and read:" in text
    assert Simulation.objects.get().state == "done"
    page()
    assert Simulation.objects.count() == 1


def test_who_is_not_named_is_counted(page, campaign: Campaign) -> None:
    make_leads(campaign, [f"+1813555{serial:04d}" for serial in range(200, 206)])
    text = page().content.decode()
    assert "9 people have no company and read:" in text
    named = text.split("9 people have no company")[1].split("</p></div>")[0]
    assert f"and {9 - named.count('<a ')} more" in named


def test_after_an_edit_it_is_made_anew_and_compared(page, campaign: Campaign) -> None:
    page()
    campaign.steps.filter(position=2).update(body="y" * 161)
    text = page().content.decode()
    assert "Since your last change:" in text and "+3 segments" in text


def test_a_large_one_waits_with_its_progress_and_a_way_to_look_again(page, campaign: Campaign, monkeypatch) -> None:
    monkeypatch.setattr(asking, "AT_ONCE", 0)
    text = page().content.decode()
    assert "See what will happen" in text and not Simulation.objects.exists()
    asking.ask(campaign, None, clock.now())
    text = page().content.decode()
    assert "Waiting to simulate 3 people." in text and 'hx-trigger="every 1s"' in text and "Look again" in text
    asking.step()
    part = page(HTTP_HX_REQUEST="true", HTTP_HX_TARGET="simulation").content.decode()
    assert "Finishes" in part and "<html" not in part and "every 1s" not in part
    assert "more than an hour old" not in page().content.decode()
    Simulation.objects.update(created_at=clock.now() - asking.AGED)
    assert "more than an hour old" in page().content.decode()
    campaign.steps.update(body="Other")
    assert "this preview is out of date" in page().content.decode()


def test_simulate_again(client: Client, page, campaign: Campaign) -> None:
    page()
    answer = client.post(f"/campaigns/{campaign.public_id}/preview/run/")
    assert answer.status_code == 302 and Simulation.objects.count() == 2


def test_plain_characters_with_one_click(client: Client, page, campaign: Campaign) -> None:
    step = campaign.steps.get(position=1)
    assert "Use plain characters" in page().content.decode()
    client.post(f"/campaigns/{campaign.public_id}/preview/replace/", {"step": step.pk})
    step.refresh_from_db()
    assert step.body == '"Hi" {{ first_name }}, {{ company }} ...'
    text = page().content.decode()
    assert "The message is saved with plain characters." in text and "Use plain characters" not in text
    client.post(f"/campaigns/{campaign.public_id}/preview/replace/", {"step": "nonsense"})
    assert "There was nothing left to replace." in page().content.decode()


def test_whoever_may_only_look_sees_it_and_changes_nothing(client: Client, campaign: Campaign) -> None:
    sign_in(client, make_member(campaign.workspace, Role.VIEWER))
    text = client.get(f"/campaigns/{campaign.public_id}/preview/").content.decode()
    assert "Timeline" in text and "Use plain characters" not in text and "Simulate again" not in text
    assert client.post(f"/campaigns/{campaign.public_id}/preview/run/").status_code == 403
    assert client.post(f"/campaigns/{campaign.public_id}/preview/replace/").status_code == 403


def test_without_people_without_messages_and_at_the_end(client: Client, page, campaign: Campaign, line: Number) -> None:
    empty = make_campaign(line, ())
    text = client.get(f"/campaigns/{empty.public_id}/preview/").content.decode()
    assert "There is no message yet" in text
    nobody = make_campaign(line)
    assert "of 0 who wait" in client.get(f"/campaigns/{nobody.public_id}/preview/").content.decode()
    Campaign.objects.filter(pk=campaign.pk).update(state="stopped", ended_at=clock.now())
    assert "This campaign has ended" in page().content.decode()


def test_a_running_one(page, campaign: Campaign) -> None:
    start_and_arm(campaign)
    assert "Timeline" in page().content.decode()
