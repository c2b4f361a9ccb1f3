"""People and lists for tests, saved as the product saves them."""

from typing import Any

from django.db import transaction

from threadline.accounts.models import Workspace
from threadline.contacts import lists, people, tags
from threadline.contacts.models import Contact, ContactList, Tag
from threadline.lib import clock


def make_contact(workspace: Workspace, phone: str = "+18135550142", **facts: Any) -> Contact:
    """A contact; `facts` are people.Person's."""
    with transaction.atomic():
        (saved,) = people.save(workspace, [people.Person(phone, **facts)], clock.now())
    return Contact.objects.get(id=saved.contact_id)


def make_contacts(workspace: Workspace, count: int, first: int = 0) -> list[Contact]:
    """Person 0, Person 1, … with numbers +18135550000, +18135550001, …"""
    some = [
        people.Person(f"+1813{5_550_000 + n}", first_name="Person", last_name=str(n))
        for n in range(first, first + count)
    ]
    with transaction.atomic():
        saved = people.save(workspace, some, clock.now())
    return list(Contact.objects.filter(id__in=[one.contact_id for one in saved]).order_by("id"))


def make_list(
    workspace: Workspace, name: str = "Spring customers", contacts: list[Contact] | None = None
) -> ContactList:
    """A list with these people on it."""
    made = lists.create(workspace, name, None, clock.now())
    with transaction.atomic():
        lists.add(made.id, [contact.id for contact in contacts or []], clock.now())
    made.refresh_from_db()
    return made


def make_tag(workspace: Workspace, name: str = "VIP", contacts: list[Contact] | None = None) -> Tag:
    """A tag that these people have."""
    (made,) = tags.ensure(workspace, [name], clock.now())
    with transaction.atomic():
        tags.add(made.id, [contact.id for contact in contacts or []], clock.now())
    made.refresh_from_db()
    return made
