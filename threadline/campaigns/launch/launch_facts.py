"""What somebody who launches a campaign should know: whom it reaches, when, and about what it costs.

Large audiences are counted on a sample, evenly over all of them; *Preview* runs the whole campaign.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from threadline.billing import number_types, rates
from threadline.campaigns.engine import hours
from threadline.campaigns.models import Campaign
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.sequence import opt_out_line, placeholders, timing
from threadline.campaigns.sequence.steps import Sequence, Timing, sequence_of
from threadline.campaigns.sequence.timing import Clock
from threadline.compliance import optouts, zones
from threadline.compliance import policy as policies
from threadline.compliance.models import Policy
from threadline.lib import segments
from threadline.numbers import sharing

SAMPLE: Final = 1_000  # people
_POSTAL_CODES: Final = ("zip", "zip_code", "postal_code", "postcode")
_WEEK: Final = 7 * 24 * 4  # quarters of an hour
_QUARTER: Final = timedelta(minutes=15)

_LEADS = """
    SELECT lead.address, contact.timezone, contact.name, contact.first_name, contact.last_name, contact.company,
      contact.email, contact.fields
    FROM campaigns_recipient AS lead JOIN contacts_contact AS contact ON contact.id = lead.contact_id
    WHERE lead.campaign_id = %s AND lead.status IN ('pending', 'in_progress', 'held') AND lead.id %% %s = 0
    ORDER BY lead.id LIMIT %s
"""
_STOPPED = """
    SELECT DISTINCT lead.address FROM campaigns_recipient AS lead
    JOIN compliance_optout AS optout ON optout.workspace_id = lead.workspace_id AND optout.address = lead.address
    WHERE lead.campaign_id = %s AND lead.status IN ('pending', 'in_progress', 'held') AND optout.lifted_at IS NULL
"""


@dataclass(slots=True)
class Facts:
    """`night` people would be texted in the quiet hours of the workspace's policy, if those were on; could be, for a
    drip, whose texts go at any of its hours.

    `cost` is micro-USD when nobody replies, `texts` of how many parts (`segments`) all together; `exact`: not a sample.
    """

    people: int
    cannot: list[str] = field(default_factory=list)  # sentences: who cannot be texted now, and why
    night: int = 0
    texts: int = 0
    segments: int = 0
    cost: int = 0
    exact: bool = True


@dataclass(frozen=True, slots=True)
class _Lead:
    address: str
    zones: tuple[str, ...]
    values: dict[str, Any]
    fields: Mapping[str, Any]


def of(campaign: Campaign, now: datetime) -> Facts:
    """Some hundred milliseconds at most, however many people there are."""
    total = campaign.recipients.filter(status__in=WAITING).count()
    sequence = sequence_of(campaign.pk)
    sample = list(_sample(campaign, total))
    facts = Facts(total, _cannot(campaign), exact=len(sample) == total)
    if not sample or not sequence.alive:
        return facts
    _count_cost(campaign, sequence, sample, facts)
    policy = policies.of(campaign.workspace)
    facts.night = 0 if policy.quiet_hours else _at_night(campaign, sequence, sample, policy, now)
    for name in ("night", "texts", "segments", "cost"):
        setattr(facts, name, round(getattr(facts, name) * total / len(sample)))
    return facts


def _sample(campaign: Campaign, total: int) -> Iterator[_Lead]:
    every = -(-total // SAMPLE) or 1
    with connection.cursor() as cursor:
        cursor.execute(_LEADS, [campaign.pk, every, SAMPLE if every > 1 else total])
        rows = cursor.fetchall()
    workspace = campaign.workspace
    for address, said, name, first_name, last_name, company, email, written in rows:
        fields = json.loads(written) if isinstance(written, str) else written
        postal_code = next((str(fields[key]) for key in _POSTAL_CODES if fields.get(key)), "")
        found = zones.of(address, said, postal_code, workspace.country, workspace.timezone)
        values = placeholders.values(address, name, first_name, last_name, company, email, fields)
        yield _Lead(address, found.names, values, fields)


def _cannot(campaign: Campaign) -> list[str]:
    """Opted out by what counts for this campaign's line, and those who are held."""
    with connection.cursor() as cursor:
        cursor.execute(_STOPPED, [campaign.pk])
        addresses = [address for (address,) in cursor.fetchall()]
    line = campaign.number.phone if campaign.number else ""
    by_address = optouts.by_address(optouts.in_force(campaign.workspace_id, addresses))
    shared = sharing.mates(sharing.services(campaign.workspace_id), line) if by_address else []
    narrow = policies.of(campaign.workspace).narrow_stop
    stopped = sum(1 for facts in by_address.values() if optouts.blocks(facts, line, True, shared, narrow))
    held = campaign.recipients.filter(status="held").count()
    found = []
    if stopped:
        sentence = ngettext("%(n)s has opted out.", "%(n)s have opted out.", stopped)
        found.append(sentence % {"n": f"{stopped:,}"})
    if held:
        sentence = ngettext("%(n)s is held, and says why.", "%(n)s are held, and each says why.", held)
        found.append(sentence % {"n": f"{held:,}"})
    return found


