"""Keeping leads what the lists, tags and fields say: what is new at once, what changed without a word once a minute."""

import time
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q, QuerySet

from threadline.campaigns import states
from threadline.campaigns.audience import gaining, leaving, sources
from threadline.campaigns.audience.sources import Source, Sources
from threadline.campaigns.locking import lock
from threadline.campaigns.models import AudienceRule, Campaign
from threadline.campaigns.running import follow
from threadline.contacts import people
from threadline.events.publish import Happening
from threadline.lib import deadlocks

ALIVE: Final = [state for state in Campaign.State.values if state not in states.ENDED]
EVERY: Final = timedelta(minutes=1)
# A look at very many people is taken so rarely that it costs no more than one thirtieth of the time.
_SHARE: Final = 30
# Taken off a list, tag or field that leaves them out, and fields in general: nothing says that this has happened.
_LOOKED_AT: Final = Q(mode=AudienceRule.Mode.EXCLUDE) | Q(by=AudienceRule.By.FIELD)
_GROWN: Final = (Q(list__isnull=False) & ~Q(version=F("list__version"))) | (
    Q(tag__isnull=False) & ~Q(version=F("tag__version"))
)


def refresh(campaign: Campaign, now: datetime) -> int:
    """Bring the leads up to date with the audience; how many are new. Costs three looks when nothing has changed."""
    added = 0
    while _grown([campaign.pk]):
        added += _portion(campaign, now)
    if _due(now).filter(campaign=campaign).exists():
        added += look(campaign, now)
    return added


def refresh_all(now: datetime) -> None:
    """The same for every campaign of which something has changed."""
    changed = {*_grown(), *_due(now).values_list("campaign", flat=True)}
    for campaign in Campaign.objects.filter(id__in=changed).order_by("id"):
        refresh(campaign, now)


def look(campaign: Campaign, now: datetime) -> int:
    """Look at everybody: who is left out leaves, who is not any more comes back or becomes a lead; how many are new.

    What there is to do is found without a transaction, and done in portions.
    """
    began = time.monotonic()
    found = sources.of(campaign)
    for source in found.excluded:
        while lead_ids := leaving.waiting(campaign, source):
            _leave(campaign, lead_ids, leaving.reason_of(source), now)
    while lead_ids := leaving.left_out(campaign, found):
        _come_back(campaign, lead_ids, now)
    added = 0
    for source in found.included:
        while contact_ids := gaining.missing(campaign, found, source):
            new = _gain(campaign, found, source, contact_ids, now)
            added += new
            if not new:
                break
    pause = max(EVERY, timedelta(seconds=_SHARE * (time.monotonic() - began)))
    campaign.audience_rules.filter(_LOOKED_AT).update(look_at=now + pause)
    return added


def _grown(campaign_ids: list[int] | None = None) -> list[int]:
    """Campaigns (of these, or all) with a list or tag that somebody was put on."""
    campaigns = Campaign.objects.filter(state__in=ALIVE).exclude(list_version=F("list__version"))
    rules = AudienceRule.objects.filter(_GROWN, campaign__state__in=ALIVE)
    if campaign_ids is not None:
        campaigns, rules = campaigns.filter(id__in=campaign_ids), rules.filter(campaign__in=campaign_ids)
    return [*campaigns.values_list("id", flat=True), *rules.values_list("campaign", flat=True)]


def _due(now: datetime) -> QuerySet[AudienceRule]:
    return AudienceRule.objects.filter(_LOOKED_AT, look_at__lte=now, campaign__state__in=ALIVE)


@deadlocks.retried
def _portion(campaign: Campaign, now: datetime) -> int:
    """The next people of one list or tag that has grown; how many became leads."""
    with transaction.atomic():
        locked = _locked(campaign)
        found = sources.of(locked)
        for source in [*found.excluded, *found.included]:
            if _behind(locked, source):
                return _catch_up(locked, found, source, now)
    return 0


def _behind(campaign: Campaign, source: Source) -> bool:
    if source.rule is None:
        return campaign.list_version != campaign.list.version
    held = source.rule.list or source.rule.tag
    return held is not None and held.version != source.rule.version


def _catch_up(campaign: Campaign, found: Sources, source: Source, now: datetime) -> int:
    version, cursor = source.lock(), source.rule.cursor if source.rule else campaign.list_cursor
    members = gaining.following(source, cursor)
    last, added = members[-1] if members else cursor, 0
    happenings: list[Happening] = []
    if source in found.excluded:
        gone = leaving.between(campaign, source, cursor, last)
        happenings = leaving.leave(campaign, gone, leaving.reason_of(source), now) if gone else []
        changed = bool(gone)
    else:
        added = gaining.between(campaign, found, source, cursor, last, now)
        changed = added + again(campaign, found, now) > 0
    _note(campaign, source, version if len(members) < gaining.MOST else -1, last)
    if changed:
        follow.tell([campaign.pk], now, happenings)
    return added


def again(campaign: Campaign, found: Sources, now: datetime) -> int:
    """Whoever was removed and has been added again comes back, in the caller's transaction; how many."""
    total = 0
    while lead_ids := leaving.added_again(campaign, found):
        leaving.come_back(lead_ids, now)
        total += len(lead_ids)
    return total + leaving.not_welcome(campaign)


def _note(campaign: Campaign, source: Source, version: int, cursor: int) -> None:
    """How far it is; a version of -1 says that more people are waiting to be made leads."""
    if source.rule is None:
        Campaign.objects.filter(pk=campaign.pk).update(list_version=version, list_cursor=cursor)
    else:
        AudienceRule.objects.filter(pk=source.rule.pk).update(version=version, cursor=cursor)


@deadlocks.retried
def _leave(campaign: Campaign, lead_ids: list[int], reason: str, now: datetime) -> None:
    with transaction.atomic():
        locked = _locked(campaign)
        follow.tell([locked.pk], now, leaving.leave(locked, lead_ids, reason, now))


@deadlocks.retried
def _come_back(campaign: Campaign, lead_ids: list[int], now: datetime) -> None:
    with transaction.atomic():
        locked = _locked(campaign)
        leaving.come_back(lead_ids, now)
        follow.tell([locked.pk], now)


@deadlocks.retried
def _gain(campaign: Campaign, found: Sources, source: Source, contact_ids: list[int], now: datetime) -> int:
    with transaction.atomic():
        locked = _locked(campaign)
        added = gaining.some(locked, found, source, contact_ids, now)
        follow.tell([locked.pk] if added else [], now)
        return added


def _locked(campaign: Campaign) -> Campaign:
    """Nobody is deleted or merged meanwhile either."""
    people.lock(campaign.workspace_id)
    return lock(campaign.pk)
