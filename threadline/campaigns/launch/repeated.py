"""The same texts to largely the same people within a day: most likely somebody who did not see the first one run."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Q

from threadline.campaigns.models import Campaign, Step

WITHIN: Final = timedelta(hours=24)
_LARGELY: Final = 2  # one in two
_FEWEST: Final = 2  # people: what one person gets twice the gate refuses
_SHARED = """
    SELECT count(*) FROM campaigns_recipient AS mine
    JOIN campaigns_recipient AS theirs ON theirs.campaign_id = %s AND theirs.address = mine.address
    WHERE mine.campaign_id = %s AND mine.status <> 'removed' AND theirs.status <> 'removed'
"""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Another campaign of the day with the same first text, and how many of this one's people it reaches as well."""

    campaign: Campaign
    people: int


def of(campaign: Campaign, now: datetime) -> Repeat | None:
    """The latest such campaign, when it reaches half of the people or more."""
    first = _first_texts([campaign.pk]).get(campaign.pk)
    people = campaign.recipients.exclude(status="removed").count()
    if not first or people < _FEWEST:
        return None
    near = Q(started_at__gte=now - WITHIN) | Q(begins_at__range=(now - WITHIN, now + WITHIN))
    others = Campaign.objects.filter(near, workspace=campaign.workspace_id).exclude(state=Campaign.State.DRAFT)
    found = {one.pk: one for one in others.exclude(pk=campaign.pk).order_by("-id")}
    texts = _first_texts(list(found))
    for pk, other in found.items():
        if texts.get(pk) == first and (shared := _shared(campaign.pk, pk)) * _LARGELY >= people:
            return Repeat(other, shared)
    return None


def _first_texts(campaign_ids: list[int]) -> dict[int, str]:
    """The words of each campaign's first message; how they are spaced and which are capitals makes no difference."""
    texts: dict[int, str] = {}
    steps = Step.objects.filter(campaign__in=campaign_ids, removed_at=None).order_by("-position")
    for campaign_id, body in steps.values_list("campaign", "body"):
        texts[campaign_id] = " ".join(body.casefold().split())
    return texts


def _shared(campaign_id: int, other_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, [other_id, campaign_id])
        (count,) = cursor.fetchone()
    return int(count)
