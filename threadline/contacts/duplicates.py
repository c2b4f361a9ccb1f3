"""People who may be one: the same name and e-mail, or two ways to write one mobile number."""

from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from threadline.accounts.models import Workspace
from threadline.contacts.models import Contact

MOST: Final = 50  # pairs

SAME_PERSON: Final = _("Same name and e-mail")
SAME_NUMBER: Final = _("Two ways to write one number")

# Mexico dropped the 1 after +52 in 2019, Brazil added a 9 behind the area code, Argentina writes a 9 for mobiles only
# when one calls from abroad: an old form and a new one of the same telephone.
_VARIANTS: Final = (
    ("a.phone LIKE '+521%%' AND length(a.phone) = 14", "'+52' || substr(a.phone, 5)"),
    ("a.phone LIKE '+55__9%%' AND length(a.phone) = 14", "substr(a.phone, 1, 5) || substr(a.phone, 7)"),
    ("a.phone LIKE '+549%%' AND length(a.phone) = 14", "'+54' || substr(a.phone, 5)"),
)
_BY_NUMBER: Final = """
    SELECT a.id, b.id FROM contacts_contact AS a
    JOIN contacts_contact AS b ON b.workspace_id = a.workspace_id AND b.phone = {other}
    WHERE a.workspace_id = %s AND {which} AND a.deleted_at IS NULL AND b.deleted_at IS NULL ORDER BY a.id LIMIT %s
"""
_BY_NAME: Final = """
    SELECT MIN(id), MAX(id) FROM contacts_contact
    WHERE workspace_id = %s AND deleted_at IS NULL AND name <> '' AND email <> ''
    GROUP BY lower(name), lower(email) HAVING COUNT(*) > 1 ORDER BY MIN(id) LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people and why they may be one. `kept` is the one to keep unless somebody says otherwise: the older one."""

    kept: Contact
    gone: Contact
    why: str | Promise


def pairs(workspace: Workspace) -> list[Pair]:
    """At most MOST pairs, each once; of three alike, two now and the third when they are merged."""
    found: dict[tuple[int, int], str | Promise] = {}
    with connection.cursor() as cursor:
        for which, other in _VARIANTS:
            cursor.execute(_BY_NUMBER.format(which=which, other=other), [workspace.id, MOST])
            found |= {(min(pair), max(pair)): SAME_NUMBER for pair in cursor.fetchall()}
        cursor.execute(_BY_NAME, [workspace.id, MOST])
        found = dict.fromkeys(cursor.fetchall(), SAME_PERSON) | found
    chosen = sorted(found)[:MOST]
    people = Contact.objects.in_bulk({pk for pair in chosen for pk in pair})
    return [Pair(people[first], people[last], found[first, last]) for first, last in chosen]
