"""Statuses from the carrier, in any order and number: a message only moves forwards, and a reason is never erased."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from threadline.billing import ledger
from threadline.events.publish import Happening
from threadline.lib import rows
from threadline.messaging import conversations, statuses
from threadline.messaging.models import Attempt, Message
from threadline.twilio import errors
from threadline.twilio.payloads import StatusUpdate

UNSETTLED = (Attempt.Outcome.PENDING, Attempt.Outcome.UNKNOWN, Attempt.Outcome.AMBIGUOUS)
# What a callback can disprove: also two look-ups in vain, after which the text waits to leave once more.
_OPEN = (*UNSETTLED, Attempt.Outcome.ABSENT)
_COLUMNS = ("workspace_id", "conversation_id", "conversation__public_id", "status", "rank", "sid")


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
    conversation_id: int
    conversation: str
    status: str
    rank: int
    sid: str | None
    attempts: dict[str, tuple[int, str]] = field(default_factory=dict)  # by public id: id and outcome


@dataclass(slots=True)
class _Change:
    """What one report does to its message."""

    target: Target
    status: str
    rank: int
    code: int | None
    at: datetime
    price: int | None
    moved: bool


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
    proved, changes = _proved(matched), _changes(matched)
    touched = {target.message_id: target for _attempt, _update, target in proved}
    touched |= {change.target.message_id: change.target for change in changes}
    # Conversations, attempts, entries, messages, each in the order of their ids: so does whoever else needs them.
    conversations.lock({target.conversation_id for target in touched.values()})
    _settle_attempts(proved)
    _write(changes)
    _show(touched)
    _pay(changes)
    return orphans, _happenings(touched.values())


def _targets(updates: Iterable[Update]) -> dict[str, Target]:
    """By sid and by attempt: whose status this is."""
    updates = list(updates)
    found: dict[str, Target] = {}
    by_message: dict[int, Target] = {}
    known = Message.objects.filter(sid__in={update.update.sid for update in updates})
    for row in known.values_list("id", *_COLUMNS):
        target = by_message.setdefault(row[0], Target(*row))
        found[target.sid or ""] = target
    tokens = {update.attempt for update in updates if update.attempt}
    columns = ("message_id", *(f"message__{name}" for name in _COLUMNS), "public_id", "id", "outcome")
    for row in Attempt.objects.filter(public_id__in=tokens).values_list(*columns):
        target = by_message.setdefault(row[0], Target(*row[:7]))
        target.attempts[row[7]] = row[8:]
        found[row[7]] = target
    return found


def _proved(matched: Sequence[tuple[Update, Target]]) -> list[tuple[int, Update, Target]]:
    """A callback that names an attempt proves that the carrier has it, whatever we believed; the attempt's id first."""
    proved = []
    for update, target in matched:
        attempt_id, outcome = target.attempts.get(update.attempt, (0, ""))
        if outcome not in _OPEN:
            continue
        proved.append((attempt_id, update, target))
        target.attempts[update.attempt] = (attempt_id, Attempt.Outcome.ACCEPTED)
        if not target.sid:
            target.sid = update.update.sid
            target.status, target.rank = statuses.SENDING, statuses.rank(statuses.SENDING)
    return sorted(proved, key=lambda one: one[2].message_id)


def _settle_attempts(proved: Sequence[tuple[int, Update, Target]]) -> None:
    """Whatever we were waiting for is settled, and the text does not leave again.

    A sender may have it on the wire for the second time: without its entry it will not be tried a third time.
    """
    rows.each(
        "UPDATE messaging_attempt SET outcome = 'accepted', sid = %s, settled_at = %s "
        "WHERE id = %s AND outcome IN ('pending', 'unknown', 'ambiguous', 'absent')",
        [(update.update.sid, update.at, attempt_id) for attempt_id, update, _target in proved],
    )
    rows.each(
        "DELETE FROM messaging_outboxentry WHERE message_id = %s",
        [(target.message_id,) for _attempt, _update, target in proved],
    )
    # It may have waited for the morning, or have been held meanwhile: none of that is true any more.
    rows.each(
        "UPDATE messaging_message SET sid = %s, status = %s, rank = %s, error_code = NULL, error = '' "
        "WHERE id = %s AND sid IS NULL",
        [
            (update.update.sid, statuses.SENDING, statuses.rank(statuses.SENDING), target.message_id)
            for _attempt, update, target in proved
        ],
    )


