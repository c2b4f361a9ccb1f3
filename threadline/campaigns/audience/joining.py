"""People who are added by name, and the marks of those who are added again."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from threadline.campaigns import states
from threadline.campaigns.audience import gaining, refreshing, sources
from threadline.campaigns.locking import lock
from threadline.campaigns.models import AudienceRule, Campaign, Recipient
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import follow
from threadline.contacts import lists, people
from threadline.contacts.models import ContactList, ListMember
from threadline.contacts.people import Person, Saved
from threadline.lib import deadlocks, doorbell

Status = Recipient.Status
How = Recipient.How


@deadlocks.retried
def add(campaign: Campaign, given: Sequence[Person], now: datetime, only_blanks: bool = False) -> list[Saved]:
    """Add people as leads: they become contacts, members of the campaign's list, and leads. Raises Refused.

    Somebody who was removed waits again, after the last step that they got; whoever has finished, failed or opted out
    stays so; whom the campaign leaves out becomes no lead. `only_blanks` as in `people.save`.
    """
    with transaction.atomic():
        people.lock(campaign.workspace_id)
        locked = lock(campaign.pk)
        if locked.state in states.ENDED:
            raise Refused("ended", states.ended_sentence(locked))
        saved = people.save(locked.workspace, given, now, only_blanks)
        pks = [one.contact_id for one in saved]
        lists.add(locked.list_id, pks, now)
        found = sources.of(locked)
        gaining.some(locked, found, found.included[0], pks, now)
        refreshing.again(locked, found, now)
        follow.tell([locked.pk], now)
        doorbell.ring_on_commit("campaigns")
    return saved


def add_list(campaign: Campaign, given: ContactList, now: datetime) -> int:
    """Put everybody who is on another list now on the campaign's own, in portions: they become leads as soon as it is
    caught up with. How many were not on it. Raises Refused."""
    if campaign.state in states.ENDED:
        raise Refused("ended", states.ended_sentence(campaign))
    total = last = 0
    while members := list(_living(given).filter(id__gt=last).values_list("id", "contact_id")[: gaining.MOST]):
        total += _put_on(campaign.list_id, [contact_id for _id, contact_id in members], now)
        last = members[-1][0]
    doorbell.ring("campaigns")
    return total


@deadlocks.retried
@transaction.atomic
def _put_on(list_id: int, contact_ids: Sequence[int], now: datetime) -> int:
    return lists.add(list_id, contact_ids, now)


def _living(given: ContactList) -> QuerySet[ListMember]:
    return ListMember.objects.filter(list=given, contact__deleted_at=None).order_by("id")


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
