"""Claim: take what may leave now, pass it through the gate again, and write down that it is about to be on the wire."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from threadline.billing import ledger
from threadline.compliance import optouts
from threadline.lib import ids, rows, sql
from threadline.messaging import gate, receipts, statuses, withdraw
from threadline.messaging.dispatch import pacing, waiting
from threadline.messaging.dispatch.waiting import Entry
from threadline.messaging.facts import Facts, load
from threadline.messaging.models import Message, OutboxEntry
from threadline.messaging.rules import hours
from threadline.messaging.verdicts import Cancel, Defer, Refuse, Send, Verdict

Unread = Callable[[Collection[tuple[int, str]]], Collection[tuple[int, str]]]

# Somebody whose own text is still unread is left out for a moment: it may be a STOP, or end a sequence.
READ_FIRST = timedelta(milliseconds=250)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A text that may now be POSTed; `attempt` is the public id that its callback carries."""

    entry: Entry
    attempt: str


@dataclass(frozen=True, slots=True)
class Claim:
    ready: Sequence[Claimed] = ()
    ended: Sequence[Entry] = ()  # held, put off, refused or cancelled here: somebody may be looking at them
    full: bool = False  # as many as asked for: there may be more
    looked: bool = False  # whether it looked for
    next_slot: datetime | None = None  # the next text that waits for its turn


def claim(worker: str, limit: int, unread: Unread, busy: Collection[int], now: datetime) -> Claim:
    """Take up to `limit` ready entries, in the caller's transaction; connections in `busy` have to wait."""
    if limit <= 0:
        return Claim()
    entries = waiting.take(limit, busy, now)
    if not entries:
        return Claim(looked=True, next_slot=pacing.next_slot(now))
    # From here to the COMMIT no opt-out of these workspaces can slip in between check and claim. Whoever is writing one
    # just now may need the entries that are held here: they are let go at once, and taken in the next turn.
    taken = len(entries)
    quiet = optouts.try_lock_shared({entry.workspace_id for entry in entries})
    entries = [entry for entry in entries if entry.workspace_id in quiet]
    if not entries:
        return Claim(full=True)
    people = {(entry.workspace_id, entry.address) for entry in entries}
    to_read = unread(people)
    asked = [entry for entry in entries if (entry.workspace_id, entry.address) not in to_read]
    before = [_before(entry) for entry in asked]
    withdrawn = {entry.id: entry.withdrawn for entry in entries if entry.withdrawn}
    facts = load(before, "dispatch", now, withdrawn=withdrawn)
    decided = [(entry, *decision) for entry, decision in zip(asked, gate.judge(before, facts), strict=True)]
    waits = pacing.hand_out([entry for entry, verdict, _saw in decided if isinstance(verdict, Send)], now)
    if waits:
        before = [one for one, (entry, *_rest) in zip(before, decided, strict=True) if entry.id not in waits]
        decided = [one for one in decided if one[0].id not in waits]
    receipts.keep(
        [receipts.Note(e.workspace_id, e.message_id, e.source, e.address, verdict, saw) for e, verdict, saw in decided],
        "dispatch",
        now,
    )
    later = [(now + READ_FIRST, entry.id) for entry in entries if (entry.workspace_id, entry.address) in to_read]
    rows.each("UPDATE messaging_outboxentry SET run_after = %s WHERE id = %s", later)
    put_off = _put_off([(entry, verdict) for entry, verdict, _saw in decided if isinstance(verdict, Defer)])
    ended = _end([(e, verdict) for e, verdict, _saw in decided if not isinstance(verdict, Send | Defer)], now)
    ready = _wire(worker, _that_may_leave(before, decided, facts), now)
    limited = any(entry.per_second for entry in entries)
    slot = pacing.next_slot(now) if limited else None
    return Claim(ready, [*ended, *put_off], taken == limit or len(entries) < taken, looked=limited, next_slot=slot)


