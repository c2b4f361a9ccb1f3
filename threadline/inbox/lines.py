"""The workspace's numbers as the inbox sees them: the picker on top of the list, the From of a text."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Sum
from django.db.models.expressions import RawSQL

from threadline.accounts.models import Workspace
from threadline.lib import phones
from threadline.messaging.models import ConversationNumber
from threadline.numbers.models import Number

# SQLite takes a partial index only where the query says the same literal; a parameter could be anything.
NOTHING: Final = RawSQL("0", [])


@dataclass(slots=True)
class Line:
    """One of our numbers. `name` is its label, or the number itself when it has none."""

    id: int
    public_id: str
    phone: str
    label: str
    pretty: str
    is_default: bool
    textable: bool
    unread: int = 0

    @property
    def name(self) -> str:
        return self.label or self.pretty


def of(workspace: Workspace) -> list[Line]:
    """Every number the workspace works with, the default one first. One query."""
    rows = (
        Number.objects.filter(workspace=workspace)
        .claimed()
        .default_first()
        .values_list("id", "public_id", "phone", "label", "is_default", "sms", "gone_at", "connection__removed_at")
    )
    return [
        Line(id, public_id, phone, label, phones.display(phone), default, sms and gone is None and removed is None)
        for id, public_id, phone, label, default, sms, gone, removed in rows
    ]


def count_unread(lines: Iterable[Line]) -> None:
    """Fill in the unread texts of each line. One query."""
    by_id = {line.id: line for line in lines}
    sums = (
        ConversationNumber.objects.filter(number_id__in=by_id, unread__gt=NOTHING)
        .values_list("number_id")
        .annotate(total=Sum("unread"))
    )
    for number_id, total in sums:
        by_id[number_id].unread = total


def pick(lines: Iterable[Line], public_id: str) -> Line | None:
    """The line with this public id; None when there is none among ours."""
    return next((line for line in lines if line.public_id == public_id), None)
