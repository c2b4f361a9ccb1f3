"""Receipts: what the gate saw and said, kept with every text. They answer "Why?"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from threadline.lib import rows
from threadline.messaging.models import Receipt
from threadline.messaging.verdicts import Defer, Send, Verdict

_COLUMNS = ["workspace_id", "message_id", "source", "address", "phase", "verdict", "code", "reason", "facts", "at"]


@dataclass(frozen=True, slots=True)
class Note:
    workspace_id: int
    message_id: int | None
    source: str
    address: str
    verdict: Verdict
    facts: Mapping[str, Any]


def keep(notes: Sequence[Note], phase: str, at: datetime) -> None:
    """Append a receipt for every note."""
    rows.insert("messaging_receipt", _COLUMNS, [_row(note, phase, at) for note in notes])


def _row(note: Note, phase: str, at: datetime) -> tuple[object, ...]:
    verdict, facts = note.verdict, note.facts
    if isinstance(verdict, Defer):
        facts = {**facts, "until": verdict.until.isoformat()}
    said = ("", "") if isinstance(verdict, Send) else (verdict.code, verdict.reason)
    return (note.workspace_id, note.message_id, note.source, note.address, phase, verdict.name, *said, facts, at)


def latest(workspace_id: int, source: str, address: str) -> Receipt | None:
    """The last decision about a person that made no message: put off or refused. `source` is "campaign:12" or so."""
    found = Receipt.objects.filter(workspace=workspace_id, address=address, message=None, source=source)
    return found.order_by("-id").first()


def without_message(workspace_id: int, source: str) -> dict[str, Receipt]:
    """The last decision about each person whom a source asked to text and of whom no message was made, by address."""
    found = Receipt.objects.filter(workspace=workspace_id, message=None, source=source).order_by("id")
    return {receipt.address: receipt for receipt in found}
