"""Settings: the step editor, how it sends, the preview, and what it does without scripts."""

from datetime import timedelta
from typing import Any

import pytest

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, signed_in
from threadline.campaigns import audience
from threadline.campaigns.models import Campaign
from threadline.campaigns.testing import make_campaign, make_leads, owner_of
from threadline.contacts import fields
from threadline.contacts.people import Person
from threadline.lib import clock

pytestmark = pytest.mark.django_db


def filled(campaign: Campaign, **changed: Any) -> dict[str, Any]:
    """The form as the page has it."""
    steps = list(campaign.steps.filter(removed_at=None))
    form = {
        "number": campaign.number.public_id if campaign.number else "",
        "complete_on_reply": "1",
        "step_id": [str(step.pk) for step in steps],
        "step_body": [step.body for step in steps],
        "step_wait": ["24" for _step in steps],
        "timezone": "America/Denver",
        "window_start": "",
        "window_end": "",
        "window_days": ["0", "1", "2", "3", "4", "5", "6"],
        "batch_size": "10",
        "batch_minutes": "10",
        "priority": "oldest",
    }
    return form | changed


def post(campaign: Campaign, **data: Any) -> Any:
    return signed_in(owner_of(campaign)).post(f"/campaigns/{campaign.public_id}/settings/", data)


def see(campaign: Campaign) -> str:
    return str(signed_in(owner_of(campaign)).get(f"/campaigns/{campaign.public_id}/settings/").content.decode())


@pytest.mark.requirement("000-31", "000-32", "000-33", "000-34", "000-35", "000-36", "000-37", "000-38", "U21")
def test_the_page_has_the_guides_labels() -> None:
    page = see(make_campaign(steps=("Hi", "There")))
    labels = (
        *("From number", "Complete lead on any reply", "Step 1", "Step 2", "Add step", "Wait (hours)"),
        *("Sending schedule", "Timezone", "Start time", "End time", "Send anytime (no window)"),
        *("SMS per batch", "Minutes between batches", "Lead priority", "oldest first", "Save SMS campaign settings"),
        *("{{ first_name }}", "{{ name }}", "{{ company }}", "{{ phone }}", "{{ email }}"),
    )
    assert [label for label in labels if label not in page] == []


@pytest.mark.requirement("000-32", "000-36", "000-37", "000-38", "000-46")
def test_saving_takes_effect_at_once() -> None:
    campaign = make_campaign(steps=("Hi",))
    data = filled(campaign, batch_size="25", batch_minutes="3", priority="newest")
    data["step_id"] += [""]
    data["step_body"] = ["Hi {{ first_name }}", "Still there?"]
    data["step_wait"] = ["36", "24"]
    assert post(campaign, **data)["Location"] == f"/campaigns/{campaign.public_id}/settings/"
    campaign.refresh_from_db()
    assert (campaign.batch_size, campaign.batch_minutes, campaign.priority) == (25, 3, "newest")
    steps = campaign.steps.filter(removed_at=None)
    assert [(step.body, float(step.wait_hours)) for step in steps] == [
        ("Hi {{ first_name }}", 36),
        ("Still there?", 24),
    ]


@pytest.mark.requirement("000-37", "000-46")
def test_a_shorter_pause_also_shortens_the_one_under_way() -> None:
    began = clock.now()
    campaign = make_campaign(batch_minutes=1440, next_batch_at=began + timedelta(minutes=1440))
    post(campaign, **filled(campaign, batch_minutes="5"))
    campaign.refresh_from_db()
    assert campaign.next_batch_at == began + timedelta(minutes=5)


@pytest.mark.requirement("000-35")
def test_hours_are_kept_and_anytime_empties_them() -> None:
    campaign = make_campaign()
    post(campaign, **filled(campaign, window_start="09:00", window_end="17:30"))
    campaign.refresh_from_db()
    assert f"{campaign.window_start:%H:%M}-{campaign.window_end:%H:%M}" == "09:00-17:30"
    answer = post(campaign, **filled(campaign, window_start="09:00", window_end="17:30", do="anytime"))
    page = answer.content.decode()
    assert 'name="window_start" type="time" value=""' in page
    campaign.refresh_from_db()
    assert campaign.window_start is not None  # not saved yet
    post(campaign, **filled(campaign))
    campaign.refresh_from_db()
    assert campaign.window_start is None


@pytest.mark.requirement("000-35")
def test_anytime_is_every_day_of_the_week_too() -> None:
    campaign = make_campaign(window_days=0b0011111)
    working_week = filled(campaign, window_start="09:00", window_end="17:30", window_days=["0", "1", "2", "3", "4"])
    page = post(campaign, **working_week, do="anytime").content.decode()
    assert page.count('name="window_days" value=') == page.count("checked><span>") == 7
    post(campaign, **filled(campaign))
    campaign.refresh_from_db()
    assert (campaign.window_start, campaign.window_end, campaign.window_days) == (None, None, 127)


