"""Statuses of a message and their order. Twilio's words, and ours: scheduled, held, unknown."""

from typing import Final

SCHEDULED: Final = "scheduled"
HELD: Final = "held"
QUEUED: Final = "queued"
SENDING: Final = "sending"
UNKNOWN: Final = "unknown"
FAILED: Final = "failed"
CANCELED: Final = "canceled"
RECEIVED: Final = "received"

# A status only ever gives way to one of higher rank. A finished attempt that proved never to have been sent may start
# over; that is a new attempt, not a step back.
RANKS: Final = {
    "receiving": 1,
    SCHEDULED: 5,
    HELD: 5,
    QUEUED: 10,
    "accepted": 20,
    SENDING: 30,
    UNKNOWN: 30,
    "sent": 40,
    RECEIVED: 40,
    "partially_delivered": 45,
    "delivered": 50,
    "undelivered": 50,
    FAILED: 50,
    CANCELED: 50,
    "read": 60,
}

FINAL_RANK: Final = 50
NEVER_SENT: Final = frozenset({FAILED, CANCELED})  # the carrier charges nothing for these


def rank(status: str) -> int:
    """The order of a status; a word the carrier has invented since counts as sending, so that nothing is lost by it."""
    return RANKS.get(status, RANKS[SENDING])
