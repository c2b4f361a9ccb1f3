"""Hints for open handset pages: which phone has something new. Content is asked for, never pushed."""

import asyncio

LIMIT = 1000


class Hub:
    """Fans hints out to the pages that listen; a slow page loses hints, not content."""

    def __init__(self) -> None:
        self.listeners: set[asyncio.Queue[str]] = set()

    def join(self) -> asyncio.Queue[str]:
        """A queue that receives every hint from now on."""
        queue: asyncio.Queue[str] = asyncio.Queue(LIMIT)
        self.listeners.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[str]) -> None:
        """Stop receiving."""
        self.listeners.discard(queue)

    def hint(self, phone: str) -> None:
        """Say that something about this phone is new; an empty string means everything."""
        for queue in self.listeners:
            if not queue.full():
                queue.put_nowait(phone)
