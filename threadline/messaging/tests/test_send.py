"""send(): one outcome per text, everything written in one transaction, nothing twice."""

import threading
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection

from threadline.billing import ledger
from threadline.billing.models import LedgerEntry
from threadline.compliance import optouts
from threadline.events.models import Event
from threadline.lib import clock
from threadline.messaging import gate
from threadline.messaging.models import Conversation, Message, OutboxEntry, Receipt
from threadline.messaging.outgoing import Outgoing
from threadline.messaging.send import send
from threadline.messaging.testing import DANA, arrive, conversation_with, make_line, text
from threadline.messaging.verdicts import Defer, Refuse, Send
from threadline.numbers.testing import make_number

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("000-23")
def test_a_text_is_queued_with_its_conversation_reservation_and_event() -> None:
    line = make_line()
    outcome = text(line.workspace, "(813) 555-0142", "Hello Dana")
    assert isinstance(outcome.verdict, Send) and outcome.message
    message = Message.objects.get(public_id=outcome.message.public_id)
    assert (message.status, message.address, message.line, message.body) == ("queued", DANA, line.phone, "Hello Dana")
    entry = OutboxEntry.objects.get(message=message)
    assert (entry.claimed_by, entry.connection_id) == ("", line.connection_id)
    conversation = conversation_with(line.workspace)
    assert (conversation.preview, conversation.last_direction, conversation.unread) == ("Hello Dana", "outbound", 0)
    assert conversation.digits_reversed == "24105553181"
    assert conversation.lines.get().number_id == line.id
    assert LedgerEntry.objects.get(source=f"reserve:{message.id}").amount == -8_300
    assert ledger.balance(line.workspace_id) == -8_300
    event = Event.objects.get(subject=conversation.public_id)
    assert (event.type, event.data) == ("conversation.changed", {"messages": [message.id]})
    assert Receipt.objects.get(message=message).verdict == "send"


@pytest.mark.parametrize(
    ("asked", "code", "param"),
    [
        (Outgoing(to="", body="Hi"), "invalid_to", "to"),
        (Outgoing(to="12", body="Hi"), "invalid_to", "to"),
        (Outgoing(to=DANA, body="  \n"), "empty", "body"),
        (Outgoing(to=DANA, body="x" * 1601), "too_long", "body"),
        (Outgoing(to=DANA, body="", media_urls=("ftp://pictures/1.jpg",)), "bad_media", "media"),
        (Outgoing(to=DANA, body="", media_urls=("https://example.com/1.jpg",) * 11), "bad_media", "media"),
    ],
)
def test_bad_input_names_its_field_and_makes_no_message(asked: Outgoing, code: str, param: str) -> None:
    line = make_line()
    verdict = send(line.workspace, [asked])[0].verdict
    assert isinstance(verdict, Refuse)
    assert (verdict.code, verdict.param) == (code, param)
    assert verdict.reason
    assert not Message.objects.exists()


def test_a_batch_gets_one_outcome_per_text_in_order() -> None:
    line = make_line()
    asked = [Outgoing(to=f"+1813555{n:04d}", body="Hi") for n in range(100, 160)]
    asked[7] = Outgoing(to="nobody", body="Hi")
    outcomes = send(line.workspace, asked)
    assert [isinstance(outcome.verdict, Refuse) for outcome in outcomes] == [n == 7 for n in range(60)]
    stored = dict(Message.objects.values_list("public_id", "address"))
    for text_, outcome in zip(asked, outcomes, strict=True):
        assert outcome.message is None or stored[outcome.message.public_id] == text_.to
    assert Conversation.objects.count() == 59


def soon() -> datetime:
    """A moment that is so near to the end of a text's hours that the gate puts it off."""
    return clock.now() + gate.SHORTEST_VALIDITY / 2


def test_a_text_that_may_go_later_waits_in_the_queue_with_its_reason() -> None:
    line = make_line()
    outcome = text(line.workspace, not_after=soon())
    assert isinstance(outcome.verdict, Defer) and outcome.message
    message = Message.objects.get(public_id=outcome.message.public_id)
    assert (message.status, message.error) == ("scheduled", outcome.verdict.reason)
    assert outcome.message.status == "scheduled"
    entry = OutboxEntry.objects.get(message=message)
    assert entry.run_after == outcome.verdict.until
    receipt = Receipt.objects.get(message=message)
    assert (receipt.verdict, receipt.code) == ("defer", "out_of_hours")


