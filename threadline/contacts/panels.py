"""What rooms above show on a person's page: they fill this registry when the process starts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from threadline.accounts.requests import MemberRequest
from threadline.contacts.models import Contact


@dataclass(frozen=True, slots=True)
class Panel:
    """A template with what it shows, as `panel`. `aside`: in the narrow column."""

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    aside: bool = False
    style: str = ""  # a stylesheet of the room


Provider = Callable[[MemberRequest, Contact], Panel | None]
_providers: Final[list[tuple[int, Provider]]] = []


def provide(order: int, provider: Provider) -> None:
    """Have `provider` asked on every person's page; small orders stand first. None shows nothing."""
    if all(known is not provider for _order, known in _providers):
        _providers.append((order, provider))
        _providers.sort(key=lambda one: one[0])


def of(request: MemberRequest, person: Contact) -> list[Panel]:
    return [panel for _order, provider in _providers if (panel := provider(request, person))]
