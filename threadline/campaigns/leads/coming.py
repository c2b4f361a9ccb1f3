"""What is to come for a lead: which step next, when, and what their own clock shows then."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.sequence import clocks, timing
from threadline.campaigns.sequence.steps import Sequence, Stage
from threadline.compliance import zones
from threadline.compliance.zones import Zones
from threadline.lib import clock

Status = Recipient.Status
WAITS = (Status.PENDING, Status.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Coming:
    """The next step of a lead. `at` is the moment before which it does not go; None: as soon as it is their turn."""

    stage: Stage
    at: datetime | None


def of(campaign: Campaign, lead: Recipient, sequence: Sequence, now: datetime | None = None) -> Coming | None:
    """None when nothing more goes to them, or while their last text is still on its way."""
    now = now or clock.now()
    if lead.status not in WAITS or (lead.step and lead.sent_at is None):
        return None
    joined = max(lead.added_at, campaign.started_at or now)
    person = lead.contact
    by_clock = clocks.of(campaign, sequence, lead.address, person.timezone, person.fields)
    following = timing.following(sequence, lead.step, lead.sent_at or joined, by_clock)
    if following is None:
        return None
    at = max(filter(None, (following.due, lead.deferred_until)))
    return Coming(following.stage, at if at > now else None)


def zones_of(campaign: Campaign, lead: Recipient) -> Zones:
    """Where the person may be, and how that is known."""
    return clocks.whereabouts(campaign, lead.address, lead.contact.timezone, lead.contact.fields)


def their_time(at: datetime, found: Zones) -> str:
    """What their clock shows at a moment: "09:00 in Denver"; with several zones the earliest and the latest."""
    shown = sorted({(at.astimezone(ZoneInfo(name)).replace(tzinfo=None), name) for name in found.names})
    (first, place), (last, _place) = shown[0], shown[-1]
    if first == last:
        return _("%(time)s in %(place)s") % {"time": f"{first:%a %H:%M}", "place": zones.place(place)}
    return _("between %(first)s and %(last)s") % {"first": f"{first:%a %H:%M}", "last": f"{last:%a %H:%M}"}
