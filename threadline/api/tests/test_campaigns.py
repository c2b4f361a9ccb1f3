"""/campaigns: from its creation to its results by a program alone; refusals are typed, foreign ids lead nowhere."""

import pytest

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member, make_workspace
from threadline.api.testing import Program, error
from threadline.api.urls import CAMPAIGN_VERBS
from threadline.campaigns import audience
from threadline.campaigns.engine.advance import advance
from threadline.campaigns.models import Campaign, Recipient
from threadline.contacts.models import Contact
from threadline.contacts.testing import make_contacts, make_list
from threadline.lib import clock
from threadline.messaging.models import Message
from threadline.messaging.testing import DANA, make_line
from threadline.numbers.testing import make_connection, make_number

pytestmark = pytest.mark.django_db
INVALID = "invalid_request_error"
REFUSED = "campaign_refused"


@pytest.fixture
def program():
    line = make_line()
    make_member(line.workspace, Role.OWNER)
    return Program(line.workspace)


def wish(program, **changes):
    number = program.workspace.numbers.first().public_id
    return {"name": "Spring", "number": number, "acknowledged": True, **changes}


def made(program, **changes):
    changes = {"steps": [{"body": "Hi {{ first_name }}"}, {"body": "Still there?"}], **changes}
    answer = program.post("campaigns", wish(program, **changes))
    assert answer.status_code == 201, answer.content
    return answer.json()


def do(program, campaign, verb, body=b""):
    return program.post(f"campaigns/{campaign['id']}/{verb}", body)


def add(program, campaign, *phones):
    people = [{"phone": phone, "first_name": "Dana"} for phone in phones or [DANA]]
    return program.post(f"campaigns/{campaign['id']}/leads", {"people": people})


def running(program, **changes):
    campaign = made(program, **changes)
    add(program, campaign)
    assert do(program, campaign, "start").status_code == 200
    return campaign


def test_a_campaign_is_a_draft_with_its_texts_and_settings(program):
    body = made(program, window_start="09:00", window_end="17:30", timezone="Europe/Berlin", batch_size=25)
    assert (body["object"], body["state"], body["auto_sms"], body["channel"]) == ("campaign", "draft", False, "sms")
    assert [(step["position"], step["body"], step["wait_hours"]) for step in body["steps"]] == [
        (1, "Hi {{ first_name }}", 24.0),
        (2, "Still there?", 24.0),
    ]
    assert (body["window_start"], body["window_end"], body["timezone"]) == ("09:00", "17:30", "Europe/Berlin")
    assert (body["batch_size"], body["batch_minutes"], body["priority"]) == (25, 10, "oldest")
    assert body["owner"] == program.workspace.members.get().public_id
    assert program.get(f"lists/{body['list']}").json()["name"] == "Spring"
    assert (body["leads"]["pending"], body["stall"]["code"]) == (0, "no_leads")
    assert program.get(f"campaigns/{body['id']}").json() == body


def test_its_number_may_be_a_phone_number_and_its_list_one_that_is_there(program):
    people = make_contacts(program.workspace, 2)
    spring = make_list(program.workspace, "People", people)
    body = made(program, number=program.workspace.numbers.get().phone, list=spring.public_id)
    audience.refresh(Campaign.objects.get(), clock.now())
    assert (body["number"], body["list"]) == (program.workspace.numbers.get().public_id, spring.public_id)
    leads = program.get(f"campaigns/{body['id']}/leads").json()["data"]
    assert [lead["id"] for lead in leads] == [people[1].public_id, people[0].public_id]


def test_every_field_at_fault_is_named(program):
    answer = program.post("campaigns", {"name": " ", "number": "num_x", "list": "lst_x", "acknowledged": False})
    assert error(answer) == (400, INVALID, "parameter_invalid", "name")
    assert list(answer.json()["error"]["errors"]) == ["name", "number", "list", "acknowledged"]
    answer = program.post("campaigns", wish(program, steps=[{"body": "{{ frist_name }}"}], batch_size=0, timezone="X"))
    assert set(answer.json()["error"]["errors"]) == {"steps.0.body", "batch_size", "timezone"}
    assert "{{ first_name }}" in answer.json()["error"]["errors"]["steps.0.body"]
    assert not Campaign.objects.exists()
    assert program.get("lists").json()["data"] == []