def _before(entry: Entry) -> gate.Entry:
    return gate.Entry(
        entry.workspace_id,
        entry.address,
        entry.number_id,
        entry.body,
        entry.automatic,
        by_hand=entry.source == "member" and not entry.automatic,
        entry_id=entry.id,
        expires_at=entry.expires_at,
        not_after=entry.not_after,
    )


def _that_may_leave(
    before: Sequence[gate.Entry], decided: Sequence[tuple[Entry, Verdict, object]], facts: Facts
) -> list[Entry]:
    """With the end of the hours in which the carrier may deliver it: a backlog of its own must not wake anybody."""
    if not any(terms.quiet for terms in facts.terms.values()):
        return [entry for entry, verdict, _saw in decided if isinstance(verdict, Send)]
    return [
        entry._replace(not_after=hours.ends(one, facts))
        for one, (entry, verdict, _saw) in zip(before, decided, strict=True)
        if isinstance(verdict, Send)
    ]


def _put_off(decided: Sequence[tuple[Entry, Defer]]) -> list[Entry]:
    """It moves on by itself when its moment comes; until then the message says why. Those that change are returned.

    A text whose own hours are over is left as it is: whoever asked for it takes it back.
    """
    rows.each(
        "UPDATE messaging_outboxentry SET run_after = %s, paced = FALSE WHERE id = %s",
        [(verdict.until, entry.id) for entry, verdict in decided],
    )
    shown = [(entry, verdict) for entry, verdict in decided if verdict.code != "out_of_hours"]
    rows.each(
        "UPDATE messaging_message SET status = %s, rank = %s, error = %s WHERE id = %s",
        [
            (statuses.SCHEDULED, statuses.rank(statuses.SCHEDULED), verdict.reason, entry.message_id)
            for entry, verdict in shown
        ],
    )
    return [entry for entry, _verdict in shown]


def _wire(worker: str, entries: Sequence[Entry], now: datetime) -> list[Claimed]:
    """Before the POST: an attempt with `wire_at`, so that whatever happens next, nobody sends this text twice."""
    claimed = [Claimed(entry, ids.new("att")) for entry in entries]
    if not claimed:
        return []
    rows.insert(
        "messaging_attempt",
        ["public_id", "message_id", "connection_id", "outcome", "worker", "wire_at", "error", "lookups"],
        [
            (one.attempt, one.entry.message_id, one.entry.connection_id, "pending", worker, now, "", 0)
            for one in claimed
        ],
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE messaging_outboxentry SET claimed_by = %s, claimed_at = %s, tries = tries + 1 "
            f"WHERE {sql.any_of('id')}",
            [worker, rows.plain(now), sql.array(entry.id for entry in entries)],
        )
        cursor.execute(
            "UPDATE messaging_message SET status = %s, rank = %s, error_code = NULL, error = '' "
            f"WHERE {sql.any_of('id')}",
            [statuses.SENDING, statuses.rank(statuses.SENDING), sql.array(entry.message_id for entry in entries)],
        )
    return claimed


def _end(decided: Sequence[tuple[Entry, Verdict]], now: datetime) -> list[Entry]:
    """The gate said no: the entry leaves the queue, the message says why, the reservation is released."""
    if not decided:
        return []
    by_workspace: dict[int, list[int]] = {}
    for entry, verdict in decided:
        status = {"hold": statuses.HELD, "cancel": statuses.CANCELED}.get(verdict.name, statuses.FAILED)
        reason = "" if isinstance(verdict, Send | Defer) else verdict.reason
        code = 21610 if isinstance(verdict, Refuse) and verdict.code == "opted_out" else None
        Message.objects.filter(id=entry.message_id).update(
            status=status, rank=statuses.rank(status), error=reason, error_code=code
        )
        by_workspace.setdefault(entry.workspace_id, []).append(entry.message_id)
    OutboxEntry.objects.filter(id__in=[entry.id for entry, _verdict in decided]).delete()
    for workspace_id, message_ids in sorted(by_workspace.items()):
        ledger.release(workspace_id, message_ids, now)
    withdraw.tell_late([entry.message_id for entry, verdict in decided if isinstance(verdict, Cancel)])
    return [entry for entry, _verdict in decided]
