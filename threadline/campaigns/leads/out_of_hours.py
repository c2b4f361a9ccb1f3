"""Sending a lead's next step by hand outside the campaign's hours: it may, and whoever presses is told before."""

from datetime import datetime

from django.utils.translation import gettext as _

from threadline.campaigns.engine import hours
from threadline.campaigns.leads import coming
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.sequence import clocks, sending_words
from threadline.campaigns.sequence.steps import Sequence


def warning(campaign: Campaign, lead: Recipient, sequence: Sequence, now: datetime) -> str:
    """What to say before it is sent now, with what their clock shows; "" within the hours."""
    person = lead.contact
    clock = clocks.of(campaign, sequence, lead.address, person.timezone, person.fields)
    if not hours.limited(campaign) or hours.of_person(campaign, clock).open_at(now):
        return ""
    sentence = _(
        "Outside this campaign’s sending hours (%(hours)s): it leaves now all the same. For them it is %(time)s."
    )
    time = coming.their_time(now, coming.zones_of(campaign, lead))
    return sentence % {"hours": sending_words.of(campaign).hours, "time": time}
