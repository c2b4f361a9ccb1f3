"""What became of a campaign, as programs read it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, Literal

from django.utils import timezone
from pydantic import Field

from threadline.api.rest.shapes import Shape
from threadline.campaigns.models import Campaign
from threadline.campaigns.results import figures, over_time, snapshots
from threadline.campaigns.results.counting import OUTCOMES
from threadline.lib import money

_ANSWERS: Final = ("replied", "opted_out")


class Failure(Shape):
    """Why texts failed, and how many."""

    code: int | None = Field(description="The carrier's error code; null when the reason is ours.")
    reason: str
    count: int


class Cost(Shape):
    """What texts cost, in dollars with six decimals. total = settled + expected."""

    currency: Literal["USD"] = "USD"
    total: str
    settled: str = Field(description="As the carrier has rated it.")
    expected: str = Field(description="Set aside for texts that the carrier has not rated yet.")


class Period(Shape):
    """One piece of time: the texts asked for in it by what they have come to, and the answers that came in it."""

    begins_at: datetime
    asked: int
    waiting: int
    sent: int
    delivered: int
    failed: int
    cancelled: int
    replied: int
    opted_out: int


class Progress(Shape):
    """Progress over time, in pieces as long as on the page. Those in which nothing happened are left out."""

    unit: over_time.Unit = Field(description="How long each is: finer for a short campaign.")
    timezone: str = Field(description="By whose clocks days and weeks begin: the campaign's.")
    periods: list[Period] = Field(description="The oldest first.")


class StepResults(Shape):
    """asked = waiting + sent + delivered + failed + cancelled: the texts of one step by what they have come to."""

    object: Literal["step_results"] = "step_results"
    position: int
    asked: int
    waiting: int
    sent: int = Field(description="The carrier has them, and no word of delivery came yet.")
    delivered: int
    failed: int
    cancelled: int
    replied: int = Field(description="People whose last text before their answer was this one.")
    opted_out: int = Field(description="The same for a STOP.")
    cost: Cost
    failures: list[Failure] = Field(description="By reason, the most frequent first.")


class CampaignResults(Shape):
    """What became of every step's texts, and of the people."""

    object: Literal["campaign_results"] = "campaign_results"
    campaign: str
    audience: int
    leads: dict[str, int] = Field(description="How many have which status; the sum is the audience.")
    sent: int = Field(description="Texts that left, whatever became of them.")
    delivered: int
    failed: int
    replied: int = Field(description="People who wrote after their first text.")
    opted_out: int
    cost: Cost = Field(description="Of all texts.")
    failures: list[Failure] = Field(description="Over all steps.")
    steps: list[StepResults]
    over_time: Progress | None = Field(description="Null before the first text.")
    counted_at: datetime | None = Field(description="Of a large campaign: when; null: just now.")


def results_of(campaign: Campaign) -> CampaignResults:
    found = snapshots.results(campaign)
    return CampaignResults(
        campaign=campaign.public_id,
        audience=found.audience,
        leads=found.people,
        sent=found.left,
        delivered=found.delivered,
        failed=found.failed,
        replied=found.replied,
        opted_out=found.opted_out,
        cost=_cost(found.cost),
        failures=[_failure(one) for one in found.failures],
        steps=[_step(one) for one in found.steps],
        over_time=_over_time(found, campaign.timezone),
        counted_at=found.as_of,
    )


def _step(found: figures.StepResults) -> StepResults:
    return StepResults(
        position=found.stage.position,
        asked=found.asked,
        waiting=found.waiting,
        sent=found.sent,
        delivered=found.delivered,
        failed=found.failed,
        cancelled=found.cancelled,
        replied=found.replied,
        opted_out=found.opted_out,
        cost=_cost(found.cost),
        failures=[_failure(one) for one in found.failures],
    )


def _failure(found: figures.Failure) -> Failure:
    return Failure(code=found.code, reason=found.reason, count=found.count)


def _cost(found: figures.Cost) -> Cost:
    return Cost(total=_dollars(found.total), settled=_dollars(found.settled), expected=_dollars(found.expected))


def _dollars(micros: int) -> str:
    return f"{Decimal(micros) / money.MICROS:.6f}"


def _over_time(found: figures.Results, zone: str) -> Progress | None:
    with timezone.override(zone):
        counted = over_time.pieces(found)
    if counted is None:
        return None
    unit, pieces = counted
    return Progress(unit=unit, timezone=zone, periods=[_period(piece) for piece in pieces])


def _period(piece: over_time.Piece) -> Period:
    numbers = dict(zip((*OUTCOMES, *_ANSWERS), piece.numbers, strict=True))
    return Period(begins_at=piece.begins.astimezone(UTC), asked=piece.asked, **numbers)
