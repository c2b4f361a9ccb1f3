"""The leads of a campaign as its page lists them, in the order in which they were added."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

from threadline.campaigns import looks
from threadline.campaigns.leads import coming
from threadline.campaigns.models import Campaign, Recipient, Touch
from threadline.campaigns.results.counting import NOT_WAITING, OUTCOMES, statuses_of
from threadline.campaigns.sequence.steps import Sequence as Steps
from threadline.campaigns.sequence.steps import sequence_of
from threadline.campaigns.states import ENDED
from threadline.lib import clock
from threadline.messaging import states

PAGE: Final = 50
Status = Recipient.Status
_SHOWN: Final = [status for status in Status.values if status != Status.REMOVED]


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; status "" stands for all but the removed ones. `after` is a row id.

    `how` and `reason` narrow a status. `step` (a position, 0: any) with `text` and `code` or `reason` finds people by
    what became of a text of theirs: `text` is one of counting.OUTCOMES, or "only-" and a message's status.
    """

    words: str = ""
    status: str = ""
    how: str = ""
    reason: str = ""
    step: int = 0
    text: str = ""
    code: int = 0
    after: int = 0

    def query(self, **changed: Any) -> str:
        """The address of this table with something changed, from its first page on."""
        one = replace(self, **({"after": 0} | changed))
        given = {"q": one.words, "status": one.status, "how": one.how, "reason": one.reason, "step": one.step}
        given |= {"text": one.text, "code": one.code, "after": one.after}
        written = urlencode({name: value for name, value in given.items() if value})
        return f"?{written}" if written else ""

    def of_status(self, status: str) -> str:
        """The address that shows one status alone, "" everybody."""
        return Wanted(self.words).query(status=status)

    @property
    def hidden(self) -> dict[str, str]:
        """What a search among these people has to say again."""
        given: dict[str, str | int] = {"status": self.status, "how": self.how, "reason": self.reason}
        given |= {"step": self.step, "text": self.text}
        return {name: str(value) for name, value in (given | {"code": self.code}).items() if value}


@dataclass(slots=True)
class Row:
    """A lead. `place` counts the messages that it got so far, `due` is before when the next one does not go; `paused`:
    it waits for Resume first."""

    lead: Recipient
    look: looks.Look
    how: str | Promise
    place: int
    due: datetime | None
    paused: bool


def wanted(given: QueryDict) -> Wanted:
    """Read an address; what it cannot mean is left out."""
    status, how, text = given.get("status", ""), given.get("how", ""), given.get("text", "")
    known = text in OUTCOMES or text.removeprefix("only-") in states.STATES
    return Wanted(
        given.get("q", "").replace("\0", "").strip()[:80],
        status if status in Status.values else "",
        how if how in Recipient.How.values and status == Status.COMPLETED else "",
        given.get("reason", "").replace("\0", "")[:1000],
        _number(given.get("step", ""), 4),
        text if known else "",
        _number(given.get("code", ""), 6),
        _number(given.get("after", ""), 18),
    )


def filters(wanted: Wanted, counts: Mapping[str, int]) -> list[tuple[str, looks.Look, str, int]]:
    """Per status: how it looks, the query string that shows it alone, and how many leads have it."""
    return [(status, look, wanted.of_status(status), counts[status]) for status, look in looks.STATUSES.items()]


def _number(given: str, digits: int) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) <= digits else 0


def page(campaign: Campaign, wanted: Wanted) -> tuple[list[Row], str]:
    """A page of rows, and the query string of the next one ("" when there is none)."""
    leads = _following(campaign, wanted, wanted.after, PAGE + 1)
    following = wanted.query(after=leads[PAGE - 1].pk) if len(leads) > PAGE else ""
    return rows(leads[:PAGE], campaign), following


def shown(campaign: Campaign, contact_ids: Collection[str]) -> list[Row]:
    """The rows that a page shows already, by the public ids of their people, as they stand now."""
    ids = [one for one in contact_ids if one and "\0" not in one][: 2 * PAGE]
    leads = campaign.recipients.filter(contact__public_id__in=ids).select_related("contact").order_by("id")
    return rows(leads, campaign)


def newer(campaign: Campaign, wanted: Wanted, known: Sequence[Row]) -> list[Row]:
    """What follows the rows that a page shows, as far as they leave room on it."""
    last = max((one.lead.pk for one in known), default=0)
    return rows(_following(campaign, wanted, last, max(0, PAGE - len(known))), campaign)


def rows(leads: Iterable[Recipient], campaign: Campaign) -> list[Row]:
    sequence, now = sequence_of(campaign.pk), clock.now()
    return [row(lead, campaign, sequence, now) for lead in leads]


def row(lead: Recipient, campaign: Campaign, sequence: Steps, now: datetime) -> Row:
    following = None if campaign.state in ENDED else coming.of(campaign, lead, sequence, now)
    return Row(
        lead,
        looks.of_lead(lead),
        looks.how(lead),
        sum(1 for stage in sequence.alive if stage.position <= lead.step),
        following.at if following else None,
        following is not None and campaign.state == Campaign.State.PAUSED,
    )


def _following(campaign: Campaign, wanted: Wanted, after: int, most: int) -> list[Recipient]:
    """The first of those that are wanted after a row id.

    Asked for status by status, each in the order of its index: over several at once a database would sort everybody.
    """
    statuses = [wanted.status] if wanted.status else _statuses(wanted.text) if wanted.text else _SHOWN
    found = _filtered(campaign, wanted).filter(id__gt=after).select_related("contact").order_by("id")
    leads = [lead for status in statuses for lead in found.filter(status=status)[:most]] if most else []
    return sorted(leads, key=lambda lead: lead.pk)[:most]


def _statuses(text: str) -> list[str]:
    """Of leads that may have such a text: a pending one has none, and a text that failed ends its lead or holds it."""
    none = {Status.PENDING, Status.IN_PROGRESS} if text == "failed" else {Status.PENDING}
    return [status for status in Status.values if status not in none]


def _filtered(campaign: Campaign, wanted: Wanted) -> QuerySet[Recipient]:
    """But for the status. A text that failed is counted whatever became of its lead: then nobody is left out."""
    leads: QuerySet[Recipient] = campaign.recipients.all()
    if wanted.text:
        leads = leads.filter(Exists(_texts(campaign, wanted)))
    elif wanted.reason:
        leads = leads.filter(reason=wanted.reason)
    if wanted.how:
        leads = leads.filter(how=wanted.how)
    if wanted.words:
        digits = "".join(letter for letter in wanted.words if letter.isdigit())
        named = Q(contact__name__icontains=wanted.words) | Q(contact__company__icontains=wanted.words)
        leads = leads.filter(named | Q(address__contains=digits) if len(digits) > 2 else named)
    return leads


def _texts(campaign: Campaign, wanted: Wanted) -> QuerySet[Touch]:
    """Texts of a lead that came to what is wanted."""
    steps = campaign.steps.filter(position=wanted.step) if wanted.step else campaign.steps.all()
    touches = Touch.objects.filter(recipient=OuterRef("pk"), step__in=list(steps.values_list("id", flat=True)))
    if wanted.text.startswith("only-"):
        touches = touches.filter(message__status=wanted.text.removeprefix("only-"))
    elif statuses := statuses_of(wanted.text):
        touches = touches.filter(message__status__in=statuses)
    else:
        touches = touches.exclude(message__status__in=NOT_WAITING)
    if wanted.code:
        return touches.filter(message__error_code=wanted.code)
    return touches.filter(message__error=wanted.reason, message__error_code=None) if wanted.reason else touches
