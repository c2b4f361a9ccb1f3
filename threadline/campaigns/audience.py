"""Who is in a campaign: the people of its list become leads, once each, in any state that has not ended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F

from threadline.campaigns import states
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.refusals import Refused
from threadline.contacts import lists, people
from threadline.contacts.models import ContactList, ListMember
from threadline.contacts.people import Person, Saved
from threadline.events.publish import Happening, publish
from threadline.lib import deadlocks, doorbell, rows, sql

MOST = 5_000  # leads of one transaction, so that nobody waits long for the database

# The order of their ids is "oldest first".
_LEADS = """
    INSERT INTO campaigns_recipient
      (campaign_id, workspace_id, contact_id, address, sort_name, status, how, reason, step, added_at)
    SELECT %s, %s, contact.id, contact.phone, lower(substr(contact.name, 1, 80)), 'pending', '', '', 0, {now}
    FROM contacts_listmember AS member
    JOIN contacts_contact AS contact ON contact.id = member.contact_id
    WHERE member.list_id = %s AND {which}
    ORDER BY member.id
    ON CONFLICT DO NOTHING
"""


def refresh(campaign: Campaign, now: datetime) -> int:
    """Make leads of the people that the list has gained; how many. Costs one look when it has gained none."""
    added = 0
    while True:
        version = ContactList.objects.values_list("version", flat=True).get(id=campaign.list_id)
        if version == campaign.list_version or campaign.state in states.ENDED:
            return added
        with transaction.atomic():
            new, campaign.list_version = _gained(lock(campaign.pk), now)
            publish([Happening(campaign.workspace_id, "campaign.changed", campaign.public_id)] if new else [])
        added += new


def refresh_all(now: datetime) -> None:
    """The same for every campaign whose list has grown."""
    grown = Campaign.objects.filter(state__in=("draft", "scheduled", "active", "paused"))
    for campaign in grown.exclude(list_version=F("list__version")).order_by("id"):
        refresh(campaign, now)


def _gained(campaign: Campaign, now: datetime) -> tuple[int, int]:
    """The next members of the list become leads: how many are new, and the list's version once none is left."""
    # The lock waits for whoever is adding people just now: within a list, ids are in the order of the commits.
    listed = ContactList.objects.select_for_update().get(id=campaign.list_id)
    members = ListMember.objects.filter(list=listed, id__gt=campaign.list_cursor).order_by("id")
    found = list(members.values_list("id", flat=True)[:MOST])
    added = 0
    if found:
        added = _make_leads(campaign, "member.id > %s AND member.id <= %s", [campaign.list_cursor, found[-1]], now)
        campaign.list_cursor = found[-1]
    campaign.list_version = listed.version if len(found) < MOST else -1
    campaign.save(update_fields=["list_cursor", "list_version"])
    return added, campaign.list_version


def _make_leads(campaign: Campaign, which: str, values: Sequence[Any], now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            _LEADS.format(which=which, now=sql.moment()),
            [campaign.pk, campaign.workspace_id, rows.plain(now), campaign.list_id, *values],
        )
        return int(cursor.rowcount)


@deadlocks.retried
def add(campaign: Campaign, given: Sequence[Person], now: datetime) -> list[Saved]:
    """Add people as leads: they become contacts, members of the campaign's list, and leads. Raises Refused."""
    with transaction.atomic():
        locked = lock(campaign.pk)
        if locked.state in states.ENDED:
            raise Refused("ended", states.ended_sentence(locked))
        saved = people.save(locked.workspace, given, now)
        pks = [one.contact_id for one in saved]
        lists.add(locked.list_id, pks, now)
        _make_leads(locked, sql.any_of("member.contact_id"), [sql.array(pks)], now)
        publish([Happening(locked.workspace_id, "campaign.changed", locked.public_id)])
        doorbell.ring_on_commit("campaigns")
    return saved


def counts(campaign: Campaign) -> dict[str, int]:
    """How many leads have which status; every status is there, and the sum is the audience."""
    found = dict(campaign.recipients.values_list("status").annotate(Count("id")).order_by())
    return {status: found.get(status, 0) for status in Recipient.Status.values}
