"""People as CSV, for spreadsheets and for importing them again."""

from collections.abc import Iterator
from typing import Final

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from threadline.contacts import fields
from threadline.contacts.bulk import Chosen
from threadline.contacts.models import Contact, ListMember, Tagging
from threadline.lib import csv_lines

_COLUMNS: Final = ("phone", "name", "first_name", "last_name", "company", "email", "timezone")
_PORTION: Final = 1_000


def lines(chosen: Chosen) -> Iterator[str]:
    """A header, then everybody; lists and tags stand in one cell each, with commas between them."""
    labels = fields.labels(chosen.wanted.workspace)
    own = [_("Phone"), _("Name"), _("First name"), _("Last name"), _("Company"), _("E-mail"), _("Time zone")]
    yield csv_lines.line([*own, _("Tags"), _("Lists"), *labels.values()])
    for portion in chosen.portions():
        for start in range(0, len(portion), _PORTION):
            for person in _people(portion[start : start + _PORTION]):
                yield csv_lines.line(_cells(person, list(labels)))


def _people(ids: list[int]) -> Iterator[Contact]:
    tags = Tagging.objects.select_related("tag").order_by("tag__name")
    lists = ListMember.objects.select_related("list").order_by("list__name")
    people = Contact.objects.filter(id__in=ids).order_by("id")
    return iter(people.prefetch_related(Prefetch("taggings", tags), Prefetch("memberships", lists)))


def _cells(person: Contact, keys: list[str]) -> list[str]:
    tags = ", ".join(one.tag.name for one in person.taggings.all())
    lists = ", ".join(one.list.name for one in person.memberships.all())
    custom = [str(person.fields.get(key, "")) for key in keys]
    return [*(str(getattr(person, name)) for name in _COLUMNS), tags, lists, *custom]
