"""/campaigns/…/steps and /campaigns/…/audience: moving a message in time, and who is in a campaign."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router

from threadline.api.problems import missing
from threadline.api.rest import campaigns, repeats, shapes
from threadline.api.rest.audience_shapes import NewAudienceRule
from threadline.api.rest.auth import identify
from threadline.api.rest.campaign_shapes import CampaignInFull
from threadline.api.rest.reasons import renamed
from threadline.api.rest.step_shapes import NewStepTimes
from threadline.campaigns.audience import editing
from threadline.campaigns.editing import moving
from threadline.campaigns.editing.when import When
from threadline.campaigns.invalid import Invalid
from threadline.campaigns.models import Campaign, Step
from threadline.lib import clock

router: Final = Router(tags=["Campaigns"], by_alias=True)
_LONGEST_ID: Final = 15  # digits


@router.post(
    "/campaigns/{str:id}/steps/{str:position}",
    response={200: CampaignInFull, **shapes.ERRORS_OF_CHANGES},
    summary="Move a step",
    operation_id="move_step",
)
def move(
    request: HttpRequest,
    id: str,
    position: str,
    payload: NewStepTimes,
    idempotency_key: str | None = repeats.header(),
) -> HttpResponse:
    """Give a message that nobody has got yet another time; also of a campaign that is scheduled or restarted."""
    row = campaigns.find(identify(request).workspace, id)

    def deed() -> tuple[int, CampaignInFull]:
        step = _step(row, position)
        wanted = moving.Move(payload.when(When.of(step)), _hours(row, step, payload))
        try:
            moving.move(row, None, {step.pk: wanted}, clock.now())
        except Invalid as problem:
            own = f"steps.{row.steps.filter(removed_at=None, position__lt=step.position).count()}."
            raise renamed(problem, lambda name: name.removeprefix(own)) from None
        return 200, campaigns.in_full(row)

    return repeats.once(request, idempotency_key, deed)


@router.post(
    "/campaigns/{str:id}/audience",
    response={200: CampaignInFull, **shapes.ERRORS_OF_CHANGES},
    summary="Add to the audience",
    operation_id="add_audience_rule",
)
def add(
    request: HttpRequest, id: str, payload: NewAudienceRule, idempotency_key: str | None = repeats.header()
) -> HttpResponse:
    """One more list, tag or field that adds people to a draft or leaves them out; its leads follow within seconds."""
    row = campaigns.find(identify(request).workspace, id)

    def deed() -> tuple[int, CampaignInFull]:
        try:
            editing.add(row, None, payload.chosen(), clock.now())
        except Invalid as problem:
            raise renamed(problem, lambda name: payload.by if name == "what" else name) from None
        return 200, campaigns.in_full(row)

    return repeats.once(request, idempotency_key, deed)


@router.delete(
    "/campaigns/{str:id}/audience/{str:rule}",
    response={200: CampaignInFull, **shapes.ERRORS_OF_CHANGES},
    summary="Take from the audience",
    operation_id="remove_audience_rule",
)
def remove(request: HttpRequest, id: str, rule: str, idempotency_key: str | None = repeats.header()) -> HttpResponse:
    """Take a list, tag or field away again; one that is gone already is no matter."""
    row = campaigns.find(identify(request).workspace, id)

    def deed() -> tuple[int, CampaignInFull]:
        if not _is_number(rule):
            raise missing(f"There is no audience rule {rule[:80]} in this campaign.", "rule")
        editing.remove(row, None, int(rule), clock.now())
        return 200, campaigns.in_full(row)

    return repeats.once(request, idempotency_key, deed)


def _step(row: Campaign, position: str) -> Step:
    steps = row.steps.filter(removed_at=None, position=int(position)) if _is_number(position) else Step.objects.none()
    if (found := steps.first()) is None:
        raise missing(f"There is no step {position[:80]} in this campaign.", "position")
    return found


def _hours(row: Campaign, step: Step, wish: NewStepTimes) -> float:
    """Those of the wish, or those that the step before it says."""
    before = row.steps.filter(removed_at=None, position__lt=step.position).last()
    return wish.wait_hours if "wait_hours" in wish.model_fields_set or before is None else float(before.wait_hours)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID
