"""Statuses from the carrier, in any order and number: a message only moves forwards, and a reason is never erased."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from threadline.billing import ledger
from threadline.events.publish import Happening
from threadline.lib import rows
from threadline.messaging import statuses
from threadline.messaging.models import Attempt, Message, OutboxEntry
from threadline.twilio import errors
from threadline.twilio.payloads import StatusUpdate

UNSETTLED = (Attempt.Outcome.PENDING, Attempt.Outcome.UNKNOWN, Attempt.Outcome.AMBIGUOUS)


@dataclass(frozen=True, slots=True)
class Update:
    """One report. `attempt` is the attempt's public id from the callback's path, or "" when it came by a list."""

    attempt: str
    update: StatusUpdate
    at: datetime
    price: int | None = None  # micro-USD, once the carrier has rated it


@dataclass(slots=True)
class Target:
    """The message that a sid or an attempt belongs to."""

    message_id: int
    workspace_id: int
    conversation: str
    status: str
    rank: int
    sid: str | None
    attempt_id: int | None = None
    outcome: str = ""


def apply(updates: Sequence[Update]) -> tuple[list[Update], list[Happening]]:
    """Move messages forwards in the caller's transaction.

    Returns the updates that belong to no message known yet, and what to publish as the last statement before COMMIT.
    """
    targets = _targets(updates)
    orphans, matched = [], []
    for update in updates:
        target = targets.get(update.attempt) or targets.get(update.update.sid)
        if target is None:
            orphans.append(update)
        else:
            matched.append((update, target))
    _settle_attempts(matched)
    return orphans, _move(matched)


def _targets(updates: Iterable[Update]) -> dict[str, Target]:
    """By sid and by attempt: whose status this is."""
    updates = list(updates)
    found: dict[str, Target] = {}
    by_message: dict[int, Target] = {}
    known = Message.objects.filter(sid__in={update.update.sid for update in updates})
    for row in known.values_list("id", "workspace_id", "conversation__public_id", "status", "rank", "sid"):
        target = by_message.setdefault(row[0], Target(*row))
        found[target.sid or ""] = target
    tokens = {update.attempt for update in updates if update.attempt}
    columns = (
        *("message_id", "message__workspace_id", "message__conversation__public_id"),
        *("message__status", "message__rank", "message__sid", "id", "outcome", "public_id"),
    )
    for row in Attempt.objects.filter(public_id__in=tokens).values_list(*columns):
        target = by_message.setdefault(row[0], Target(*row[:6]))
        target.attempt_id, target.outcome = row[6], row[7]
        found[row[8]] = target
    return found


def _settle_attempts(matched: Sequence[tuple[Update, Target]]) -> None:
    """A callback that names an attempt proves that the carrier has it: whatever we were waiting for is settled."""
    accepted = {}
    for update, target in matched:
        if target.attempt_id and target.outcome in UNSETTLED:
            accepted[target.attempt_id] = (update, target)
            target.outcome = Attempt.Outcome.ACCEPTED
    if not accepted:
        return
    rows.each(
        "UPDATE messaging_attempt SET outcome = 'accepted', sid = %s, settled_at = %s "
        "WHERE id = %s AND outcome IN ('pending', 'unknown', 'ambiguous')",
        [(update.update.sid, update.at, attempt_id) for attempt_id, (update, _target) in sorted(accepted.items())],
    )
    rows.each(
        "UPDATE messaging_message SET sid = %s, status = CASE status WHEN 'unknown' THEN 'sending' ELSE status END "
        "WHERE id = %s AND sid IS NULL",
        [(update.update.sid, target.message_id) for update, target in accepted.values()],
    )
    OutboxEntry.objects.filter(message_id__in=[target.message_id for _update, target in accepted.values()]).delete()


def _move(matched: Sequence[tuple[Update, Target]]) -> list[Happening]:
    changes: list[tuple[str, int, int | None, str, datetime, int]] = []
    released: dict[int, set[int]] = {}
    prices: dict[int, dict[int, int]] = {}
    changed: dict[tuple[int, str], set[int]] = {}
    unrated = _unrated(matched)
    for update, target in sorted(matched, key=lambda pair: statuses.rank(pair[0].update.status)):
        if update.price is not None and target.message_id in unrated:
            prices.setdefault(target.workspace_id, {})[target.message_id] = update.price
            changed.setdefault((target.workspace_id, target.conversation), set()).add(target.message_id)
        if target.attempt_id and target.sid and target.sid != update.update.sid:
            continue  # an earlier attempt of a message that was sent again: its own row is settled, nothing else moves
        new_rank = statuses.rank(update.update.status)
        code = update.update.error_code
        if new_rank <= target.rank and not code:
            continue
        reason = reason_of(code)
        changes.append((update.update.status, new_rank, code, reason, update.at, target.message_id))
        if new_rank > target.rank:
            target.rank, target.status = new_rank, update.update.status
            if target.status in statuses.NEVER_SENT:
                released.setdefault(target.workspace_id, set()).add(target.message_id)
        changed.setdefault((target.workspace_id, target.conversation), set()).add(target.message_id)
    _write(changes)
    for workspace_id, pks in released.items():
        ledger.release(workspace_id, sorted(pks), matched[-1][0].at)
    for workspace_id, by_message in prices.items():
        ledger.settle(workspace_id, by_message, matched[-1][0].at)
        rows.update("messaging_message", "id", ("price",), sorted(by_message.items()))
    return [
        Happening(workspace_id, "conversation.changed", conversation, {"messages": sorted(pks)})
        for (workspace_id, conversation), pks in changed.items()
    ]


def _unrated(matched: Sequence[tuple[Update, Target]]) -> set[int]:
    """Which of the texts that come with a price have none yet: history tells it again and again."""
    rated = [target.message_id for update, target in matched if update.price is not None]
    return set(Message.objects.filter(id__in=rated, price=None).values_list("id", flat=True)) if rated else set()


def reason_of(code: int | None) -> str:
    """The sentence that a customer reads for a carrier's error code; "" without one."""
    return errors.explain(code).sentence if code else ""


def _write(changes: Sequence[tuple[str, int, int | None, str, datetime, int]]) -> None:
    """Conditional on the rank in the row, so that a parallel batch cannot be overwritten by an older status."""
    rows.each(
        """
        UPDATE messaging_message SET
          status = CASE WHEN rank < %s THEN %s ELSE status END,
          error_code = COALESCE(error_code, %s),
          error = CASE WHEN error = '' THEN %s ELSE error END,
          sent_at = CASE WHEN %s >= 40 THEN COALESCE(sent_at, %s) ELSE sent_at END,
          rank = CASE WHEN rank < %s THEN %s ELSE rank END
        WHERE id = %s
        """,
        [
            (new_rank, status, code, reason, new_rank, at, new_rank, new_rank, pk)
            for status, new_rank, code, reason, at, pk in changes
        ],
    )
    rows.each(
        "UPDATE messaging_conversation SET last_status = (SELECT status FROM messaging_message WHERE id = %s) "
        "WHERE id = (SELECT conversation_id FROM messaging_message WHERE id = %s) AND last_message_id = %s",
        [(change[-1],) * 3 for change in changes],
    )
