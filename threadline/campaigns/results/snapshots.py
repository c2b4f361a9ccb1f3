"""A large campaign is counted by the worker now and then, not by every page that shows it."""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Max

from threadline.campaigns.models import Campaign, Recipient, Snapshot, Touch
from threadline.campaigns.results import counting
from threadline.campaigns.results import figures as counted
from threadline.campaigns.results.figures import Results
from threadline.events.models import Event
from threadline.events.publish import Happening, publish
from threadline.events.read import latest_id
from threadline.events.types import CAMPAIGN_CHANGED, CAMPAIGN_COUNTED
from threadline.lib import clock

# A page counts by itself what is no larger than this.
MOST_TOUCHES: Final = 5_000
MOST_LEADS: Final = 20_000
# Between the beginnings of two counts: so long at least, and so many times as long as the last one took.
LEAST_PAUSE: Final = timedelta(seconds=2)
REST: Final = 20


def results(campaign: Campaign) -> Results:
    """What became of it: as counted last for a large one (`as_of` says when), counted now for the others."""
    data = Snapshot.objects.filter(campaign=campaign).values_list("data", flat=True).first()
    if not data:
        return counted.of(campaign)
    return counted.read(campaign, data, datetime.fromisoformat(data["at"]))


def people(campaign: Campaign) -> dict[str, int]:
    """Leads by status, every status there; the sum is the audience."""
    return people_of([campaign.pk]).get(campaign.pk) or counting.people_and_how(campaign.pk)[0]


def people_of(campaign_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """The same for those of several campaigns that are large; one query."""
    found = Snapshot.objects.filter(campaign__in=campaign_ids).values_list("campaign", "data__people")
    return {pk: by_status for pk, by_status in found if by_status}


def reasons(campaign: Campaign, status: str) -> list[tuple[str, int]]:
    """Why leads of this status got no further, and how many each; the most frequent first."""
    kept = Snapshot.objects.filter(campaign=campaign).values_list("data__reasons", flat=True).first()
    found = kept if kept is not None else counting.reasons(campaign.pk)
    return [(reason, leads) for of, reason, leads in found if of == status]


def is_large(campaign_id: int) -> bool:
    """Whether counting it takes longer than a page may. Looks at no more rows than that."""
    touches = Touch.objects.filter(step__campaign=campaign_id).order_by().values("pk")
    leads = Recipient.objects.filter(campaign=campaign_id).order_by().values("pk")
    return bool(touches[MOST_TOUCHES : MOST_TOUCHES + 1]) or bool(leads[MOST_LEADS : MOST_LEADS + 1])


def refresh(campaign: Campaign, now: datetime) -> None:
    """Count it and keep that; its open pages ask again."""
    event, began = latest_id(), time.perf_counter()
    data = counting.count(campaign) | {"event": event, "at": now.isoformat()}
    took = round(1000 * (time.perf_counter() - began))
    with transaction.atomic():
        Snapshot.objects.update_or_create(campaign=campaign, defaults={"at": now, "milliseconds": took, "data": data})
        publish([Happening(campaign.workspace_id, CAMPAIGN_COUNTED, campaign.public_id)])


@dataclass
class Watch:
    """Which campaigns have changed since they were counted: each by its last event. One watch per process."""

    _seen: int | None = None
    _changed: dict[str, int] = field(default_factory=dict)

    def step(self) -> bool:
        """Count the large ones whose time has come. Always False: there is nothing more to do at once."""
        self._look()
        for campaign, known in self._candidates():
            if self._is_due(campaign, known, clock.now()):
                refresh(campaign, clock.now())
        return False

    def _look(self) -> None:
        """Note what has changed since the last look; at first, what has changed since it was counted last."""
        latest = latest_id()
        if self._seen is None:
            self._changed = dict(_stale(latest))
        else:
            events = Event.objects.filter(id__gt=self._seen, id__lte=latest, type=CAMPAIGN_CHANGED)
            self._changed.update(events.order_by().values_list("subject").annotate(last=Max("id")))
        self._seen = latest

    def _candidates(self) -> Iterator[tuple[Campaign, dict[str, Any] | None]]:
        """Every changed campaign with what is known of its last count; None: it never was counted."""
        if not self._changed:
            return
        changed = list(Campaign.objects.filter(public_id__in=self._changed).order_by("id"))
        found = Snapshot.objects.filter(campaign__in=changed)
        known: dict[int, Any] = {
            row["campaign"]: row for row in found.values("campaign", "at", "milliseconds", "data__event")
        }
        for campaign in changed:
            yield campaign, known.get(campaign.pk)

    def _is_due(self, campaign: Campaign, known: dict[str, Any] | None, now: datetime) -> bool:
        """Forgets those that need no count. Of several processes one takes it, for the length of the pause."""
        if known is None:
            large = is_large(campaign.pk)  # then it is forgotten when it has been counted, in the next step
            if not large:
                self._changed.pop(campaign.public_id)
            return large
        if (known["data__event"] or 0) >= self._changed[campaign.public_id]:
            self._changed.pop(campaign.public_id)
            return False
        pause = max(LEAST_PAUSE, timedelta(milliseconds=REST * known["milliseconds"]))
        if now < known["at"] + pause:
            return False
        taken = Snapshot.objects.filter(campaign=campaign, at=known["at"]).update(at=now)
        return bool(taken)


def _stale(latest: int) -> Iterator[tuple[str, int]]:
    """Campaigns that changed after their last count, and those that were never counted, with an event's id."""
    last = dict(Snapshot.objects.values_list("campaign", "data__event"))
    for campaign in Campaign.objects.exclude(state=Campaign.State.ARCHIVED).only("workspace_id", "public_id"):
        after = last.get(campaign.pk)
        changes = Event.objects.filter(workspace=campaign.workspace_id, subject=campaign.public_id)
        if after is None or changes.filter(type=CAMPAIGN_CHANGED, id__gt=after).exists():
            yield campaign.public_id, latest
