"""Texts of unknown outcome: found in the carrier's list, or looked up twice in vain, late enough, and sent again."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction

from threadline.events.publish import Happening, publish
from threadline.lib import clock, doorbell, phones
from threadline.messaging import statuses
from threadline.messaging.carrier import client_of
from threadline.messaging.matching import match
from threadline.messaging.models import Attempt, Message, OutboxEntry
from threadline.numbers.models import Connection
from threadline.twilio.client import CarrierError, Client, MessageRecord

log = logging.getLogger(__name__)

LOOKUPS = 2  # complete ones, after the grace period, before a text counts as never accepted
BATCH = 200
SKEW = timedelta(minutes=2)  # the carrier's clock and ours


@dataclass(frozen=True, slots=True)
class Unknown:
    """An attempt whose text may or may not be at the carrier."""

    id: int
    message_id: int
    wire_at: datetime
    lookups: int
    looked_up_at: datetime | None
    address: str
    line: str
    body: str
    conversation: str


def step() -> bool:
    """Look up what is due; False when nothing could be done now."""
    done = False
    for connection in Connection.objects.filter(id__in=_unknown().values("connection_id").distinct()):
        due = _due(connection, clock.now())
        if due:
            done = _look_up(connection, due) or done
    return done


def _unknown() -> models.QuerySet[Attempt]:
    return Attempt.objects.filter(outcome=Attempt.Outcome.UNKNOWN)


def grace(connection: Connection) -> timedelta:
    """How long a text may be on its way into the carrier's list."""
    seconds = settings.THREADLINE_SANDBOX_GRACE if connection.is_sandbox else settings.THREADLINE_UNKNOWN_GRACE
    return timedelta(seconds=seconds)


def _due(connection: Connection, now: datetime) -> list[Unknown]:
    """Soon after it became unknown, then at growing distances, and twice once the grace period is over."""
    wait = grace(connection)
    columns = (
        *("id", "message_id", "wire_at", "lookups", "looked_up_at"),
        *("message__address", "message__line", "message__body", "message__conversation__public_id"),
    )
    rows = _unknown().filter(connection=connection).order_by("wire_at").values_list(*columns)[:BATCH]
    return [row for row in (Unknown(*row) for row in rows) if _is_due(row, wait, now)]


def _is_due(row: Unknown, wait: timedelta, now: datetime) -> bool:
    if row.looked_up_at is None:
        return True
    since_last = now - row.looked_up_at
    age = now - row.wire_at
    if age < wait:
        return since_last >= min(wait / 4, max(timedelta(seconds=1), age / 4)) or row.looked_up_at < row.wire_at
    return since_last >= min(wait / 4, timedelta(minutes=1)) or row.looked_up_at < row.wire_at + wait


def _look_up(connection: Connection, due: Sequence[Unknown]) -> bool:
    for (line, address), attempts in _by_pair(due).items():
        asked_at = clock.now()
        try:
            listed = _list(client_of(connection), line, address, min(row.wire_at for row in attempts) - SKEW)
        except CarrierError as error:
            # An incomplete look-up proves nothing: they stay unknown.
            log.warning("A text to %s cannot be looked up: %s", phones.last4(address), error.kind)
            Attempt.objects.filter(id__in=[row.id for row in attempts]).update(looked_up_at=asked_at)
            return False
        _conclude(connection, attempts, listed, asked_at)
    return True


def _by_pair(due: Iterable[Unknown]) -> dict[tuple[str, str], list[Unknown]]:
    pairs: dict[tuple[str, str], list[Unknown]] = {}
    for row in due:
        pairs.setdefault((row.line, row.address), []).append(row)
    return pairs


def _list(client: Client, line: str, address: str, since: datetime) -> list[MessageRecord]:
    """Every text of ours to this person since then, by To and From; complete, or a CarrierError."""
    found: list[MessageRecord] = []
    for page in client.messages(to=address, from_=line):
        found += [record for record in page if not record.inbound and record.created_at >= since]
        if page and page[-1].created_at < since:
            break
    return found


def _conclude(
    connection: Connection, attempts: Sequence[Unknown], listed: Sequence[MessageRecord], asked_at: datetime
) -> None:
    with transaction.atomic():
        still = _unknown().filter(id__in=[row.id for row in attempts]).order_by("message_id")
        waiting = set(still.select_for_update(no_key=True).values_list("id", flat=True))
        attempts = [row for row in attempts if row.id in waiting]  # a callback may have settled some meanwhile
        sids = [record.sid for record in listed]
        claimed = set(Message.objects.filter(sid__in=sids).values_list("sid", flat=True))
        claimed |= set(Attempt.objects.filter(sid__in=sids).values_list("sid", flat=True))
        found, ambiguous = match(attempts, [record for record in listed if record.sid not in claimed])
        for row, record in found:
            _adopt(row, record, asked_at)
        for row in ambiguous:
            _hold(row, asked_at)
        settled = {row.id for row, _record in found} | {row.id for row in ambiguous}
        absent = [row for row in attempts if row.id not in settled]
        resend = [row for row in absent if _count(row, connection, asked_at) >= LOOKUPS]
        _send_again(resend, asked_at)
        changed = [row for row in attempts if row.id in settled] + resend
        publish(
            [
                Happening(
                    connection.workspace_id, "conversation.changed", row.conversation, {"messages": [row.message_id]}
                )
                for row in changed
            ]
        )


def _adopt(row: Unknown, record: MessageRecord, now: datetime) -> None:
    """It is there: the attempt was accepted."""
    Attempt.objects.filter(id=row.id).update(outcome=Attempt.Outcome.ACCEPTED, sid=record.sid, settled_at=now)
    OutboxEntry.objects.filter(message_id=row.message_id).delete()
    Message.objects.filter(id=row.message_id, sid=None).update(sid=record.sid)
    status, rank = record.status, statuses.rank(record.status)
    if rank < statuses.rank(statuses.SENDING):
        status, rank = statuses.SENDING, statuses.rank(statuses.SENDING)
    forwards = Message.objects.filter(id=row.message_id, rank__lte=statuses.rank(statuses.SENDING))
    forwards.update(status=status, rank=rank, error_code=record.error_code, sent_at=record.sent_at)


def _hold(row: Unknown, now: datetime) -> None:
    """More than one way to read the list: a person decides, the machine does not guess."""
    Attempt.objects.filter(id=row.id).update(outcome=Attempt.Outcome.AMBIGUOUS, looked_up_at=now)


def _count(row: Unknown, connection: Connection, asked_at: datetime) -> int:
    """Record a look-up in vain; only those that began after the grace period count."""
    late = asked_at >= row.wire_at + grace(connection)
    lookups = row.lookups + int(late)
    Attempt.objects.filter(id=row.id).update(lookups=lookups, looked_up_at=asked_at)
    return lookups


def _send_again(rows: Sequence[Unknown], now: datetime) -> None:
    """Provably never accepted: the entry goes back to the queue, through the gate, as a new attempt."""
    if not rows:
        return
    Attempt.objects.filter(id__in=[row.id for row in rows]).update(outcome=Attempt.Outcome.ABSENT, settled_at=now)
    entries = OutboxEntry.objects.filter(message_id__in=[row.message_id for row in rows])
    entries.update(claimed_by="", claimed_at=None, run_after=now)
    doorbell.ring_on_commit("outbox")
