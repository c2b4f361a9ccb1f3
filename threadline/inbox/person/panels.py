"""The parts of a person's page that this room gives to contacts.panels."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from threadline.accounts.requests import MemberRequest
from threadline.campaigns import looks
from threadline.campaigns.leads import agenda
from threadline.compliance import consent, zones
from threadline.contacts.models import Contact
from threadline.contacts.panels import Panel
from threadline.inbox import lines
from threadline.inbox.person import facts, timeline
from threadline.lib import clock
from threadline.messaging import statuses
from threadline.messaging.models import Message
from threadline.numbers import sharing

_QUEUED = (statuses.QUEUED, statuses.SCHEDULED, statuses.HELD)


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands on one of their numbers to each of our lines."""

    address: str
    on_lines: list[consent.OnLine]


@dataclass(frozen=True, slots=True)
class Queued:
    """A text that is written already and waits."""

    text: Message
    at: datetime | None


def _panel(name: str, context: dict[str, Any], aside: bool = False) -> Panel:
    """Each brings the style sheet along: any of them may be the only one."""
    return Panel(f"inbox/person/_{name}.html", context, aside, "inbox/person.css")


def coming(request: MemberRequest, person: Contact) -> Panel | None:
    """The next 14 days: texts that wait in the queue, and what campaigns are to send."""
    now = clock.now()
    planned = agenda.next_texts(request.workspace, person.id, now)
    queued = _queued(person)
    if not (planned or queued):
        return None
    context = {"planned": planned, "queued": queued, "days": agenda.DAYS}
    return _panel("coming", context)


def _queued(person: Contact) -> list[Queued]:
    waiting = Message.objects.filter(conversation__contact=person, status__in=_QUEUED, deleted_at=None)
    texts = waiting.select_related("conversation").order_by("created_at")[: agenda.MOST]
    moments = dict(waiting.filter(outbox_entry__isnull=False).values_list("id", "outbox_entry__run_after"))
    return [Queued(text, moments.get(text.id)) for text in texts]


def story(request: MemberRequest, person: Contact) -> Panel:
    """The first page of the timeline."""
    return _panel("timeline", entries(person, timeline.page(person, timeline.numbers_of(person))))


def entries(person: Contact, page: timeline.Page) -> dict[str, object]:
    """A page of the timeline as its template wants it."""
    address = reverse("inbox:person_timeline", args=[person.public_id])
    return {
        "entries": page.entries,
        "older": f"{address}?before={page.before}" if page.before else "",
        "person": person,
    }


def agreed(request: MemberRequest, person: Contact) -> Panel:
    """Consent per line, for each of their numbers."""
    ours = [(one.phone, one.name) for one in lines.of(request.workspace)]
    numbers = timeline.numbers_of(person)
    services = sharing.services(request.workspace.id)
    shared = {phone: sharing.mates(services, phone) for phone in services}
    standings = [Standing(one, consent.per_line(request.workspace.id, one, ours, shared)) for one in numbers]
    where = zones.of(
        person.phone, person.timezone, zones.postal_code(person.fields), request.workspace.country,
        request.workspace.timezone,
    )  # fmt: skip
    context = {"standings": standings, "several": len(numbers) > 1, "zones": where, "opted_out": consent.OPTED_OUT}
    return _panel("consent", context, aside=True)


def campaigns(request: MemberRequest, person: Contact) -> Panel | None:
    """The campaigns they are in, and how they stand there."""
    leads = facts.leads(person, timeline.numbers_of(person))
    if not leads:
        return None
    rows = [(lead, looks.of_lead(lead), looks.how(lead)) for lead in leads]
    return _panel("campaigns", {"rows": rows}, aside=True)
