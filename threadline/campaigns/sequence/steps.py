"""The sequence of a campaign: which step follows which, and after how long."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from threadline.campaigns.models import Campaign, Step

Timing = Step.Timing


@dataclass(frozen=True, slots=True)
class Stage:
    """One step as the engine sees it; `wait` is between it and the next one. The rest as in models.Step."""

    id: int
    position: int
    body: str
    version: int
    wait: timedelta
    removed: bool
    timing: str = Timing.AFTER
    at_date: date | None = None
    at_time: time | None = None
    zone: str = Campaign.Zone.CAMPAIGN
    field_key: str = ""
    offset_days: int = 0
    yearly: bool = False
    media: tuple[str, ...] = ()


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
        """When somebody who got the step at `position` at `sent_at` gets one that follows by a wait; else None."""
        stage = self.after(position)
        if sent_at is None or stage is None or stage.timing != Timing.AFTER:
            return None
        return sent_at + self.wait_after(position)


def sequences(campaign_ids: Collection[int]) -> dict[int, Sequence]:
    """The sequence of each campaign, by its id; one query for all."""
    stages: dict[int, list[Stage]] = {pk: [] for pk in campaign_ids}
    for step in Step.objects.filter(campaign__in=campaign_ids).order_by("position"):
        stages[step.campaign_id].append(stage_of(step))
    return {pk: Sequence(found) for pk, found in stages.items()}


def stage_of(step: Step) -> Stage:
    """A row as the engine sees it."""
    return Stage(
        step.pk,
        step.position,
        step.body,
        step.version,
        timedelta(hours=float(step.wait_hours)),
        step.removed_at is not None,
        step.timing,
        step.at_date,
        step.at_time,
        step.zone,
        step.field_key,
        step.offset_days,
        step.yearly,
        tuple(step.media),
    )


def sequence_of(campaign_id: int) -> Sequence:
    """The sequence of one campaign."""
    return sequences([campaign_id])[campaign_id]


def kind_of(sequence: Sequence) -> str:
    """The first step decides (U1): by a wait it is a drip, at a date a scheduled campaign."""
    first = sequence.after(0)
    return Campaign.Kind.DRIP if first is None or first.timing == Timing.AFTER else Campaign.Kind.SCHEDULED


def keep_kind(campaign: Campaign) -> None:
    """After its steps were saved, in the same transaction: a campaign that has not started is what its first step says.

    Later it stays what it was; whoever saves steps has to see to that.
    """
    if campaign.state == Campaign.State.DRAFT and campaign.kind != (kind := kind_of(sequence_of(campaign.pk))):
        campaign.kind = kind
        campaign.save(update_fields=["kind"])
