"""Saving settings and steps: all or nothing, at any time, and never two people's mixed."""

import threading
from dataclasses import replace
from datetime import time
from decimal import Decimal

import pytest
from django.db import connection

from threadline.accounts.models import AuditEntry
from threadline.accounts.testing import make_member
from threadline.campaigns.drafts.creating import NEW_LIST, Details, create
from threadline.campaigns.editing.saving import Settings, StepText, save, save_part
from threadline.campaigns.invalid import Invalid
from threadline.contacts.models import CustomField
from threadline.events.models import Event
from threadline.lib import clock
from threadline.numbers.testing import make_connection, make_number

pytestmark = pytest.mark.django_db


def make_campaign(name="Spring"):
    member = make_member()
    number = make_number(make_connection(member.workspace))
    details = Details(name, number.public_id, NEW_LIST, acknowledged=True)
    return create(member.workspace, member, details, clock.now())


@pytest.fixture
def campaign():
    return make_campaign()


def given(campaign, *steps, **changes):
    texts = [step if isinstance(step, StepText) else StepText(None, step) for step in steps or ["Hi {{ first_name }}"]]
    settings = Settings(texts, campaign.number.public_id, True, "America/New_York")
    return replace(settings, **changes)


def saved(campaign, *steps, **changes):
    return save(campaign, campaign.owner, given(campaign, *steps, **changes), clock.now())


def errors(campaign, *steps, **changes):
    before = list(campaign.steps.values())
    with pytest.raises(Invalid) as caught:
        saved(campaign, *steps, **changes)
    assert list(campaign.steps.values()) == before
    return caught.value.errors


def alive(campaign):
    return [
        (step.position, step.body, step.wait_hours, step.version) for step in campaign.steps.filter(removed_at=None)
    ]


def as_given(campaign):
    return [StepText(step.pk, step.body, step.wait_hours) for step in campaign.steps.filter(removed_at=None)]


@pytest.mark.requirement("000-32", "000-33", "000-35", "000-36", "000-37", "000-38")
def test_everything_is_saved(campaign):
    made = saved(
        campaign,
        StepText(None, "One {{ first_name }}", "24"),
        StepText(None, "Two", Decimal("0.25")),
        complete_on_reply=False,
        zone="Europe/Berlin",
        start="09:00",
        end=time(17, 30),
        batch_size="25",
        batch_minutes=0,
        priority="newest",
    )
    made.refresh_from_db()
    assert alive(made) == [(1, "One {{ first_name }}", 24, 1), (2, "Two", Decimal("0.25"), 1)]
    assert (made.timezone, made.window_start, made.window_end) == ("Europe/Berlin", time(9), time(17, 30))
    assert (made.batch_size, made.batch_minutes, made.priority, made.complete_on_reply) == (25, 0, "newest", False)


def test_the_window_can_be_taken_away_again(campaign):
    saved(campaign, start="09:00", end="17:00")
    saved(campaign, *as_given(campaign), start="", end="")
    campaign.refresh_from_db()
    assert (campaign.window_start, campaign.window_end) == (None, None)


@pytest.mark.requirement("000-46")
@pytest.mark.parametrize("state", ["draft", "active", "paused"])
def test_a_changed_text_is_a_new_version_in_any_state(campaign, state):
    saved(campaign, "One", "Two")
    campaign.state = state
    campaign.save(update_fields=["state"])
    one, two = as_given(campaign)
    saved(campaign, replace(one, body="One, but better"), replace(two, wait_hours=48))
    assert alive(campaign) == [(1, "One, but better", 24, 2), (2, "Two", 48, 1)]


def test_positions_are_never_used_again(campaign):
    saved(campaign, "One", "Two", "Three")
    one, two, _three = as_given(campaign)
    saved(campaign, one, two)
    one, two = as_given(campaign)
    saved(campaign, one, two, "Four")
    assert [(position, body) for position, body, *_ in alive(campaign)] == [(1, "One"), (2, "Two"), (4, "Four")]
    assert campaign.steps.filter(removed_at__isnull=False).get().position == 3


def test_saving_what_is_there_changes_and_tells_nothing(campaign):
    saved(campaign, "One")
    counts = AuditEntry.objects.count(), Event.objects.count()
    saved(campaign, *as_given(campaign))
    assert (AuditEntry.objects.count(), Event.objects.count()) == counts
    assert alive(campaign)[0][3] == 1


