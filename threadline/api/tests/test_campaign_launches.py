"""/campaigns: times of steps, launches, audiences, copies and templates, by a program alone."""

from datetime import timedelta

import pytest

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, make_workspace
from threadline.api import keys
from threadline.api.testing import Program, error
from threadline.api.tests.test_campaigns import REFUSED, add, do, made, program, running, wish
from threadline.campaigns import audience
from threadline.campaigns.drafts import campaign_templates
from threadline.campaigns.engine.advance import advance
from threadline.campaigns.launch import approval
from threadline.campaigns.models import Campaign, LaunchRules
from threadline.campaigns.refusals import Refused
from threadline.contacts.models import CustomField
from threadline.contacts.testing import make_contacts, make_list
from threadline.lib import clock
from threadline.messaging.testing import DANA

__all__ = ["program"]  # a fixture
pytestmark = pytest.mark.django_db


def dated(program, **changes):
    """A draft whose first step has a date."""
    day = (clock.now() + timedelta(days=3)).date().isoformat()
    steps = [{"body": "Hi", "timing": "at", "at_date": day, "at_time": "12:00"}, {"body": "Bye", "wait_hours": 48}]
    return made(program, steps=steps, **changes)


def test_steps_have_their_times_and_settings_all_their_fields(program):
    settings = {
        "window_days": [0, 2],
        "window_zone": "person",
        "opt_out_line": "Reply STOP to opt out.",
        "priority": "random",
        "canary_size": 20,
        "most_failed": 5,
        "most_opt_outs": 0,
    }
    body = dated(program, **settings)
    assert {name: body[name] for name in settings} == settings
    assert (body["kind"], body["state"], body["begins_at"]) == ("scheduled", "draft", None)
    first = body["steps"][0]
    assert (first["timing"], first["at_time"], first["zone"], first["field"]) == ("at", "12:00", "campaign", None)
    CustomField.objects.create(workspace=program.workspace, key="birthday", label="Birthday")
    birthday = {
        "position": 2,
        "body": "Bye",
        "timing": "field",
        "field": "birthday",
        "at_time": "09:00",
        "yearly": True,
    }
    body = program.post(f"campaigns/{body['id']}", {"steps": [{"position": 1, "body": "Hi!"}, birthday]}).json()
    assert [(step["timing"], step["at_time"]) for step in body["steps"]] == [("at", "12:00"), ("field", "09:00")]
    assert (body["steps"][1]["field"], body["steps"][1]["yearly"]) == ("birthday", True)
    wrong = {"steps": [{"body": "x", "timing": "field", "field": "gone", "at_time": "9"}]}
    errors = program.post(f"campaigns/{body['id']}", wrong).json()["error"]["errors"]
    assert "steps.0.field" in errors


def test_a_campaign_with_a_date_is_scheduled_moved_stopped_and_restarted(program):
    campaign = dated(program)
    add(program, campaign)
    assert error(do(program, campaign, "start")) == (409, REFUSED, "other_kind", None)
    scheduled = do(program, campaign, "schedule").json()
    assert (scheduled["state"], scheduled["begins_at"] is not None) == ("scheduled", True)
    moved = do(program, campaign, "steps/1", {"at_time": "13:30"}).json()
    assert (moved["steps"][0]["at_time"], moved["steps"][1]["wait_hours"]) == ("13:30", 48.0)
    assert moved["begins_at"] != scheduled["begins_at"]
    assert error(do(program, campaign, "steps/1", {"at_date": "2001-01-01"}))[::3] == (400, "at_date")
    assert error(do(program, campaign, "steps/9", {}))[0] == 404
    assert do(program, campaign, "stop").json()["state"] == "stopped"
    restarted = do(program, campaign, "restart").json()
    assert restarted["state"] == "draft"
    assert do(program, campaign, "launch").json()["state"] == "scheduled"


