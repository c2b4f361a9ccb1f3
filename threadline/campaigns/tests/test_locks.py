"""Whoever makes a campaign, or several changes at once, holds no lock that others need to let them go on."""

import pytest
from django.db import connection

from threadline.accounts.models import Member
from threadline.accounts.testing import make_member, signed_in
from threadline.campaigns.audience import ranking
from threadline.campaigns.drafts import duplicating
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign, Recipient, Snapshot
from threadline.campaigns.results import snapshots
from threadline.campaigns.testing import PEOPLE, make_campaign, make_leads
from threadline.contacts import deleting, lists, merging, people
from threadline.contacts.models import Merge
from threadline.contacts.testing import make_contacts, make_list
from threadline.events.publish import Happening, publish
from threadline.lib import clock
from threadline.lib.testing import meanwhile
from threadline.messaging import conversations
from threadline.messaging.testing import arrive, conversation_with
from threadline.numbers.testing import make_connection, make_number

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner(transactional_db: None) -> Member:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    member = make_member()
    make_number(make_connection(member.workspace))
    return member


def something(member: Member) -> Happening:
    return Happening(member.workspace_id, "import.changed", "imp_1")


def test_a_new_campaign_and_an_import_do_not_wait_for_each_other(owner: Member) -> None:
    client, number = signed_in(owner), owner.workspace.numbers.get()
    given = make_list(owner.workspace, "Spring", make_contacts(owner.workspace, 1))
    form = {"name": "Spring", "number": number.public_id, "list": given.public_id, "acknowledged": "on"}
    with meanwhile(
        lambda: client.post("/campaigns/new/", form | {"channel": "sms", "owner": owner.public_id}),
        lambda: people.lock(owner.workspace_id),
    ):
        publish([something(owner)])
    assert Campaign.objects.get().recipients.count() == 1


def test_a_count_does_not_wait_for_a_batch(owner: Member) -> None:
    campaign = make_campaign(owner.workspace.numbers.get())
    with meanwhile(lambda: snapshots.refresh(campaign, clock.now()), lambda: lock(campaign.pk), waits=False):
        assert Snapshot.objects.count() == 1


def test_a_copy_does_not_wait_for_an_import_into_its_list(owner: Member) -> None:
    campaign = make_campaign(owner.workspace.numbers.get())
    with meanwhile(
        lambda: duplicating._copy(campaign, owner, "Copy", clock.now()),
        lambda: lists.add(campaign.list_id, [], clock.now()),
        waits=False,
    ):
        assert Campaign.objects.count() == 2


def test_whoever_deletes_people_waits_for_a_batch_with_nothing_in_hand(owner: Member) -> None:
    campaign = make_campaign(owner.workspace.numbers.get())
    (lead,) = make_leads(campaign, PEOPLE[:1])
    arrive(owner.workspace.numbers.get(), from_=lead.address)
    talk = conversation_with(owner.workspace, lead.address)
    with meanwhile(
        lambda: deleting.hide(owner.workspace, [lead.contact_id], owner, clock.now()), lambda: lock(campaign.pk)
    ):
        conversations.lock([talk.pk])
    with meanwhile(lambda: deleting.restore(owner.workspace, [lead.contact_id], owner), lambda: lock(campaign.pk)):
        conversations.lock([talk.pk])
    lead.refresh_from_db()
    assert lead.status == "pending"


def test_so_does_whoever_merges_them(owner: Member) -> None:
    campaign = make_campaign(owner.workspace.numbers.get())
    kept, gone = make_leads(campaign, PEOPLE[:2])
    arrive(owner.workspace.numbers.get(), from_=gone.address)
    talk = conversation_with(owner.workspace, gone.address)
    with meanwhile(
        lambda: merging.merge(kept.contact, gone.contact, [], owner, clock.now()), lambda: lock(campaign.pk)
    ):
        conversations.lock([talk.pk])
    with meanwhile(lambda: merging.undo(Merge.objects.get(), owner, clock.now()), lambda: lock(campaign.pk)):
        conversations.lock([talk.pk])
    talk.refresh_from_db()
    assert talk.contact == gone.contact


def test_leads_are_ranked_in_the_order_in_which_they_are_followed(owner: Member) -> None:
    campaign = make_campaign(owner.workspace.numbers.get(), priority=Campaign.Priority.RANDOM)
    first, last = make_leads(campaign, PEOPLE[:2])
    Recipient.objects.filter(pk=first.pk).update(reason="It lies behind the other one now")
    leads = Recipient.objects.select_for_update(no_key=True)

    def rank() -> None:
        with connection.cursor() as cursor:  # a test's tables are so small that an index would do
            cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
        ranking.rank(campaign)

    with meanwhile(rank, lambda: leads.get(pk=first.pk)):
        leads.get(pk=last.pk)
