"""Adding one lead by hand."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from threadline.campaigns import audience
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.refusals import Refused
from threadline.contacts.models import Contact
from threadline.contacts.people import Person
from threadline.lib import phones

How = Recipient.How


@dataclass
class Typed:
    """What was typed, and what is wrong with it."""

    phone: str = ""
    name: str = ""
    error: str = ""


def add(campaign: Campaign, typed: Typed, now: datetime) -> str:
    """Make the person a lead; a sentence that says what became of it. Raises Refused for a bad number, a campaign that
    has ended, and somebody whom it leaves out. Whoever has a name keeps it: a number is soon mistyped."""
    phone = phones.parse(typed.phone, campaign.workspace.country)
    if phone.e164 is None:
        raise Refused("phone", str(phone.reason.sentence))
    name = " ".join(typed.name.replace("\0", "").split())[:160]
    known = Recipient.objects.filter(campaign=campaign, address=phone.e164).first()
    (saved,) = audience.add(campaign, [Person(phone.e164, name=name)], now, only_blanks=True)
    shown = phones.display(phone.e164, campaign.workspace.country)
    who = Contact.objects.get(pk=saved.contact_id).name or shown
    lead = Recipient.objects.filter(campaign=campaign, contact=saved.contact_id).first()
    if lead is None or lead.how == How.EXCLUDED:
        because = audience.why_left_out(campaign, saved.contact_id)
        raise Refused("left_out", _("%(who)s is no lead. %(because)s") % {"who": who, "because": because})
    became = _became(known, lead) % {"who": who, "status": lead.get_status_display()}
    if name.casefold() in ("", who.casefold()):
        return became
    kept = _("%(phone)s is saved as %(who)s; the name stays until you change it on their page.")
    return f"{became} {kept % {'phone': shown, 'who': who}}"


def _became(before: Recipient | None, lead: Recipient) -> str:
    if before is None:
        return _("%(who)s is a lead now.")
    if before.status == Recipient.Status.REMOVED and lead.status in WAITING:
        return _("%(who)s is a lead again, and goes on after the last message that they got.")
    if lead.status == Recipient.Status.COMPLETED:
        return _("%(who)s has finished this campaign already, and stays finished.")
    return _("%(who)s is a lead already (%(status)s).")