def test_a_text_that_waits_outside_leaves_a_receipt_and_nothing_else() -> None:
    line = make_line()
    asked = [Outgoing(to=to, body="Hi", waits_outside=True, source="campaign:3") for to in (DANA, "+18135550143")]
    asked[0] = replace(asked[0], not_after=soon())
    first, second = send(line.workspace, asked)
    assert isinstance(first.verdict, Defer) and first.message is None
    assert isinstance(second.verdict, Send) and second.message
    assert Message.objects.get().address == "+18135550143"
    receipt = Receipt.objects.get(message=None)
    assert (receipt.source, receipt.address, receipt.verdict) == ("campaign:3", DANA, "defer")
    assert receipt.facts["until"] == first.verdict.until.isoformat()


def test_equal_client_tokens_are_one_message() -> None:
    line = make_line()
    first = text(line.workspace, client_token="abc")
    again = text(line.workspace, client_token="abc")
    assert again.repeated and again.message and first.message
    assert again.message.public_id == first.message.public_id
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_equal_posts_at_once_are_one_message() -> None:
    line = make_line()

    def post() -> None:
        try:
            for _again in range(10):
                outcomes.append(text(line.workspace, client_token="held Enter"))
        finally:
            connection.close()

    outcomes: list[object] = []
    threads = [threading.Thread(target=post) for _n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 50
    assert Message.objects.count() == 1
    assert OutboxEntry.objects.count() == 1
    assert LedgerEntry.objects.count() == 1


def test_the_same_words_within_seconds_are_a_slip_of_the_finger() -> None:
    line = make_line()
    text(line.workspace)
    verdict = text(line.workspace).verdict
    assert isinstance(verdict, Refuse) and verdict.code == "duplicate"
    assert isinstance(text(line.workspace, body="Something else").verdict, Send)
    assert isinstance(text(line.workspace, allow_duplicate=True).verdict, Send)


@pytest.mark.requirement("000-9")
def test_a_reply_goes_from_the_line_last_used_with_that_person() -> None:
    main = make_line()
    other = make_number(connection=main.connection)
    arrive(other, "Is this the right number?")
    outcome = text(main.workspace, body="It is")
    assert Message.objects.get(direction="outbound").line == other.phone
    assert outcome.message
    assert text(main.workspace, to="+18135550199").message
    assert Message.objects.latest("id").line == main.phone


@pytest.mark.requirement("001-9", "000-30")
def test_only_a_ready_number_of_the_workspace_sends() -> None:
    line = make_line()
    stranger = make_line()
    foreign = text(line.workspace, number_id=stranger.id).verdict
    assert isinstance(foreign, Refuse) and foreign.param == "from"
    line.gone_at = clock.now()
    line.save(update_fields=["gone_at"])
    gone = text(line.workspace, number_id=line.id).verdict
    assert isinstance(gone, Refuse) and gone.code == "number_not_ready"
    assert "no longer on the Twilio account" in gone.reason
    assert not Message.objects.exists()


def test_an_opt_out_blocks_its_line_and_everything_automatic() -> None:
    line = make_line()
    other = make_number(connection=line.connection)
    optouts.record([optouts.NewOptOut(line.workspace_id, line.phone, DANA, clock.now(), word="STOP")])
    blocked = text(line.workspace, number_id=line.id).verdict
    assert isinstance(blocked, Refuse) and blocked.code == "opted_out" and line.phone in blocked.reason
    assert isinstance(text(line.workspace, number_id=other.id).verdict, Send)
    automatic = text(line.workspace, number_id=other.id, automatic=True, body="Offer").verdict
    assert isinstance(automatic, Refuse)
    receipt = Receipt.objects.filter(verdict="refuse").first()
    assert receipt and receipt.message is None and receipt.facts["opt_outs"][0]["line"] == line.phone


def test_a_nul_byte_is_kept_as_its_picture() -> None:
    line = make_line()
    assert text(line.workspace, body="a\x00b").message
    assert Message.objects.get().body == "a␀b"


def test_half_a_surrogate_pair_is_shown_as_a_replacement() -> None:
    line = make_line()
    assert text(line.workspace, body="half \ud83d").message
    assert Message.objects.get().body == "half \ufffd"
