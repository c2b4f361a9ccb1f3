"""/contacts and /lists: made, completed, changed, put on lists; foreign ids lead nowhere; rubbish is told so."""

import pytest

from threadline.accounts.testing import make_workspace
from threadline.api.testing import Program, error
from threadline.contacts.models import Contact, ContactList, CustomField
from threadline.contacts.testing import make_contact, make_contacts, make_list
from threadline.messaging.testing import DANA, arrive, conversation_with, make_line

pytestmark = pytest.mark.django_db
INVALID = "invalid_request_error"


@pytest.fixture
def program():
    return Program(make_workspace())


def test_a_person_is_made_once_and_completed_later(program):
    made = program.post("contacts", {"phone": "(813) 555-0142", "first_name": "Dana", "fields": {"Pet name": "Rex"}})
    assert made.status_code == 201
    body = made.json()
    assert (body["object"], body["phone"], body["name"], body["company"]) == ("contact", DANA, "Dana", None)
    assert body["fields"] == {"pet_name": "Rex"}
    again = program.post(
        "contacts", {"phone": DANA, "first_name": "", "last_name": "Reyes", "company": "Reyes Roofing"}
    )
    assert again.status_code == 200
    assert (again.json()["id"], again.json()["name"]) == (body["id"], "Dana Reyes")
    assert again.json()["fields"] == {"pet_name": "Rex"}
    assert CustomField.objects.get(workspace=program.workspace).label == "Pet name"


def test_a_person_is_read_and_listed_newest_first(program):
    people = make_contacts(program.workspace, 3)
    listed = program.get("contacts", limit=2).json()
    assert [one["id"] for one in listed["data"]] == [people[2].public_id, people[1].public_id]
    assert listed["has_more"]
    rest = program.get("contacts", limit=2, starting_after=people[1].public_id).json()
    assert ([one["id"] for one in rest["data"]], rest["has_more"]) == ([people[0].public_id], False)
    assert program.get(f"contacts/{people[0].public_id}").json() == rest["data"][0]


def test_people_are_found_by_number_and_by_list(program):
    one, two = make_contacts(program.workspace, 2)
    spring = make_list(program.workspace, "Spring", [two])
    assert [found["id"] for found in program.get("contacts", phone=one.phone).json()["data"]] == [one.public_id]
    assert [found["id"] for found in program.get("contacts", list=spring.public_id).json()["data"]] == [two.public_id]
    assert program.get("contacts", phone="+18135559999").json()["data"] == []
    assert error(program.get("contacts", phone="x")) == (400, INVALID, "parameter_invalid", "phone")


def test_a_change_writes_what_is_named_and_leaves_the_rest(program):
    dana = make_contact(program.workspace, DANA, first_name="Dana", company="ACME", fields={"a": "1", "b": "2"})
    changed = program.post(f"contacts/{dana.public_id}", {"company": "", "last_name": "Reyes", "fields": {"a": None}})
    body = changed.json()
    assert (changed.status_code, body["company"], body["name"]) == (200, None, "Dana Reyes")
    assert body["fields"] == {"b": "2"}
    moved = program.post(f"contacts/{dana.public_id}", {"phone": "+1 813 555 0143"}).json()
    assert (moved["phone"], moved["first_name"]) == ("+18135550143", "Dana")


def test_a_number_belongs_to_one_person(program):
    dana, other = make_contacts(program.workspace, 2)
    answer = program.post(f"contacts/{dana.public_id}", {"phone": other.phone})
    assert error(answer) == (409, INVALID, "phone_taken", "phone")


def test_a_thread_gets_its_name_at_once():
    line = make_line()
    arrive(line, "Hi")
    program = Program(line.workspace)
    program.post("contacts", {"phone": DANA, "name": "Dana Reyes"})
    assert conversation_with(line.workspace).contact == Contact.objects.get()
    (thread,) = program.get("conversations").json()["data"]
    assert thread["name"] == "Dana Reyes"


