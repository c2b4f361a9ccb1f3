"""What campaigns/_schedule.html needs: the messages that nobody has got, and which rule applies to changes."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from threadline.campaigns.editing import planned, saving
from threadline.campaigns.editing import preview as previews
from threadline.campaigns.editing.planned import Planned
from threadline.campaigns.models import Campaign, Step
from threadline.compliance import zones


def context(campaign: Campaign, found: Collection[Planned] | None = None) -> dict[str, Any]:
    """`found` if some of it was typed."""
    return {
        "planned": planned.of(campaign) if found is None else found,
        "rebuild": restarted(campaign),
        "rule": rule(campaign),
        "editable": not saving.locked_because(campaign),
        "fields": previews.custom_fields(campaign).items(),
        "timings": Step.Timing,
        "campaign_clock": zones.place(campaign.timezone),
    }


def rule(campaign: Campaign) -> str:
    """Which rule applies to changes, as a sentence (U3)."""
    return saving.locked_because(campaign) or _(
        "Text can be edited any time; it counts for people who have not got it yet."
    )


def restarted(campaign: Campaign) -> bool:
    """Whether it is a draft of which only the schedule can be built anew."""
    return campaign.state == Campaign.State.DRAFT and campaign.restarted_at is not None
