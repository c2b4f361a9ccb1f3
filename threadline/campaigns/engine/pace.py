"""The pace of a campaign: so many texts per batch, so many minutes from one batch to the next. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from threadline.campaigns.models import Campaign


@dataclass(frozen=True, slots=True)
class Pace:
    """`left` of the batch under way, which the next one follows at `next_at`; None before the first."""

    size: int
    gap: timedelta
    left: int = 0
    next_at: datetime | None = None

    @classmethod
    def of(cls, campaign: Campaign) -> "Pace":
        """A scheduled campaign has no batches: it goes as fast as its number may."""
        if campaign.kind == Campaign.Kind.SCHEDULED:
            return cls(_NO_LIMIT, timedelta(), _NO_LIMIT, None)
        return cls(
            campaign.batch_size,
            timedelta(minutes=campaign.batch_minutes),
            campaign.batch_left,
            campaign.next_batch_at,
        )

    def room(self, now: datetime) -> int:
        """How many texts may be asked for now."""
        return self.size if self._fresh(now) else self.left

    def after(self, asked: int, now: datetime) -> "Pace":
        """When that many were asked for."""
        if not asked:
            return self
        return replace(self, left=self.room(now) - asked, next_at=now + self.gap if self._fresh(now) else self.next_at)

    def _fresh(self, now: datetime) -> bool:
        return self.next_at is None or now >= self.next_at


_NO_LIMIT = 1_000_000_000
