"""Lists and single objects: Stripe's envelope, pages by id, filters, and nothing of another workspace."""

import pytest

from threadline.accounts.testing import make_workspace
from threadline.api.testing import Program, error
from threadline.contacts.models import Contact
from threadline.lib import clock
from threadline.messaging.models import Attempt, Conversation, Message
from threadline.messaging.testing import DANA, arrive, make_line, text
from threadline.numbers.testing import make_number

pytestmark = pytest.mark.django_db
INVALID = "invalid_request_error"


@pytest.fixture
def line():
    return make_line()


@pytest.fixture
def program(line):
    return Program(line.workspace)


def ids(answer):
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["data"]]


def sent(line, to=DANA, body="Hello"):
    message = text(line.workspace, to, body).message
    assert message
    return message


def everyone(line, count):
    """So many texts to as many people; their ids, newest first."""
    made = [sent(line, f"+1813555{n:04}", f"Text {n}").public_id for n in range(100, 100 + count)]
    return made[::-1]


def test_an_empty_list_is_an_envelope(program):
    assert program.get("messages").json() == {
        "object": "list",
        "url": "/api/v1/messages",
        "has_more": False,
        "data": [],
    }


def test_pages_follow_by_id_both_ways(program, line):
    made = everyone(line, 5)
    first = program.get("messages", limit=2)
    assert (ids(first), first.json()["has_more"]) == (made[:2], True)
    second = program.get("messages", limit=2, starting_after=made[1])
    assert (ids(second), second.json()["has_more"]) == (made[2:4], True)
    last = program.get("messages", limit=2, starting_after=made[3])
    assert (ids(last), last.json()["has_more"]) == (made[4:], False)
    back = program.get("messages", limit=2, ending_before=made[4])
    assert (ids(back), back.json()["has_more"]) == (made[2:4], True)
    start = program.get("messages", limit=2, ending_before=made[2])
    assert (ids(start), start.json()["has_more"]) == (made[:2], False)


def test_a_list_of_messages_costs_as_many_queries_as_an_empty_one(program, line, django_assert_num_queries):
    everyone(line, 8)
    program.get("messages")
    with django_assert_num_queries(2):
        program.get("messages")


@pytest.mark.parametrize(
    ("query", "code", "param"),
    [
        ({"limit": 0}, "parameter_invalid", "limit"),
        ({"limit": 101}, "parameter_invalid", "limit"),
        ({"limit": "many"}, "parameter_invalid", "limit"),
        ({"starting_after": "msg_nothing"}, "resource_missing", "starting_after"),
        ({"starting_after": "\x00"}, "resource_missing", "starting_after"),
        ({"ending_before": "x" * 400}, "resource_missing", "ending_before"),
        ({"starting_after": "msg_a", "ending_before": "msg_b"}, "parameter_invalid", "ending_before"),
        ({"page": 2}, "parameter_unknown", "page"),
    ],
)
@pytest.mark.parametrize("resource", ["messages", "conversations", "numbers"])
def test_a_page_that_cannot_be_is_an_error(program, resource, query, code, param):
    assert error(program.get(resource, **query)) == (400, INVALID, code, param)


def test_messages_are_filtered(program, line):
    arrive(line, "Hi there")
    text(line.workspace, DANA, "Hello")
    other = sent(line, "+18135550100", "Other")
    came, went = (Message.objects.get(body=body) for body in ("Hi there", "Hello"))
    conversation = came.conversation.public_id
    assert ids(program.get("messages", conversation=conversation)) == [went.public_id, came.public_id]
    assert ids(program.get("messages", direction="inbound")) == [came.public_id]
    assert ids(program.get("messages", status="queued")) == [other.public_id, went.public_id]
    assert ids(program.get("messages", to="(813) 555-0142")) == [went.public_id]
    assert ids(program.get("messages", to=line.phone)) == [came.public_id]
    assert ids(program.get("messages", to="+18135559999")) == []
    assert ids(program.get("messages", to=DANA, direction="inbound")) == []


@pytest.mark.parametrize(
    ("query", "status", "param"),
    [
        ({"conversation": "conv_nothing"}, 404, "conversation"),
        ({"conversation": "\x00"}, 404, "conversation"),
        ({"direction": "sideways"}, 400, "direction"),
        ({"status": "lost"}, 400, "status"),
        ({"to": "Dana"}, 400, "to"),
        ({"to": "\x00"}, 400, "to"),
    ],
)
def test_a_filter_that_cannot_be_is_an_error(program, query, status, param):
    found = error(program.get("messages", **query))
    assert (found[0], found[3]) == (status, param)


