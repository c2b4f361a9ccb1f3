"""Imports, and whoever deletes a list or a tag, lock in an order in which nobody waits for each other."""

import pytest
from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected

from threadline.accounts.models import Member
from threadline.accounts.testing import make_member, signed_in
from threadline.contacts import fields, lists, tags
from threadline.contacts.importing import batch
from threadline.contacts.importing import run as running
from threadline.contacts.importing.testing import begin, finish, upload
from threadline.contacts.models import Contact, ContactList, Import, Tag
from threadline.contacts.testing import make_contact, make_list, make_tag
from threadline.lib import clock
from threadline.lib.testing import meanwhile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def maria(transactional_db: None) -> Member:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    return make_member()


def test_a_list_is_deleted_while_an_import_puts_people_on_it(maria):
    person = make_contact(maria.workspace)
    given = make_list(maria.workspace, "Spring", [person])
    begin(upload(maria.workspace, "phone\n+18135550143\n"), given)
    page = f"/people/lists/{given.public_id}/delete/"
    with meanwhile(lambda: signed_in(maria).post(page), lambda: Import.objects.select_for_update(no_key=True).get()):
        lists.add(given.id, [person.id], clock.now())
    assert not ContactList.objects.exists()
    assert Import.objects.get().into is None


def test_a_tag_is_deleted_while_it_is_put_on_people(maria):
    person = make_contact(maria.workspace)
    vip = make_tag(maria.workspace, "VIP", [person])
    page = f"/people/tags/{vip.public_id}/delete/"
    with meanwhile(lambda: signed_in(maria).post(page), lambda: tags.add(vip.id, [], clock.now())):
        tags.add(vip.id, [person.id], clock.now())
    assert not Tag.objects.exists()


def test_two_who_make_the_same_tags_do_not_wait_for_each_other(maria):
    first, last = ["Apple", "Pear"], ["Pear", "Apple"]
    with meanwhile(
        lambda: tags.ensure(maria.workspace, last, clock.now()),
        lambda: tags.ensure(maria.workspace, first[:1], clock.now()),
    ):
        tags.ensure(maria.workspace, first, clock.now())
    assert Tag.objects.count() == 2


def test_nor_do_two_who_make_the_same_fields(maria):
    with meanwhile(
        lambda: fields.keep(maria.workspace_id, {"city": "City", "plan": "Plan"}),
        lambda: fields.keep(maria.workspace_id, {"plan": "Plan"}),
    ):
        fields.keep(maria.workspace_id, {"plan": "Plan", "city": "City"})
    assert list(fields.labels(maria.workspace)) == ["plan", "city"]


def test_an_import_that_was_broken_off_has_not_failed(transactional_db, monkeypatch):
    monkeypatch.setattr(running, "MOST_FAILURES", 1)
    store, left = batch.store, [1]

    def broken_off(*given):
        if left:
            left.pop()
            raise OperationalError from DeadlockDetected()
        return store(*given)

    monkeypatch.setattr(batch, "store", broken_off)
    import_ = upload(make_member().workspace, "phone\n+18135550143\n")
    begin(import_)
    assert finish(import_).state == "done"
    assert Contact.objects.count() == 1
