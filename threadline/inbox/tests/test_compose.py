import pytest

from threadline.accounts.testing import make_member, signed_in
from threadline.messaging.models import Conversation, Message
from threadline.numbers.testing import make_number

URL = "/messages/new/"
HTMX = {"hx-request": "true", "hx-target": "dialog"}


def fields(**more):
    return {"to": "+1 813 555 0142", "body": "Hello", "token": "t1"} | more


@pytest.mark.requirement("000-23", "001-4", "002-2")
def test_a_new_text_lands_in_its_conversation(client, line):
    answer = client.post(URL, fields())
    conversation = Conversation.objects.get()
    assert conversation.address == "+18135550142"
    assert answer["Location"] == f"/messages/{conversation.public_id}/"
    assert client.post(URL, fields(), headers=HTMX)["HX-Redirect"] == answer["Location"]
    assert Message.objects.count() == 1  # the same token


@pytest.mark.requirement("U24", "001-4")
def test_it_is_called_as_its_place_wants(client, line):
    assert "Send SMS</span></button>" in client.get(URL).content.decode()
    page = client.get(URL, {"in": "messages"}, headers=HTMX).content.decode()
    assert page.lstrip().startswith("<dialog")
    assert "New Message" in page
    assert "Send Message</span></button>" in page
    again = client.post(URL, fields(to="", **{"in": "messages"}), headers=HTMX).content.decode()
    assert "Send Message</span></button>" in again


@pytest.mark.requirement("000-23")
def test_from_is_asked_only_when_there_is_a_choice(client, line):
    assert 'name="from"' not in client.get(URL).content.decode()
    other = make_number(line.connection, "+18135550101", label="Tampa PPC")
    make_number(line.connection, "+18135550102", sms=False)
    page = client.get(URL).content.decode()
    assert page.count("<option") == 3  # the usual one, and two that can text
    client.post(URL, fields(**{"from": other.public_id}))
    assert Message.objects.get().line == other.phone


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"to": "hello"}, "is not a phone number"),
        ({"to": ""}, "Enter the phone number"),
        ({"body": " "}, "Write a message"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(client, line, wrong, words):
    answer = client.post(URL, fields(**wrong))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "Hello</textarea>" in page or "+1 813 555 0142</textarea>" in page
    assert 'aria-invalid="true"' in page
    assert Message.objects.count() == 0


@pytest.mark.requirement("001-10")
def test_without_a_number_that_can_text_it_leads_to_setting_one_up(client, maria):
    page = client.get(URL).content.decode()
    assert "No number can send texts yet" in page
    assert "/settings/twilio/" in page
    member = signed_in(make_member(maria.workspace, "member"))
    assert "Ask an owner or admin" in member.get(URL).content.decode()


def test_a_number_of_ours_at_home_needs_no_country_code(client, line):
    client.post(URL, fields(to="(813) 555-0142"))
    assert Conversation.objects.get().address == "+18135550142"