def test_a_change_is_told_and_written_down(campaign):
    Event.objects.all().delete()
    saved(campaign, "One", batch_size=5)
    assert Event.objects.get().subject == campaign.public_id
    entry = AuditEntry.objects.get(action="campaign.settings")
    assert (entry.member, entry.facts) == (campaign.owner, {"batch_size": 5, "steps": 1})


def test_of_two_people_the_last_one_wins_altogether(campaign):
    saved(campaign, "One", "Two")
    mine, yours = as_given(campaign), as_given(campaign)
    saved(campaign, mine[0], "Mine", batch_size=1, batch_minutes=1)
    saved(campaign, replace(yours[0], body="Yours"), yours[1], batch_size=2, batch_minutes=2)
    assert [(body, version) for _, body, _, version in alive(campaign)] == [("Yours", 2), ("Two", 1)]
    campaign.refresh_from_db()
    assert (campaign.batch_size, campaign.batch_minutes) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_save_at_the_same_moment_never_mix():
    campaign = make_campaign()
    saved(campaign, "One", "Two")
    steps = as_given(campaign)
    together = threading.Barrier(4)
    failures = []

    def press(name, size):
        try:
            together.wait()
            saved(campaign, *(replace(step, body=f"{name} {step.body}") for step in steps), name, batch_size=size)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    people = [threading.Thread(target=press, args=(f"P{size}", size)) for size in range(1, 5)]
    for thread in people:
        thread.start()
    for thread in people:
        thread.join(60)
    assert failures == []
    campaign.refresh_from_db()
    winner = f"P{campaign.batch_size}"
    assert [body for _, body, *_ in alive(campaign)] == [f"{winner} One", f"{winner} Two", winner]


def test_every_field_at_fault_is_named_at_once(campaign):
    wrong = errors(
        campaign,
        StepText(None, "", "x"),
        StepText(None, "{{ frist_name }}", -1),
        number="num_nothing",
        zone="Mars/Olympus",
        start="9 o'clock",
        end="17:00",
        batch_size=0,
        batch_minutes="many",
        priority="loudest",
    )
    assert set(wrong) == {
        "steps.0.body",
        "steps.0.wait_hours",
        "steps.1.body",
        "steps.1.wait_hours",
        "number",
        "timezone",
        "window_start",
        "batch_size",
        "batch_minutes",
        "priority",
    }
    assert "{{ frist_name }}" in wrong["steps.1.body"] and "{{ first_name }}" in wrong["steps.1.body"]


@pytest.mark.parametrize("wait", ["", "x", "-0.01", "8760.01", "0.001", "NaN", "inf", "1e9", "9" * 30, "--", "\x00"])
def test_a_wait_that_is_none_is_refused(campaign, wait):
    assert list(errors(campaign, StepText(None, "Hi", wait))) == ["steps.0.wait_hours"]


@pytest.mark.parametrize("wait", ["0", "0.25", " 24 ", "0,5", "8760", 8760, 0.1, Decimal("1.50"), "1e2"])
def test_a_wait_from_nothing_to_a_year_is_taken(campaign, wait):
    saved(campaign, StepText(None, "Hi", wait))
    assert 0 <= alive(campaign)[0][2] <= 8760


@pytest.mark.parametrize("body", ["", "  \n", "{{ pet_name }}", "{% if %}", "{{ name", "x" * 1601, "{{ name }}" * 60])
def test_a_text_that_cannot_go_out_is_refused(campaign, body):
    assert list(errors(campaign, body)) == ["steps.0.body"]


def test_the_fields_of_the_workspace_are_placeholders(campaign):
    CustomField.objects.create(workspace=campaign.workspace, key="pet_name", label="Pet name")
    saved(campaign, "Hi {{ pet_name }}", "x" * 1600)


def test_what_cannot_be_stored_is_shown_by_pictures(campaign):
    saved(campaign, "a\x00b\ud83dc\r\n")
    assert alive(campaign)[0][1] == "a␀b�c"


