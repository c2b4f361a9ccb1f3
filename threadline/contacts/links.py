"""What else learns of people as soon as they are saved: rooms above fill this registry when the process starts."""

from collections.abc import Callable, Mapping

Link = Callable[[int, Mapping[str, int]], None]
_links: list[Link] = []


def provide(link: Link) -> None:
    """Have `link(workspace id, {phone: contact id})` called whenever people are saved, in the same transaction."""
    if link not in _links:
        _links.append(link)


def tell(workspace_id: int, contacts: Mapping[str, int]) -> None:
    """Call everybody who asked."""
    if contacts:
        for link in _links:
            link(workspace_id, contacts)
