"""People to whom another campaign is writing: the engine's arbiter says who, its sequence until about when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from threadline.campaigns.engine import arbiter
from threadline.campaigns.engine.picking import Due
from threadline.campaigns.engine.sleeping import Sleep
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.sequence import timing
from threadline.campaigns.sequence.steps import Sequence as Steps
from threadline.campaigns.sequence.steps import Timing, sequences
from threadline.campaigns.sequence.timing import Clock
from threadline.campaigns.simulator.people import Person

_PART: Final = 5_000


@dataclass(frozen=True, slots=True)
class Busy:
    """`until` is when the other one has sent its last text, should nothing hold it up."""

    until: datetime
    reason: str


def busy(campaign: Campaign, steps: Steps, people: Sequence[Person], now: datetime) -> dict[int, Busy]:
    """By lead: those whose next text would have to wait for another campaign now."""
    found: dict[int, Busy] = {}
    for start in range(0, len(people), _PART):
        part = [(one, stage) for one in people[start : start + _PART] if (stage := steps.after(one.step))]
        asleep: list[Sleep] = []
        arbiter.free(campaign, [Due(one.id, one.address, stage, now, {}) for one, stage in part], asleep, now)
        reasons = {one.recipient_id: one.reason for one in asleep}
        waiting = [one for one, _stage in part if one.id in reasons]
        ends = _ends(campaign, [one.address for one in waiting], now)
        found.update({one.id: Busy(ends.get(one.address, now), reasons[one.id]) for one in waiting})
    return found


def _ends(campaign: Campaign, addresses: Sequence[str], now: datetime) -> dict[str, datetime]:
    """When the others are done with each of these people; as the arbiter has it, for a date nobody waits."""
    if not addresses:
        return {}
    sends = Q(campaign__armed=True) | Q(campaign__kind=Campaign.Kind.SCHEDULED)
    others = Recipient.objects.filter(
        sends,
        workspace=campaign.workspace_id,
        address__in=addresses,
        status="in_progress",
        campaign__state=Campaign.State.ACTIVE,
    )
    leads = others.exclude(campaign=campaign).select_related("campaign", "contact")
    chains = sequences({lead.campaign_id for lead in leads})
    ends: dict[str, datetime] = {}
    for lead in leads:
        end = moment = lead.sent_at or now
        position = lead.step
        clock = Clock(lead.campaign.timezone, (), lead.contact.fields)
        while following := timing.following(chains[lead.campaign_id], position, moment, clock):
            moment, position = max(following.due, now), following.stage.position
            end = moment if following.stage.timing == Timing.AFTER else end
        ends[lead.address] = max(end, ends.get(lead.address, end))
    return ends
