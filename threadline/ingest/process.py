"""What the edge stored becomes messages and statuses: claimed in batches; a bad row is parked, the others go on."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection, transaction

from threadline.events.publish import Happening, publish
from threadline.ingest.form import fields
from threadline.ingest.models import RawRequest
from threadline.lib import clock, failpoints, rows, sql
from threadline.messaging import receive, status
from threadline.messaging.receive import Arrival
from threadline.messaging.status import Update
from threadline.numbers.models import Number
from threadline.twilio.payloads import InboundText, StatusUpdate

logger = logging.getLogger(__name__)

BATCH = 500
GIVE_UP = timedelta(minutes=15)  # that long a status may wait for its text to be known
LONGEST_PAUSE = timedelta(minutes=1)
_LOCK = 0x696E6773 << 32  # "ings"; the workspace's id is added

NO_SID = "It names no message (MessageSid is missing)."
NO_TEXT = "No text with this sid is known here; another tool may have sent it."


@dataclass(frozen=True, slots=True)
class Row:
    """A raw request that waits."""

    id: int
    workspace_id: int
    connection_id: int
    kind: str
    attempt: str
    body: str
    received_at: datetime


def step(limit: int = BATCH) -> bool:
    """Deal with the oldest requests that wait; True when more may be waiting. Database failures are raised."""
    taken: list[Row] = []
    try:
        with transaction.atomic():
            taken = _claim(limit)
            if taken:
                failpoints.hit("ingest.after_claim")
            _deal(taken)
            if taken:
                failpoints.hit("ingest.before_commit")
        if taken:
            failpoints.hit("ingest.after_commit")
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.warning("A batch of %d webhooks failed; taking them one by one", len(taken), exc_info=True)
        for row in taken:
            _alone(row.id)
    return len(taken) >= limit


def unread(pairs: Collection[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those (workspace id, address) whose own text has come in and is not read yet: it may be a STOP, or a reply."""
    by_workspace: dict[int, set[str]] = {}
    for workspace_id, address in pairs:
        by_workspace.setdefault(workspace_id, set()).add(address)
    found: set[tuple[int, str]] = set()
    with connection.cursor() as cursor:
        for workspace_id, addresses in by_workspace.items():
            cursor.execute(
                "SELECT DISTINCT address FROM ingest_rawrequest WHERE processed_at IS NULL AND kind = 'inbound' "
                f"AND workspace_id = %s AND {sql.any_of('address')}",
                [workspace_id, sql.array(addresses)],
            )
            found.update((workspace_id, address) for (address,) in cursor.fetchall())
    return found


def retry(workspace_id: int, raw_id: int) -> bool:
    """Let a parked request be dealt with again; False when this workspace has no such one."""
    parked = RawRequest.objects.filter(workspace_id=workspace_id, id=raw_id).exclude(problem="")
    return bool(parked.update(processed_at=None, retry_at=None, problem="", received_at=clock.now()))


def _claim(limit: int) -> list[Row]:
    """The oldest that wait, in order. On PostgreSQL a workspace's requests go through one worker at a time."""
    waiting = RawRequest.objects.filter(processed_at=None).exclude(retry_at__gt=clock.now()).order_by("id")
    if connection.vendor == "postgresql":
        mine = _lock_workspaces(set(waiting.values_list("workspace_id", flat=True)[:limit]))
        # Only after the lock: what the worker before us did is visible to this new statement.
        waiting = waiting.filter(workspace_id__in=mine).select_for_update(skip_locked=True, no_key=True)
    columns = ("id", "workspace_id", "connection_id", "kind", "attempt", "body", "received_at")
    return [Row(*values) for values in waiting.values_list(*columns)[:limit]]


def _lock_workspaces(wanted: Collection[int | None]) -> list[int]:
    """Those of the workspaces that no other worker is at, ours until the end of the transaction."""
    ids = sorted(each for each in wanted if each is not None)
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, pg_try_advisory_xact_lock(%s + id) FROM unnest(%s::bigint[]) AS id", [_LOCK, ids])
        return [each for each, free in cursor.fetchall() if free]


