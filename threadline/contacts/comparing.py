"""Two people side by side, before they are merged."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from threadline.contacts import fields, merging
from threadline.contacts.editing import CUSTOM
from threadline.contacts.models import Contact


@dataclass(frozen=True, slots=True)
class Row:
    """A field as both have it. `choice`: both know it and differ, so somebody chooses."""

    field: str
    label: str
    kept: str
    gone: str
    choice: bool


def rows(kept: Contact, gone: Contact) -> list[Row]:
    """What is known of either, our own fields first."""
    mine, theirs = merging.values(kept), merging.values(gone)
    differ = {one.field for one in merging.conflicts(kept, gone)}
    labels = _labels(kept)
    return [
        Row(
            field,
            labels.get(field, field.removeprefix(CUSTOM)),
            mine.get(field, ""),
            theirs.get(field, ""),
            field in differ,
        )
        for field in _both(labels, mine, theirs)
        if mine.get(field) or theirs.get(field)
    ]


def _labels(person: Contact) -> dict[str, str]:
    own = [_("Name"), _("First name"), _("Last name"), _("Company"), _("E-mail"), _("Time zone")]
    custom = fields.labels(person.workspace)
    return dict(zip(merging.COLUMNS, own, strict=True)) | {CUSTOM + key: label for key, label in custom.items()}


def _both(*sources: Iterable[str]) -> list[str]:
    """Every field once, in the order in which it comes first."""
    return list(dict.fromkeys(field for source in sources for field in source))