@pytest.mark.parametrize(
    ("wish", "code", "param"),
    [
        ({}, "parameter_missing", "phone"),
        ({"phone": ""}, "invalid_phone", "phone"),
        ({"phone": "555"}, "invalid_phone", "phone"),
        ({"phone": DANA, "email": "nobody"}, "invalid_email", "email"),
        ({"phone": DANA, "fields": {"***": "x"}}, "parameter_invalid", "fields"),
        ({"phone": DANA, "fields": {"a": 1}}, "parameter_invalid", "fields.a"),
        ({"phone": DANA, "fields": {"a": "x" * 1001}}, "parameter_invalid", "fields.a"),
        ({"phone": DANA, "nickname": "D"}, "parameter_unknown", "nickname"),
        ({"phone": 18135550142}, "parameter_invalid", "phone"),
        ({"phone": DANA, "name": "x" * 161}, "parameter_invalid", "name"),
    ],
)
def test_what_is_wrong_with_a_person_is_named(program, wish, code, param):
    assert error(program.post("contacts", wish)) == (400, INVALID, code, param)
    assert not Contact.objects.exists()


def test_what_no_database_stores_is_left_out(program):
    made = program.post("contacts", {"phone": DANA, "name": "Da\x00na", "fields": {"Pet\x00": "R\x00ex"}})
    assert made.status_code == 201
    assert (made.json()["name"], made.json()["fields"]) == ("Dana", {"pet": "Rex"})
    half = program.post("contacts", {"phone": DANA, "name": "Half \ud83d"})
    assert error(half) == (400, INVALID, "parameter_invalid", "name")


def test_a_repeat_with_its_key_saves_once(program):
    first = program.post("contacts", {"phone": DANA, "name": "Dana"}, Idempotency_Key="c1")
    Contact.objects.update(name="Changed since")
    again = program.post("contacts", {"phone": DANA, "name": "Dana"}, Idempotency_Key="c1")
    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert error(program.post("contacts", {"phone": DANA}, Idempotency_Key="c1"))[:3] == (
        409,
        "idempotency_error",
        "idempotency_key_reused",
    )
    assert error(program.post("lists", {"name": "A"}, Idempotency_Key="c1"))[0] == 409


def test_a_mistake_keeps_no_key(program):
    assert error(program.post("contacts", {"phone": "x"}, Idempotency_Key="c2"))[0] == 400
    assert program.post("contacts", {"phone": DANA}, Idempotency_Key="c2").status_code == 201


def test_people_have_tags_and_a_time_zone(program):
    wish = {"phone": DANA, "tags": ["VIP", "vip", "Roofer"], "timezone": "America/Denver"}
    made = program.post("contacts", wish).json()
    assert (made["tags"], made["timezone"]) == (["Roofer", "vip"], "America/Denver")
    path = f"contacts/{made['id']}"
    assert program.post("contacts", {"phone": DANA, "tags": ["New"]}).json()["tags"] == ["New", "Roofer", "vip"]
    changed = program.post(path, {"tags": ["new"], "timezone": None}).json()
    assert (changed["tags"], changed["timezone"]) == (["New"], None)
    assert program.post(path, {"company": "ACME"}).json()["tags"] == ["New"]
    assert [one["id"] for one in program.get("contacts", tag="NEW").json()["data"]] == [made["id"]]
    assert error(program.get("contacts", tag="nobody")) == (404, INVALID, "resource_missing", "tag")
    assert error(program.post(path, {"timezone": "Mars"})) == (400, INVALID, "parameter_invalid", "timezone")
    assert error(program.post(path, {"tags": ["a,b"]})) == (400, INVALID, "parameter_invalid", "tags")


def test_a_person_is_deleted_and_comes_back_with_the_number(program):
    dana = program.post("contacts", {"phone": DANA, "company": "ACME"}).json()["id"]
    assert program.delete(f"contacts/{dana}").json() == {"object": "contact", "id": dana, "deleted": True}
    assert program.get("contacts").json()["data"] == []
    for answer in (program.get(f"contacts/{dana}"), program.delete(f"contacts/{dana}")):
        assert error(answer)[0] == 404
    again = program.post("contacts", {"phone": DANA})
    assert (again.status_code, again.json()["id"], again.json()["company"]) == (201, dana, "ACME")