def test_one_message_tells_what_was_tried_and_why(program, line):
    message = sent(line)
    now = clock.now()
    Attempt.objects.create(
        message_id=message.id,
        connection=line.connection,
        outcome="refused",
        wire_at=now,
        settled_at=now,
        error_code=30007,
        error="The carrier filtered it.",
    )
    Message.objects.filter(id=message.id).update(status="failed", error_code=30007, error="The carrier filtered it.")
    found = program.get(f"messages/{message.public_id}").json()
    assert found["error"] == {"code": 30007, "message": "The carrier filtered it."}
    assert [(one["object"], one["outcome"], one["error"]["code"]) for one in found["attempts"]] == [
        ("attempt", "refused", 30007)
    ]
    assert [(one["phase"], one["verdict"]) for one in found["why"]] == [("send", "send")]
    assert found["why"][0]["facts"]["line"] == line.phone


def test_an_inbound_message_is_from_the_person(program, line):
    arrive(line, "Hi")
    found = program.get("messages").json()["data"][0]
    assert (found["from"], found["to"], found["direction"], found["status"]) == (
        DANA,
        line.phone,
        "inbound",
        "received",
    )


def test_a_hidden_message_is_gone(program, line):
    message = sent(line)
    Message.objects.filter(id=message.id).update(deleted_at=clock.now())
    assert ids(program.get("messages")) == []
    assert error(program.get(f"messages/{message.public_id}"))[0] == 404


def test_conversations_by_latest_activity(program, line):
    everyone(line, 3)
    arrive(line, "Newest")
    contact = Contact.objects.create(workspace=line.workspace, name="Dana Reyes")
    Conversation.objects.filter(address=DANA).update(contact=contact)
    rows = list(Conversation.objects.order_by("-last_activity_at", "-id"))
    answer = program.get("conversations", limit=3)
    assert ids(answer) == [row.public_id for row in rows[:3]]
    newest = answer.json()["data"][0]
    assert (newest["address"], newest["name"], newest["unread"], newest["preview"]) == (DANA, "Dana Reyes", 1, "Newest")
    assert newest["number"] == line.public_id
    rest = program.get("conversations", starting_after=rows[2].public_id)
    assert (ids(rest), rest.json()["has_more"]) == ([rows[3].public_id], False)
    assert ids(program.get("conversations", ending_before=rows[2].public_id)) == [row.public_id for row in rows[:2]]
    assert program.get(f"conversations/{rows[0].public_id}").json() == newest


def test_conversations_over_one_number(program, line):
    other = make_number(line.connection)
    arrive(line, "One", "+18135550101")
    arrive(other, "Two", "+18135550102")
    arrive(other, "Three", "+18135550103")
    for wanted in (other.public_id, other.phone):
        answer = program.get("conversations", number=wanted, limit=1)
        assert answer.json()["data"][0]["address"] == "+18135550103"
        after = program.get("conversations", number=wanted, starting_after=ids(answer)[0])
        assert [one["address"] for one in after.json()["data"]] == ["+18135550102"]
    assert error(program.get("conversations", number="num_nothing")) == (404, INVALID, "resource_missing", "number")


def test_numbers_that_can_text(program, line):
    other = make_number(line.connection, gone_at=clock.now())
    found = program.get("numbers").json()["data"]
    assert [(one["phone"], one["can_text"]) for one in found] == [(other.phone, False), (line.phone, True)]
    page = program.get("numbers", limit=1)
    assert page.json()["has_more"]
    assert ids(program.get("numbers", starting_after=ids(page)[0])) == [line.public_id]


def test_nothing_of_another_workspace_is_found(line):
    message = sent(line)
    stranger = Program(make_workspace("Stranger"))
    for resource in ("messages", "conversations", "numbers"):
        assert ids(stranger.get(resource)) == []
    assert error(stranger.get(f"messages/{message.public_id}")) == (404, INVALID, "resource_missing", "id")
    assert error(stranger.get(f"conversations/{message.conversation_public_id}"))[0] == 404
    assert error(stranger.get("messages", starting_after=message.public_id))[0] == 400
    assert error(stranger.get("messages", conversation=message.conversation_public_id))[0] == 404
    assert error(stranger.get("conversations", number=line.public_id))[0] == 404
    assert error(stranger.get("conversations", number=line.phone))[0] == 404


@pytest.mark.parametrize("id", ["msg_1", "%00", "conv_1", "msg_%F0%9F%98%80", "x" * 500])
def test_an_id_that_is_none_is_a_404(program, id):
    assert error(program.get(f"messages/{id}")) == (404, INVALID, "resource_missing", "id")
