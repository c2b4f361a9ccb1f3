"""The editor in Messages, what it does without scripts, attachments, and the pages where messages are moved."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, signed_in
from threadline.campaigns.editing.saving import save_part
from threadline.campaigns.models import Campaign, Step
from threadline.campaigns.running import lifecycle
from threadline.campaigns.testing import make_campaign, make_leads, owner_of
from threadline.compliance.models import Policy
from threadline.contacts import fields
from threadline.lib import clock
from threadline.messaging.models import Upload

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def see(campaign: Campaign, path: str = "messages/") -> str:
    return str(signed_in(owner_of(campaign)).get(f"/campaigns/{campaign.public_id}/{path}").content.decode())


def post(campaign: Campaign, page: str = "messages/", /, **data: Any) -> Any:
    return signed_in(owner_of(campaign)).post(f"/campaigns/{campaign.public_id}/{page}", data)


def row(body: str = "Hi", id: str = "", **more: str) -> dict[str, str]:
    columns = {"id": id, "body": body, "wait": "24", "timing": "after", "date": "", "time": "09:00"}
    columns |= {"zone": "campaign", "field": "", "days": "0", "side": "after", "yearly": ""}
    return {f"step_{name}": value for name, value in (columns | more).items()}


def typed(*rows: dict[str, str], **more: Any) -> dict[str, Any]:
    """The form with these steps; their keys are k0, k1 …"""
    form: dict[str, Any] = {name: [one[name] for one in rows] for name in rows[0]}
    return form | {"step_key": [f"k{place}" for place in range(len(rows))], "opt_out_line": ""} | more


def tomorrow() -> date:
    return (clock.now() + timedelta(days=1)).date()


@pytest.mark.requirement("003-5", "U21")
def test_messages_of_a_draft_are_an_editor_with_its_labels() -> None:
    page = see(make_campaign(steps=()))
    labels = ("Message Type", "Standard Messages", "Add Message", "Send as people join (Auto SMS)", "Send at a date")
    assert [label for label in labels if label not in page] == []
    for label in ("Attach files", "Insert an emoji", "At a date and time", "Relative to a date of the person"):
        assert label in page
    assert "Reply STOP to opt out." in page


@pytest.mark.requirement("003-5", "U1", "U21")
def test_each_message_is_saved_with_its_own_schedule() -> None:
    campaign = make_campaign(steps=())
    fields.ensure(campaign.workspace_id, ["Birthday"])
    first = row("See you", timing="at", date=tomorrow().isoformat(), time="10:30", zone="person")
    last = row("Happy birthday 🎂", timing="field", field="birthday", days="2", side="before", yearly="1")
    answer = post(campaign, **typed(first, row("And again"), last, opt_out_line="Reply STOP to opt out."))
    assert answer["Location"] == f"/campaigns/{campaign.public_id}/messages/"
    one, two, three = campaign.steps.all()
    assert (one.timing, one.at_date, one.at_time, one.zone) == ("at", tomorrow(), time(10, 30), "person")
    assert (two.timing, two.body) == ("after", "And again")
    assert (three.field_key, three.offset_days, three.yearly) == ("birthday", -2, True)
    campaign.refresh_from_db()
    assert (campaign.kind, campaign.opt_out_line) == ("scheduled", "Reply STOP to opt out.")
    page = see(campaign)
    assert f'value="{tomorrow().isoformat()}"' in page
    assert "Happy birthday 🎂" in page


@pytest.mark.requirement("U21")
def test_a_scheduled_campaign_has_its_texts_in_messages_and_how_it_sends_in_settings() -> None:
    campaign = make_campaign(steps=())
    post(campaign, **typed(row(timing="at", date=tomorrow().isoformat())))
    page = see(campaign, "settings/")
    assert 'name="step_body"' not in page
    assert "SMS per batch" not in page
    assert "Lead priority" in page
    form = {
        "number": campaign.number.public_id if campaign.number else "",
        "timezone": "America/Denver",
        "window_days": ["0", "1"],
        "window_zone": "person",
        "priority": "random",
        "canary_size": "20",
        "most_failed": "15",
        "most_opt_outs": "5",
    }
    assert post(campaign, "settings/", **form).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.timezone, campaign.window_days, campaign.canary_size) == ("America/Denver", 3, 20)
    assert (campaign.window_zone, campaign.priority, campaign.batch_size) == ("person", "random", 1000)
    assert campaign.steps.count() == 1


def test_every_wrong_field_is_named_and_nothing_typed_is_lost() -> None:
    campaign = make_campaign(steps=())
    wrong = typed(
        row("{{ frist_name }}", timing="at", date="2001-02-03"),
        row("Two", timing="field", field="nothing", days="x"),
        row("Three", timing="at", date=tomorrow().isoformat(), time="noon", zone="Mars"),
        opt_out_line="x" * 161,
    )
    answer = post(campaign, **wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    for place in (
        "step-error-k0",
        "field-error-k1",
        "days-error-k1",
        "time-error-k2",
        "zone-error-k2",
        "opt-out-error",
    ):
        assert f'id="{place}"' in page
    for kept in ("{{ frist_name }}", 'value="2001-02-03"', 'value="x"', 'value="noon"'):
        assert kept in page
    assert not campaign.steps.exists()
    page = post(campaign, **typed(row(timing="at", date="2001-02-03"))).content.decode()
    assert "3 February 2001, 09:00 has passed. Choose a later time." not in page  # too long ago to be a slip
    page = post(campaign, **typed(row(timing="at", date=(tomorrow() - timedelta(days=9)).isoformat()))).content.decode()
    assert "has passed. Choose a later time." in page


@pytest.mark.requirement("000-32")
def test_without_scripts_steps_are_moved_inserted_and_given_their_way_of_sending() -> None:
    campaign = make_campaign(steps=("One", "Two"))
    one, two = (str(step.pk) for step in campaign.steps.all())
    form = typed(row("One", one), row("Two", two))

    def bodies(button: str) -> list[str]:
        page = post(campaign, **form, do=button).content.decode().split("<template")[0]
        return [part.split("</textarea>")[0].rpartition(">")[2] for part in page.split('name="step_body"')[1:]]

    assert bodies("up:1") == bodies("down:0") == ["Two", "One"]
    assert bodies("up:0") == bodies("down:1") == bodies("up:99") == ["One", "Two"]
    assert bodies("insert:1") == ["One", "", "Two"]
    assert bodies("add") == ["One", "Two", ""]
    page = post(campaign, **form, do="first:at").content.decode()
    assert 'data-first="at" aria-pressed="true"' in page
    post(campaign, **typed(row("Two", two), row("Between"), row("One", one)))
    assert [step.body for step in campaign.steps.all()] == ["Two", "Between", "One"]


@pytest.mark.requirement("003-5", "U20")
def test_files_are_attached_without_scripts_shown_kept_and_taken_off_again() -> None:
    campaign = make_campaign(steps=("One",))
    step = campaign.steps.get()
    file = SimpleUploadedFile("roses.png", PNG)
    page = post(campaign, **typed(row("One", str(step.pk)), do="attach"), **{"files-k0": file}).content.decode()
    upload = Upload.objects.get()
    assert "roses.png" in page
    assert f'name="media-k0" value="{upload.public_id}" checked' in page
    step.refresh_from_db()
    assert step.media == []  # not saved yet
    post(campaign, **typed(row("One", str(step.pk))), **{"media-k0": [upload.public_id]})
    step.refresh_from_db()
    assert (step.media, step.version) == ([upload.public_id], 2)
    assert "MMS: one message, however long the text" in see(campaign)
    assert "roses.png" in see(campaign, "settings/")
    post(campaign, **typed(row("One", str(step.pk))))
    step.refresh_from_db()
    assert (step.media, step.version) == ([], 3)


@pytest.mark.requirement("U20")
def test_a_file_without_words_is_a_message_too() -> None:
    campaign = make_campaign(steps=())
    post(campaign, **typed(row("")), **{"files-k0": SimpleUploadedFile("roses.png", PNG)})
    assert len(campaign.steps.get().media) == 1


def test_files_of_a_wrong_kind_or_size_are_refused_in_words() -> None:
    campaign = make_campaign(steps=())
    program = SimpleUploadedFile("game.exe", b"MZ" + b"\0" * 40)
    answer = post(campaign, **typed(row("Kept")), **{"files-k0": program})
    assert answer.status_code == 422
    assert 'id="media-error-k0"' in answer.content.decode()
    assert "Kept" in answer.content.decode()
    large = SimpleUploadedFile("large.png", PNG + b"\0" * 6_000_000)
    assert "Make it smaller" in post(campaign, **typed(row("Kept")), **{"files-k0": large}).content.decode()
    answer = post(campaign, **typed(row("Kept")), **{"media-k0": ["upl_of_somebody_else"]})
    assert "no longer there" in answer.content.decode()
    assert not campaign.steps.exists()


def test_the_notes_say_what_really_happens() -> None:
    campaign = make_campaign(steps=(), timezone="America/New_York")
    make_leads(campaign)
    lead = campaign.recipients.earliest("id").contact
    lead.first_name = "Maximiliana-" * 6
    lead.save(update_fields=["first_name"])
    year = clock.now().year + 1
    gap = next(date(year, 3, day) for day in range(8, 15) if date(year, 3, day).weekday() == 6)
    form = typed(
        row("Hi {{ first_name }}" + "x" * 100, timing="at", date=gap.isoformat(), time="02:30"),
        timezone="America/New_York",
    )
    page = post(campaign, "settings/preview/", **form).content.decode()
    assert f"02:30 does not exist on {gap.day} March in New York; it will go at 03:30." in page
    assert "at most 2 segments" in page
    assert 'id="step-note-k0" hx-swap-oob="true"' in page


@pytest.mark.requirement("U22")
def test_quiet_hours_say_how_they_narrow_the_window() -> None:
    campaign = make_campaign(window_start=time(9), window_end=time(22))
    assert "Quiet hours" not in see(campaign, "settings/").split("quiet-line")[1].split("</p>")[0]
    Policy.objects.create(workspace=campaign.workspace, quiet_hours=True, quiet_from=time(20), quiet_to=time(8))
    assert "Quiet hours of this workspace narrow this to 09:00–20:00" in see(campaign, "settings/")


def make_scheduled() -> Campaign:
    campaign = make_campaign(steps=("One", "Two"), kind="scheduled")
    Step.objects.filter(pk=campaign.steps.earliest("position").pk).update(
        timing="at", at_date=tomorrow() + timedelta(days=2), at_time=time(9)
    )
    make_leads(campaign)
    return lifecycle.schedule(campaign, owner_of(campaign), clock.now())


@pytest.mark.requirement("003-6", "U3")
def test_once_scheduled_each_unsent_message_has_a_form_to_move_it() -> None:
    campaign = make_scheduled()
    page = see(campaign)
    assert "Details are locked once scheduled; unsent schedules can move." in page
    assert 'name="step_body"' not in page
    one, two = campaign.steps.all()
    later = (tomorrow() + timedelta(days=5)).isoformat()
    answer = post(campaign, "messages/move/", **typed(row("", str(one.pk), timing="at", date=later, time="11:15")))
    assert answer["Location"] == f"/campaigns/{campaign.public_id}/messages/"
    one.refresh_from_db()
    assert (str(one.at_date), one.at_time, one.body) == (later, time(11, 15), "One")
    answer = post(campaign, "messages/move/", **typed(row("", str(two.pk), wait="never")))
    assert answer.status_code == 422
    assert 'id="wait-error-k0"' in answer.content.decode()
    assert 'value="never"' in answer.content.decode()
    assert post(campaign, **typed(row("Changed", str(one.pk)))).status_code == 422
    assert "lock" in see(campaign, "settings/")
    assert "Save SMS campaign settings" not in see(campaign, "settings/")


@pytest.mark.requirement("003-15")
def test_after_a_restart_the_details_tab_rebuilds_the_schedule() -> None:
    campaign = make_scheduled()
    lifecycle.stop(campaign, owner_of(campaign), clock.now())
    campaign = lifecycle.restart(campaign, owner_of(campaign), clock.now())
    page = see(campaign, "details/")
    assert "Rebuild the message schedule" in page
    assert "After a restart only the schedule of messages that nobody has got can be changed." in page
    one, two = (str(step.pk) for step in campaign.steps.all())
    later = (tomorrow() + timedelta(days=5)).isoformat()
    form = typed(row("", one, timing="at", date=later, wait="0"), row("", two, wait="6"))
    assert post(campaign, "messages/move/", **form)["Location"] == f"/campaigns/{campaign.public_id}/details/"
    assert [(step.timing, float(step.wait_hours)) for step in campaign.steps.all()] == [("at", 6), ("after", 24)]
    form = typed(row("", one, timing="at", date="2001-01-01"), row("", two))
    answer = post(campaign, "messages/move/", **form)
    assert answer.status_code == 422
    assert "Rebuild the message schedule" in answer.content.decode()


@pytest.mark.requirement("U3")
def test_a_running_drip_says_that_its_text_can_be_edited() -> None:
    campaign = make_campaign()
    lifecycle.start(campaign, owner_of(campaign), clock.now())
    assert "Text can be edited any time; it counts for people who have not got it yet." in see(campaign)
    assert "Texts have gone out" in see(campaign, "settings/")


def test_a_viewer_reads_and_moves_nothing() -> None:
    campaign = make_scheduled()
    viewer = signed_in(make_member(campaign.workspace, Role.VIEWER))
    page = viewer.get(f"/campaigns/{campaign.public_id}/messages/").content.decode()
    assert "messages/move/" not in page
    assert viewer.post(f"/campaigns/{campaign.public_id}/messages/move/", {}).status_code == 403
    assert viewer.post(f"/campaigns/{campaign.public_id}/messages/", {}).status_code == 403


def test_odd_forms_do_no_harm() -> None:
    campaign = make_campaign(steps=("One",))
    nobody = {"step_id": ["\x00", "9" * 40, "x"], "step_body": ["a"], "step_key": ["../k", "k" * 99]}
    assert post(campaign, **nobody, do="remove:-1").status_code == 200
    assert post(campaign, **nobody).status_code == 422
    assert post(campaign, "messages/move/", step_id=["\x00", "9" * 40]).status_code == 302
    assert post(campaign, do="first:field").status_code == 200
    bombs = ("{{ (1..30000000) | join }}", "{% for i in (1..9) %}x{% endfor %}", "{{ name " + "| upcase " * 99 + "}}")
    for bomb in bombs:
        assert post(campaign, **typed(row(bomb))).status_code == 422
    assert post(campaign, **typed(row("x" * 10_000_000))).status_code in (400, 413, 422)
    assert [step.body for step in campaign.steps.all()] == ["One"]


def test_two_people_who_save_messages_and_settings_keep_both() -> None:
    campaign = make_campaign(steps=("One",))
    save_part(campaign, None, clock.now(), batch_size=7)
    post(campaign, **typed(row("Better", str(campaign.steps.get().pk))))
    campaign.refresh_from_db()
    assert (campaign.batch_size, campaign.steps.get().body) == (7, "Better")


def test_the_live_part_of_a_draft_leaves_what_is_typed_alone() -> None:
    campaign = make_campaign()
    headers = {"HX-Request": "true", "HX-Target": "campaign-live"}
    for tab in ("messages/", "settings/"):
        address = f"/campaigns/{campaign.public_id}/{tab}"
        page = signed_in(owner_of(campaign)).get(address, headers=headers).content.decode()
        assert 'id="campaign-rail"' in page
        assert "step_body" not in page