def test_a_name_is_taken_once(program):
    made(program)
    assert error(program.post("campaigns", wish(program, name="SPRING")))[2:] == ("parameter_invalid", "name")


def test_campaigns_are_listed_newest_first_and_by_state(program):
    one, two = made(program), running(program, name="Two")
    assert [row["id"] for row in program.get("campaigns").json()["data"]] == [two["id"], one["id"]]
    assert [row["id"] for row in program.get("campaigns", state="active").json()["data"]] == [two["id"]]
    assert error(program.get("campaigns", state="running"))[2:] == ("parameter_invalid", "state")


def test_a_change_writes_what_is_named_and_leaves_the_rest(program):
    campaign = made(program, window_start="09:00", window_end="17:00", batch_size=7)
    path = f"campaigns/{campaign['id']}"
    changed = program.post(path, {"window_start": None, "window_end": None, "complete_on_reply": False}).json()
    assert (changed["window_start"], changed["window_end"], changed["complete_on_reply"]) == (None, None, False)
    assert (changed["batch_size"], changed["steps"]) == (7, campaign["steps"])
    steps = [{"position": 2, "body": "Still there??", "wait_hours": 0.5}, {"body": "Bye"}]
    changed = program.post(path, {"steps": steps}).json()
    assert [(step["position"], step["body"], step["version"]) for step in changed["steps"]] == [
        (2, "Still there??", 2),
        (3, "Bye", 1),
    ]
    assert program.post(path, {}).json() == changed
    for wrong, param in (
        ({"steps": [{"position": 9, "body": "x"}]}, "steps.0"),
        ({"window_start": "9 o'clock"}, "window_start"),
        ({"number": "+18335550000"}, "number"),
        ({"name": " "}, "name"),
        ({"owner": "mem_x"}, "owner"),
        ({"list": "lst_x"}, "list"),
    ):
        assert error(program.post(path, wrong))[::3] == (400, param)


def test_a_program_changes_its_name_and_owner_and_the_list_of_a_draft(program):
    campaign = made(program)
    colleague = make_member(program.workspace, Role.MEMBER)
    spring = make_list(program.workspace, "People", make_contacts(program.workspace, 2))
    path, names = f"campaigns/{campaign['id']}", {"name": "Autumn", "owner": colleague.public_id}
    changed = program.post(path, {**names, "list": spring.public_id, "batch_size": 7}).json()
    assert changed == campaign | names | {"list": spring.public_id, "batch_size": 7}
    audience.refresh(Campaign.objects.get(), clock.now())
    assert program.get(path).json()["leads"]["pending"] == 2
    do(program, campaign, "start")
    assert program.post(path, {"name": "Winter", "list": spring.public_id}).json()["name"] == "Winter"
    other = make_list(program.workspace, "Other").public_id
    assert error(program.post(path, {"name": "Spring", "list": other}))[::3] == (400, "list")
    assert program.get(path).json()["name"] == "Winter"


def test_a_scheduled_campaign_keeps_its_name(program):
    campaign = made(program, steps=[{"body": "Hi", "timing": "at", "at_date": "2031-03-05", "at_time": "09:00"}])
    assert do(program, campaign, "schedule").status_code == 200
    answer = program.post(f"campaigns/{campaign['id']}", {"name": "Autumn"})
    assert error(answer)[::3] == (400, "name")
    assert "Details are locked once scheduled" in answer.json()["error"]["message"]


