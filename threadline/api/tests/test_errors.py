"""What a clumsy program is told: the field as it wrote it, in words that hold nothing of our code."""

import pytest

from threadline.accounts.models import Role
from threadline.accounts.testing import make_member
from threadline.api.testing import Program, error
from threadline.contacts.models import CustomField
from threadline.contacts.testing import make_contact, make_list
from threadline.messaging.testing import DANA, make_line

pytestmark = pytest.mark.django_db
INVALID = "invalid_request_error"


@pytest.fixture
def program():
    line = make_line()
    make_member(line.workspace, Role.OWNER)
    CustomField.objects.create(workspace=line.workspace, key="last_visit", label="Last visit")
    return Program(line.workspace)


def make(program, *steps, name="Spring"):
    number = program.workspace.numbers.get().public_id
    return program.post("campaigns", {"name": name, "number": number, "acknowledged": True, "steps": steps})


@pytest.mark.parametrize("wrong", ["birthday", None, "\x00"])
def test_a_steps_field_is_named_as_it_was_given(program, wrong):
    step = {"body": "Hi", "timing": "field", "field": wrong, "at_time": "09:00"}
    answer = make(program, {"body": "Hi"}, step)
    assert error(answer) == (400, INVALID, "parameter_invalid", "steps.1.field")
    assert list(answer.json()["error"]["errors"]) == ["steps.1.field"]


@pytest.mark.parametrize(
    ("move", "param"),
    [
        ({"timing": "field", "field": "birthday", "at_time": "09:00"}, "field"),
        ({"timing": "at", "at_date": "2031-02-30", "at_time": "09:00"}, "at_date"),
        ({"timing": "at", "at_date": "2031-03-05"}, "at_time"),
        ({"wait_hours": -1}, "wait_hours"),
    ],
)
def test_whoever_moves_a_step_hears_about_the_fields_they_gave(program, move, param):
    campaign = make(program, {"body": "One"}, {"body": "Two"}, {"body": "Three"}).json()
    steps = [{"position": position, "body": "Hi"} for position in (2, 3)]
    assert program.post(f"campaigns/{campaign['id']}", {"steps": steps}).status_code == 200
    last = program.get(f"campaigns/{campaign['id']}").json()["steps"][-1]["position"]
    assert error(program.post(f"campaigns/{campaign['id']}/steps/{last}", move))[3] == param


def test_an_audience_rule_names_what_was_given(program):
    campaign = make(program, {"body": "Hi"}).json()
    others = make_list(program.workspace, "Others").public_id
    path = f"campaigns/{campaign['id']}/audience"
    for rule, param in (
        ({}, "list"),
        ({"list": "lst_x"}, "list"),
        ({"tag": "tag_x"}, "tag"),
        ({"field": "shoe_size", "value": "44"}, "field"),
        ({"field": "contact.company"}, "value"),
    ):
        assert error(program.post(path, {"mode": "include"} | rule))[::3] == (400, param)
    assert program.post(path, {"mode": "include", "list": others}).status_code == 200
    assert error(program.post(path, {"mode": "include", "list": others}))[3] == "list"


def test_the_other_one_of_a_merge_or_a_list_is_named(program):
    person = make_contact(program.workspace).public_id
    given = make_list(program.workspace, "Spring").public_id
    assert error(program.post(f"contacts/{person}/merge", {"contact": "con_x"}))[::3] == (404, "contact")
    assert error(program.post("contacts/con_x/merge", {"contact": person}))[::3] == (404, "id")
    assert error(program.delete(f"lists/{given}/contacts/{person}"))[::3] == (404, "contact")
    assert error(program.delete(f"lists/lst_x/contacts/{person}"))[::3] == (404, "id")


def said(answer):
    return answer.json()["error"]["message"]


def test_nobody_reads_our_expressions_or_classes(program):
    hi = {"to": DANA, "body": "Hi"}
    assert said(program.post("messages", hi, Idempotency_Key="a b")) == (
        "Idempotency-Key: Use printable ASCII characters without blanks, one at least."
    )
    for wish, words in (
        ({"client_token": ""}, "printable ASCII"),
        ({"media_urls": ["https://a b"]}, "no blanks"),
    ):
        assert words in said(program.post("messages", hi | wish))
    assert "two capital letters" in said(program.upload("imports?country=us", b"Phone\n", "text/csv"))
    assert said(make(program, "Hi")) == "steps.0: Input should be an object."


def test_a_number_with_too_many_digits_is_told_so(program):
    answer = program.post("contacts", b'{"phone": ' + b"9" * 5000 + b"}")
    assert error(answer) == (400, INVALID, "not_json", None)
    assert said(answer) == "The body is not JSON: a number has more than 100 digits."


def test_a_byte_order_mark_before_json_is_no_matter(program):
    assert program.post("contacts", b'\xef\xbb\xbf{"phone": "+18135550142"}').status_code == 201


@pytest.mark.parametrize("path", ["messages", "uploads", "imports", "campaigns"])
def test_a_body_in_pieces_is_refused_with_the_way_out(program, path):
    headers = {"Authorization": f"Bearer {program.secret}", "Transfer-Encoding": "chunked"}
    answer = program.client.post(f"/api/v1/{path}", b"", content_type="application/json", headers=headers)
    assert error(answer) == (411, INVALID, "length_required", "Content-Length")
