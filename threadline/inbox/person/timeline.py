"""The timeline of one person: texts over all their numbers and what else happened, newest first, in pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from threadline.campaigns.models import Campaign
from threadline.contacts.models import Contact
from threadline.inbox.cursors import Cursor
from threadline.inbox.person import facts
from threadline.inbox.person.facts import Fact
from threadline.messaging import states
from threadline.messaging.models import Message

PAGE: Final = 30  # texts; what happened between them comes along


@dataclass(frozen=True, slots=True)
class Words:
    """A text as the timeline shows it. `by` is the campaign that sent it."""

    text: Message
    state: states.State | None
    by: Campaign | None

    @property
    def at(self) -> datetime:
        return self.text.created_at


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first; `before` leads to the older ones (None: it begins here)."""

    entries: Sequence[Words | Fact]
    before: Cursor | None


def page(person: Contact, numbers: list[str], before: Cursor | None = None) -> Page:
    """The newest entries, or those before the cursor."""
    texts = Message.objects.filter(conversation__contact=person, deleted_at=None)
    if before:
        texts = texts.filter(before.older("created_at", "id"))
    found = list(texts.select_related("conversation", "member__user").order_by("-created_at", "-id")[: PAGE + 1])
    more = len(found) > PAGE
    found = found[:PAGE]
    last = Cursor(found[-1].created_at, found[-1].id) if more else None
    around = [
        fact
        for fact in facts.of(person, numbers)
        if (before is None or fact.at < before.at) and (last is None or fact.at >= last.at)
    ]
    entries: list[Words | Fact] = [*_words(found), *around]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return Page(entries, last)


def numbers_of(person: Contact) -> list[str]:
    """All numbers of a person, their own first."""
    return [person.phone, *person.aliases.order_by("id").values_list("phone", flat=True)]


def _words(texts: Sequence[Message]) -> list[Words]:
    campaigns = {one.source: one for one in Campaign.objects.filter(id__in=_campaign_ids(texts))}
    return [
        Words(text, states.of(text.status) if text.direction == "outbound" else None, campaigns.get(text.source))
        for text in texts
    ]


def _campaign_ids(texts: Sequence[Message]) -> set[int]:
    sources = (text.source.partition(":") for text in texts)
    return {int(pk) for kind, _colon, pk in sources if kind == "campaign" and pk.isdigit()}
