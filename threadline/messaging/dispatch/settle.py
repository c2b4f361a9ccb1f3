"""Settle: what the carrier answered, or that it did not, is written down in one group."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from threadline.billing import ledger
from threadline.compliance import optouts
from threadline.events.publish import Happening
from threadline.lib import rows, sql
from threadline.messaging import statuses
from threadline.messaging.dispatch.claim import Claimed
from threadline.messaging.models import Attempt, Message, OutboxEntry
from threadline.numbers.models import Connection
from threadline.twilio import errors
from threadline.twilio.outcomes import Accepted, NotSent, Outcome, Refused, Throttled, Unknown

LONGEST_WAIT = timedelta(minutes=10)
OPTED_OUT = 21610
RETRIES_BEFORE_HOLD = 20  # about two hours of back-off


@dataclass(frozen=True, slots=True)
class Landed:
    """One POST that has ended, one way or another."""

    claimed: Claimed
    outcome: Outcome


def settle(landed: Sequence[Landed], now: datetime) -> list[Happening]:
    """Write outcomes in the caller's transaction; returns what to publish as its last statement."""
    if not landed:
        return []
    landed = sorted(landed, key=lambda one: one.claimed.entry.message_id)  # as early callbacks take them
    _record_opt_outs(landed, now)
    kinds: dict[type, list[Landed]] = {}
    for one in landed:
        kinds.setdefault(type(one.outcome), []).append(one)
    for kind, write in _WRITERS.items():
        if group := kinds.get(kind):
            write(group, now)
    changed: dict[tuple[int, str], list[int]] = {}
    for one in landed:
        entry = one.claimed.entry
        changed.setdefault((entry.workspace_id, entry.conversation), []).append(entry.message_id)
    return [
        Happening(workspace_id, "conversation.changed", conversation, {"messages": pks})
        for (workspace_id, conversation), pks in changed.items()
    ]


def _record_opt_outs(landed: Sequence[Landed], now: datetime) -> None:
    """Only 21610 says that a person opted out. First of all, because it takes the lock that claims wait for."""
    optouts.record(
        [
            optouts.NewOptOut(
                one.claimed.entry.workspace_id,
                one.claimed.entry.line,
                one.claimed.entry.address,
                now,
                evidence="carrier",
                reference=one.claimed.attempt,
            )
            for one in landed
            if isinstance(one.outcome, Refused) and one.outcome.code == OPTED_OUT
        ]
    )


def _accepted(group: Sequence[Landed], now: datetime) -> None:
    """The carrier has it. A callback may have been quicker: then the attempt is settled and the status further on."""
    sids = [(one.claimed.attempt, one.claimed.entry, _sid(one)) for one in group]
    rows.update(
        "messaging_attempt",
        "public_id",
        ["sid"],
        [(attempt, sid) for attempt, _entry, sid in sids],
        also="outcome = 'accepted', settled_at = {now}",
        where="outcome || '' IN ('pending', 'unknown')",  # found by its id, never by the index of the unsettled
        now=now,
    )
    with connection.cursor() as cursor:  # before the messages, as whoever takes texts back
        settled = sql.array(entry.id for _attempt, entry, _sid in sids)
        cursor.execute(f"DELETE FROM messaging_outboxentry WHERE {sql.any_of('id')}", [settled])
    rows.update(
        "messaging_message",
        "id",
        ["sid"],
        [(entry.message_id, sid) for _attempt, entry, sid in sids],
        also="status = CASE status WHEN 'unknown' THEN 'sending' ELSE status END",
        where="COALESCE(messaging_message.sid, '') = ''",  # likewise: many have no sid
    )


def _sid(one: Landed) -> str:
    assert isinstance(one.outcome, Accepted)
    return one.outcome.sid


def _refused(group: Sequence[Landed], now: datetime) -> None:
    """The carrier said no: some refusals end the text, some only end this try."""
    ended: list[tuple[Landed, Refused]] = []
    for one in group:
        assert isinstance(one.outcome, Refused)
        _fail_attempt(one, Attempt.Outcome.REFUSED, one.outcome.code, one.outcome.reason, now)
        kind = errors.explain(one.outcome.code).kind
        if kind == "credentials":
            _mark_connection(one, one.outcome)
            _again(one, errors.explain(one.outcome.code).sentence, one.outcome.code, now)
        elif kind == "retry":
            _again(one, errors.explain(one.outcome.code).sentence, one.outcome.code, now)
        else:
            ended.append((one, one.outcome))
    _fail(ended, now)


