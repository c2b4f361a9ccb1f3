"""By whose clocks a person's texts go: the campaign's, and those of the zones that the person may be in."""

from collections.abc import Mapping
from typing import Any

from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence.steps import Sequence
from threadline.campaigns.sequence.timing import Clock
from threadline.compliance import zones
from threadline.compliance.zones import Zones


def by_person(campaign: Campaign, sequence: Sequence) -> bool:
    """Whether it matters where the people are."""
    return campaign.window_zone == Campaign.Zone.PERSON or any(
        stage.zone == Campaign.Zone.PERSON for stage in sequence.alive
    )


def of(campaign: Campaign, sequence: Sequence, phone: str, said: str, fields: Mapping[str, Any]) -> Clock:
    """The clock of one person: `said` is the time zone that somebody said they are in, `fields` their custom fields."""
    if not by_person(campaign, sequence):
        return Clock(campaign.timezone, (), fields)
    return Clock(campaign.timezone, whereabouts(campaign, phone, said, fields).names, fields)


def whereabouts(campaign: Campaign, phone: str, said: str, fields: Mapping[str, Any]) -> Zones:
    """The zones that the person may be in, and how that is known."""
    own, code = campaign.workspace, zones.postal_code(fields)
    return zones.of(phone, explicit=said, postal_code=code, country=own.country, fallback=own.timezone)