def test_a_campaign_runs_from_start_to_results(program):
    campaign = running(program)
    armed = do(program, campaign, "arm").json()
    assert (armed["state"], armed["auto_sms"]) == ("active", True)
    advance(clock.now())
    assert Message.objects.get().body == "Hi Dana"
    results = program.get(f"campaigns/{campaign['id']}/results").json()
    assert (results["audience"], results["leads"]["in_progress"], results["replied"]) == (1, 1, 0)
    assert [(step["position"], step["asked"], step["waiting"]) for step in results["steps"]] == [(1, 1, 1), (2, 0, 0)]
    paused = do(program, campaign, "pause").json()
    assert (paused["state"], paused["auto_sms"], paused["stall"]["code"]) == ("paused", True, "paused")
    assert do(program, campaign, "resume").json()["state"] == "active"
    assert do(program, campaign, "disarm").json()["auto_sms"] is False
    assert do(program, campaign, "stop").json()["state"] == "stopped"
    assert do(program, campaign, "archive").json()["state"] == "archived"
    assert do(program, campaign, "restore").json()["state"] == "stopped"


def test_a_verb_pressed_twice_is_done_once(program):
    campaign = running(program)
    again = do(program, campaign, "start")
    assert (again.status_code, again.json()["state"]) == (200, "active")
    assert do(program, campaign, "arm").json() == do(program, campaign, "arm").json()


def test_refusals_are_typed_and_say_why(program):
    campaign = made(program, steps=[])
    assert error(do(program, campaign, "start")) == (409, REFUSED, "no_messages", None)
    assert error(do(program, campaign, "arm")) == (409, REFUSED, "not_active", None)
    assert error(do(program, campaign, "resume")) == (409, REFUSED, "not_possible", None)
    assert program.get(f"campaigns/{campaign['id']}").json()["state"] == "draft"


def test_only_one_campaign_is_armed_and_switching_is_one_call(program):
    one, two = running(program), running(program, name="Two")
    do(program, one, "arm")
    refused = do(program, two, "arm")
    assert error(refused) == (409, REFUSED, "another_armed", None)
    assert refused.json()["error"]["campaign"] == one["id"]
    assert do(program, two, "arm", {"switch": True}).json()["auto_sms"] is True
    assert program.get(f"campaigns/{one['id']}").json()["auto_sms"] is False


def test_a_number_that_left_the_account_keeps_auto_sms_off(program):
    campaign = running(program)
    program.workspace.numbers.update(gone_at=clock.now())
    assert error(do(program, campaign, "arm")) == (409, REFUSED, "number_not_ready", None)


def test_leads_are_added_once_each_and_listed(program):
    campaign = made(program)
    added = add(program, campaign, DANA, "+18135550143", "(813) 555-0142").json()
    assert [lead["phone"] for lead in added["data"]] == [DANA, "+18135550143", DANA]
    assert {lead["status"] for lead in added["data"]} == {"pending"}
    assert add(program, campaign).json()["data"][0]["id"] == added["data"][0]["id"]
    path = f"campaigns/{campaign['id']}/leads"
    assert [lead["phone"] for lead in program.get(path).json()["data"]] == ["+18135550143", DANA]
    page = program.get(path, limit=1).json()
    rest = program.get(path, limit=1, starting_after=page["data"][0]["id"]).json()
    assert (page["has_more"], rest["has_more"], rest["data"][0]["phone"]) == (True, False, DANA)
    assert program.get(path, status="completed").json()["data"] == []
    assert error(program.get(path, status="done"))[2:] == ("parameter_invalid", "status")
    assert program.get(f"lists/{campaign['list']}").json()["size"] == 2


def test_one_bad_number_adds_nobody(program):
    campaign = made(program)
    assert error(add(program, campaign, DANA, "555")) == (400, INVALID, "invalid_phone", "people.1.phone")
    assert not Contact.objects.exists()
    do(program, running(program, name="Two"), "stop")
    assert error(add(program, {"id": Campaign.objects.get(name="Two").public_id})) == (409, REFUSED, "ended", None)


