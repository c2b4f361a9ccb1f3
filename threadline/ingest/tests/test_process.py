"""Stored webhooks become messages and statuses; a bad one is parked and the others go on."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection

from threadline.accounts.testing import make_workspace
from threadline.compliance.models import OptOut
from threadline.events.models import Event
from threadline.ingest import process
from threadline.ingest.models import RawRequest
from threadline.ingest.testing import inbound, sid, status
from threadline.lib import clock, testing
from threadline.messaging import receive
from threadline.messaging.models import Message
from threadline.numbers.models import Number
from threadline.numbers.testing import make_connection, make_number

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def number() -> Number:
    return make_number(make_connection(), "+18335550100")


def _store(number: Number, fields: object, kind: str = "inbound", **more: object) -> RawRequest:
    pairs = list(fields)  # type: ignore[call-overload]
    values = dict(pairs)
    defaults = {
        "workspace_id": number.workspace_id,
        "connection_id": number.connection_id,
        "kind": kind,
        "key": f"{kind}:{values.get('MessageSid')}:{values.get('MessageStatus')}:{RawRequest.objects.count()}",
        "address": values.get("From", "") if kind == "inbound" else "",
        "body": urlencode(pairs),
        "received_at": clock.now(),
    }
    return RawRequest.objects.create(**{**defaults, **more})


def _text(number: Number, body: str = "Hello", **more: str) -> list[tuple[str, str]]:
    return list(inbound(number.account_sid, number.phone, body, **more))


def test_nothing_waiting_is_nothing_to_do() -> None:
    assert process.step() is False


def test_texts_become_messages_in_the_order_they_came_and_an_event_tells(number: Number) -> None:
    for body in ("one", "two", "three"):
        _store(number, _text(number, body))
    assert process.step() is False
    assert list(Message.objects.order_by("id").values_list("body", flat=True)) == ["one", "two", "three"]
    assert not RawRequest.objects.filter(processed_at=None).exists()
    (event,) = Event.objects.all()
    assert (event.type, event.data["inbound"]) == ("conversation.changed", 3)
    number.refresh_from_db()
    assert number.last_inbound_at is not None


def test_more_than_a_batch_says_so(number: Number) -> None:
    for _ in range(5):
        _store(number, _text(number))
    assert [process.step(limit=2) for _ in range(3)] == [True, True, False]
    assert Message.objects.count() == 5


@pytest.mark.parametrize("count", range(11))
def test_zero_to_ten_media_are_kept(number: Number, count: int) -> None:
    media = {f"MediaUrl{at}": f"https://api.twilio.com/media/{at}" for at in range(count)}
    _store(number, _text(number, NumMedia=str(count), **media))
    process.step()
    assert Message.objects.get().media.count() == count


@pytest.mark.parametrize("body", ["a\x00b", "🎉" * 1600, "مرحبا", "", "x" * 5000])
@pytest.mark.parametrize("from_", ["72345", "ACME", "whatsapp:+14155550123"])
def test_any_sender_and_any_text_becomes_a_message(number: Number, body: str, from_: str) -> None:
    _store(number, _text(number, body, From=from_))
    process.step()
    message = Message.objects.get()
    assert (message.address, message.body) == (from_, body.replace("\x00", "\u2400"))


def test_a_line_that_nobody_chose_is_shown_as_it_is(number: Number) -> None:
    _store(number, inbound(number.account_sid, "+18335550999"))
    process.step()
    message = Message.objects.get()
    assert (message.line, message.number_id) == ("+18335550999", None)


def test_the_same_text_twice_is_one_message(number: Number) -> None:
    fields = _text(number)
    _store(number, fields)
    process.step()
    _store(number, fields)
    process.step()
    assert Message.objects.count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_lines_are_noted_in_the_order_of_their_ids(number: Number) -> None:
    before_it = make_number(number.connection, "+18335550099")
    texts = {one.phone: list(inbound(one.account_sid, one.phone, "Hi")) for one in (number, before_it)}
    for phone, fields in texts.items():
        _store(Number.objects.get(phone=phone), fields)

    def lock(one: Number) -> None:
        list(Number.objects.filter(pk=one.pk).select_for_update(no_key=True))

    with testing.meanwhile(process.step, lambda: lock(number)):
        lock(before_it)
    assert not Number.objects.filter(last_inbound_at=None).exists()


def test_a_bad_row_is_parked_and_the_others_go_on(number: Number, monkeypatch: pytest.MonkeyPatch) -> None:
    store = receive._store

    def picky(workspace_id: int, arrivals: object, also: object) -> object:
        if any(arrival.text.body == "poison" for arrival in arrivals):  # type: ignore[attr-defined]
            raise ValueError("cannot read this")
        return store(workspace_id, arrivals, also)  # type: ignore[arg-type]

    monkeypatch.setattr(receive, "_store", picky)
    for body in ("one", "poison", "two"):
        _store(number, _text(number, body))
    process.step()
    assert list(Message.objects.order_by("id").values_list("body", flat=True)) == ["one", "two"]
    (parked,) = RawRequest.objects.exclude(problem="")
    assert "cannot read this" in parked.problem
    assert parked.processed_at is not None
    monkeypatch.setattr(receive, "_store", store)
    assert process.retry(make_workspace().id, parked.id) is False
    assert process.retry(number.workspace_id, parked.id) is True
    process.step()
    assert Message.objects.filter(body="poison").exists()
    assert not RawRequest.objects.exclude(problem="").exists()


@pytest.mark.parametrize("kind", ["inbound", "status"])
def test_a_request_that_names_no_message_is_parked(number: Number, kind: str) -> None:
    _store(number, [("Body", "hi")], kind)
    _store(number, _text(number))
    process.step()
    assert RawRequest.objects.get(kind=kind, body="Body=hi").problem == process.NO_SID
    assert Message.objects.count() == 1


def _sent(number: Number) -> Message:
    _store(number, _text(number))
    process.step()
    message = Message.objects.get()
    Message.objects.update(direction="outbound", status="queued", rank=20, sid=sid())
    message.refresh_from_db()
    return message


def test_statuses_in_any_order_only_move_forwards(number: Number) -> None:
    message = _sent(number)
    for word in ("delivered", "sent", "delivered", "queued"):
        _store(number, status(number.account_sid, str(message.sid), word, number.phone), "status")
        process.step()
    message.refresh_from_db()
    assert message.status == "delivered"
    assert not RawRequest.objects.filter(processed_at=None).exists()


def test_a_status_that_comes_before_its_text_is_known_is_tried_again(number: Number) -> None:
    early = sid()
    _store(number, status(number.account_sid, early, "delivered", number.phone), "status")
    process.step()
    (raw,) = RawRequest.objects.all()
    assert raw.processed_at is None
    assert raw.retry_at is not None
    assert process.step() is False
    message = _sent(number)
    Message.objects.update(sid=early)
    RawRequest.objects.filter(id=raw.id).update(retry_at=clock.now())
    process.step()
    message.refresh_from_db()
    assert message.status == "delivered"


def test_a_status_that_never_finds_its_text_is_parked(number: Number) -> None:
    old = clock.now() - process.GIVE_UP - timedelta(seconds=1)
    _store(number, status(number.account_sid, sid(), "sent", number.phone), "status", received_at=old)
    process.step()
    (raw,) = RawRequest.objects.all()
    assert raw.problem == process.NO_TEXT


def test_whose_own_text_is_unread_is_known(number: Number) -> None:
    other = make_workspace()
    _store(number, _text(number))
    pairs = [(number.workspace_id, "+14155550123"), (number.workspace_id, "+14155550999"), (other.id, "+14155550123")]
    assert process.unread(pairs) == {(number.workspace_id, "+14155550123")}
    process.step()
    assert process.unread(pairs) == set()
    assert process.unread([]) == set()


def test_stop_then_start_leaves_the_line_open_and_start_then_stop_closed(number: Number) -> None:
    for words in (("STOP", "START"), ("START", "STOP")):
        OptOut.objects.all().delete()
        for word in words:
            _store(number, _text(number, word))
        process.step()
        assert OptOut.objects.filter(lifted_at=None).exists() is (words == ("START", "STOP"))
