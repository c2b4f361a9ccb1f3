"""A sender that died leaves claims behind. What may have been on the wire is unknown now, never simply sent again."""

from django.db import transaction

from threadline.events.publish import Happening, publish
from threadline.lib import doorbell
from threadline.messaging.dispatch import alive
from threadline.messaging.models import Attempt, Message

UNKNOWN = "The program stopped while this text was on its way to Twilio."


def dead_claims() -> int:
    """Turn pending attempts of dead senders into unknown ones; how many there were."""
    pending = Attempt.objects.filter(outcome=Attempt.Outcome.PENDING)
    workers = alive.dead(pending.order_by().values_list("worker", flat=True).distinct())
    if not workers:
        return 0
    with transaction.atomic():
        lost = list(
            pending.filter(worker__in=workers)
            .order_by("message_id")
            .select_for_update(of=("self",), no_key=True)
            .values_list("id", "message_id", "message__workspace_id", "message__conversation__public_id")
        )
        Attempt.objects.filter(id__in=[row[0] for row in lost]).update(outcome=Attempt.Outcome.UNKNOWN, error=UNKNOWN)
        Message.objects.filter(id__in=[row[1] for row in lost], status="sending", sid=None).update(status="unknown")
        publish(
            [
                Happening(workspace_id, "conversation.changed", conversation, {"messages": [message_id]})
                for _attempt, message_id, workspace_id, conversation in lost
            ]
        )
        doorbell.ring_on_commit("reconcile")
    return len(lost)
