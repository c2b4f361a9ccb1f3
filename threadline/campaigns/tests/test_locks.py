"""Whoever makes a campaign, or several changes at once, holds no lock that others need to let them go on."""

import pytest
from django.db import connection

from threadline.accounts.models import Member
from threadline.accounts.testing import make_member, signed_in
from threadline.campaigns.drafts import duplicating
from threadline.campaigns.locking import lock
from threadline.campaigns.models import Campaign, Snapshot
from threadline.campaigns.results import snapshots
from threadline.campaigns.testing import make_campaign
from threadline.contacts import lists, people
from threadline.contacts.testing import make_contacts, make_list
from threadline.events.publish import Happening, publish
from threadline.lib import clock
from threadline.lib.testing import meanwhile
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
