"""Entry: one text before the gate, at either phase."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """`automatic`: nobody typed it for this one person; `by_hand`: a member did. `cost` is what it sets aside."""

    workspace_id: int
    address: str
    line_id: int | None
    body: str
    automatic: bool
    by_hand: bool
    allow_duplicate: bool = False
    entry_id: int | None = None  # its outbox entry, at dispatch
    expires_at: datetime | None = None
    not_after: datetime | None = None  # the hours of whoever asked for it end here
    run_after: datetime | None = None  # it is to leave then, not now
    cost: int = 0  # micro-USD
    waits_outside: bool = False
    basis: str = ""  # on whose word this person may be texted, as the caller says

    def at(self, now: datetime) -> datetime:
        """When it would leave."""
        return now if self.run_after is None or self.run_after < now else self.run_after
