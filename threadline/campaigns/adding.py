"""Adding one lead by hand."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from threadline.campaigns import audience
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.refusals import Refused
from threadline.contacts.people import Person
from threadline.lib import phones


@dataclass
class Typed:
    """What was typed, and what is wrong with it."""

    phone: str = ""
    name: str = ""
    error: str = ""


def add(campaign: Campaign, typed: Typed, now: datetime) -> str:
    """Make the person a lead; a sentence that says so. Raises Refused for a bad number or a campaign that has ended."""
    phone = phones.parse(typed.phone, campaign.workspace.country)
    if phone.e164 is None:
        raise Refused("phone", str(phone.reason.sentence))
    name = " ".join(typed.name.replace("\0", "").split())[:160]
    who = name or phones.display(phone.e164, campaign.workspace.country)
    known = Recipient.objects.filter(campaign=campaign, address=phone.e164).first()
    audience.add(campaign, [Person(phone.e164, name=name)], now)
    if known is None:
        return _("%(who)s is a lead now.") % {"who": who}
    return _("%(who)s is a lead already (%(status)s).") % {"who": who, "status": known.get_status_display()}
