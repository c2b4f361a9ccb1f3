"""Whom a run is about: the leads who may still get a text, read once, as little of each as the run needs."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection

from threadline.campaigns.engine import picking
from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence import clocks, placeholders
from threadline.campaigns.sequence.steps import Sequence, Timing
from threadline.campaigns.sequence.timing import Clock
from threadline.campaigns.simulator.texts import Texts, Words
from threadline.lib import rows

_CHUNK: Final = 2_000
_NO_FIELDS: Final[Mapping[str, Any]] = {}

# In the order in which new ones get their first text.
_LEADS = """
    SELECT lead.id, lead.address, lead.step, lead.sent_at, lead.added_at, lead.deferred_until, contact.timezone,
      contact.name, contact.first_name, contact.last_name, contact.company, contact.email, contact.fields
    FROM campaigns_recipient AS lead
    JOIN contacts_contact AS contact ON contact.id = lead.contact_id
    WHERE lead.campaign_id = %s AND lead.status IN ('pending', 'in_progress')
    ORDER BY {order}
"""


# The zones that the campaign goes by and those of the quiet hours: one answer holds for everybody who has the same.
Where = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(slots=True)
class Person:
    """One lead. `step` is the position of the last step they got, 0 for none; since `ready_at` the next one may come.

    `clock` and `words` are shared by all people for whom they are the same.
    """

    id: int
    address: str
    step: int
    ready_at: datetime
    clock: Clock
    words: Words
    where: Where
    place: int  # among those who wait for their first text
    asleep: datetime | None = None  # nobody looks at them before
    texted: bool = False  # in this run


@dataclass(slots=True)
class Audience:
    people: list[Person]
    held: int  # leads who wait for somebody to put something right


def load(campaign: Campaign, sequence: Sequence, texts: Texts, now: datetime) -> Audience:
    """Everybody who may still get a text, as they stand now."""
    reader = _Reader(campaign, sequence, texts, now)
    people = [reader.person(place, row) for place, row in enumerate(_rows(campaign))]
    return Audience(people, campaign.recipients.filter(status="held").count())


def count(campaign: Campaign) -> int:
    """How many a run would be about."""
    return campaign.recipients.filter(status__in=("pending", "in_progress")).count()


def _rows(campaign: Campaign) -> Iterator[tuple[Any, ...]]:
    order = picking._ORDERS[Campaign.Priority(campaign.priority)]
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LEADS.format(order=order), [campaign.pk])
        while chunk := cursor.fetchmany(_CHUNK):
            yield from chunk


@dataclass(slots=True)
class _Reader:
    campaign: Campaign
    sequence: Sequence
    texts: Texts
    now: datetime
    _same: dict[Any, Any] = field(default_factory=dict)  # one object for equal words, clocks and moments
    _dates: tuple[str, ...] = ()
    _alike: Clock | None = None  # everybody's, where neither zones nor dates matter

    def __post_init__(self) -> None:
        self._dates = tuple({one.field_key for one in self.sequence.alive if one.timing == Timing.FIELD})
        if not self._dates and not clocks.by_person(self.campaign, self.sequence):
            self._alike = clocks.of(self.campaign, self.sequence, "", "", {})

    def person(self, place: int, row: tuple[Any, ...]) -> Person:
        pk, address, step, sent_at, added_at, asleep, said, name, first_name, last_name, company, email, written = row
        fields = _NO_FIELDS if written == "{}" else json.loads(written) if isinstance(written, str) else written
        words = self.texts.words(placeholders.values(address, name, first_name, last_name, company, email, fields))
        words = self._same.setdefault(words, words)
        ready_at, clock = self._ready_at(step, sent_at, added_at), self._clock(address, said, fields)
        asleep = rows.moment_or_none(asleep)
        return Person(pk, address, step, ready_at, clock, words, (clock.person, ()), place, asleep)

    def _ready_at(self, step: int, sent_at: datetime | None, added_at: datetime) -> datetime:
        """A text that is on its way counts as taken."""
        if step:
            return rows.moment(sent_at) if sent_at else self.now
        at: datetime | None = self._same.get(added_at)  # many joined together
        if at is None:
            at = self._same[added_at] = max(rows.moment(added_at), self.campaign.started_at or self.now)
        return at

    def _clock(self, address: str, said: str, fields: Mapping[str, Any]) -> Clock:
        """Of the custom fields only the dates that the sequence goes by."""
        if self._alike is not None:
            return self._alike
        found = clocks.of(self.campaign, self.sequence, address, said, fields)
        dates = tuple(str(fields.get(key) or "") for key in self._dates)
        key = (found.person, dates)
        clock: Clock | None = self._same.get(key)
        if clock is None:
            kept = dict(zip(self._dates, dates, strict=True))
            clock = self._same[key] = Clock(found.campaign, found.person, kept)
        return clock
