"""What one person is to get over all campaigns in the next days, and when: from the rows, by the engine's own rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from threadline.accounts.models import Workspace
from threadline.campaigns.engine import hours
from threadline.campaigns.leads import coming
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.running import stalls
from threadline.campaigns.sequence import clocks, placeholders, timing
from threadline.campaigns.sequence.steps import Sequence, Stage, sequences
from threadline.contacts.models import Alias
from threadline.lib.liquid import Broken

DAYS: Final = 14
MOST: Final = 50  # texts; whoever is to get more has other worries
State = Campaign.State
_GOES_ON: Final = (State.SCHEDULED, State.ACTIVE, State.PAUSED)


@dataclass(frozen=True, slots=True)
class Planned:
    """A text to come. `at` is None when it goes as soon as it is their turn; `their_time` is what their clock shows.

    `likely`: it counts from a text that is still to come itself. `stall` says why the campaign does not move now.
    """

    campaign: Campaign
    lead: Recipient
    place: int  # Step 1, Step 2 …
    preview: str
    at: datetime | None
    their_time: str
    likely: bool
    stall: str


def next_texts(workspace: Workspace, contact_id: int, now: datetime, days: int = DAYS) -> list[Planned]:
    """The earliest first, over all campaigns that have begun or are scheduled. Those without a moment come first."""
    until = now + timedelta(days=days)
    numbers = Alias.objects.filter(contact=contact_id).values("phone")
    whose = Q(contact=contact_id) | Q(address__in=numbers)
    leads = Recipient.objects.filter(whose, workspace=workspace, status__in=coming.WAITS, campaign__state__in=_GOES_ON)
    found = list(leads.select_related("campaign__workspace", "campaign__number", "contact").order_by("id"))
    chains = sequences({lead.campaign_id for lead in found})
    planned = [one for lead in found for one in _of(lead, chains[lead.campaign_id], now, until)]
    planned.sort(key=lambda one: one.at or now)
    return planned[:MOST]


def _of(lead: Recipient, sequence: Sequence, now: datetime, until: datetime) -> Iterator[Planned]:
    campaign = lead.campaign
    first = coming.of(campaign, lead, sequence, now)
    if first is None:
        return
    stall = stalls.why(campaign, now)
    held = stall.sentence if stall is not None and stall.until is None and stall.code not in _NO_MATTER else ""
    found = coming.zones_of(campaign, lead)
    for stage, at, likely in _chain(lead, sequence, first, now, stall.until if stall is not None else None):
        if at is not None and at > until:
            return
        shown = coming.their_time(at, found) if at is not None else ""
        place = sum(1 for one in sequence.alive if one.position <= stage.position)
        yield Planned(campaign, lead, place, _preview(stage, lead), at, shown, likely, held)


_NO_MATTER: Final = ("waiting", "asleep")  # somebody else's next step is what these wait for


def _chain(
    lead: Recipient, sequence: Sequence, first: coming.Coming, now: datetime, moves_at: datetime | None
) -> Iterator[tuple[Stage, datetime | None, bool]]:
    """The next step, then each that follows it if it goes when it is due: (step, moment, whether that is a guess)."""
    campaign = lead.campaign
    person = lead.contact
    clock = clocks.of(campaign, sequence, lead.address, person.timezone, person.fields)
    open_hours = hours.of_person(campaign, clock)
    stage, at = first.stage, max(filter(None, (first.at, moves_at)), default=None)
    if at is not None or not hours.is_open(open_hours, now):
        at = hours.opens_after(open_hours, at or now)
    yield stage, at, False
    for _step in sequence:
        following = timing.following(sequence, stage.position, at or now, clock)
        if following is None:
            return
        stage, at = following.stage, hours.opens_after(open_hours, following.due)
        if at is None:  # the hours never come
            return
        yield stage, at, True


def _preview(stage: Stage, lead: Recipient) -> str:
    try:
        return placeholders.compile(stage.body).render(placeholders.values_of(lead.contact))
    except Broken:
        return stage.body
