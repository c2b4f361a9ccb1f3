"""The rail: the areas at the side of every page. Rooms add their own entry when they start (AppConfig.ready)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

# The order people see, whatever order the rooms start in.
ORDER: Final = ("Messages", "Campaign", "People", "Numbers", "Integrations", "Network", "Reports", "Settings")


@dataclass(frozen=True)
class Entry:
    """An area: its label (letter for letter one of ORDER when English), where it starts, its lucide icon, who sees it.

    `permission` is a verb of accounts.permissions; "" shows it to every member. `key` is the letter after `g`.
    """

    label: str | Promise
    url_name: str
    icon: str
    permission: str = "read"
    key: str = ""
    position: int = 99


@dataclass(frozen=True)
class Link:
    """An entry as the page shows it; `current` when the request is on a page of this area."""

    label: str
    url: str
    icon: str
    key: str
    current: bool


_entries: dict[str, Entry] = {}


def add(entry: Entry) -> None:
    """Show an area in the rail. The same url_name twice keeps the last."""
    _entries[entry.url_name] = entry


def links(request: HttpRequest) -> list[Link]:
    """The areas this member may open, in the order of ORDER, then by position."""
    return list(_links(request))


def _links(request: HttpRequest) -> Iterator[Link]:
    member = getattr(request, "member", None)
    for entry in sorted(_entries.values(), key=_position):
        if entry.permission and not (member and member.may(entry.permission)):
            continue
        url = reverse(entry.url_name)
        yield Link(str(entry.label), url, entry.icon, entry.key, within(request.path, url))


def within(path: str, url: str) -> bool:
    """Whether a path lies in the area that starts at url: its first folder is the same."""
    return path.split("/")[1:2] == url.split("/")[1:2]


def _position(entry: Entry) -> tuple[int, int]:
    msgid = getattr(entry.label, "_args", (entry.label,))[0] if isinstance(entry.label, Promise) else entry.label
    return (ORDER.index(msgid) if msgid in ORDER else len(ORDER), entry.position)
