"""People who are added by name, and the marks of those who are added again."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from threadline.campaigns import follow, states
from threadline.campaigns.audience import gaining, refreshing, sources
from threadline.campaigns.locking import lock
from threadline.campaigns.models import AudienceRule, Campaign, Recipient
from threadline.campaigns.refusals import Refused
from threadline.contacts import lists, people
from threadline.contacts.people import Person, Saved
from threadline.lib import deadlocks, doorbell

Status = Recipient.Status
How = Recipient.How


@deadlocks.retried
def add(campaign: Campaign, given: Sequence[Person], now: datetime) -> list[Saved]:
    """Add people as leads: they become contacts, members of the campaign's list, and leads. Raises Refused.

    Somebody who was removed waits again, after the last step that they got; whoever has finished, failed or opted out
    stays so; whom the campaign leaves out becomes no lead.
    """
    with transaction.atomic():
        people.lock(campaign.workspace_id)
        locked = lock(campaign.pk)
        if locked.state in states.ENDED:
            raise Refused("ended", states.ended_sentence(locked))
        saved = people.save(locked.workspace, given, now)
        pks = [one.contact_id for one in saved]
        lists.add(locked.list_id, pks, now)
        found = sources.of(locked)
        gaining.some(locked, found, found.included[0], pks, now)
        refreshing.again(locked, found, now)
        follow.tell([locked.pk], now)
        doorbell.ring_on_commit("campaigns")
    return saved


def listed(list_id: int, contact_ids: Collection[int]) -> int:
    """People were put on a list, also such as were on it: mark removed leads of its campaigns as added again, in the
    caller's transaction; how many. They come back when the campaign catches up with the list."""
    rules = AudienceRule.objects.filter(list=list_id, mode=AudienceRule.Mode.INCLUDE).values("campaign")
    campaigns = Campaign.objects.filter(Q(list=list_id) | Q(id__in=rules), state__in=refreshing.ALIVE)
    ids = list(campaigns.values_list("id", flat=True))
    if not ids:
        return 0
    removed = Recipient.objects.filter(campaign__in=ids, status=Status.REMOVED, contact__in=list(contact_ids))
    return removed.exclude(how=How.AGAIN).update(how=How.AGAIN)
