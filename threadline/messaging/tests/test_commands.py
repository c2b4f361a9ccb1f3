"""The console: send and sync."""

import json

import pytest
from django.core.management import CommandError, call_command

from sandbox.testing import RunningSandbox
from threadline.messaging.models import Message, OutboxEntry
from threadline.messaging.testing import DANA, make_line
from threadline.numbers.models import Number

pytestmark = pytest.mark.django_db(transaction=True)


def test_send_queues_one_text(capsys: pytest.CaptureFixture[str]) -> None:
    line = make_line()
    call_command("send", DANA, "From the shell", "--from", line.phone)
    printed = json.loads(capsys.readouterr().out)
    assert Message.objects.get().public_id == printed["id"]
    assert OutboxEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nobody", "Hi"), "to: "),
        ((DANA, ""), "body: "),
        ((DANA, "Hi", "--from", "+15005550006"), "--from: "),
        ((DANA, "Hi", "--workspace", "ws_none"), "--workspace: "),
    ],
)
def test_send_names_what_is_wrong(arguments: tuple[str, ...], said: str) -> None:
    make_line()
    with pytest.raises(CommandError, match=said):
        call_command("send", *arguments)


def test_sync_adopts_and_tells(carrier: RunningSandbox, line: Number, capsys: pytest.CaptureFixture[str]) -> None:
    carrier.text(DANA, line.phone, "Hello")
    call_command("sync")
    assert "1 new" in capsys.readouterr().out
    carrier.faults({"kind": "list_error", "status": 500})
    with pytest.raises(CommandError):
        call_command("sync")
