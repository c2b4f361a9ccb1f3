"""Banners: one thin line above every page for what needs someone. Rooms add a function that looks (AppConfig.ready)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise


@dataclass(frozen=True)
class Banner:
    """One line: `kind` is practice, info, warn or bad; `text` a sentence; `link` and `link_text` the next step."""

    text: str | Promise
    kind: str = "info"
    title: str | Promise = ""
    link: str = ""
    link_text: str | Promise = ""

    @property
    def icon(self) -> str:
        return {"practice": "flask-conical", "warn": "triangle-alert", "bad": "circle-alert"}.get(self.kind, "info")


Looker = Callable[[HttpRequest], Banner | None]

_lookers: list[Looker] = []


def add(looker: Looker) -> None:
    """Ask `looker` on every framed page; it returns a Banner or None and must cost at most one small query."""
    if looker not in _lookers:
        _lookers.append(looker)


def shown(request: HttpRequest) -> list[Banner]:
    """The banners of this request, in the order the rooms were started."""
    return [banner for looker in _lookers if (banner := looker(request))]
