"""A text arrives: dedupe by sid → keywords → number → contact → Conversation, Message → event. Always in batches."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from threadline.compliance import consent, keywords, optouts
from threadline.compliance.consent import Basis, NewConsent
from threadline.events.publish import Happening
from threadline.lib import ids, rows
from threadline.messaging import conversations, statuses, withdraw
from threadline.messaging.conversations import Activity
from threadline.messaging.models import Message
from threadline.numbers import sharing
from threadline.numbers.models import Number
from threadline.twilio.payloads import InboundText

MESSAGE_COLUMNS = (
    *("public_id", "workspace_id", "conversation_id", "number_id", "direction", "line", "address", "body"),
    *("status", "rank", "error", "segments", "num_media", "media_urls", "sid", "source", "created_at", "sent_at"),
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One inbound text, verified. `unread` False: history that somebody has certainly dealt with long ago."""

    workspace_id: int
    connection_id: int
    text: InboundText
    at: datetime
    unread: bool = True
    source: str = "inbound"


def receive(arrivals: Sequence[Arrival], also: Collection[str] = ()) -> list[Happening]:
    """Store what is new of `arrivals` in the caller's transaction; returns what to publish as its last statement.

    `also` are people to whose conversations the caller will write next: they are locked together with the others.
    """
    happenings: list[Happening] = []
    by_workspace: dict[int, dict[str, Arrival]] = {}
    for arrival in arrivals:
        by_workspace.setdefault(arrival.workspace_id, {}).setdefault(arrival.text.sid, arrival)
    known = set(
        Message.objects.filter(sid__in={arrival.text.sid for arrival in arrivals}).values_list("sid", flat=True)
    )
    # Opt-outs first: they take the lock that claims wait for, and nothing else may be held while waiting for it.
    _keywords([arrival for batch in by_workspace.values() for sid, arrival in batch.items() if sid not in known])
    for workspace_id, batch in sorted(by_workspace.items()):
        new = [arrival for sid, arrival in batch.items() if sid not in known]
        happenings += _store(workspace_id, new, also)
    return happenings


def _keywords(arrivals: Iterable[Arrival]) -> None:
    """STOP is on record since the edge when a webhook brought it; one that history brings is recorded here.

    Whoever writes anything else first, or START, has a consent on record for that line.
    """
    stops: list[optouts.NewOptOut] = []
    started: list[Arrival] = []
    agreed: list[NewConsent] = []
    wrote: list[NewConsent] = []
    for arrival in arrivals:
        text = arrival.text
        said = keywords.classify(text.body, keywords.is_toll_free(text.to), text.opt_out_type)
        if said and said.kind == keywords.Kind.STOP:
            who = (arrival.workspace_id, text.to, text.from_, arrival.at)
            stops.append(optouts.NewOptOut(*who, word=said.word, reference=text.sid))
            continue
        if said and said.kind == keywords.Kind.START:
            started.append(arrival)
            agreed.append(_consent(arrival, Basis.STARTED))
        wrote.append(_consent(arrival, Basis.WROTE))
    optouts.record(stops)
    optouts.lift(_lifts(started))
    consent.record(agreed)
    consent.wrote_first(wrote)


def _lifts(started: Sequence[Arrival]) -> list[optouts.Lift]:
    """What a START lifts: the STOPs to its own line and to those in the same Messaging Service, as at Twilio (U11)."""
    services = {pk: sharing.services(pk) for pk in {arrival.workspace_id for arrival in started}}
    lifts = []
    for arrival in started:
        text, known = arrival.text, services[arrival.workspace_id]
        if text.messaging_service_sid:  # younger than what we last read of the account
            known[text.to] = text.messaging_service_sid
        for line in (text.to, *sharing.mates(known, text.to)):
            lifts.append(optouts.Lift(arrival.workspace_id, line, text.from_, arrival.at, text.sid))
    return lifts