def _throttled(group: Sequence[Landed], now: datetime) -> None:
    for one in group:
        reason = _("Twilio asked us to slow down; it goes out again by itself.")
        _fail_attempt(one, Attempt.Outcome.NOT_SENT, 20429, reason, now)
        _again(one, reason, 20429, now)


def _not_sent(group: Sequence[Landed], now: datetime) -> None:
    for one in group:
        assert isinstance(one.outcome, NotSent)
        reason = _("Twilio could not be reached (%(why)s); it is tried again by itself.") % {"why": one.outcome.reason}
        _fail_attempt(one, Attempt.Outcome.NOT_SENT, None, reason, now)
        _again(one, reason, None, now)


def _unknown(group: Sequence[Landed], now: datetime) -> None:
    """It left, and nobody knows: reconciliation looks it up; until then it is never sent again."""
    why = [(one.claimed, one.outcome.reason) for one in group if isinstance(one.outcome, Unknown)]
    rows.each(
        "UPDATE messaging_attempt SET outcome = 'unknown', error = %s WHERE public_id = %s AND outcome = 'pending'",
        [(reason, claimed.attempt) for claimed, reason in why],
    )
    rows.each(
        "UPDATE messaging_message SET status = 'unknown' WHERE id = %s AND status = 'sending' AND sid IS NULL",
        [(claimed.entry.message_id,) for claimed, _reason in why],
    )


_WRITERS: dict[type, Callable[[Sequence[Landed], datetime], None]] = {
    Accepted: _accepted,
    Refused: _refused,
    Throttled: _throttled,
    NotSent: _not_sent,
    Unknown: _unknown,
}


def _fail_attempt(one: Landed, outcome: str, code: int | None, reason: str, now: datetime) -> None:
    unsettled = Attempt.objects.filter(public_id=one.claimed.attempt, outcome__in=("pending", "unknown"))
    unsettled.update(outcome=outcome, error_code=code, error=reason, settled_at=now)


def _again(one: Landed, reason: str, code: int | None, now: datetime) -> None:
    """This try provably sent nothing: the entry waits, longer each time, and in the end for a person."""
    entry = one.claimed.entry
    mine = OutboxEntry.objects.filter(id=entry.id, tries=entry.tries + 1)  # not the claim of whoever rescued it
    status = statuses.HELD if entry.tries + 1 >= RETRIES_BEFORE_HOLD else statuses.QUEUED
    if status == statuses.HELD:
        mine.delete()
    else:
        wait = min(timedelta(seconds=2**entry.tries), LONGEST_WAIT)
        mine.update(claimed_by="", claimed_at=None, run_after=now + wait)
    Message.objects.filter(id=entry.message_id, sid=None).update(
        status=status, rank=statuses.rank(status), error=reason, error_code=code
    )
    if status == statuses.HELD:
        ledger.release(entry.workspace_id, [entry.message_id], now)


def _fail(ended: Sequence[tuple[Landed, Refused]], now: datetime) -> None:
    OutboxEntry.objects.filter(id__in=[one.claimed.entry.id for one, _outcome in ended]).delete()
    by_workspace: dict[int, list[int]] = {}
    for one, outcome in ended:
        entry = one.claimed.entry
        Message.objects.filter(id=entry.message_id, sid=None).update(
            status=statuses.FAILED,
            rank=statuses.rank(statuses.FAILED),
            error_code=outcome.code,
            error=errors.explain(outcome.code).sentence if outcome.code else outcome.reason,
        )
        by_workspace.setdefault(entry.workspace_id, []).append(entry.message_id)
    for workspace_id, message_ids in sorted(by_workspace.items()):
        ledger.release(workspace_id, message_ids, now)


def _mark_connection(one: Landed, outcome: Refused) -> None:
    """Say on every page that the credentials no longer work; saving good ones clears it."""
    sentence = errors.explain(outcome.code).sentence
    Connection.objects.filter(id=one.claimed.entry.connection_id, problem="").update(problem=sentence)
