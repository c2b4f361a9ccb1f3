"""Whoever makes a campaign, or several changes at once, holds no lock that others need to let them go on."""

import pytest
from django.db import connection

from threadline.accounts.models import Member
from threadline.accounts.testing import make_member, signed_in
from threadline.campaigns.models import Campaign
from threadline.contacts import people
from threadline.contacts.testing import make_contacts, make_list
from threadline.events.publish import Happening, publish
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
