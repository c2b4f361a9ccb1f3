"""History: what Twilio's own list says, adopted by sid, so that texts of other tools appear and no gap stays open."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import Error, transaction
from django.db import connection as database
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from threadline.events.publish import Happening, publish
from threadline.lib import clock, doorbell, ids, rows
from threadline.messaging import conversations, receive, status, statuses
from threadline.messaging.carrier import client_of
from threadline.messaging.conversations import Activity
from threadline.messaging.models import Attempt, Conversation, ConversationNumber, Message
from threadline.numbers import webhooks
from threadline.numbers.models import Connection, Number
from threadline.numbers.polling import POLL_SECONDS
from threadline.twilio.client import CarrierError, MessageRecord
from threadline.twilio.payloads import InboundText, Media, StatusUpdate

log = logging.getLogger(__name__)

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
OVERLAP = timedelta(hours=26)  # looked at again each time: late statuses, and texts that a webhook lost
EVERY = timedelta(minutes=5)  # with webhooks: heals what they lost
POLLED = timedelta(seconds=POLL_SECONDS)  # without a public URL: the only way that anything comes in
STILL_UNREAD = timedelta(days=3)  # at the first adoption, an unanswered text younger than this still waits for someone
PORTION = 1_000  # conversations whose unread texts are counted in one transaction


def want(workspace_id: int) -> None:
    """Somebody opened or refreshed Messages: sync soon. Cheap; asks nothing of the carrier itself."""
    now = clock.now()
    asked = Connection.objects.filter(workspace_id=workspace_id, removed_at=None)
    # One wish in two seconds is enough, unless a sync has begun since: it may have missed what is asked for now.
    served = Q(sync_wanted_at=None) | Q(sync_wanted_at__lte=F("synced_at"))
    if asked.filter(served | Q(sync_wanted_at__lt=now - timedelta(seconds=2))).update(sync_wanted_at=now):
        doorbell.ring("history")


def sync_due() -> bool:
    """Sync one connection that is due; False when none is."""
    started = clock.now()
    connection = _next_due(started)
    if connection is None:
        return False
    mine = Connection.objects.filter(id=connection.id)
    if not mine.filter(synced_at=connection.synced_at).update(synced_at=started):
        return True  # another worker was quicker
    try:
        sync(connection)
        problem = ""
    except CarrierError as error:
        log.warning("History of %s could not be read: %s", connection.public_id, error.kind)
        problem = error.sentence
    except Error:
        database.close_if_unusable_or_obsolete()
        mine.filter(synced_at=started).update(synced_at=connection.synced_at)
        raise
    if mine.exclude(problem=problem).update(problem=problem):
        with transaction.atomic():
            publish([Happening(connection.workspace_id, "connection.changed", connection.public_id, {})])
    return True


def _next_due(now: datetime) -> Connection | None:
    for connection in Connection.objects.filter(removed_at=None).order_by(F("synced_at").asc(nulls_first=True), "id"):
        every = EVERY if webhooks.public_base(connection) else POLLED
        wanted = connection.sync_wanted_at
        if connection.synced_at is None or now - connection.synced_at >= every:
            return connection
        if wanted and wanted > connection.synced_at:
            return connection
    return None


def sync(connection: Connection) -> int:
    """Read the carrier's list back to where it is known to be complete, page by page; how many texts were new.

    Raises CarrierError; pages already adopted stay, and the next run starts at the top again.
    """
    numbers = {number.phone: number for number in Number.objects.claimed().filter(connection=connection)}
    if not numbers:
        return 0
    started, new = clock.now(), 0
    complete = min(number.synced_until or LONG_AGO for number in numbers.values())
    for page in client_of(connection).messages():
        mine = [record for record in page if (record.to if record.inbound else record.from_) in numbers]
        new += adopt(connection, numbers, mine)
        if page and page[-1].created_at < complete - OVERLAP:
            break
    unanswered([number.id for number in numbers.values() if number.synced_until is None])
    read = Number.objects.filter(id__in=[number.id for number in numbers.values()])
    with transaction.atomic():
        list(read.locked())
        read.update(synced_until=started)
    return new


def unanswered(number_ids: Sequence[int]) -> None:
    """After a first adoption only those wait whose texts came after our last word, and not long ago."""
    if not number_ids:
        return
    texts = (
        Message.objects.filter(direction="inbound", created_at__gt=clock.now() - STILL_UNREAD)
        .filter(Q(conversation__last_outbound_at=None) | Q(created_at__gt=F("conversation__last_outbound_at")))
        .order_by()
    )
    of_line = texts.filter(conversation=OuterRef("conversation_id"), number=OuterRef("number_id"))
    of_conversation = texts.filter(conversation=OuterRef("id"))
    unread = Conversation.objects.filter(last_number_id__in=number_ids, unread__gt=0)
    waiting = list(unread.order_by("id").values_list("id", flat=True))
    for start in range(0, len(waiting), PORTION):
        some = waiting[start : start + PORTION]
        with transaction.atomic():
            conversations.lock(some)  # before its lines, as every writer of texts does
            ConversationNumber.objects.filter(conversation__in=some).update(unread=_count(of_line))
            Conversation.objects.filter(id__in=some).update(unread=_count(of_conversation))


def _count(messages: QuerySet[Message]) -> Coalesce:
    """How many there are, as a value for an UPDATE."""
    return Coalesce(Subquery(messages.values("conversation").annotate(n=Count("id")).values("n")), 0)


def adopt(connection: Connection, numbers: dict[str, Number], records: Sequence[MessageRecord]) -> int:
    """Store what is new of one page, then move the statuses of what is known."""
    with transaction.atomic():
        # Deleted ones keep their row, so a sync never brings them back.
        known = set(Message.objects.filter(sid__in=[record.sid for record in records]).values_list("sid", flat=True))
        fresh = [record for record in records if record.sid not in known]
        inbound = [_arrival(connection, numbers, record) for record in fresh if record.inbound]
        outbound = _of_other_tools(connection, [record for record in fresh if not record.inbound])
        happenings = receive.receive(inbound, also={record.to for record in outbound})
        publish(happenings + _store_outbound(connection, numbers, outbound))
    with transaction.atomic():  # of its own: it locks conversations from the first one again
        updates = [_update(connection, record) for record in records if record.sid in known and not record.inbound]
        _orphans, moved = status.apply(updates)
        publish(moved)
    return len(inbound) + len(outbound)


def _arrival(connection: Connection, numbers: dict[str, Number], record: MessageRecord) -> receive.Arrival:
    text = InboundText(
        sid=record.sid,
        account_sid=connection.account_sid,
        from_=record.from_,
        to=record.to,
        body=record.body,
        num_segments=record.num_segments,
        messaging_service_sid=record.messaging_service_sid,
        media=(Media("", ""),) * record.num_media,  # their addresses are another list, read when they are fetched
    )
    first_sync = numbers[record.to].synced_until is None
    at = record.sent_at or record.created_at
    unread = not first_sync or at > clock.now() - STILL_UNREAD
    return receive.Arrival(connection.workspace_id, connection.id, text, at, unread, "history")


def _of_other_tools(connection: Connection, records: Sequence[MessageRecord]) -> list[MessageRecord]:
    """Leave out whatever might be a text of ours whose POST has not been settled; that is reconciliation's to find.

    Ours always has an attempt on record before it can be in the list, so nobody with an unsettled attempt is touched.
    """
    unsettled = set(
        Attempt.objects.filter(
            connection__account_sid=connection.account_sid, outcome__in=status.UNSETTLED
        ).values_list("message__address", flat=True)
    )
    return [record for record in records if record.to not in unsettled]


def _update(connection: Connection, record: MessageRecord) -> status.Update:
    at = record.sent_at or record.updated_at or record.created_at
    update = StatusUpdate(
        sid=record.sid, account_sid=connection.account_sid, status=record.status, error_code=record.error_code
    )
    return status.Update("", update, at, record.price_micros)


def _store_outbound(
    connection: Connection, numbers: dict[str, Number], records: Sequence[MessageRecord]
) -> list[Happening]:
    if not records:
        return []
    workspace_id = connection.workspace_id
    found = conversations.ensure(workspace_id, [record.to for record in records], clock.now())
    conversations.lock([pk for pk, _public_id in found.values()])
    columns = [*receive.MESSAGE_COLUMNS, "error_code", "price"]
    stored = rows.insert(
        "messaging_message",
        columns,
        [_row(workspace_id, found[record.to][0], numbers[record.from_], record) for record in records],
        "ON CONFLICT (sid) DO NOTHING RETURNING sid, id",
    )
    pks = dict(stored)
    activities: dict[int, Activity] = {}
    lines: dict[tuple[int, int], tuple[datetime, int]] = {}
    changed: dict[str, list[int]] = {}
    for record in records:
        if record.sid not in pks:
            continue
        conversation_id, public_id = found[record.to]
        changed.setdefault(public_id, []).append(pks[record.sid])
        preview = conversations.preview_of(record.body, record.num_media)
        at, number_id = record.created_at, numbers[record.from_].id
        new = Activity(at, pks[record.sid], "outbound", record.status, preview, number_id, outbound_at=at)
        activities[conversation_id] = conversations.merge(activities, conversation_id, new)
        last, _unread = lines.get((conversation_id, number_id), (at, 0))
        lines[conversation_id, number_id] = (max(last, at), 0)
    conversations.touch(activities, locked=True)
    conversations.touch_lines(lines)
    return [
        Happening(workspace_id, "conversation.changed", public_id, {"messages": message_ids})
        for public_id, message_ids in changed.items()
    ]


def _row(workspace_id: int, conversation_id: int, number: Number, record: MessageRecord) -> tuple[object, ...]:
    public_id = ids.new("msg")
    where = (public_id, workspace_id, conversation_id, number.id, "outbound", number.phone, record.to, record.body)
    error = status.reason_of(record.error_code)
    state: tuple[object, ...] = (
        record.status,
        statuses.rank(record.status),
        error,
        record.num_segments,
        record.num_media,
        [],
    )
    when = (record.sid, "other", record.created_at, record.sent_at)
    return (*where, *state, *when, record.error_code, record.price_micros)
