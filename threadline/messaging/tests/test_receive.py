"""Inbound texts: once each, in their conversation, with everything that follows from them."""

from datetime import timedelta

import pytest

from threadline.compliance.optouts import in_force
from threadline.contacts.models import Contact
from threadline.events.models import Event
from threadline.lib import clock
from threadline.messaging.models import Conversation, Message, OutboxEntry
from threadline.messaging.testing import DANA, arrive, conversation_with, make_line, text
from threadline.messaging.verdicts import Send
from threadline.numbers.models import Number
from threadline.numbers.testing import make_connection, make_number
from threadline.twilio.payloads import Media

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("gone", [0, 1])
def test_a_text_comes_in_on_the_account_that_the_number_is_on_now(gone: int) -> None:
    line = make_line()
    rows = [line, make_number(make_connection(line.workspace), phone=line.phone)]
    Number.objects.filter(id=rows[gone].id).update(gone_at=clock.now())
    arrive(rows[1 - gone])
    assert Message.objects.get().number_id == rows[1 - gone].id


@pytest.mark.requirement("000-16", "000-17", "000-18")
def test_a_text_makes_a_conversation_with_preview_and_unread_count() -> None:
    line = make_line()
    arrive(line, "Hello?")
    arrive(line, "Anyone there?")
    conversation = conversation_with(line.workspace)
    assert (conversation.preview, conversation.unread, conversation.last_direction) == ("Anyone there?", 2, "inbound")
    assert conversation.lines.get().unread == 2
    assert Event.objects.filter(subject=conversation.public_id, data__inbound=1).count() == 2


def test_a_repeated_sid_is_one_text() -> None:
    line = make_line()
    for _again in range(2):
        arrive(line, sid="SM" + "1" * 32)
    assert Message.objects.count() == 1
    assert conversation_with(line.workspace).unread == 1


def test_an_older_text_that_comes_late_does_not_become_the_preview() -> None:
    line = make_line()
    arrive(line, "new")
    arrive(line, "old", at=clock.now() - timedelta(hours=1))
    conversation = conversation_with(line.workspace)
    assert (conversation.preview, conversation.unread) == ("new", 2)
    assert conversation.last_inbound_at == Message.objects.get(body="new").created_at


@pytest.mark.parametrize("sender", ["72345", "ACME", "+447700900123", "whatsapp:+18135550142"])
def test_any_sender_gets_a_conversation(sender: str) -> None:
    line = make_line()
    arrive(line, from_=sender)
    assert Conversation.objects.get().address == sender


@pytest.mark.parametrize("count", [0, 1, 10])
def test_every_file_of_a_text_is_kept(count: int) -> None:
    line = make_line()
    arrive(line, "", media=tuple(Media(f"https://api.twilio.com/m/{n}", "image/jpeg") for n in range(count)))
    message = Message.objects.get()
    assert message.num_media == count
    assert [media.position for media in message.media.order_by("position")] == list(range(count))


def test_a_text_to_an_unclaimed_line_is_kept_and_shown_with_its_line() -> None:
    line = make_line()
    line.phone = "+18885550000"
    arrive(line)
    message = Message.objects.get()
    assert (message.number, message.line) == (None, "+18885550000")


def test_a_known_contact_is_recognised() -> None:
    line = make_line()
    dana = Contact.objects.create(workspace=line.workspace, phone=DANA, name="Dana")
    arrive(line)
    assert conversation_with(line.workspace).contact == dana


def test_stop_and_start_are_recorded_and_lifted() -> None:
    line = make_line()
    arrive(line, " Stop ")
    assert (DANA, line.phone) in in_force(line.workspace_id, [DANA])
    arrive(line, "START", at=clock.now() + timedelta(seconds=1))
    assert not in_force(line.workspace_id, [DANA])


def test_a_start_read_late_does_not_lift_a_younger_stop() -> None:
    line = make_line()
    arrive(line, "STOP")
    arrive(line, "START", at=clock.now() - timedelta(minutes=1))
    assert in_force(line.workspace_id, [DANA])


def test_a_reply_withdraws_what_was_to_stop_at_one() -> None:
    line = make_line()
    other = make_number(connection=line.connection)
    text(line.workspace, body="Step 2", stop_on_reply=True, source="campaign:1")
    text(line.workspace, body="By hand")
    arrive(other, "I have a question")
    assert Message.objects.get(body="Step 2").status == "canceled"
    assert [entry.message.body for entry in OutboxEntry.objects.all()] == ["By hand"]


def test_a_closed_conversation_opens_again() -> None:
    line = make_line()
    arrive(line)
    Conversation.objects.update(closed_at=clock.now())
    arrive(line, "One more thing")
    assert conversation_with(line.workspace).closed_at is None


def test_two_workspaces_keep_their_own_conversations_with_one_person() -> None:
    first, second = make_line(), make_line()
    arrive(first)
    arrive(second)
    assert isinstance(text(first.workspace).verdict, Send)
    assert Conversation.objects.filter(address=DANA).count() == 2
    assert conversation_with(second.workspace).last_direction == "inbound"
