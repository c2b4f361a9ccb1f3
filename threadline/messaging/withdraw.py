"""Taking texts back that have not left: a source is paused or stopped, or the person has answered."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from threadline.billing import ledger
from threadline.messaging import statuses
from threadline.messaging.models import Message, OutboxEntry


def on_reply(conversation_ids: Collection[int], now: datetime) -> int:
    """Withdraw what was to stop at a reply, in the transaction that stores the reply; how many texts."""
    waiting = OutboxEntry.objects.filter(conversation_id__in=conversation_ids, stop_on_reply=True, claimed_by="")
    return _withdraw(list(waiting.values_list("id", "workspace_id", "message_id")), _("They answered first."), now)


def source(workspace_id: int, name: str, reason: str, now: datetime) -> int:
    """Withdraw everything of one source ("campaign:12") that is not on the wire; how many texts."""
    waiting = OutboxEntry.objects.filter(workspace_id=workspace_id, source=name, claimed_by="")
    return _withdraw(list(waiting.values_list("id", "workspace_id", "message_id")), reason, now)


def _withdraw(found: Collection[tuple[int, int, int]], reason: str, now: datetime) -> int:
    if not found:
        return 0
    # Conditional once more: what a sender has claimed meanwhile is on its way and stays.
    OutboxEntry.objects.filter(id__in=[row[0] for row in found], claimed_by="").delete()
    left = set(OutboxEntry.objects.filter(id__in=[row[0] for row in found]).values_list("id", flat=True))
    gone = [row for row in found if row[0] not in left]
    Message.objects.filter(id__in=[row[2] for row in gone]).update(
        status=statuses.CANCELED, rank=statuses.rank(statuses.CANCELED), error=reason
    )
    by_workspace: dict[int, list[int]] = {}
    for _entry, workspace_id, message_id in gone:
        by_workspace.setdefault(workspace_id, []).append(message_id)
    for workspace_id, message_ids in by_workspace.items():
        ledger.release(workspace_id, message_ids, now)
    return len(gone)
