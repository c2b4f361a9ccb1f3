"""Texts that wait for their turn on a number whose limits have changed ask again at once, for a new turn."""

from threadline.lib import clock, doorbell
from threadline.messaging.models import OutboxEntry
from threadline.numbers.models import Number


def ask_again(number: Number) -> int:
    """How many they were; in the caller's transaction, which is done again when it is broken off."""
    waiting = OutboxEntry.objects.filter(paced=True, claimed_by="", line=number.phone, connection=number.connection_id)
    doorbell.ring_on_commit("outbox")
    return waiting.update(run_after=clock.now(), paced=False)
