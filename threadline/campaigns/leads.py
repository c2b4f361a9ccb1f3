"""The leads of a campaign as its page lists them, in the order in which they were added."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

from threadline.campaigns import looks
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.steps import Sequence as Steps
from threadline.campaigns.steps import sequence_of

PAGE: Final = 50
Status = Recipient.Status
_SHOWN: Final = [status for status in Status.values if status != Status.REMOVED]


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; status "" stands for all but the removed ones. `after` is a row id."""

    words: str = ""
    status: str = ""
    after: int = 0

    def query(self, status: str | None = None, after: int = 0) -> str:
        given = {"q": self.words, "status": self.status if status is None else status, "after": after or ""}
        written = urlencode({name: value for name, value in given.items() if value})
        return f"?{written}" if written else ""


@dataclass(slots=True)
class Row:
    """A lead. `place` counts the messages that it got so far, `due` is when the next one may go."""

    lead: Recipient
    look: looks.Look
    how: str | Promise
    place: int
    due: datetime | None


def wanted(given: QueryDict) -> Wanted:
    """Read an address; what it cannot mean is left out."""
    status, after = given.get("status", ""), given.get("after", "")
    words = given.get("q", "").replace("\0", "").strip()[:80]
    place = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
    return Wanted(words, status if status in Status.values else "", place)


def filters(wanted: Wanted, counts: Mapping[str, int]) -> list[tuple[str, looks.Look, str, int]]:
    """Per status: how it looks, the query string that shows it alone, and how many leads have it."""
    return [(status, look, wanted.query(status), counts[status]) for status, look in looks.STATUSES.items()]


def page(campaign: Campaign, wanted: Wanted) -> tuple[list[Row], str]:
    """A page of rows, and the query string of the next one ("" when there is none)."""
    found = _filtered(campaign, wanted).filter(id__gt=wanted.after).order_by("id")
    leads = list(found.select_related("contact")[: PAGE + 1])
    following = wanted.query(after=leads[PAGE - 1].pk) if len(leads) > PAGE else ""
    return rows(leads[:PAGE], sequence_of(campaign.pk)), following


def shown(campaign: Campaign, contact_ids: Collection[str]) -> list[Row]:
    """The rows that a page shows already, by the public ids of their people, as they stand now."""
    ids = [one for one in contact_ids if one and "\0" not in one][: 2 * PAGE]
    leads = campaign.recipients.filter(contact__public_id__in=ids).select_related("contact").order_by("id")
    return rows(leads, sequence_of(campaign.pk))


def newer(campaign: Campaign, wanted: Wanted, known: Sequence[Row]) -> list[Row]:
    """What follows the rows that a page shows, as far as they leave room on it."""
    last = max((one.lead.pk for one in known), default=0)
    found = _filtered(campaign, wanted).filter(id__gt=last).select_related("contact").order_by("id")
    return rows(found[: max(0, PAGE - len(known))], sequence_of(campaign.pk))


def rows(leads: Iterable[Recipient], sequence: Steps) -> list[Row]:
    return [row(lead, sequence) for lead in leads]


def row(lead: Recipient, sequence: Steps) -> Row:
    waits = lead.status == Status.IN_PROGRESS
    return Row(
        lead,
        looks.of_lead(lead),
        looks.how(lead),
        sum(1 for stage in sequence.alive if stage.position <= lead.step),
        sequence.due(lead.step, lead.sent_at) if waits else None,
    )


def _filtered(campaign: Campaign, wanted: Wanted) -> QuerySet[Recipient]:
    leads: QuerySet[Recipient] = campaign.recipients.filter(status__in=[wanted.status] if wanted.status else _SHOWN)
    if wanted.words:
        digits = "".join(letter for letter in wanted.words if letter.isdigit())
        named = Q(contact__name__icontains=wanted.words) | Q(contact__company__icontains=wanted.words)
        leads = leads.filter(named | Q(address__contains=digits) if len(digits) > 2 else named)
    return leads
