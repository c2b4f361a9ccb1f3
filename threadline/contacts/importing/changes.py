"""What an import changes in people who were known already, kept so that it can be undone."""

from collections.abc import Iterable, Mapping
from typing import Any

from threadline.contacts.models import Import, ListMember
from threadline.contacts.records import TEXTS, Record
from threadline.lib import rows

Before = Mapping[int, tuple[list[str], dict[str, Any]]]


def remember(known: Iterable[Record]) -> Before:
    """People as they are now, by row id. What Records.learn changes it replaces, so that these stay as they are."""
    return {record.pk: (record.texts, record.fields) for record in known}


def keep(import_: Import, before: Before, after: Iterable[Record]) -> None:
    """Note who changed, and whom the list of the import does not have yet; in the caller's transaction, before they
    are put on it. Who came up in an earlier batch keeps what was noted then."""
    known = {record.pk: record for record in after if record.pk in before and record.old}
    listed = _listed(import_, known)
    notes = []
    for pk, record in known.items():
        texts, fields = before[pk]
        new = import_.into_id is not None and pk not in listed
        if new or record.texts is not texts or record.fields is not fields:
            notes.append((import_.pk, pk, _document(texts, fields), _document(record.texts, record.fields), new))
    rows.insert(
        "contacts_importchange",
        ("imported_id", "contact_id", "before", "after", "listed"),
        notes,
        "ON CONFLICT (imported_id, contact_id) DO UPDATE SET after = excluded.after",
    )


def _listed(import_: Import, known: Iterable[int]) -> set[int]:
    if import_.into_id is None:
        return set()
    members = ListMember.objects.filter(list=import_.into_id, contact__in=list(known))
    return set(members.values_list("contact_id", flat=True))


def _document(texts: list[str], fields: dict[str, Any]) -> dict[str, Any]:
    return dict(zip(TEXTS, texts, strict=True)) | {"fields": fields}
