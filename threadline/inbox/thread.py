"""The thread of one conversation: pages of texts by keyset, and what changed since an event."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet

from threadline.events import read
from threadline.inbox.cursors import Cursor
from threadline.messaging.models import Conversation, Media, Message

PAGE: Final = 50
_MANY_EVENTS: Final = 200


class Text(NamedTuple):
    """One message as the thread needs it."""

    id: int
    public_id: str
    direction: str
    body: str
    status: str
    error_code: int | None
    error: str
    segments: int
    num_media: int
    media_urls: list[str]
    source: str
    token: str | None
    at: datetime
    number_id: int | None
    line: str
    member_id: int | None
    member_name: str | None
    member_email: str | None


_COLUMNS = (
    "id", "public_id", "direction", "body", "status", "error_code", "error", "segments", "num_media", "media_urls",
    "source", "client_token", "created_at", "number_id", "line", "member_id", "member__user__name",
    "member__user__email",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """Texts oldest first; `before` leads to the older ones (None: the conversation starts here)."""

    texts: Sequence[Text]
    before: Cursor | None


def page(conversation: Conversation, before: Cursor | None = None) -> Page:
    """The newest 50 texts, or the 50 that came before the cursor. One query."""
    texts = _texts(conversation)
    if before:
        texts = texts.filter(before.older("created_at", "id"))
    found = [Text(*row) for row in texts.order_by("-created_at", "-id")[: PAGE + 1]]
    more = len(found) > PAGE
    found = found[:PAGE][::-1]
    return Page(found, Cursor(found[0].at, found[0].id) if more else None)


@dataclass(frozen=True, slots=True)
class Changes:
    """Texts that are new or changed, oldest first, and the event to go on from. `stale`: read the page afresh."""

    texts: Sequence[Text]
    event: int
    stale: bool = False


def changed(conversation: Conversation, since: int) -> Changes:
    """What events after `since` say changed here. Two queries, however much it was."""
    events = read.since(conversation.workspace_id, conversation.public_id, since, _MANY_EVENTS)
    if not events:
        return Changes([], since)
    ids = {id for event in events for id in event.data.get("messages", ())}
    if len(events) == _MANY_EVENTS or len(ids) > _MANY_EVENTS:
        return Changes([], events[-1].id, stale=True)
    found = [Text(*row) for row in _texts(conversation).filter(id__in=ids).order_by("created_at", "id")] if ids else []
    return Changes(found, events[-1].id)


def media_of(texts: Iterable[Text]) -> dict[int, list[Media]]:
    """The stored files of these texts, by message. One query, none when no text carries any."""
    ids = [text.id for text in texts if text.num_media]
    found: dict[int, list[Media]] = {}
    for media in Media.objects.filter(message_id__in=ids).order_by("message_id", "position") if ids else ():
        found.setdefault(media.message_id, []).append(media)
    return found


def _texts(conversation: Conversation) -> QuerySet[Message, tuple[Any, ...]]:
    return Message.objects.filter(conversation=conversation, deleted_at=None).values_list(*_COLUMNS)
