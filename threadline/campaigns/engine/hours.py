"""The sending hours of a campaign, by its own clock or by each person's. Pure."""

from datetime import datetime, timedelta

from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence.timing import Clock
from threadline.lib import windows
from threadline.lib.windows import Together
from threadline.messaging.gate import SHORTEST_VALIDITY

_OPENINGS = 8  # that are looked at
MARGIN = timedelta(seconds=30)  # for the queue: what is asked for later would only be taken back


def of_campaign(campaign: Campaign) -> Together:
    """By its own clock; always open when it is each person's that counts."""
    if campaign.window_zone == Campaign.Zone.PERSON:
        return Together(())
    return _over((campaign.timezone,), campaign)


def of_person(campaign: Campaign, clock: Clock) -> Together:
    """By the clocks of one person."""
    if campaign.window_zone != Campaign.Zone.PERSON:
        return of_campaign(campaign)
    return _over(clock.person or (campaign.timezone,), campaign)


def limited(campaign: Campaign) -> bool:
    """Whether it has hours at all."""
    return campaign.window_start is not None or campaign.window_days != windows.EVERY_DAY


def is_open(hours: Together, now: datetime) -> bool:
    """Whether a text that is asked for now can still reach the person within the hours."""
    if not hours.open_at(now):
        return False
    closes = hours.closes_after(now)
    return closes is None or now < closes - SHORTEST_VALIDITY - MARGIN


def opens_after(hours: Together, now: datetime) -> datetime | None:
    """The first moment from `now` on when a text may be asked for; None when the hours never come."""
    at: datetime | None = now
    for _opening in range(_OPENINGS):  # a change of the clocks, or several zones at once, may leave one too short
        if at is None or is_open(hours, at):
            return at
        closes = hours.closes_after(at) if hours.open_at(at) else None
        at = hours.opens_after(closes or at)
    return None


def _over(zones: tuple[str, ...], campaign: Campaign) -> Together:
    return windows.over(zones, campaign.window_start, campaign.window_end, campaign.window_days)