def test_the_next_step_is_sent_by_hand(program):
    campaign = running(program)
    lead = Contact.objects.get().public_id
    sent = do(program, campaign, f"leads/{lead}/send")
    assert (sent.status_code, sent.json()["body"], sent.json()["verdict"]["outcome"]) == (201, "Hi Dana", "send")
    assert error(do(program, campaign, f"leads/{lead}/send")) == (409, REFUSED, "on_its_way", None)
    assert program.get(f"campaigns/{campaign['id']}/leads/{lead}").json()["step"] == 1


def test_a_lead_is_completed_removed_and_retried(program):
    campaign = running(program)
    lead = Contact.objects.get().public_id
    add(program, campaign, "+18135550143")  # somebody for whom the campaign goes on
    assert do(program, campaign, f"leads/{lead}/remove").json()["status"] == "removed"
    assert do(program, campaign, f"leads/{lead}/retry").json()["status"] == "pending"
    completed = do(program, campaign, f"leads/{lead}/complete").json()
    assert (completed["status"], completed["how"]) == ("completed", "by_hand")
    assert error(do(program, campaign, f"leads/{lead}/retry"))[:3] == (409, REFUSED, "not_possible")


def test_a_repeat_with_its_key_happens_once(program):
    first = program.post("campaigns", wish(program), Idempotency_Key="k1")
    again = program.post("campaigns", wish(program), Idempotency_Key="k1")
    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (201, first.content, "true")
    assert Campaign.objects.count() == 1
    campaign = running(program, name="Two")
    path = f"campaigns/{campaign['id']}/leads/{Contact.objects.get().public_id}/send"
    texts = [program.post(path, b"", Idempotency_Key="k2") for _ in range(3)]
    assert [text.status_code for text in texts] == [201] * 3
    assert Message.objects.count() == 1
    assert error(program.post(f"campaigns/{campaign['id']}/stop", b"", Idempotency_Key="k2"))[0] == 409


def test_a_refusal_to_send_is_kept_under_its_key(program):
    campaign = running(program)
    do(program, campaign, "pause")
    path = f"campaigns/{campaign['id']}/leads/{Contact.objects.get().public_id}/send"
    assert error(program.post(path, b"", Idempotency_Key="k3"))[2] == "not_active"
    do(program, campaign, "resume")
    assert error(program.post(path, b"", Idempotency_Key="k3"))[2] == "not_active"
    assert program.post(path, b"", Idempotency_Key="k4").status_code == 201


def test_what_belongs_to_another_workspace_is_not_there(program):
    mine = running(program)
    stranger = Program(make_workspace())
    make_member(stranger.workspace)
    make_number(make_connection(stranger.workspace))
    theirs = running(stranger, name="Theirs")
    lead = Recipient.objects.get(workspace=stranger.workspace).contact.public_id
    before = list(Campaign.objects.filter(workspace=stranger.workspace).values())
    for verb in CAMPAIGN_VERBS:
        assert error(do(program, theirs, verb))[0] == 404
    assert error(do(program, theirs, "steps/1", {}))[0] == 404
    assert error(do(program, theirs, "audience", {"mode": "include", "list": mine["list"]}))[0] == 404
    assert error(program.delete(f"campaigns/{theirs['id']}/audience/1"))[0] == 404
    for verb in ("send", "complete", "remove", "retry"):
        assert error(do(program, theirs, f"leads/{lead}/{verb}"))[0] == 404
        assert error(do(program, mine, f"leads/{lead}/{verb}"))[0] == 404
    for path in ("", "/leads", "/launch", "/results", f"/leads/{lead}"):
        assert error(program.get(f"campaigns/{theirs['id']}{path}"))[0] == 404
    assert error(program.post(f"campaigns/{theirs['id']}", {"batch_size": 1}))[0] == 404
    assert error(add(program, theirs))[0] == 404
    assert list(Campaign.objects.filter(workspace=stranger.workspace).values()) == before
    member, number = stranger.workspace.members.get(), stranger.workspace.numbers.get()
    for field, value in (("owner", member.public_id), ("number", number.public_id), ("list", theirs["list"])):
        answer = program.post("campaigns", wish(program, **{"name": "New", field: value}))
        assert error(answer) == (400, INVALID, "parameter_invalid", field)