@pytest.mark.requirement("000-31")
def test_complete_on_reply_can_be_turned_off() -> None:
    campaign = make_campaign()
    data = filled(campaign)
    del data["complete_on_reply"]
    post(campaign, **data)
    campaign.refresh_from_db()
    assert campaign.complete_on_reply is False


@pytest.mark.requirement("000-32")
def test_without_scripts_the_buttons_post_and_nothing_typed_is_lost() -> None:
    campaign = make_campaign(steps=("One", "Two"))
    typed = filled(campaign, step_body=["One, changed", "Two"], batch_size="77")
    page = post(campaign, **typed, do="add").content.decode()
    assert ">Step 3<" in page
    assert "One, changed" in page
    assert 'value="77"' in page
    page = post(campaign, **typed, do="remove:0").content.decode()
    assert "One, changed" not in page.split("<template")[0].split("data-steps")[1]
    assert ">Step 2<" not in page
    assert post(campaign, **typed, do="remove:x").status_code == 200
    assert [step.body for step in campaign.steps.filter(removed_at=None)] == ["One", "Two"]


@pytest.mark.requirement("000-34")
def test_what_is_wrong_stands_beside_its_field_with_what_was_typed() -> None:
    campaign = make_campaign(steps=("Hi", "There"))
    data = filled(
        campaign,
        step_body=["Hi {{ frist_name }}", "There"],
        step_wait=["-1", "24"],
        window_start="17:00",
        window_end="09:00",
        batch_size="none",
        timezone="Mars/Olympus",
    )
    answer = post(campaign, **data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Did you mean {{ first_name }}?" in page
    for typed in ("Hi {{ frist_name }}", 'value="-1"', 'value="17:00"', 'value="none"', "Mars/Olympus"):
        assert typed in page
    for place in ("step-error-n0", "wait-error-n0", "size-error", "timezone-error"):
        assert f'id="{place}"' in page
    assert [step.body for step in campaign.steps.all()] == ["Hi", "There"]


def test_a_window_that_ends_before_it_starts_is_refused_at_its_field() -> None:
    campaign = make_campaign()
    page = post(campaign, **filled(campaign, window_start="17:00", window_end="09:00")).content.decode()
    assert 'id="end-error"' in page


def test_the_preview_reads_as_a_real_lead_and_lists_the_blanks() -> None:
    campaign = make_campaign()
    make_leads(campaign)
    audience.add(campaign, [Person("+18135550199")], clock.now())
    client = signed_in(owner_of(campaign))
    address = f"/campaigns/{campaign.public_id}/settings/preview/"
    data = filled(campaign, step_body=["Hi {{ first_name }}, it is us."])
    page = client.post(address, data).content.decode()
    assert "Hi Lead0, it is us." in page
    assert "1 lead has no first name and reads “Hi, it is us.”" in page
    second = campaign.recipients.order_by("id")[1].contact
    assert "Hi Lead1, it is us." in client.post(address, data | {"as": second.public_id}).content.decode()
    page = client.post(address, data | {"step_body": ["Hi {{ first_name | default: 'there' }}"]}).content.decode()
    assert "no first name" not in page
    page = client.post(address, data | {"step_body": ["Hi {{ frist_name }}"]}).content.decode()
    assert "Did you mean {{ first_name }}?" in page
    assert client.post(address, {}).status_code == 200


def test_a_custom_field_is_offered_and_its_blanks_are_counted() -> None:
    campaign = make_campaign()
    fields.ensure(campaign.workspace_id, ["Pet name"])
    people = [Person("+18135550101", fields={"pet_name": "Rex"}), Person("+18135550102"), Person("+18135550103")]
    audience.add(campaign, people, clock.now())
    assert "{{ pet_name }}" in see(campaign)
    data = filled(campaign, step_body=["How is {{ pet_name }}?"])
    client = signed_in(owner_of(campaign))
    page = client.post(f"/campaigns/{campaign.public_id}/settings/preview/", data).content.decode()
    assert "How is Rex?" in page
    assert "2 leads have no Pet name" in page


def test_a_viewer_sees_the_settings_greyed_out() -> None:
    campaign = make_campaign()
    viewer = signed_in(make_member(campaign.workspace, Role.VIEWER))
    page = viewer.get(f"/campaigns/{campaign.public_id}/settings/").content.decode()
    assert '<fieldset class="plain-fieldset" disabled>' in page
    assert "Save SMS campaign settings" not in page
