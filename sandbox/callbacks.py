"""Status callbacks: Twilio's exact parameters, and the faults that may befall them on the way."""

import json
import uuid
from typing import TYPE_CHECKING, Any

from . import clock
from .errors import meaning

if TYPE_CHECKING:
    from .network import Network

CALLED = frozenset({"queued", "sent", "failed", "delivered", "undelivered", "read", "canceled"})
LAST = frozenset({"failed", "delivered", "undelivered", "read", "canceled"})
INSERT = (
    "INSERT INTO deliveries (account_sid, message_sid, kind, method, url, fallback, params, token, due_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
HOLD_MS = {"fast": 300, "real": 4_000}


def params(row: dict[str, Any], status: str, moment: float) -> dict[str, str]:
    """The form of a status callback for a message row."""
    form = {
        "MessageSid": row["sid"],
        "SmsSid": row["sid"],
        "AccountSid": row["account_sid"],
        "ApiVersion": "2010-04-01",
        "From": row["sender"] or "",
        "To": row["recipient"],
        "MessageStatus": status,
        "SmsStatus": status,
    }
    if row["service_sid"]:
        form["MessagingServiceSid"] = row["service_sid"]
    if status in ("failed", "undelivered") and row["error_code"] is not None:
        form["ErrorCode"] = str(row["error_code"])
        form["ErrorMessage"] = meaning(row["error_code"]) or ""
    if status in ("delivered", "undelivered"):
        form["RawDlrDoneDate"] = clock.carrier_stamp(moment)
    return form


def enqueue(network: "Network", changes: list[tuple[dict[str, Any], str]], moment: float) -> None:
    """Queue a callback for each (message row, status it entered), in order, faults applied."""
    queued = []
    for row, status in changes:
        due, copies = moment, 1
        if network.faults.rules:
            due, copies = _befall(network, row, status, moment)
        entry = (
            row["account_sid"],
            row["sid"],
            "status",
            "POST",
            row["callback"],
            "",
            json.dumps(params(row, status, moment)),
            str(uuid.uuid4()),
            due,
        )
        queued += [entry] * copies
    if queued:
        network.store.write_many(INSERT, queued)
        network.pump.wake()


def _befall(network: "Network", row: dict[str, Any], status: str, moment: float) -> tuple[float, int]:
    target = {"to": row["recipient"], "sender": row["sender"] or ""}
    if network.faults.take("lose_callback", **target):
        return moment, 0
    due = moment
    if rule := network.faults.take("delay_callback", **target):
        due += rule.ms / 1000
    if status not in LAST and (rule := network.faults.take("reorder_callback", **target)):
        due += (rule.ms or HOLD_MS[network.speed]) / 1000
    copies = 2 if network.faults.take("duplicate_callback", **target) else 1
    return due, copies
