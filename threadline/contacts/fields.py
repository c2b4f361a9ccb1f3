"""Custom fields: what people call a column, and the key that texts use for it. Never mixed with our own columns."""

import re
import unicodedata
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from threadline.accounts.models import Workspace
from threadline.contacts import alike, people
from threadline.contacts.lists import NameTaken
from threadline.contacts.models import CustomField
from threadline.contacts.naming import BadName

LONGEST_KEY = 40
_LONGEST_LABEL = 80
_LAST_LETTER = 0xFFFF  # of those that placeholders can spell
_GAPS = re.compile(r"[\W_]+")


def key_of(label: str) -> str:
    """The key of a label, as placeholders write it: "Pet name" is "pet_name", "Größe" "grosse", "2nd" "field_2nd".

    Small letters without accents, digits and underscores, beginning with a letter; at most LONGEST_KEY characters.
    """
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", label).casefold())
    plain = "".join(part for part in parts if not unicodedata.combining(part) and ord(part) <= _LAST_LETTER)
    key = _GAPS.sub("_", unicodedata.normalize("NFC", plain)).strip("_")
    if not key[:1].isalpha():
        key = f"field_{key}".strip("_")
    return key[:LONGEST_KEY].strip("_")


def ensure(workspace_id: int, labels: Iterable[str]) -> dict[str, str]:
    """The key of every label, {label: key}; fields the workspace does not have yet are made."""
    keys = {label: key_of(label) for label in labels}
    keep(workspace_id, {key: label for label, key in reversed(keys.items())})
    return keys


def clean(typed: str) -> str:
    """A label without blanks around it. BadName when it is empty or too long."""
    label = alike.plain(typed)
    if not any(letter.isalnum() for letter in label):
        raise BadName(_("Give the field a name."))
    if len(label) > _LONGEST_LABEL:
        raise BadName(_("A name has at most %(n)s characters.") % {"n": _LONGEST_LABEL})
    return label


def create(workspace: Workspace, label: str) -> CustomField:
    """A field of this (clean) label. NameTaken when its key is that of another one."""
    try:
        with transaction.atomic():
            return CustomField.objects.create(workspace=workspace, key=key_of(label), label=label)
    except IntegrityError:
        raise NameTaken(label) from None


def rename(field: CustomField, label: str) -> None:
    """What people read; texts go on using the key."""
    CustomField.objects.filter(pk=field.pk).update(label=label)
    field.label = label


def delete(field: CustomField) -> None:
    """The field goes from forms and tables. What people have in it is kept, for texts that name it and for a new field
    of the same key."""
    CustomField.objects.filter(pk=field.pk).delete()


def labels(workspace: Workspace) -> dict[str, str]:
    """The workspace's custom fields, {key: label}, in the order they were made."""
    return dict(workspace.custom_fields.order_by("id").values_list("key", "label"))


def keep(workspace_id: int, labels: dict[str, str]) -> None:
    """Make the fields {key: label} that the workspace does not have yet; the others keep their label."""
    there = set(CustomField.objects.filter(workspace=workspace_id, key__in=labels).values_list("key", flat=True))
    new = [
        CustomField(workspace_id=workspace_id, key=key, label=label.strip()[:_LONGEST_LABEL])
        for key, label in labels.items()
        if key not in there
    ]
    if not new:
        return
    with transaction.atomic():
        people.lock(workspace_id)  # they stay in the order given: two who make the same ones would wait in a circle
        CustomField.objects.bulk_create(new, ignore_conflicts=True)
