"""The name of a list: what it may be, and changing it."""

from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from threadline.contacts import alike
from threadline.contacts.lists import NameTaken
from threadline.contacts.models import ContactList

LONGEST: Final = 120


class BadName(Exception):  # noqa: N818 - said like the other problems of names
    """The text cannot be a name; the sentence says why."""


def clean(typed: str) -> str:
    """The name without blanks around it. BadName when it is empty or too long."""
    name = alike.plain(typed)
    if not name:
        raise BadName(_("Give the list a name."))
    if len(name) > LONGEST:
        raise BadName(_("A name has at most %(n)s characters.") % {"n": LONGEST})
    return name


def rename(one: ContactList, name: str) -> None:
    """NameTaken when another list is called that, in whatever case."""
    if alike.called(ContactList.objects.filter(workspace=one.workspace_id).exclude(pk=one.pk), name):
        raise NameTaken(name)
    try:
        with transaction.atomic():
            ContactList.objects.filter(pk=one.pk).update(name=name)
    except IntegrityError:
        raise NameTaken(name) from None
    one.name = name


def sentence(problem: Exception) -> str:
    """What people read at the field."""
    return _("Another list has this name.") if isinstance(problem, NameTaken) else str(problem)
