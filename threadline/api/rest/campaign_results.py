"""What became of a campaign, as programs read it."""

from typing import Literal

from pydantic import Field

from threadline.api.rest.shapes import Shape
from threadline.campaigns.models import Campaign
from threadline.campaigns.results import figures, snapshots


class Failure(Shape):
    """Why texts failed, and how many."""

    code: int | None = Field(description="The carrier's error code; null when the reason is ours.")
    reason: str
    count: int


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
    failures: list[Failure] = Field(description="Over all steps.")
    steps: list[StepResults]


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
        failures=[_failure(one) for one in found.failures],
        steps=[_step(one) for one in found.steps],
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
        failures=[_failure(one) for one in found.failures],
    )


def _failure(found: figures.Failure) -> Failure:
    return Failure(code=found.code, reason=found.reason, count=found.count)
