"""By whose clocks a person's texts go: the campaign's, and those of the zones that the person may be in."""

from collections.abc import Mapping
from typing import Any, Final

from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence.steps import Sequence
from threadline.campaigns.sequence.timing import Clock
from threadline.compliance import zones

_POSTAL_CODES: Final = ("zip", "zip_code", "postal_code", "postcode")


def by_person(campaign: Campaign, sequence: Sequence) -> bool:
    """Whether it matters where the people are."""
    return campaign.window_zone == Campaign.Zone.PERSON or any(
        stage.zone == Campaign.Zone.PERSON for stage in sequence.alive
    )


def of(campaign: Campaign, sequence: Sequence, phone: str, said: str, fields: Mapping[str, Any]) -> Clock:
    """The clock of one person: `said` is the time zone that somebody said they are in, `fields` their custom fields."""
    if not by_person(campaign, sequence):
        return Clock(campaign.timezone, (), fields)
    found = zones.of(phone, explicit=said, postal_code=postal_code(fields), fallback=campaign.workspace.timezone)
    return Clock(campaign.timezone, found.names, fields)


def postal_code(fields: Mapping[str, Any]) -> str:
    return next((str(fields[key]) for key in _POSTAL_CODES if fields.get(key)), "")
