"""Deleting hides people everywhere, and takes nothing away that cannot come back."""

import pytest
from django.db import transaction

from threadline.accounts.testing import make_workspace
from threadline.contacts import deleting, lists, people
from threadline.contacts.importing.testing import run
from threadline.contacts.models import Contact, ContactList
from threadline.contacts.people import Person
from threadline.contacts.testing import make_contact, make_contacts, make_list
from threadline.lib import clock

pytestmark = pytest.mark.django_db
DANA = "+18135550142"


def save(workspace, *given):
    with transaction.atomic():
        return [one.verdict for one in people.save(workspace, given, clock.now())]


def living(workspace):
    return set(workspace.contacts.living().values_list("phone", flat=True))


def test_deleted_people_are_not_counted_on_their_lists():
    workspace = make_workspace()
    contacts = make_contacts(workspace, 3)
    vips = make_list(workspace, "VIPs", contacts)
    assert deleting.hide(workspace, [contacts[0].id, contacts[1].id], None, clock.now()) == 2
    vips.refresh_from_db()
    assert vips.size == 1 and living(workspace) == {contacts[2].phone}
    assert deleting.hide(workspace, [contacts[0].id], None, clock.now()) == 0
    vips.refresh_from_db()
    assert vips.size == 1


def test_undo_brings_back_exactly_those_of_one_deletion():
    workspace = make_workspace()
    contacts = make_contacts(workspace, 3)
    vips = make_list(workspace, "VIPs", contacts)
    earlier, later = clock.now(), clock.now()
    deleting.hide(workspace, [contacts[0].id], None, earlier)
    deleting.hide(workspace, [contacts[1].id], None, later)
    assert deleting.bring_back(workspace, later, None) == 1
    vips.refresh_from_db()
    assert vips.size == 2 and living(workspace) == {contacts[1].phone, contacts[2].phone}
    assert deleting.bring_back(workspace, later, None) == 0


def test_many_are_brought_back_in_portions(monkeypatch):
    monkeypatch.setattr(deleting, "MOST", 2)
    workspace = make_workspace()
    contacts = make_contacts(workspace, 5)
    at = clock.now()
    deleting.hide(workspace, [one.id for one in contacts], None, at)
    assert deleting.bring_back(workspace, at, None) == 5


def test_another_workspace_deletes_nobody_of_ours():
    dana = make_contact(make_workspace())
    assert deleting.hide(make_workspace("Another firm"), [dana.id], None, clock.now()) == 0


def test_adding_the_number_again_brings_the_person_back_with_what_was_known():
    workspace = make_workspace()
    dana = make_contact(workspace, DANA, first_name="Dana", company="Reyes Roofing", fields={"pet_name": "Rex"})
    vips = make_list(workspace, "VIPs", [dana])
    deleting.hide(workspace, [dana.id], None, clock.now())
    assert save(workspace, Person(DANA, last_name="Reyes"), Person(DANA, email="d@example.com")) == [
        "created",
        "updated",
    ]
    dana.refresh_from_db()
    assert (dana.deleted_at, dana.name, dana.company, dana.email) == (
        None,
        "Dana Reyes",
        "Reyes Roofing",
        "d@example.com",
    )
    assert dana.fields == {"pet_name": "Rex"} and Contact.objects.count() == 1
    vips.refresh_from_db()
    assert vips.size == 1


@pytest.mark.parametrize("known", ["update", "skip"])
def test_an_import_counts_whoever_comes_back_as_created(settings, tmp_path, known):
    settings.MEDIA_ROOT = tmp_path
    workspace = make_workspace()
    dana = make_contact(workspace, DANA, first_name="Dana")
    deleting.hide(workspace, [dana.id], None, clock.now())
    imported = run(workspace, f"Phone,Company\n{DANA},Reyes Roofing\n{DANA},\n", known=known)
    assert (imported.created, imported.rows_done) == (1, 2)
    dana.refresh_from_db()
    assert (dana.deleted_at, dana.company) == (None, "Reyes Roofing")


def test_putting_people_on_a_list_counts_the_living():
    workspace = make_workspace()
    one, two = make_contacts(workspace, 2)
    vips = make_list(workspace, "VIPs", [one])
    at = clock.now()
    deleting.hide(workspace, [one.id], None, at)
    with transaction.atomic():
        lists.add(vips.id, [two.id], clock.now())
    deleting.bring_back(workspace, at, None)
    assert ContactList.objects.get().size == 2
