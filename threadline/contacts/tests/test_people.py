"""People are one contact per number, complete each other, and lose nothing to a blank."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from threadline.accounts.models import Workspace
from threadline.accounts.testing import make_workspace
from threadline.contacts import people, records
from threadline.contacts.models import Contact
from threadline.contacts.people import Person
from threadline.contacts.testing import make_contact, make_contacts
from threadline.lib import clock

pytestmark = pytest.mark.django_db

DANA = "+18135550142"


def save(workspace: Workspace, *given: Person) -> list[str]:
    with transaction.atomic():
        return [saved.verdict for saved in people.save(workspace, given, clock.now())]


def test_a_new_number_is_a_new_contact():
    workspace = make_workspace()
    with transaction.atomic():
        dana = Person(DANA, name="Dana Reyes", company="Acme", email="dana@example.com", fields={"pet_name": "Rex"})
        (saved,) = people.save(workspace, [dana], clock.now())
    contact = Contact.objects.get(workspace=workspace)
    assert (saved.contact_id, saved.public_id, saved.verdict) == (contact.id, contact.public_id, "created")
    assert contact.public_id.startswith("con_")
    assert (contact.phone, contact.name, contact.first_name) == (DANA, "Dana Reyes", "")
    assert (contact.company, contact.email, contact.fields) == ("Acme", "dana@example.com", {"pet_name": "Rex"})
    assert Contact.objects.create(workspace=workspace, phone="+18135550143").id > contact.id


def test_a_number_known_already_is_updated_and_a_blank_erases_nothing():
    workspace = make_workspace()
    before = make_contact(workspace, name="Dana Reyes", company="Acme", fields={"pet_name": "Rex", "plan": "gold"})
    news = Person(DANA, company="Bolt", email="", fields={"pet_name": "", "plan": "silver", "city": "Tampa"})
    assert save(workspace, news) == ["updated"]
    contact = Contact.objects.get()
    assert (contact.id, contact.name, contact.company) == (before.id, "Dana Reyes", "Bolt")
    assert contact.fields == {"pet_name": "Rex", "plan": "silver", "city": "Tampa"}
    assert contact.updated_at > before.updated_at and contact.created_at == before.created_at


def test_nothing_new_is_the_same():
    workspace = make_workspace()
    before = make_contact(workspace, first_name="Dana", fields={"plan": "gold"})
    assert (
        save(workspace, Person(DANA), Person(DANA, first_name=" Dana "), Person(DANA, fields={"plan": "gold"}))
        == ["same"] * 3
    )
    assert Contact.objects.get().updated_at == before.updated_at


def test_a_number_twice_in_one_call_is_one_contact_that_the_later_completes():
    workspace = make_workspace()
    given = [Person(DANA, first_name="Dana"), Person("+18135550143"), Person(DANA, last_name="Reyes"), Person(DANA)]
    assert save(workspace, *given) == ["created", "created", "updated", "same"]
    assert list(Contact.objects.order_by("id").values_list("phone", "name")) == [
        (DANA, "Dana Reyes"),
        ("+18135550143", ""),
    ]


@pytest.mark.parametrize(
    ("known", "news", "name"),
    [
        ({}, {"first_name": "Dana", "last_name": "Reyes"}, "Dana Reyes"),
        ({}, {"last_name": "Reyes"}, "Reyes"),
        ({}, {"name": "Dr. Reyes", "first_name": "Dana"}, "Dr. Reyes"),
        ({"first_name": "Dana"}, {"last_name": "Reyes"}, "Dana Reyes"),
        ({"first_name": "Dana", "last_name": "Reyes"}, {"first_name": "Daniela"}, "Daniela Reyes"),
        ({"name": "Dr. Reyes"}, {"first_name": "Dana"}, "Dr. Reyes"),
        ({"name": "Dr. Reyes"}, {"name": "Dana Reyes"}, "Dana Reyes"),
    ],
)
def test_a_name_that_nobody_gave_follows_first_and_last_name(known: dict[str, Any], news: dict[str, Any], name: str):
    workspace = make_workspace()
    make_contact(workspace, **known)
    save(workspace, Person(DANA, **news))
    assert Contact.objects.get().name == name


def test_what_no_column_takes_is_cut_or_left_out():
    workspace = make_workspace()
    save(
        workspace, Person(DANA, first_name="x" * 100, last_name="y\0\ud800z", company=" ", fields={"a": "b\0", "c": ""})
    )
    contact = Contact.objects.get()
    assert (contact.first_name, contact.last_name, contact.company) == ("x" * 80, "y?z", "")
    assert len(contact.name) <= 160
    assert contact.fields == {"a": "b"}


def test_the_widths_are_those_of_the_columns():
    columns = {column.name: getattr(column, "max_length", None) for column in Contact._meta.get_fields()}
    assert tuple(columns[name] for name in records.TEXTS) == records.WIDTHS


def test_another_workspace_has_contacts_of_its_own():
    ours, theirs = make_workspace(), make_workspace("Another firm")
    make_contact(ours, first_name="Dana")
    assert save(theirs, Person(DANA)) == ["created"]
    assert Contact.objects.get(workspace=theirs).name == ""


def test_many_are_saved_with_few_statements(django_assert_max_num_queries):
    workspace = make_workspace()
    make_contacts(workspace, 300)
    with django_assert_max_num_queries(10), transaction.atomic():
        given = [Person(f"+1813{5_550_000 + n}", company="Acme") for n in range(600)]
        saved = people.save(workspace, given, clock.now())
    assert [one.verdict for one in saved] == ["updated"] * 300 + ["created"] * 300
    order = dict(Contact.objects.values_list("phone", "id"))
    assert [one.contact_id for one in saved] == [order[person.phone] for person in given]
    assert [one.contact_id for one in saved] == sorted(order.values())


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_contact():
    workspace = make_workspace()
    ready, verdicts = threading.Barrier(2), []

    def run() -> None:
        ready.wait()
        verdicts.extend(save(workspace, *(Person(f"+1813{5_550_000 + n}") for n in range(200))))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Contact.objects.count() == 200
    assert sorted(verdicts) == ["created"] * 200 + ["same"] * 200
