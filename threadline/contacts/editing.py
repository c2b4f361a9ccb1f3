"""Changing one person by hand: what somebody typed over, and nothing else."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from django.db import transaction

from threadline.accounts.models import Workspace
from threadline.contacts import links, people, tags
from threadline.contacts import lists as contact_lists
from threadline.contacts.models import Contact, ContactList
from threadline.contacts.records import full_name
from threadline.events.publish import Happening, publish
from threadline.events.types import CONVERSATION_CHANGED
from threadline.lib import clock, deadlocks

CUSTOM: Final = "custom."  # before the key of a custom field, so that none is mistaken for ours


def create(workspace: Workspace, values: Mapping[str, str]) -> Contact:
    """A new person from the same values as `change`; somebody who got the number meanwhile is completed."""
    own = {name: value for name, value in values.items() if not name.startswith(CUSTOM)}
    custom = {name.removeprefix(CUSTOM): value for name, value in values.items() if name.startswith(CUSTOM)}
    with transaction.atomic():
        (saved,) = people.save(workspace, [people.Person(**own, fields=custom)], clock.now())
        contact = Contact.objects.get(pk=saved.contact_id)
        tell(contact)
    return contact


@deadlocks.retried
def change(contact: Contact, values: Mapping[str, str]) -> None:
    """Write `values` (our own fields by name, custom ones as "custom.<key>"); "" empties a field.

    In a transaction of its own. IntegrityError when the phone number belongs to somebody else of the workspace.
    """
    if not values:
        return
    with transaction.atomic():
        people.lock(contact.workspace_id)  # an import may be writing the same person
        same_key = "phone" not in values
        fresh = Contact.objects.select_for_update(no_key=same_key).get(pk=contact.pk)
        _apply(fresh, values)
        fresh.updated_at = clock.now()
        changed = {name for name in values if not name.startswith(CUSTOM)}
        fresh.save(update_fields=[*changed | {"name", "fields", "updated_at"}])
        threads = list(_threads(fresh))
        if "phone" in values:
            links.renumbered(fresh.id, fresh.phone)
            links.tell(fresh.workspace_id, {fresh.phone: fresh.id})
        _tell(fresh.workspace_id, sorted({*threads, *_threads(fresh)}))


@deadlocks.retried
def set_lists(contact: Contact, on: Collection[ContactList], off: Collection[ContactList]) -> None:
    """Put the person on some lists and take them off others."""
    with transaction.atomic():
        for one in sorted([*on, *off], key=lambda one: one.id):  # in one order, so that nobody waits in a circle
            if one in on:
                contact_lists.add(one.id, [contact.id], clock.now())
            else:
                contact_lists.remove(one.id, [contact.id])


@deadlocks.retried
def set_tags(contact: Contact, on: Collection[str], off: Collection[str]) -> None:
    """Put tags on the person, by their (clean) names, and take others off."""
    if not (on or off):
        return
    with transaction.atomic():
        now = clock.now()
        wanted = {tag.id: tag for tag in tags.ensure(contact.workspace, on, now)}
        gone = {tag.id: tag for name in off if (tag := tags.find(contact.workspace, name))}
        for tag_id in sorted(wanted | gone):
            if tag_id in wanted:
                tags.add(tag_id, [contact.id], now)
            else:
                tags.remove(tag_id, [contact.id])


def tell(contact: Contact) -> None:
    """Let open lists of conversations show the new name; the last statement of the transaction."""
    _tell(contact.workspace_id, _threads(contact))


def _threads(contact: Contact) -> Iterable[str]:
    return contact.conversations.values_list("public_id", flat=True)


def _tell(workspace_id: int, threads: Iterable[str]) -> None:
    nothing = {"messages": [], "inbound": 0}
    publish([Happening(workspace_id, CONVERSATION_CHANGED, public_id, nothing) for public_id in threads])


def _apply(contact: Contact, values: Mapping[str, str]) -> None:
    """A name that was first and last name together stays so when one of them changes."""
    composed = contact.name == full_name(contact.first_name, contact.last_name)
    custom = dict(contact.fields)
    for name, value in values.items():
        if name.startswith(CUSTOM):
            custom[name.removeprefix(CUSTOM)] = value
        else:
            setattr(contact, name, value)
    if not contact.name or (composed and "name" not in values):
        contact.name = full_name(contact.first_name, contact.last_name)
    contact.fields = {key: value for key, value in custom.items() if value != ""}