def test_two_people_are_merged_and_taken_apart(program):
    one, two = make_contacts(program.workspace, 2)
    program.post(f"contacts/{one.public_id}", {"company": "ACME", "fields": {"pet": "Rex"}})
    program.post(f"contacts/{two.public_id}", {"company": "Acme Inc", "fields": {"pet": "Bella"}, "tags": ["VIP"]})
    path = f"contacts/{one.public_id}"
    merged = program.post(f"{path}/merge", {"contact": two.public_id, "take": ["company", "pet"]}).json()
    assert (merged["company"], merged["fields"], merged["tags"]) == ("Acme Inc", {"pet": "Bella"}, ["VIP"])
    assert merged["other_phones"] == [two.phone]
    assert error(program.get(f"contacts/{two.public_id}"))[0] == 404
    apart = program.post(f"{path}/unmerge", b"").json()
    assert (apart["company"], apart["tags"], apart["other_phones"]) == ("ACME", [], [])
    assert error(program.post(f"{path}/unmerge", b"")) == (409, INVALID, "not_possible", None)
    assert error(program.post(f"{path}/merge", {"contact": one.public_id})) == (409, INVALID, "not_possible", "contact")
    stranger = make_contact(make_workspace())
    assert error(program.post(f"{path}/merge", {"contact": stranger.public_id}))[0] == 404


def test_a_list_is_made_filled_read_and_emptied(program):
    one, two = make_contacts(program.workspace, 2)
    made = program.post("lists", {"name": " Spring  customers "})
    assert (made.status_code, made.json()["name"], made.json()["size"]) == (201, "Spring customers", 0)
    path = f"lists/{made.json()['id']}"
    for _ in range(2):
        filled = program.post(f"{path}/contacts", {"contacts": [one.public_id, two.public_id, one.public_id]})
        assert (filled.status_code, filled.json()["size"]) == (200, 2)
    left = program.delete(f"{path}/contacts/{one.public_id}")
    assert (left.status_code, left.json()["size"]) == (200, 1)
    assert error(program.delete(f"{path}/contacts/{one.public_id}"))[0] == 404
    assert program.get(path).json() == left.json()
    assert program.get("lists").json()["data"] == [left.json()]
    assert Contact.objects.count() == 2


def test_the_name_of_a_list_is_its_own(program):
    program.post("lists", {"name": "Spring"})
    assert error(program.post("lists", {"name": "SPRING"})) == (409, INVALID, "name_taken", "name")
    for name in ("", "  ", "\x00"):
        assert error(program.post("lists", {"name": name})) == (400, INVALID, "parameter_invalid", "name")
    assert ContactList.objects.count() == 1


def test_what_belongs_to_another_workspace_is_not_there(program):
    mine = make_list(program.workspace, "Mine", make_contacts(program.workspace, 1))
    other = make_workspace()
    theirs, list_ = make_contact(other), make_list(other, "Theirs")
    assert error(program.get(f"contacts/{theirs.public_id}"))[0] == 404
    assert error(program.post(f"contacts/{theirs.public_id}", {"name": "Mine"}))[0] == 404
    assert error(program.get("contacts", list=list_.public_id)) == (404, INVALID, "resource_missing", "list")
    assert error(program.get("contacts", starting_after=theirs.public_id))[0] == 400
    assert error(program.get(f"lists/{list_.public_id}"))[0] == 404
    assert error(program.post(f"lists/{list_.public_id}/contacts", {"contacts": [theirs.public_id]}))[0] == 404
    answer = program.post(f"lists/{mine.public_id}/contacts", {"contacts": [theirs.public_id]})
    assert error(answer) == (404, INVALID, "resource_missing", "contacts.0")
    assert error(program.delete(f"lists/{mine.public_id}/contacts/{theirs.public_id}"))[0] == 404
    theirs.refresh_from_db()
    assert theirs.name == ""
