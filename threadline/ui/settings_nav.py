"""The side list of Settings. Rooms add their page when they start (AppConfig.ready)."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

from threadline.ui.rail import Link


@dataclass(frozen=True)
class Page:
    """A page of Settings: its label, its url name, a lucide icon, the verb that shows it ("" = every member)."""

    label: str | Promise
    url_name: str
    icon: str
    permission: str = ""
    position: int = 99


_pages: dict[str, Page] = {}


def add(page: Page) -> None:
    """Show a page in the list of Settings. The same url_name twice keeps the last."""
    _pages[page.url_name] = page


def links(request: HttpRequest) -> list[Link]:
    """The pages of Settings this member may open, by position; current when the request is on it or below it."""
    member = getattr(request, "member", None)
    found = []
    for page in sorted(_pages.values(), key=lambda page: page.position):
        if page.permission and not (member and member.may(page.permission)):
            continue
        url = reverse(page.url_name)
        found.append(Link(str(page.label), url, page.icon, "", request.path.startswith(url)))
    return found