def _deal(taken: Sequence[Row]) -> None:
    """Read, hand on, mark as done, publish: in the caller's transaction."""
    if not taken:
        return
    now = clock.now()
    arrivals: list[Arrival] = []
    updates: list[Update] = []
    waiting: dict[int, Row] = {}
    parked: list[tuple[datetime, str, int]] = []
    lines: dict[tuple[int, str], datetime] = {}
    for row in taken:
        pairs = fields(row.body.encode())
        if row.kind == RawRequest.Kind.INBOUND:
            text = InboundText.parse(pairs)
            arrivals.append(Arrival(row.workspace_id, row.connection_id, text, row.received_at))
            lines[row.workspace_id, text.to] = row.received_at
            sid = text.sid
        else:
            report = StatusUpdate.parse(pairs)
            update = Update(row.attempt, report, row.received_at)
            updates.append(update)
            waiting[id(update)] = row
            sid = report.sid
        if not sid:
            (arrivals if row.kind == RawRequest.Kind.INBOUND else updates).pop()
            parked.append((now, NO_SID, row.id))
    happenings: list[Happening] = receive.receive(arrivals) if arrivals else []
    orphans, moved = status.apply(updates) if updates else ([], [])
    later = [waiting[id(update)] for update in orphans]
    _finish(taken, later, parked, now)
    _note_lines(lines)
    publish(happenings + moved)


def _finish(taken: Sequence[Row], later: Sequence[Row], parked: list[tuple[datetime, str, int]], now: datetime) -> None:
    """Mark every row: done, to be looked at again, or parked."""
    again = []
    for row in later:
        age = now - row.received_at
        if age > GIVE_UP:
            parked.append((now, NO_TEXT, row.id))
        else:
            again.append((now + min(max(age, timedelta(seconds=1)), LONGEST_PAUSE), row.id))
    rows.each("UPDATE ingest_rawrequest SET retry_at = %s WHERE id = %s", again)
    rows.each("UPDATE ingest_rawrequest SET processed_at = %s, problem = %s WHERE id = %s", parked)
    other = {row_id for _, row_id in again} | {row_id for _, _, row_id in parked}
    done = [row.id for row in taken if row.id not in other]
    if done:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE ingest_rawrequest SET processed_at = %s WHERE {sql.any_of('id')}",
                [rows.plain(now), sql.array(done)],
            )


def _note_lines(lines: dict[tuple[int, str], datetime]) -> None:
    """When a webhook last reached us over each line, to the minute. By id, as everybody takes numbers."""
    of_ours = Number.objects.filter(workspace__in={pk for pk, _phone in lines}, phone__in={to for _pk, to in lines})
    heard = [
        (at, pk, at - timedelta(minutes=1))
        for pk, workspace_id, phone in of_ours.order_by("id").values_list("id", "workspace_id", "phone")
        if (at := lines.get((workspace_id, phone)))
    ]
    rows.each(
        "UPDATE numbers_number SET last_inbound_at = %s "
        "WHERE id = %s AND (last_inbound_at IS NULL OR last_inbound_at < %s)",
        heard,
    )


def _alone(raw_id: int) -> None:
    """One row by itself; parked with its error when it fails again."""
    try:
        with transaction.atomic():
            waiting = RawRequest.objects.filter(id=raw_id, processed_at=None)
            if connection.vendor == "postgresql":
                waiting = waiting.select_for_update(skip_locked=True, no_key=True)
            columns = ("id", "workspace_id", "connection_id", "kind", "attempt", "body", "received_at")
            _deal([Row(*values) for values in waiting.values_list(*columns)])
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.exception("Webhook %d is parked", raw_id)
        problem = f"{type(error).__name__}: {error}"[:500].replace("\x00", "")
        RawRequest.objects.filter(id=raw_id).update(processed_at=clock.now(), problem=problem)