def _changes(matched: Sequence[tuple[Update, Target]]) -> list[_Change]:
    """What there is to write, message by message in the order of their ids; within each the lower ranks first."""
    changes = []
    unrated = _unrated(matched)
    for update, target in sorted(matched, key=lambda pair: statuses.rank(pair[0].update.status)):
        if target.sid and target.sid != update.update.sid:
            continue  # an earlier attempt of a message that was sent again: its own row is settled, nothing else moves
        report, new_rank = update.update, statuses.rank(update.update.status)
        price = update.price if target.message_id in unrated else None
        moved = new_rank > target.rank
        if moved or report.error_code or price is not None:
            changes.append(_Change(target, report.status, new_rank, report.error_code, update.at, price, moved))
        if moved:
            target.rank, target.status = new_rank, report.status
    return sorted(changes, key=lambda change: change.target.message_id)


def _unrated(matched: Sequence[tuple[Update, Target]]) -> set[int]:
    """Which of the texts that come with a price have none yet: history tells it again and again."""
    rated = [target.message_id for update, target in matched if update.price is not None]
    return set(Message.objects.filter(id__in=rated, price=None).values_list("id", flat=True)) if rated else set()


def reason_of(code: int | None) -> str:
    """The sentence that a customer reads for a carrier's error code; "" without one."""
    return errors.explain(code).sentence if code else ""


def _write(changes: Sequence[_Change]) -> None:
    """Conditional on the rank in the row, so that a parallel batch cannot be overwritten by an older status."""
    rows.each(
        """
        UPDATE messaging_message SET
          status = CASE WHEN rank < %s THEN %s ELSE status END,
          error_code = COALESCE(error_code, %s),
          error = CASE WHEN error = '' THEN %s ELSE error END,
          sent_at = CASE WHEN %s >= 40 THEN COALESCE(sent_at, %s) ELSE sent_at END,
          price = COALESCE(price, %s),
          rank = CASE WHEN rank < %s THEN %s ELSE rank END
        WHERE id = %s
        """,
        [
            (one.rank, one.status, one.code, reason_of(one.code), one.rank, one.at, one.price)
            + (one.rank, one.rank, one.target.message_id)
            for one in changes
        ],
    )


def _show(message_ids: Iterable[int]) -> None:
    """In the list of conversations, where it is the last message of one."""
    rows.each(
        "UPDATE messaging_conversation SET last_status = (SELECT status FROM messaging_message WHERE id = %s) "
        "WHERE id = (SELECT conversation_id FROM messaging_message WHERE id = %s) AND last_message_id = %s",
        [(pk,) * 3 for pk in message_ids],
    )


def _pay(changes: Sequence[_Change]) -> None:
    """What never left costs nothing; what has its price costs that. The wallets come last, in their order."""
    released: dict[int, set[int]] = {}
    prices: dict[int, dict[int, int]] = {}
    for one in changes:
        workspace_id, message_id = one.target.workspace_id, one.target.message_id
        if one.moved and one.status in statuses.NEVER_SENT:
            released.setdefault(workspace_id, set()).add(message_id)
        if one.price is not None:
            prices.setdefault(workspace_id, {})[message_id] = one.price
    now = max((one.at for one in changes), default=None)
    for workspace_id in sorted(released.keys() | prices.keys()):
        assert now
        ledger.release(workspace_id, sorted(released.get(workspace_id, ())), now)
        ledger.settle(workspace_id, prices.get(workspace_id, {}), now)


def _happenings(touched: Iterable[Target]) -> list[Happening]:
    changed: dict[tuple[int, str], list[int]] = {}
    for target in touched:
        changed.setdefault((target.workspace_id, target.conversation), []).append(target.message_id)
    return [
        Happening(workspace_id, "conversation.changed", conversation, {"messages": sorted(pks)})
        for (workspace_id, conversation), pks in changed.items()
    ]
