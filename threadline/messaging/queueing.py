"""What passed the gate is written down at once: conversation, message, outbox entry and reservation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from threadline.accounts.models import Workspace
from threadline.billing import ledger
from threadline.events.publish import Happening
from threadline.lib import ids, rows
from threadline.messaging import conversations, statuses
from threadline.messaging.conversations import Activity
from threadline.messaging.facts import Line
from threadline.messaging.outgoing import MessageRef
from threadline.messaging.parse import Parsed
from threadline.messaging.verdicts import Defer, Hold, Verdict

STALE_AFTER = timedelta(hours=24)  # a text that could not leave for so long may no longer be wanted

MESSAGE_COLUMNS = (
    *("public_id", "workspace_id", "conversation_id", "number_id", "direction", "line", "address", "body"),
    *("status", "rank", "error", "segments", "num_media", "media_urls", "source", "member_id"),
    *("client_token", "created_at"),
)
OUTBOX_COLUMNS = (
    *("message_id", "workspace_id", "conversation_id", "connection_id", "address", "line"),
    *("priority", "source", "automatic", "stop_on_reply", "run_after", "expires_at", "not_after"),
    *("tries", "claimed_by"),
)


@dataclass(frozen=True, slots=True)
class Queued:
    """`cost` in micro-USD; `not_after`: the hours in which it may reach the person end then."""

    text: Parsed
    verdict: Verdict
    line: Line
    cost: int
    not_after: datetime | None = None


def queue(workspace: Workspace, accepted: Sequence[Queued], now: datetime) -> list[MessageRef]:
    """Store texts and what they need to leave; one reference per text, in order."""
    if not accepted:
        return []
    found = conversations.ensure(workspace.id, [one.text.address for one in accepted], now)
    public_ids = [ids.new("msg") for _one in accepted]
    stored = rows.insert(
        "messaging_message",
        MESSAGE_COLUMNS,
        [
            _message(workspace.id, found[one.text.address][0], one, public_id, now)
            for one, public_id in zip(accepted, public_ids, strict=True)
        ],
        "RETURNING public_id, id",
    )
    pks: dict[str, int] = dict(stored)
    refs = [
        MessageRef(pks[public_id], public_id, found[one.text.address][1], _status(one.verdict))
        for one, public_id in zip(accepted, public_ids, strict=True)
    ]
    waiting = [
        _entry(workspace.id, found[one.text.address][0], one, ref.id, now)
        for one, ref in zip(accepted, refs, strict=True)
        if not isinstance(one.verdict, Hold)
    ]
    rows.insert("messaging_outboxentry", OUTBOX_COLUMNS, waiting)
    costs = {ref.id: one.cost for one, ref in zip(accepted, refs, strict=True) if not isinstance(one.verdict, Hold)}
    _touch(accepted, refs, found, now)
    ledger.reserve(workspace.id, costs, now)  # last: everybody's row of money is held for no longer than needed
    return refs


def happenings(workspace_id: int, refs: Sequence[MessageRef]) -> list[Happening]:
    """One event per conversation."""
    by_conversation: dict[str, list[int]] = {}
    for ref in refs:
        by_conversation.setdefault(ref.conversation_public_id, []).append(ref.id)
    return [
        Happening(workspace_id, "conversation.changed", conversation, {"messages": pks})
        for conversation, pks in by_conversation.items()
    ]


def _status(verdict: Verdict) -> str:
    if isinstance(verdict, Hold):
        return statuses.HELD
    return statuses.SCHEDULED if isinstance(verdict, Defer) else statuses.QUEUED


def _message(workspace_id: int, conversation_id: int, one: Queued, public_id: str, now: datetime) -> tuple[object, ...]:
    text, asked = one.text, one.text.asked
    status = _status(one.verdict)
    why = one.verdict.reason if isinstance(one.verdict, Hold | Defer) else ""
    where = (public_id, workspace_id, conversation_id, one.line.id, "outbound", one.line.phone, text.address, text.body)
    state = (status, statuses.rank(status), why, text.segments, len(asked.media_urls), list(asked.media_urls))
    return (*where, *state, asked.source, asked.member_id, asked.client_token or None, now)


def _entry(workspace_id: int, conversation_id: int, one: Queued, message_id: int, now: datetime) -> tuple[object, ...]:
    asked, run_after = one.text.asked, one.text.asked.run_after or now
    if isinstance(one.verdict, Defer):
        run_after = max(run_after, one.verdict.until)
    where = (message_id, workspace_id, conversation_id, one.line.connection_id, one.text.address, one.line.phone)
    how = (asked.priority, asked.source, asked.automatic, asked.stop_on_reply)
    return (*where, *how, run_after, run_after + STALE_AFTER, one.not_after, 0, "")


def _touch(
    accepted: Sequence[Queued], refs: Sequence[MessageRef], found: dict[str, tuple[int, str]], now: datetime
) -> None:
    activities: dict[int, Activity] = {}
    lines: dict[tuple[int, int], tuple[datetime, int]] = {}
    for one, ref in zip(accepted, refs, strict=True):
        conversation_id = found[one.text.address][0]
        preview = conversations.preview_of(one.text.body, len(one.text.asked.media_urls))
        new = Activity(now, ref.id, "outbound", ref.status, preview, one.line.id, outbound_at=now)
        activities[conversation_id] = conversations.merge(activities, conversation_id, new)
        lines[conversation_id, one.line.id] = (now, 0)
    conversations.touch(activities)
    conversations.touch_lines(lines)
