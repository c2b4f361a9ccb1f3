"""The texts of a sequence as one of its real leads will read them, and whose placeholders are blank."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from threadline.billing import number_types, rates
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.sequence import opt_out_line, placeholders
from threadline.contacts.models import Contact, CustomField
from threadline.lib import money, segments

CHOICES: Final = 20  # leads to preview as
_LONGEST: Final = 48  # characters of an example
EXAMPLE: Final = {"first_name": "Maria", "last_name": "Lindqvist", "name": "Maria Lindqvist", "phone": "+18135550142"}
_BLANK: Final = {
    "first_name": Q(contact__first_name="", contact__name=""),
    "last_name": Q(contact__last_name=""),
    "name": Q(contact__name="", contact__first_name="", contact__last_name=""),
    "company": Q(contact__company=""),
    "email": Q(contact__email=""),
}


@dataclass(slots=True)
class Line:
    """One step: its text for the lead, how many parts that makes and what it costs, or what is wrong with it.

    `files` go with the text; then it is one message, however long. `cost` is in micro-USD.
    """

    place: int
    text: str
    problems: list[str]
    segments: int
    files: int = 0
    cost: int = 0

    @property
    def price(self) -> str:
        return money.dollars(self.cost)


@dataclass(slots=True)
class Preview:
    """`who` is the lead's person, None while there is no lead: then the values are examples."""

    who: Contact | None
    choices: list[Contact]
    lines: list[Line]
    blanks: list[str]


def of(
    campaign: Campaign,
    bodies: Sequence[str],
    wanted: str = "",
    files: Sequence[int] = (),
    ending: str | None = None,
) -> Preview:
    """`wanted` is the public id of the contact to preview as; the lead that is next for anything else.

    `files` is how many go with each text, `ending` the opt-out line of the first, as saved when it is not given.
    """
    leads = campaign.recipients.filter(status__in=WAITING)
    choices = [lead.contact for lead in leads.select_related("contact").order_by("id")[:CHOICES]]
    who = next((one for one in choices if one.public_id == wanted), choices[0] if choices else None)
    values = placeholders.values_of(who) if who else dict(EXAMPLE)
    labels = custom_fields(campaign)
    last = campaign.opt_out_line if ending is None else ending
    counts = [*files, *[0] * len(bodies)]
    lines = [
        _line(place, body, values, labels, counts[place], "" if place else last) for place, body in enumerate(bodies)
    ]
    _price(campaign, lines, values["phone"])
    sound = [body for body, line in zip(bodies, lines, strict=True) if body.strip() and not line.problems]
    return Preview(who, choices, lines, list(_blanks(leads, sound, labels)))


def custom_fields(campaign: Campaign) -> dict[str, str]:
    """The workspace's custom fields: label by key."""
    fields = CustomField.objects.filter(workspace=campaign.workspace_id).order_by("id")
    return dict(fields.values_list("key", "label"))


def _line(place: int, body: str, values: dict[str, Any], keys: Collection[str], files: int, ending: str) -> Line:
    found = placeholders.problems(body, keys) if body.strip() else []
    if found or not (body.strip() or files):
        return Line(place + 1, "", found, 0, files)
    text = opt_out_line.ended_with(placeholders.compile(body).render(values), ending)
    return Line(place + 1, text, found, 1 if files else segments.measure(text).segments, files)


def _price(campaign: Campaign, lines: Sequence[Line], phone: str) -> None:
    prices = rates.of(campaign.workspace_id)
    kind = number_types.of(campaign.number.phone) if campaign.number else ""
    for line in lines:
        line.cost = prices.estimate(phone, line.segments, line.files, kind) if line.segments else 0


def _blanks(leads: QuerySet[Recipient], bodies: Sequence[str], labels: dict[str, str]) -> Iterator[str]:
    """A sentence for each placeholder without default that is blank for some of the leads, with what they read."""
    first_use = {name: body for body in reversed(bodies) for name in placeholders.compile(body).names}
    for name, body in sorted(first_use.items()):
        without = _without(leads, name).select_related("contact").order_by("id")
        if count := without.count():
            values = {"n": count, "what": _called(name, labels), "text": _reads(body, without[0].contact)}
            sentence = ngettext(
                "%(n)d lead has no %(what)s and reads “%(text)s”",
                "%(n)d leads have no %(what)s: they read “%(text)s”",
                count,
            )
            yield sentence % values


def _without(leads: QuerySet[Recipient], name: str) -> QuerySet[Recipient]:
    if name in _BLANK:
        return leads.filter(_BLANK[name])
    if name == "phone":
        return leads.none()
    key = name.removeprefix(f"{placeholders.FIELDS}.")
    value = Coalesce(KeyTextTransform(key, "contact__fields"), Value(""), output_field=TextField())
    return leads.annotate(value=value).filter(value="")


def _called(name: str, labels: dict[str, str]) -> str:
    return labels.get(name.removeprefix(f"{placeholders.FIELDS}."), "") or name.replace("_", " ")


def _reads(body: str, contact: Contact) -> str:
    text = " ".join(placeholders.compile(body).render(placeholders.values_of(contact)).split())
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + "…"
