"""The last API requests, so that a test can check every request a client makes."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request: parameters as pairs in the order they came; no credentials."""

    at: float
    method: str
    host: str
    path: str
    query: list[tuple[str, str]]
    params: list[tuple[str, str]]
    content_type: str
    user_agent: str
    status: int


class Recorder:
    """A ring of the last requests."""

    def __init__(self) -> None:
        self.ring: deque[Recorded] = deque(maxlen=LENGTH)

    def note(self, request: Recorded) -> None:
        """Keep one request; the oldest falls out."""
        self.ring.append(request)

    def newest(self, limit: int) -> list[dict[str, Any]]:
        """The last `limit` requests, oldest first."""
        return [asdict(request) for request in list(self.ring)[-limit:]]
