"""What is done to many people at once: those who are ticked, or everybody who matches."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from threadline.accounts.models import Member
from threadline.contacts import deleting, directory, lists, tags
from threadline.contacts.directory import Wanted
from threadline.contacts.models import ContactList, Tag
from threadline.lib import deadlocks

Act = Callable[[list[int]], int]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who is meant: the people with these row ids, or all that `wanted` finds when `ids` is None."""

    wanted: Wanted
    ids: Sequence[int] | None = None

    def portions(self) -> Iterator[list[int]]:
        """Row ids, rising, as many as one transaction takes; what was done to a portion does not disturb the next."""
        last = 0
        people = directory.matching(self.wanted)
        if self.ids is not None:
            people = people.filter(id__in=self.ids)
        while found := list(people.filter(id__gt=last).order_by("id").values_list("id", flat=True)[: deleting.MOST]):
            yield found
            last = found[-1]

    def count(self) -> int:
        return sum(len(portion) for portion in self.portions())


class Done(NamedTuple):
    """How many of how many were changed; the others were like that already."""

    changed: int
    total: int


def put_on_list(chosen: Chosen, into: ContactList, now: datetime) -> Done:
    return _each(chosen, _whole(lambda ids: lists.add(into.id, ids, now)))


def take_off_list(chosen: Chosen, off: ContactList) -> Done:
    return _each(chosen, _whole(lambda ids: lists.remove(off.id, ids)))


def put_on_tag(chosen: Chosen, tag: Tag, now: datetime) -> Done:
    return _each(chosen, _whole(lambda ids: tags.add(tag.id, ids, now)))


def take_off_tag(chosen: Chosen, tag: Tag) -> Done:
    return _each(chosen, _whole(lambda ids: tags.remove(tag.id, ids)))


def delete(chosen: Chosen, member: Member, at: datetime) -> Done:
    """`at` undoes it: see deleting."""
    return _each(chosen, lambda ids: deleting.hide(chosen.wanted.workspace, ids, member, at))


def bring_back(chosen: Chosen, member: Member) -> Done:
    return _each(chosen, lambda ids: deleting.restore(chosen.wanted.workspace, ids, member))


def _whole(act: Act) -> Act:
    """Each portion in a transaction."""
    return deadlocks.retried(transaction.atomic(act))


def _each(chosen: Chosen, act: Act) -> Done:
    changed = total = 0
    for portion in chosen.portions():
        changed += act(portion)
        total += len(portion)
    return Done(changed, total)
