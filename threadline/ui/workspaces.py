"""The workspace switcher: accounts tells the frame which workspaces a person has (ui stands below accounts)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Choice:
    """A workspace to switch to: choosing it POSTs to `url`."""

    name: str
    url: str
    current: bool = False


Provider = Callable[[HttpRequest], Sequence[Choice]]

_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Let `provider` answer which workspaces the signed-in person may switch between."""
    _providers[:] = [provider]


def choices(request: HttpRequest) -> Sequence[Choice]:
    """The person's workspaces; empty while no room provides them."""
    return _providers[0](request) if _providers else ()
