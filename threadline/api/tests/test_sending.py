"""POST /messages: the gate's verdict, and an error that names the field for everything else."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from threadline.accounts.testing import make_workspace
from threadline.api.models import IdempotentRequest
from threadline.api.testing import Program, error
from threadline.messaging.models import Message, OutboxEntry, Receipt
from threadline.messaging.models.outbox import Priority
from threadline.messaging.testing import DANA, arrive, make_line
from threadline.numbers.testing import make_connection, make_number

pytestmark = pytest.mark.django_db
INVALID = "invalid_request_error"


@pytest.fixture
def line():
    return make_line()


@pytest.fixture
def program(line):
    return Program(line.workspace)


def test_a_text_is_queued_and_the_answer_holds_the_verdict(program, line):
    answer = program.post("messages", {"to": "(813) 555-0142", "body": "Hello Dana"})
    assert answer.status_code == 201
    text = answer.json()
    message = Message.objects.get()
    assert text.pop("created_at").endswith("Z")
    assert text == {
        "object": "message",
        "id": message.public_id,
        "conversation": message.conversation.public_id,
        "direction": "outbound",
        "from": line.phone,
        "to": DANA,
        "body": "Hello Dana",
        "status": "queued",
        "error": None,
        "segments": 1,
        "num_media": 0,
        "media_urls": [],
        "source": "api",
        "client_token": None,
        "sid": None,
        "sent_at": None,
        "verdict": {"outcome": "send", "code": None, "reason": None, "until": None},
    }
    entry = OutboxEntry.objects.get()
    assert (entry.priority, entry.source, entry.automatic) == (Priority.API, "api", True)


def test_from_is_a_number_of_ours_by_phone_or_id(program, line):
    other = make_number(line.connection)
    for wanted in (other.phone, other.public_id):
        answer = program.post("messages", {"to": DANA, "body": f"From {wanted}", "from": wanted})
        assert answer.json()["from"] == other.phone


def test_a_foreign_or_unknown_from_is_refused_by_name(program):
    foreign = make_number(make_connection(make_workspace("Stranger")))
    for wanted in (foreign.phone, foreign.public_id, "num_nothing", "+15005550006", "", "\x00", "num_\x00"):
        answer = program.post("messages", {"to": DANA, "body": "Hi", "from": wanted})
        assert error(answer) == (400, INVALID, "invalid_from", "from"), wanted


def test_pictures_go_along(program):
    urls = ["https://example.com/a.jpg", "https://example.com/b.jpg"]
    answer = program.post("messages", {"to": DANA, "media_urls": urls})
    assert (answer.status_code, answer.json()["media_urls"], answer.json()["num_media"]) == (201, urls, 2)


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({}, "parameter_missing", "to"),
        ({"to": 15005550006, "body": "Hi"}, "parameter_invalid", "to"),
        ({"to": None, "body": "Hi"}, "parameter_invalid", "to"),
        ({"to": "5" * 81, "body": "Hi"}, "parameter_invalid", "to"),
        ({"to": "12", "body": "Hi"}, "invalid_to", "to"),
        ({"to": "", "body": "Hi"}, "invalid_to", "to"),
        ({"to": "\x00", "body": "Hi"}, "invalid_to", "to"),
        ({"to": DANA}, "empty", "body"),
        ({"to": DANA, "body": ["Hi"]}, "parameter_invalid", "body"),
        ({"to": DANA, "body": "x" * 1601}, "too_long", "body"),
        ({"to": DANA, "body": "x" * 20_000}, "parameter_invalid", "body"),
        ({"to": DANA, "body": "\ud800"}, "parameter_invalid", "body"),
        ({"to": DANA, "media_urls": "https://example.com/a.jpg"}, "parameter_invalid", "media_urls"),
        ({"to": DANA, "media_urls": ["https://example.com/\x00"]}, "parameter_invalid", "media_urls.0"),
        ({"to": DANA, "media_urls": ["ftp://example.com/a.jpg"]}, "bad_media", "media_urls"),
        ({"to": DANA, "media_urls": ["http://[broken"]}, "bad_media", "media_urls"),
        ({"to": DANA, "media_urls": ["https://example.com/a.jpg"] * 11}, "bad_media", "media_urls"),
        ({"to": DANA, "body": "Hi", "client_token": "a b"}, "parameter_invalid", "client_token"),
        ({"to": DANA, "body": "Hi", "allow_duplicate": "yes"}, "parameter_invalid", "allow_duplicate"),
        ({"to": DANA, "text": "Hi"}, "parameter_unknown", "text"),
        ({"to": DANA, "body": "Hi", "from_": "+18335551234"}, "parameter_unknown", "from_"),
        ([], "not_an_object", None),
        (None, "not_an_object", None),
        ("Hi", "not_an_object", None),
        (b"", "not_an_object", None),
        (b"{", "not_json", None),
        (b"\xff\xfe", "not_json", None),
        (b'{"to": NaN}', "not_json", None),
        (b"[" * 100_000, "not_json", None),
        (b'{"to": ' + b"9" * 5000 + b"}", "not_json", None),
    ],
)
def test_bad_input_names_its_field_and_sends_nothing(program, body, code, param):
    assert error(program.post("messages", body, Idempotency_Key="k")) == (400, INVALID, code, param)
    assert not Message.objects.exists()
    assert not IdempotentRequest.objects.exists()


def test_nul_in_the_words_becomes_its_picture(program):
    assert program.post("messages", {"to": DANA, "body": "a\x00b"}).json()["body"] == "a␀b"


def test_a_form_is_not_json(program):
    answer = program.client.post("/api/v1/messages", {"to": DANA}, headers=program._headers())
    assert error(answer) == (400, INVALID, "not_json", None)


def test_a_huge_body_is_refused_unread(program):
    assert error(program.post("messages", b" " * (256 * 1024 + 1)))[:3] == (413, INVALID, "too_large")


def test_whoever_opted_out_gets_nothing_and_the_program_hears_why(program, line):
    arrive(line, "STOP")
    answer = program.post("messages", {"to": DANA, "body": "Hello"})
    assert error(answer) == (422, "message_refused", "opted_out", "to")
    verdict = answer.json()["error"]["verdict"]
    assert (verdict["outcome"], verdict["code"]) == ("refuse", "opted_out")
    assert Receipt.objects.filter(verdict="refuse", source="api").exists()


@pytest.mark.requirement("U11")
def test_an_opt_out_of_another_number_counts_too(program, line):
    arrive(line, "STOP")
    other = make_number(line.connection)
    answer = program.post("messages", {"to": DANA, "body": "Hello", "from": other.phone})
    assert error(answer)[2] == "opted_out"


def test_a_workspace_without_a_number_is_told_so():
    answer = Program(make_workspace()).post("messages", {"to": DANA, "body": "Hello"})
    assert error(answer) == (422, "message_refused", "unroutable", "from")


def test_equal_words_within_a_day_need_a_yes(program):
    wish = {"to": DANA, "body": "Your table is ready"}
    assert program.post("messages", wish).status_code == 201
    assert error(program.post("messages", wish))[2] == "duplicate"
    assert program.post("messages", wish | {"allow_duplicate": True}).status_code == 201


def test_a_client_token_names_one_text_for_ever(program):
    wish = {"to": DANA, "body": "Hello", "client_token": "order-7"}
    first = program.post("messages", wish)
    again = program.post("messages", wish)
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 200, "true")
    assert first.json()["id"] == again.json()["id"]
    assert again.json()["client_token"] == "order-7"
    other = program.post("messages", wish | {"body": "Something else"})
    assert error(other) == (409, INVALID, "client_token_reused", "client_token")
    assert Message.objects.count() == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(["to", "body", "from", "media_urls", "client_token", "allow_duplicate", "x"])
texts = st.sampled_from([DANA, "Hi", "\x00", "http://[", "num_1", "+1", "😀", "\ud83d", "https://a.b/c"])
bodies = st.dictionaries(names, json_values | texts | st.lists(texts, max_size=2), max_size=6)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies | json_values)
def test_whatever_comes_the_answer_is_a_text_or_a_typed_error(program, body):
    answer = program.post("messages", json.dumps(body).encode())
    assert answer.status_code in (200, 201, 400, 409, 422), answer.content
    if answer.status_code >= 400:
        error(answer)
