"""The conversation list: one page at a time, searched, over one number or all, and what changed since an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import F, FilteredRelation, Q, QuerySet

from threadline.accounts.models import Member, Workspace
from threadline.events import read
from threadline.events.types import CONVERSATION_CHANGED
from threadline.inbox import lines, search
from threadline.inbox.cursors import Cursor, word
from threadline.inbox.lines import Line
from threadline.messaging.models import Conversation

PAGE: Final = 50
SHOWS: Final = ("open", "unread", "closed")
_MANY_EVENTS: Final = 500


class Row(NamedTuple):
    """One conversation as the list shows it."""

    id: int
    public_id: str
    address: str
    name: str | None
    preview: str
    direction: str
    status: str
    at: datetime
    unread: int
    closed_at: datetime | None
    draft: str | None

    @property
    def cursor(self) -> str:
        return word(self.at, self.id)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is asked for: whose, over which line (None = all), with which words, in which state."""

    workspace: Workspace
    member: Member
    line: Line | None = None
    words: str = ""
    show: str = "open"

    @property
    def narrowed(self) -> bool:
        return bool(self.line or self.words or self.show != "open")


def page(wanted: Wanted, after: Cursor | None = None) -> tuple[list[Row], Cursor | None]:
    """At most 50 rows, latest activity first, and the cursor of the next page (None: this was the last). One query."""
    at, id = _order(wanted)
    rows = _rows(wanted)
    if after:
        rows = rows.filter(after.older(at, id))
    found = [Row(*row) for row in rows.order_by(F(at).desc(), F(id).desc())[: PAGE + 1]]
    more = len(found) > PAGE
    found = found[:PAGE]
    return found, Cursor(found[-1].at, found[-1].id) if more else None


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of the list: rows as they are now, rows that no longer belong, the event to go on from.

    `too_many`: so much happened that the first page is to be read afresh.
    """

    rows: Sequence[Row]
    gone: Sequence[str]
    event: int
    too_many: bool = False


def changed(wanted: Wanted, since: int) -> Changes:
    """Rows of conversations that changed after event `since`. At most three queries."""
    events = read.since(wanted.workspace.id, "", since, _MANY_EVENTS)
    if len(events) == _MANY_EVENTS:
        return Changes([], [], read.latest_id(wanted.workspace.id), too_many=True)
    subjects = {event.subject for event in events if event.type == CONVERSATION_CHANGED}
    latest = events[-1].id if events else since
    if not subjects:
        return Changes([], [], latest)
    rows = [Row(*row) for row in _rows(wanted).filter(public_id__in=subjects)]
    return Changes(rows, sorted(subjects - {row.public_id for row in rows}), latest)


def _order(wanted: Wanted) -> tuple[str, str]:
    """By the line's own last activity when one line is viewed, each served by its index."""
    return ("lines__last_activity_at", "lines__conversation_id") if wanted.line else ("last_activity_at", "id")


def _rows(wanted: Wanted) -> QuerySet[Conversation, tuple[Any, ...]]:
    """The rows wanted as tuples: instances of models would make the page several times slower."""
    at, _id = _order(wanted)
    unread = "lines__unread" if wanted.line else "unread"
    conversations = Conversation.objects.filter(workspace=wanted.workspace)
    if wanted.line:
        conversations = conversations.filter(lines__number_id=wanted.line.id)
    if wanted.words:
        conversations = conversations.filter(search.matching(wanted.workspace, wanted.words))
    if wanted.show == "unread":
        conversations = conversations.filter(**{f"{unread}__gt": lines.NOTHING})
    elif not wanted.words:  # a search looks everywhere
        conversations = conversations.filter(Q(closed_at__isnull=wanted.show == "open"))
    return conversations.alias(
        mine=FilteredRelation("drafts", condition=Q(drafts__member=wanted.member))
    ).values_list(
        "id", "public_id", "address", "contact__name", "preview", "last_direction", "last_status", at, unread,
        "closed_at", "mine__body",
    )  # fmt: skip