def test_what_a_launch_asks_for_is_said_before_and_answered_with_it(program):
    campaign = made(program)
    add(program, campaign, DANA, "+18135550143")
    audience.refresh(Campaign.objects.get(), clock.now())
    LaunchRules.objects.create(workspace=program.workspace, typed_from=2, approval_from=2)
    look = program.get(f"campaigns/{campaign['id']}/launch").json()
    assert (look["verb"], look["people"], look["approval"]) == ("start", 2, "none")
    assert [(one["code"], one["kind"]) for one in look["problems"]] == [("approval", "blocks"), ("count", "asks")]
    assert error(do(program, campaign, "launch", {"people": 2})) == (409, REFUSED, "approval", None)
    assert error(do(program, campaign, "ask_approval")) == (409, REFUSED, "no_asker", None)
    owner, other = program.workspace.members.get(), make_member(program.workspace, Role.ADMIN)
    theirs = Program(program.workspace, keys.create(program.workspace, "Till", owner)[1])
    assert do(theirs, campaign, "ask_approval").status_code == 200
    with pytest.raises(Refused, match="Another owner or admin has to approve"):
        approval.approve(Campaign.objects.get(), owner, clock.now())
    approval.approve(Campaign.objects.get(), other, clock.now())
    assert error(do(program, campaign, "start")) == (409, REFUSED, "count", None)
    assert error(do(program, campaign, "launch", {"people": 3})) == (409, REFUSED, "count", None)
    assert do(program, campaign, "launch", {"people": 2}).json()["state"] == "active"


def test_a_launch_is_recalled(program):
    LaunchRules.objects.create(workspace=program.workspace, recall_seconds=60)
    campaign = running(program)
    do(program, campaign, "arm")
    advance(clock.now())
    recalled = do(program, campaign, "recall").json()
    assert (recalled["recalled"], recalled["left"], recalled["campaign"]["state"]) == (1, 0, "draft")
    assert error(do(program, campaign, "recall")) == (409, REFUSED, "too_late", None)


def test_a_copy_has_to_be_acknowledged(program):
    campaign = made(program)
    copy = do(program, campaign, "duplicate")
    assert (copy.status_code, copy.json()["name"], copy.json()["state"]) == (201, "Spring (copy)", "draft")
    assert error(do(program, copy.json(), "launch")) == (409, REFUSED, "acknowledge", None)
    assert do(program, copy.json(), "launch", {"acknowledged": True}).json()["state"] == "active"


def test_the_audience_is_added_to_and_left_out(program):
    campaign, people = made(program), make_contacts(program.workspace, 2)
    listed, without = (make_list(program.workspace, name, people) for name in ("All", "Not these"))
    added = do(program, campaign, "audience", {"mode": "include", "list": listed.public_id}).json()
    assert [(rule["mode"], rule["by"], rule["list"]) for rule in added["audience"]] == [
        ("include", "list", listed.public_id)
    ]
    field = do(program, campaign, "audience", {"mode": "exclude", "field": "contact.company", "value": "Acme"}).json()
    assert field["audience"][1]["value"] == "Acme"
    for wrong in ({"mode": "include"}, {"mode": "include", "tag": "tag_x"}, {"mode": "maybe", "list": "lst_x"}):
        assert error(do(program, campaign, "audience", wrong))[0] == 400
    rule = field["audience"][0]["id"]
    left = program.delete(f"campaigns/{campaign['id']}/audience/{rule}").json()
    assert [one["by"] for one in left["audience"]] == ["field"]
    do(program, campaign, "launch")
    locked = do(program, campaign, "audience", {"mode": "exclude", "list": without.public_id})
    assert error(locked) == (409, REFUSED, "locked", None)


def test_templates_are_read_and_started_from(program):
    source = dated(program, batch_size=7)
    template = campaign_templates.keep(Campaign.objects.get(), None, "Welcome", clock.now())
    found = program.get("templates").json()["data"][0]
    assert (found["id"], found["name"], [step["body"] for step in found["steps"]]) == (
        template.public_id,
        "Welcome",
        ["Hi", "Bye"],
    )
    assert found["settings"]["batch_size"] == 7
    assert program.get(f"templates/{template.public_id}").json() == found
    answer = program.post(
        "campaigns", wish(program, name="From it", template=template.public_id, batch_minutes=3)
    ).json()
    assert ([step["body"] for step in answer["steps"]], answer["batch_size"], answer["batch_minutes"]) == (
        ["Hi", "Bye"],
        7,
        3,
    )
    assert answer["kind"] == source["kind"]
    other = Program(make_workspace())
    assert error(other.get(f"templates/{template.public_id}"))[0] == 404
    assert error(program.post("campaigns", wish(program, name="New", template="tpl_x")))[::3] == (400, "template")
