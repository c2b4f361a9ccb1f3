"""What happens to a campaign's texts and people reaches its leads: read from the events, decided from the facts."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction

from threadline.campaigns.models import Campaign
from threadline.campaigns.running import lifecycle, progress
from threadline.events.models import Cursor, Event
from threadline.events.publish import Happening, publish
from threadline.lib import clock, deadlocks, sql
from threadline.lib.failpoints import hit

READER = "campaigns"
MOST = 2_000  # events of one turn
WORTH_A_WRITE = 500  # events without any lead in them, before it is noted that they were read

Afterwards = Callable[[Collection[int], datetime], None]
_afterwards: list[Afterwards] = []


def afterwards(function: Afterwards) -> None:
    """Have `function(campaign ids, now)` called after every turn, outside its transaction."""
    if function not in _afterwards:
        _afterwards.append(function)


def step() -> bool:
    """Read what is new; True when there may be more. The cursor moves in the transaction of what was read."""
    now = clock.now()
    with transaction.atomic():
        Cursor.objects.get_or_create(reader=READER)
        cursor = Cursor.objects.select_for_update(skip_locked=True, no_key=True).filter(reader=READER).first()
        if cursor is None:
            return False  # another process is reading
        events = list(Event.objects.filter(id__gt=cursor.event_id).order_by("id")[:MOST])
        if not events:
            return False
        leads = _concerned(events)
        if leads or len(events) >= WORTH_A_WRITE:
            cursor.event_id = events[-1].id
            cursor.save(update_fields=["event_id"])
        # Their pages change with every status of a text, even where the lead stands where it stood.
        concerned = progress.update(leads, now)
        hit("campaigns.follow_before_commit")
        tell(concerned, now)
    for function in _afterwards:
        deadlocks.retried(function)(concerned, now)  # the cursor has moved: nobody else comes back to these
    return len(events) == MOST


def tell(campaign_ids: Collection[int], now: datetime, happenings: Sequence[Happening] = ()) -> None:
    """Complete what is complete, and let the pages know; the last thing in a transaction."""
    if not campaign_ids:
        return
    lifecycle.complete_finished(campaign_ids, now)
    changed = Campaign.objects.filter(id__in=campaign_ids).order_by("id").values_list("workspace_id", "public_id")
    of_campaigns = [Happening(workspace_id, "campaign.changed", public_id) for workspace_id, public_id in changed]
    publish([*happenings, *of_campaigns])


def _concerned(events: Iterable[Event]) -> set[int]:
    """The leads whose texts changed, and those of people who wrote."""
    messages: set[int] = set()
    wrote: set[str] = set()
    for event in events:
        if event.type == "conversation.changed":
            messages.update(event.data.get("messages", ()))
            if event.data.get("inbound"):
                wrote.add(event.subject)
    return _of_messages(messages) | _of_conversations(wrote)


def _of_messages(message_ids: Collection[int]) -> set[int]:
    return _ask("SELECT recipient_id FROM campaigns_touch WHERE " + sql.any_of("message_id"), message_ids)


def _of_conversations(public_ids: Collection[str]) -> set[int]:
    return _ask(
        "SELECT lead.id FROM messaging_conversation AS conversation "
        "JOIN campaigns_recipient AS lead "
        "  ON lead.workspace_id = conversation.workspace_id AND lead.address = conversation.address "
        "WHERE conversation.channel = 'sms' AND " + sql.any_of("conversation.public_id"),
        public_ids,
    )


def _ask(statement: str, values: Collection[int] | Collection[str]) -> set[int]:
    if not values:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(statement, [sql.array(values)])
        return {pk for (pk,) in cursor.fetchall()}
