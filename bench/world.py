"""Rows to measure with, and what became of them: `python -m bench.world COMMAND …`. Prints JSON."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from bench.load import PHONE, PLAIN_AREA, SID, TOKEN

FILLED_AT = "2026-01-01 00:00:00"
PER_CONVERSATION = 10


def make() -> dict[str, Any]:
    """Migrate an empty database; one workspace, one connection, one number."""
    from django.core.management import call_command

    from threadline.numbers.testing import make_connection, make_number

    call_command("migrate", verbosity=0, interactive=False)
    connection = make_connection(account_sid=SID, auth_token=TOKEN, hook_key="b" * 32)
    make_number(connection=connection, phone=PHONE)
    return {"made": True}


def fill(messages: int) -> dict[str, Any]:
    """Old texts, ten to a conversation, written with a few statements."""
    from django.db import connection as database

    from threadline.numbers.models import Number

    number = Number.objects.get()
    people = max(1, messages // PER_CONVERSATION)
    series = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)"
    digits = "substr('0000000' || i, -7)" if database.vendor == "sqlite" else "lpad(i::text, 7, '0')"
    yes_no = "'{}'" if database.vendor == "sqlite" else "'{}'::jsonb"
    empty = yes_no.replace("{}", "[]")
    with database.cursor() as cursor:
        cursor.execute(
            f"{series} INSERT INTO messaging_conversation (public_id, workspace_id, channel, address, digits, "
            "digits_reversed, created_at, last_activity_at, last_direction, last_status, preview, unread, "
            "last_number_id) SELECT 'conv_fill' || i, %s, 'sms', '+1212' || "
            f"{digits}, '1212' || {digits}, '', '{FILLED_AT}', '{FILLED_AT}', 'outbound', 'delivered', 'Old', 0, %s "
            "FROM n",
            [people, number.workspace_id, number.id],
        )
        cursor.execute("SELECT min(id) FROM messaging_conversation WHERE public_id LIKE 'conv_fill%%'")
        first = cursor.fetchone()[0]
        cursor.execute(
            f"{series} INSERT INTO messaging_message (public_id, workspace_id, conversation_id, number_id, direction, "
            "line, address, body, status, rank, error, segments, num_media, media_urls, sid, source, created_at) "
            f"SELECT 'msg_fill' || i, %s, %s + i %% %s, %s, 'outbound', %s, '+1212' || {digits}, 'Old text ' || i, "
            f"'delivered', 50, '', 1, 0, {empty}, 'SMfill' || i, 'member', '{FILLED_AT}' FROM n",
            [messages, number.workspace_id, first, people, number.id, PHONE],
        )
        cursor.execute("ANALYZE")
    if database.vendor == "sqlite":
        from threadline.lib.sqlite.raw import checkpoint

        checkpoint(database.settings_dict["NAME"], truncate=True, patience=10)
    return {"messages": messages}


def counts() -> dict[str, Any]:
    """What the webhooks have left behind."""
    from django.db.models import Sum

    from threadline.ingest.models import Quarantined, RawRequest
    from threadline.messaging.models import Conversation, Message

    return {
        "raw": RawRequest.objects.filter(kind="inbound").count(),
        "messages": Message.objects.filter(direction="inbound").count(),
        "unread": Conversation.objects.aggregate(all=Sum("unread"))["all"] or 0,
        "refused": Quarantined.objects.count(),
    }


def wait(messages: int) -> dict[str, Any]:
    """Until so many texts have come in; says when that was, and before that a line when it begins to look."""
    from threadline.messaging.models import Message

    Message.objects.count()
    sys.stdout.write("looking\n")
    sys.stdout.flush()
    return _until(lambda: Message.objects.filter(direction="inbound").count() >= messages)


def settled() -> dict[str, Any]:
    """Until no webhook waits to be read, and every text that was reported delivered is so."""
    from threadline.ingest.models import RawRequest
    from threadline.messaging.models import Message

    done = _until(lambda: not RawRequest.objects.filter(processed_at=None).exists())
    reported = RawRequest.objects.filter(kind="status").count()
    delivered = Message.objects.filter(status="delivered", direction="outbound").count()
    if reported != delivered:
        raise SystemExit(f"{reported} callbacks, but {delivered} texts delivered")
    return done


def attempts(count: int, file: str) -> dict[str, Any]:
    """Write public id and sid of the latest attempts into a file."""
    from threadline.messaging.models import Attempt

    latest = Attempt.objects.exclude(sid=None).order_by("-id").values_list("public_id", "sid")[:count]
    Path(file).write_text("".join(f"{attempt} {sid}\n" for attempt, sid in latest))
    return {"attempts": len(latest)}


def forget() -> dict[str, Any]:
    """Drop the conversations that the plain view made: nothing was promised about them."""
    from threadline.messaging.models import Conversation, Message

    area = {"address__startswith": PLAIN_AREA}
    forgotten, _ = Message.objects.filter(**area).delete()
    Conversation.objects.filter(**area).delete()
    return {"forgotten": forgotten}


def _until(true: Callable[[], bool], seconds: float = 120) -> dict[str, Any]:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise SystemExit(f"not within {seconds:g} s: {counts()}")
        time.sleep(0.02)
    return {"at": time.time()}


_COMMANDS: dict[str, Callable[..., dict[str, Any]]] = {
    "make": make,
    "fill": lambda messages: fill(int(messages)),
    "counts": counts,
    "wait": lambda messages: wait(int(messages)),
    "settled": settled,
    "attempts": lambda count, file: attempts(int(count), file),
    "forget": forget,
}

if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(_COMMANDS[sys.argv[1]](*sys.argv[2:])) + "\n")
