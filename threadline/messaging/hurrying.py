"""A text that waits for the morning may leave sooner: when it has become an answer, or when the policy has changed."""

from datetime import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from threadline.events.publish import publish
from threadline.lib import clock, deadlocks, doorbell
from threadline.messaging import conversations, statuses, withdraw
from threadline.messaging.models import Message, OutboxEntry, Receipt
from threadline.messaging.rules.hours import ANSWER


def may_go(source: str, code: str, wrote: datetime | None, now: datetime) -> bool:
    """Whether somebody may send now what they typed: the person has written within 24 hours. `code` is of its Defer."""
    return source == "member" and code == "quiet_hours" and wrote is not None and now - wrote <= ANSWER


@deadlocks.retried
def send_now(message: Message, now: datetime | None = None) -> bool:
    """Let a waiting text ask the gate again at once; False when it may not, or has left meanwhile."""
    now = now or clock.now()
    with transaction.atomic():
        conversations.lock([message.conversation_id])
        wrote = message.conversation.last_inbound_at
        if not may_go(message.source, _code(message.pk), wrote, now):
            return False
        waiting = OutboxEntry.objects.filter(message=message, claimed_by="", message__status=statuses.SCHEDULED)
        if not waiting.update(run_after=now, paced=False):
            return False
        queued = {"status": statuses.QUEUED, "rank": statuses.rank(statuses.QUEUED), "error": ""}
        Message.objects.filter(pk=message.pk).update(**queued)
        publish(withdraw.happenings([message.pk]))
        doorbell.ring_on_commit("outbox")
    return True


def wake(workspace_id: int) -> None:
    """The policy has changed: whatever waits for the morning asks the gate again, in the caller's transaction."""
    last = Receipt.objects.filter(message=OuterRef("message")).order_by("-id").values("code")[:1]
    waiting = OutboxEntry.objects.filter(workspace=workspace_id, claimed_by="", message__status=statuses.SCHEDULED)
    asleep = waiting.annotate(code=Subquery(last)).filter(code="quiet_hours")
    if pks := sorted(asleep.values_list("pk", flat=True)):
        OutboxEntry.objects.filter(pk__in=pks).update(run_after=clock.now(), paced=False)
        doorbell.ring_on_commit("outbox")


def _code(message_id: int) -> str:
    """The rule that put it off."""
    codes = Receipt.objects.filter(message=message_id).order_by("-id").values_list("code", flat=True)
    return codes.first() or ""