def _count_cost(campaign: Campaign, sequence: Sequence, sample: list[_Lead], facts: Facts) -> None:
    """Every message to everybody, as if nobody replied."""
    table = rates.of(campaign.workspace_id)
    kind = number_types.of(campaign.number.phone) if campaign.number else ""
    compiled = {stage.id: placeholders.compile(stage.body) for stage in sequence.alive}
    first = sequence.alive[0]
    for lead in sample:
        for stage in sequence.alive:
            text = compiled[stage.id].render(lead.values)
            if stage is first:
                text = opt_out_line.ended_with(text, campaign.opt_out_line)
            parts = 1 if stage.media else segments.measure(text).segments
            facts.texts += 1
            facts.segments += parts
            facts.cost += table.estimate(lead.address, parts, len(stage.media), kind)


def _at_night(campaign: Campaign, sequence: Sequence, sample: list[_Lead], policy: Policy, now: datetime) -> int:
    """How many of the sample some message could reach in the night of a zone that they may be in."""
    at_any_hour = {names: _any_hour_at_night(campaign, names, policy, now) for names in {one.zones for one in sample}}
    return sum(_reached_at_night(campaign, sequence, lead, at_any_hour[lead.zones], policy, now) for lead in sample)


def _reached_at_night(
    campaign: Campaign, sequence: Sequence, lead: _Lead, at_any_hour: bool, policy: Policy, now: datetime
) -> bool:
    """Dates are known, and so is what follows them by hours; the rest may go in any of the campaign's hours."""
    at: datetime | None = None
    wait = timedelta()
    for stage in sequence.alive:
        if stage.timing != Timing.AFTER:
            at = timing.moment(stage, Clock(campaign.timezone, lead.zones, lead.fields), now)
        elif at is not None:
            at += wait
        elif at_any_hour:
            return True
        if at is not None and at >= now and _is_night(at, lead.zones, policy):
            return True
        wait = stage.wait
    return False


def _any_hour_at_night(campaign: Campaign, names: tuple[str, ...], policy: Policy, now: datetime) -> bool:
    """Whether the campaign's hours of the coming week reach into the night of somebody in these zones."""
    open_hours = hours.of_person(campaign, Clock(campaign.timezone, names))
    start = now.replace(minute=0, second=0, microsecond=0)
    moments = (start + _QUARTER * step for step in range(_WEEK))
    return any(_is_night(at, names, policy) and open_hours.open_at(at) for at in moments)


def _is_night(at: datetime, names: tuple[str, ...], policy: Policy) -> bool:
    return any(_quiet(at.astimezone(ZoneInfo(name)).time(), policy.quiet_from, policy.quiet_to) for name in names)


def _quiet(clock: time, begins: time, ends: time) -> bool:
    """Quiet hours mostly lie over midnight."""
    return begins <= clock or clock < ends if begins > ends else begins <= clock < ends


def words_when(campaign: Campaign, begins_at: datetime | None) -> str:
    """When the first text goes, as a sentence."""
    if campaign.kind == Campaign.Kind.DRIP:
        return _("As soon as Auto SMS is on, and from then on to whoever is added.")
    if begins_at is None:
        return _("On each person's own date.")
    here = begins_at.astimezone(ZoneInfo(campaign.timezone))
    values = {"moment": f"{here:%d %B %Y, %H:%M}".lstrip("0"), "place": zones.place(campaign.timezone)}
    return _("From %(moment)s on, %(place)s time. It begins by itself.") % values
