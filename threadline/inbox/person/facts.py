"""What happened around one person besides their texts: added, listed, tagged, campaigns, opt-outs, merges."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from threadline.campaigns import looks
from threadline.campaigns.models import Recipient
from threadline.campaigns.models.recipient import WAITING
from threadline.compliance import consent
from threadline.compliance.models import Consent, OptOut
from threadline.compliance.optouts import InForce
from threadline.contacts.models import Contact, Import
from threadline.numbers.models import Number

MOST: Final = 200  # of each kind


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened: a sentence, and the page about it."""

    at: datetime
    icon: str
    sentence: str
    link: str = ""
    link_text: str = ""
    tone: str = ""
    text = None  # so that templates can ask either kind of entry


def of(person: Contact, numbers: list[str]) -> list[Fact]:
    """Everything, the newest first. `numbers` are all of theirs."""
    found = [fact for source in _SOURCES for fact in source(person, numbers)]
    return sorted(found, key=lambda fact: fact.at, reverse=True)


def _added(person: Contact, _numbers: list[str]) -> Iterator[Fact]:
    imported = _import_of(person)
    if imported is None:
        yield Fact(person.created_at, "user-round-plus", _("Added"))
    else:
        page = reverse("contacts:import", args=[imported.public_id])
        yield Fact(person.created_at, "file-up", _("Imported"), page, imported.filename)


def _import_of(person: Contact) -> Import | None:
    """The import that was running in the very moment when they were made: its batches share theirs."""
    at = person.created_at
    running = Import.objects.filter(workspace=person.workspace, started_at__lte=at, created__gt=0)
    found = running.filter(Q(finished_at__gte=at) | Q(finished_at=None)).order_by("-id").first()
    if found is None:
        return None
    together = Contact.objects.filter(workspace=person.workspace, created_at=at).exclude(pk=person.pk).exists()
    return found if together or at in (found.started_at, found.finished_at) else None


def _lists(person: Contact, _numbers: list[str]) -> Iterator[Fact]:
    for one in person.memberships.select_related("list").order_by("-id")[:MOST]:
        page = reverse("contacts:list", args=[one.list.public_id])
        yield Fact(one.added_at, "list", _("Put on the list"), page, one.list.name)


def _tags(person: Contact, _numbers: list[str]) -> Iterator[Fact]:
    for one in person.taggings.select_related("tag").order_by("-id")[:MOST]:
        page = f"{reverse('contacts:people')}?tag={one.tag.public_id}"
        yield Fact(one.added_at, "tag", _("Tagged"), page, one.tag.name)


def _merges(person: Contact, _numbers: list[str]) -> Iterator[Fact]:
    for one in person.merges.filter(undone_at=None).select_related("gone")[:MOST]:
        yield Fact(one.at, "merge", _("Merged with %(who)s") % {"who": one.gone})


def _campaigns(person: Contact, numbers: list[str]) -> Iterator[Fact]:
    for lead in leads(person, numbers):
        page = reverse("campaigns:lead", args=[lead.campaign.public_id, lead.contact.public_id])
        yield Fact(lead.added_at, "megaphone", _("Became a lead of"), page, lead.campaign.name)
        if lead.status not in WAITING and lead.ended_at:
            look, how = looks.of_lead(lead), looks.how(lead)
            word = f"{look.word} ({how})" if how else str(look.word)
            yield Fact(lead.ended_at, look.icon, f"{word[:1].upper()}{word[1:]}:", page, lead.campaign.name, look.tone)


def leads(person: Contact, numbers: list[str]) -> list[Recipient]:
    """Their places in campaigns, also those under another number of theirs, the newest first."""
    whose = Q(contact=person) | Q(address__in=numbers)
    found = Recipient.objects.filter(whose, workspace=person.workspace)
    return list(found.select_related("campaign__workspace", "contact").order_by("-id")[:MOST])


def _stops(person: Contact, numbers: list[str]) -> Iterator[Fact]:
    names = {one.phone: one.label or one.phone for one in Number.objects.filter(workspace=person.workspace)}
    for one in OptOut.objects.filter(workspace=person.workspace, address__in=numbers).order_by("-id")[:MOST]:
        stop = InForce(one.address, one.line, one.word, one.evidence, one.at, one.reference)
        line = names.get(one.line, one.line or _("automatic texts"))
        sentence = _("Opted out of %(line)s: %(how)s") % {"line": line, "how": consent.stopped(stop)}
        yield Fact(one.at, "octagon-x", sentence, tone="bad")
        if one.lifted_at and one.evidence == OptOut.Evidence.IMPORT:
            yield Fact(one.lifted_at, "circle-check", _("The “no” of an import counts no more"), tone="good")
        elif one.lifted_at:
            sentence = _("Opted in again to %(line)s") % {"line": line}
            yield Fact(one.lifted_at, "circle-check", sentence, tone="good")


def _consents(person: Contact, numbers: list[str]) -> Iterator[Fact]:
    entries = Consent.objects.filter(workspace=person.workspace, address__in=numbers)
    for one in entries.exclude(basis=Consent.Basis.STARTED).order_by("-id")[:MOST]:
        standing = consent.Standing(one.given, one.basis, one.source, one.reference, one.at)
        if one.basis == Consent.Basis.UNDONE:
            yield Fact(one.at, "undo-2", consent.agreed(standing))
            continue
        words = _("Consent: %(how)s") if one.given else _("No consent: %(how)s")
        yield Fact(one.at, "shield-check" if one.given else "shield-x", words % {"how": consent.agreed(standing)})


_SOURCES: Final[tuple[Callable[[Contact, list[str]], Iterator[Fact]], ...]] = (
    _added,
    _lists,
    _tags,
    _merges,
    _campaigns,
    _stops,
    _consents,
)
