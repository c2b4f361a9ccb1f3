"""Whoever takes texts back or asks for them waits for a conversation before holding what its writer needs next."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from threadline.billing import ledger
from threadline.lib import clock
from threadline.messaging import conversations, history, withdraw
from threadline.messaging.models import Conversation, Message
from threadline.messaging.testing import arrive, make_line, text
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def line(transactional_db: None) -> Number:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    return make_line()


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[None]:
    """Somebody else acts, and waits for the conversation that this transaction holds, until it is done."""
    problems: list[Exception] = []

    def run() -> None:
        try:
            with transaction.atomic():
                act()
        except Exception as error:
            problems.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        conversations.lock(Conversation.objects.values_list("id", flat=True))
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        yield
    thread.join(20)
    assert problems == []


def test_an_answer_and_a_pause_do_not_wait_for_each_other(line: Number) -> None:
    text(line.workspace, source="campaign:7", automatic=True, stop_on_reply=True)
    with meanwhile(lambda: withdraw.source(line.workspace_id, "campaign:7", "It was paused.", clock.now())):
        withdraw.on_reply(list(Conversation.objects.values_list("id", flat=True)), clock.now())
    assert Message.objects.get().error == "They answered first."


def test_an_answer_and_a_new_text_do_not_wait_for_each_other(line: Number) -> None:
    text(line.workspace, body="First")
    with meanwhile(lambda: text(line.workspace, body="Second")):
        ledger.credit(line.workspace_id, 1_000_000, "test", clock.now())
    assert Message.objects.count() == 2


def test_an_answer_and_a_first_adoption_do_not_wait_for_each_other(line: Number) -> None:
    arrive(line)
    conversation = Conversation.objects.get()
    with meanwhile(lambda: history.unanswered([line.id])):
        conversations.touch_lines({(conversation.id, line.id): (clock.now(), 1)})
    conversation.refresh_from_db()
    assert conversation.unread == 1
