"""Taken back while it is on the wire: the carrier may still have it, but nobody tries it a second time."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings

from sandbox.testing import RunningSandbox
from threadline.billing import ledger
from threadline.lib import clock
from threadline.messaging import reconcile, withdraw
from threadline.messaging.models import Attempt, Message, OutboxEntry
from threadline.messaging.testing import DANA, arrive, in_the_air, send_all, text
from threadline.messaging.tests.test_reconcile import later, times_accepted
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db(transaction=True)

TURNED_AWAY = {"kind": "http", "status": 429, "count": 1}


def ask(line: Number) -> None:
    text(line.workspace, source="campaign:7", automatic=True, stop_on_reply=True)


def pause(line: Number) -> Callable[[], object]:
    return lambda: withdraw.source(line.workspace_id, "campaign:7", "The campaign was paused.", clock.now())


def send_again(carrier: RunningSandbox) -> None:
    OutboxEntry.objects.update(run_after=clock.now())
    send_all()
    assert not OutboxEntry.objects.exists()


def test_a_text_that_the_carrier_turned_away_after_a_pause_is_not_tried_again(
    carrier: RunningSandbox, line: Number
) -> None:
    carrier.faults(TURNED_AWAY)
    ask(line)
    with in_the_air(pause(line)):
        send_all()
    send_again(carrier)
    message = Message.objects.get()
    assert (times_accepted(carrier), message.status, message.error) == (0, "canceled", "The campaign was paused.")
    assert ledger.balance(line.workspace_id) == 0


def test_a_text_that_was_turned_away_after_an_answer_is_not_tried_again(carrier: RunningSandbox, line: Number) -> None:
    carrier.faults(TURNED_AWAY)
    ask(line)
    with in_the_air(lambda: arrive(line, "Yes please")):
        send_all()
    send_again(carrier)
    assert times_accepted(carrier) == 0
    assert Message.objects.get(direction="outbound").error == "They answered first."


def test_a_text_that_the_carrier_takes_all_the_same_is_a_text_like_any_other(
    carrier: RunningSandbox, line: Number
) -> None:
    ask(line)
    with in_the_air(pause(line)):
        send_all()
    message = Message.objects.get()
    assert (times_accepted(carrier), message.status, bool(message.sid)) == (1, "sending", True)
    assert not OutboxEntry.objects.exists()


def test_a_text_that_nobody_found_at_the_carrier_is_not_tried_again_after_a_pause(
    carrier: RunningSandbox, line: Number, settings: LazySettings
) -> None:
    settings.THREADLINE_SANDBOX_GRACE = 60
    carrier.faults({"kind": "refuse", "count": 1, "to": DANA})
    ask(line)
    send_all()
    pause(line)()
    for seconds in (61, 20, 20):
        later(seconds)
        reconcile.step()
    send_all()
    assert (Attempt.objects.get().outcome, times_accepted(carrier)) == ("absent", 0)
    assert Message.objects.get().status == "canceled"