@pytest.mark.parametrize(
    "changes",
    [
        {"batch_size": 10_001},
        {"batch_size": "1.5"},
        {"batch_minutes": 1441},
        {"batch_minutes": -1},
        {"zone": ""},
        {"zone": "\x00"},
        {"start": "09:00"},
        {"end": "09:00"},
        {"start": "17:00", "end": "09:00"},
        {"start": "25:00", "end": "26:00"},
        {"priority": ""},
        {"number": ""},
        {"days": []},
        {"days": ["7"]},
        {"days": ["x" * 90]},
        {"window_zone": "moon"},
        {"opt_out_line": "x" * 161},
        {"opt_out_line": "Stop, {{ first_name }}"},
        {"canary_size": -1},
        {"most_failed": 101},
        {"most_opt_outs": "many"},
    ],
)
def test_settings_out_of_bounds_are_refused(campaign, changes):
    assert len(errors(campaign, **changes)) >= 1


def test_a_number_that_is_gone_may_stay_but_not_be_chosen(campaign):
    gone = make_number(make_connection(campaign.workspace), gone_at=clock.now())
    assert list(errors(campaign, number=gone.public_id)) == ["number"]
    campaign.number.gone_at = clock.now()
    campaign.number.save(update_fields=["gone_at"])
    assert saved(campaign, "Hi").number == campaign.number


def test_a_step_of_another_campaign_is_none(campaign):
    other = make_campaign()
    saved(other, "Theirs")
    assert list(errors(campaign, as_given(other)[0])) == ["steps.0"]
    assert alive(other)[0][1] == "Theirs"


def test_steps_of_a_draft_go_in_the_order_given(campaign):
    saved(campaign, "One", "Two", "Gone")
    one, two, _gone = as_given(campaign)
    saved(campaign, two, "Between", one)
    assert [(position, body) for position, body, *_ in alive(campaign)] == [(1, "Two"), (2, "Between"), (3, "One")]
    assert list(errors(campaign, one, one)) == ["steps.1"]


def test_once_something_was_sent_steps_keep_their_order(campaign):
    saved(campaign, "One", "Two")
    one, two = as_given(campaign)
    campaign.state, campaign.started_at = "active", clock.now()
    campaign.save(update_fields=["state", "started_at"])
    assert list(errors(campaign, two, one)) == ["steps.1"]
    assert list(errors(campaign, one, one)) == ["steps.1"]
    wrong = errors(campaign, "Before", one, two)
    assert list(wrong) == ["steps.1", "steps.2"]
    assert "new ones come after the others" in wrong["steps.1"]


@pytest.mark.parametrize("state", ["stopped", "completed", "archived"])
def test_what_has_ended_is_not_changed_any_more(campaign, state):
    saved(campaign, "One")
    campaign.state = state
    campaign.save(update_fields=["state"])
    assert list(errors(campaign, *as_given(campaign))) == ["steps"]


@pytest.mark.requirement("003-6", "U3")
def test_a_scheduled_campaign_is_locked_once_scheduled(campaign):
    saved(campaign, "One")
    campaign.kind, campaign.state = "scheduled", "scheduled"
    campaign.save(update_fields=["kind", "state"])
    wrong = errors(campaign, *as_given(campaign), batch_size=3)
    assert wrong == {"steps": "Details are locked once scheduled; unsent schedules can move."}


def test_everything_else_is_saved_too(campaign):
    made = saved(
        campaign,
        "One",
        days=["0", 4],
        window_zone="person",
        opt_out_line="  Reply STOP\nto opt out. ",
        canary_size="50",
        most_failed=0,
        most_opt_outs="5",
        priority="random",
    )
    made.refresh_from_db()
    assert (made.window_days, made.window_zone, made.opt_out_line) == (17, "person", "Reply STOP to opt out.")
    assert (made.canary_size, made.most_failed, made.most_opt_outs, made.priority) == (50, 0, 5, "random")
    assert as_given(made) == as_given(save_part(made, made.owner, clock.now(), days=range(7)))
    made.refresh_from_db()
    assert (made.window_days, made.canary_size) == (127, 50)


def test_a_new_ending_of_the_first_text_is_a_new_version_of_it(campaign):
    saved(campaign, "One", "Two")
    saved(campaign, *as_given(campaign), opt_out_line="Reply STOP to opt out.")
    assert [version for *_, version in alive(campaign)] == [2, 1]


def test_only_a_draft_may_be_without_steps(campaign):
    saved(campaign, steps=[])
    saved(campaign, "One")
    campaign.state = "active"
    campaign.save(update_fields=["state"])
    assert list(errors(campaign, steps=[])) == ["steps"]


def test_there_is_a_most_of_steps(campaign):
    assert list(errors(campaign, *["Hi"] * 51)) == ["steps"]
