"""What rooms above do when people change, in the same transaction: they fill this registry when the process starts."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from threadline.events.publish import Happening

Link = Callable[[int, Mapping[str, int]], None]
_links: list[Link] = []


@dataclass(frozen=True, slots=True)
class Move:
    """Everything of these numbers belongs to another person now: two are merged at `at`, or (`back`) apart again."""

    workspace_id: int
    source: int  # row ids of contacts
    target: int
    phones: Collection[str]  # E.164
    at: datetime
    back: bool = False


class Room:
    """What a room does beyond `provide`; what it does not care about it leaves out. What is returned is published."""

    def hold(self, contact_ids: Collection[int]) -> None:
        """These people are about to be hidden, shown or moved: lock what comes before their conversations."""

    def hidden(self, workspace_id: int, contact_ids: Collection[int], at: datetime) -> list[Happening]:
        """These people were deleted at `at`."""
        return []

    def shown(self, workspace_id: int, contact_ids: Collection[int], at: datetime) -> list[Happening]:
        """These people, who were deleted at `at`, are back as if nothing had happened."""
        return []

    def renumbered(self, contact_id: int, phone: str) -> None:
        """This person's number was corrected. Whose conversations it changes is told by the caller."""

    def moved(self, move: Move) -> list[Happening]:
        """Two people were merged, or a merge was undone."""
        return []

    def listed(self, list_id: int, contact_ids: Collection[int]) -> int:
        """People were put on a list, whoever was on it already among them; for how many of them that is news."""
        return 0


_rooms: list[Room] = []


def provide(link: Link) -> None:
    """Have `link(workspace id, {phone: contact id})` called whenever people are saved, in the same transaction."""
    if link not in _links:
        _links.append(link)


def join(room: Room) -> None:
    """Have the room's methods called. Rooms lock in the order in which they joined."""
    if all(type(one) is not type(room) for one in _rooms):
        _rooms.append(room)


def tell(workspace_id: int, contacts: Mapping[str, int]) -> None:
    """Call everybody who asked."""
    if contacts:
        for link in _links:
            link(workspace_id, contacts)


def hold(contact_ids: Collection[int]) -> None:
    """Before anything else is done about these people: have the rooms lock what comes first (lib.deadlocks)."""
    for room in _rooms:
        room.hold(contact_ids)


def hidden(workspace_id: int, contact_ids: Collection[int], at: datetime) -> list[Happening]:
    return [one for room in _rooms for one in room.hidden(workspace_id, contact_ids, at)]


def shown(workspace_id: int, contact_ids: Collection[int], at: datetime) -> list[Happening]:
    return [one for room in _rooms for one in room.shown(workspace_id, contact_ids, at)]


def renumbered(contact_id: int, phone: str) -> None:
    """Without hold(): who joined last locks first, leads before conversations (lib.deadlocks)."""
    for room in reversed(_rooms):
        room.renumbered(contact_id, phone)


def moved(move: Move) -> list[Happening]:
    return [one for room in _rooms for one in room.moved(move)]


def listed(list_id: int, contact_ids: Collection[int]) -> int:
    return sum(room.listed(list_id, contact_ids) for room in _rooms)