def _consent(arrival: Arrival, basis: Basis) -> NewConsent:
    text = arrival.text
    return NewConsent(arrival.workspace_id, text.from_, text.to, basis, arrival.at, reference=text.sid)


def _store(workspace_id: int, arrivals: Sequence[Arrival], also: Collection[str]) -> list[Happening]:
    if not arrivals:
        return []
    numbers = _numbers(workspace_id, arrivals)
    people = [*(arrival.text.from_ for arrival in arrivals), *also]
    found = conversations.ensure(workspace_id, people, arrivals[0].at)
    # Before the texts: history may bring the same ones in another order, and would wait for their sids.
    conversations.lock([pk for pk, _public_id in found.values()])
    pks = dict(
        rows.insert(
            "messaging_message",
            MESSAGE_COLUMNS,
            [_message(workspace_id, arrival, found, numbers) for arrival in arrivals],
            "ON CONFLICT (sid) DO NOTHING RETURNING sid, id",
        )
    )
    stored = [arrival for arrival in arrivals if arrival.text.sid in pks]
    _store_media(stored, pks)
    activities: dict[int, Activity] = {}
    lines: dict[tuple[int, int], tuple[datetime, int]] = {}
    changed: dict[str, list[int]] = {}
    for arrival in stored:
        conversation_id, public_id = found[arrival.text.from_]
        number_id, message_id = numbers.get(arrival.text.to), pks[arrival.text.sid]
        changed.setdefault(public_id, []).append(message_id)
        preview = conversations.preview_of(arrival.text.body, len(arrival.text.media))
        new = Activity(arrival.at, message_id, "inbound", statuses.RECEIVED, preview, number_id, int(arrival.unread))
        new.inbound_at = arrival.at
        activities[conversation_id] = conversations.merge(activities, conversation_id, new)
        if number_id:
            last, unread = lines.get((conversation_id, number_id), (arrival.at, 0))
            lines[conversation_id, number_id] = (max(last, arrival.at), unread + int(arrival.unread))
    conversations.touch(activities, locked=True)
    conversations.touch_lines(lines)
    withdraw.on_reply(activities, max(arrival.at for arrival in arrivals))
    return [
        Happening(
            workspace_id, "conversation.changed", public_id, {"messages": message_ids, "inbound": len(message_ids)}
        )
        for public_id, message_ids in changed.items()
    ]


def _numbers(workspace_id: int, arrivals: Sequence[Arrival]) -> dict[str, int]:
    """Our numbers by phone; a line that nobody claimed has none and is shown as it is."""
    lines = {arrival.text.to for arrival in arrivals}
    mine = Number.objects.filter(workspace_id=workspace_id, phone__in=lines, claimed_at__isnull=False)
    return dict(mine.in_use_first().reverse().values_list("phone", "id"))


def _message(
    workspace_id: int, arrival: Arrival, found: dict[str, tuple[int, str]], numbers: dict[str, int]
) -> tuple[object, ...]:
    text = arrival.text
    conversation_id, _public_id = found[text.from_]
    where = (
        ids.new("msg"),
        workspace_id,
        conversation_id,
        numbers.get(text.to),
        "inbound",
        text.to,
        text.from_,
        text.body,
    )
    state: tuple[object, ...] = (
        statuses.RECEIVED,
        statuses.rank(statuses.RECEIVED),
        "",
        text.num_segments,
        len(text.media),
        [],
    )
    return (*where, *state, text.sid, arrival.source, arrival.at, arrival.at)


def _store_media(arrivals: Sequence[Arrival], pks: dict[str, int]) -> None:
    rows.insert(
        "messaging_media",
        ["public_id", "message_id", "position", "url", "content_type", "file", "tries", "try_after", "problem"],
        [
            (ids.new("med"), pks[arrival.text.sid], position, url, content_type, "", 0, arrival.at, "")
            for arrival in arrivals
            for position, (url, content_type) in enumerate(arrival.text.media)
        ],
    )
