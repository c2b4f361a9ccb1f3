"""The sequence of a campaign: which step follows which, and after how long."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from threadline.campaigns.models import Step


@dataclass(frozen=True, slots=True)
class Stage:
    """One step as the engine sees it; `wait` is between it and the next one."""

    id: int
    position: int
    body: str
    version: int
    wait: timedelta
    removed: bool


class Sequence(tuple[Stage, ...]):
    """All steps that a campaign ever had, in order."""

    __slots__ = ()

    @property
    def alive(self) -> list[Stage]:
        """Those that were not removed: Step 1, Step 2 …"""
        return [stage for stage in self if not stage.removed]

    def after(self, position: int) -> Stage | None:
        """The step that follows the one at `position`; 0 stands for the beginning. None: nothing is left to come."""
        return next((stage for stage in self if stage.position > position and not stage.removed), None)

    def wait_after(self, position: int) -> timedelta:
        """How long after the step at `position` the next one may go; a removed step keeps its wait."""
        return next((stage.wait for stage in self if stage.position == position), timedelta())

    def due(self, position: int, sent_at: datetime | None) -> datetime | None:
        """When somebody who got the step at `position` at `sent_at` gets the next one; None when they do not."""
        if sent_at is None or self.after(position) is None:
            return None
        return sent_at + self.wait_after(position)


def sequences(campaign_ids: Collection[int]) -> dict[int, Sequence]:
    """The sequence of each campaign, by its id; one query for all."""
    stages: dict[int, list[Stage]] = {pk: [] for pk in campaign_ids}
    for step in Step.objects.filter(campaign__in=campaign_ids).order_by("position"):
        wait = timedelta(hours=float(step.wait_hours))
        stages[step.campaign_id].append(
            Stage(step.pk, step.position, step.body, step.version, wait, step.removed_at is not None)
        )
    return {pk: Sequence(found) for pk, found in stages.items()}


def sequence_of(campaign_id: int) -> Sequence:
    """The sequence of one campaign."""
    return sequences([campaign_id])[campaign_id]
