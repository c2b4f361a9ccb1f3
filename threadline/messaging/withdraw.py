"""Taking texts back that have not left: a source is paused or stopped, or the person has answered."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from threadline.billing import ledger
from threadline.events.publish import Happening
from threadline.lib import rows, sql
from threadline.messaging import conversations, statuses
from threadline.messaging.models import Message

Late = Callable[[Collection[int]], None]
_told: list[Late] = []


def on_reply(conversation_ids: Collection[int], now: datetime) -> list[int]:
    """Withdraw what was to stop at a reply, in the transaction that stores the reply; the ids of its messages."""
    which = f"{sql.any_of('conversation_id')} AND stop_on_reply"
    return _withdraw(which, [sql.array(conversation_ids)], _("They answered first."), now)


def source(workspace_id: int, name: str, reason: str, now: datetime) -> list[int]:
    """Withdraw everything of one source ("campaign:12") that is not on the wire; the ids of its messages."""
    return _withdraw("workspace_id = %s AND source = %s", [workspace_id, name], reason, now)


def texts(workspace_id: int, message_ids: Collection[int], reason: str, now: datetime) -> list[int]:
    """Withdraw those of these messages that are not on the wire; their ids."""
    which = f"workspace_id = %s AND {sql.any_of('message_id')}"
    return _withdraw(which, [workspace_id, sql.array(message_ids)], reason, now)


def held(message_ids: Collection[int], reason: str) -> list[Happening]:
    """Cancel those of these messages that wait for a person; what to publish. Nothing is reserved for them any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE messaging_message SET status = %s, rank = %s, error = %s WHERE {sql.any_of('id')} "
            "AND status = 'held' RETURNING id",
            [statuses.CANCELED, statuses.rank(statuses.CANCELED), reason, sql.array(message_ids)],
        )
        return happenings([pk for (pk,) in cursor.fetchall()])


def happenings(message_ids: Collection[int]) -> list[Happening]:
    """What to publish about withdrawn messages, so that open threads show it."""
    by_conversation: dict[tuple[int, str], list[int]] = {}
    found = Message.objects.filter(id__in=message_ids).order_by("id")
    for pk, workspace_id, conversation in found.values_list("id", "workspace_id", "conversation__public_id"):
        by_conversation.setdefault((workspace_id, conversation), []).append(pk)
    return [
        Happening(workspace_id, "conversation.changed", conversation, {"messages": pks})
        for (workspace_id, conversation), pks in by_conversation.items()
    ]


def provide(function: Late) -> None:
    """Have `function(message ids)` called for texts that were on the wire when they were withdrawn and came back.

    The carrier did not take them, and they are cancelled only now: in the transaction that `function` is called in.
    """
    if function not in _told:
        _told.append(function)


def tell_late(message_ids: Collection[int]) -> None:
    """Call everybody who asked."""
    if message_ids:
        for function in _told:
            function(message_ids)


def _withdraw(which: str, values: list[Any], reason: str, now: datetime) -> list[int]:
    """One statement decides between us and a sender: what it has claimed is on its way, and is not tried again."""
    _lock_conversations(which, values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM messaging_outboxentry WHERE {which} AND claimed_by = '' RETURNING workspace_id, message_id",
            values,
        )
        gone = cursor.fetchall()
        # Whatever is left is claimed, or was a moment ago: the carrier may turn it away and it would wait here again.
        cursor.execute(
            f"UPDATE messaging_outboxentry SET withdrawn = %s WHERE {which} AND withdrawn = ''", [reason, *values]
        )
    if not gone:
        return []
    rows.each(
        "UPDATE messaging_message SET status = %s, rank = %s, error = %s WHERE id = %s",
        [(statuses.CANCELED, statuses.rank(statuses.CANCELED), reason, message_id) for _workspace, message_id in gone],
    )
    rows.each(
        "UPDATE messaging_conversation SET last_status = %s "
        "WHERE id = (SELECT conversation_id FROM messaging_message WHERE id = %s) AND last_message_id = %s",
        [(statuses.CANCELED, message_id, message_id) for _workspace, message_id in gone],
    )
    by_workspace: dict[int, list[int]] = {}
    for workspace_id, message_id in gone:
        by_workspace.setdefault(workspace_id, []).append(message_id)
    for workspace_id, message_ids in by_workspace.items():
        ledger.release(workspace_id, message_ids, now)
    return [message_id for _workspace, message_id in gone]


def _lock_conversations(which: str, values: list[Any]) -> None:
    """Before the entries, as whoever stores an answer does: else the two would wait for each other."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            waiting = f"SELECT DISTINCT conversation_id FROM messaging_outboxentry WHERE {which} AND claimed_by = ''"
            cursor.execute(waiting, values)
            conversations.lock([pk for (pk,) in cursor.fetchall()])
