"""/campaigns/…/launch and the verbs around it: what a launch asks for, launching, recalling, approval, copies."""

from typing import Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field

from threadline.api import keys
from threadline.api.rest import campaigns, repeats, shapes
from threadline.api.rest.auth import identify
from threadline.api.rest.campaign_shapes import CampaignInFull
from threadline.api.rest.shapes import Shape
from threadline.campaigns.drafts import duplicating
from threadline.campaigns.launch import approval, launching, recalling
from threadline.campaigns.running import lifecycle
from threadline.lib import clock

router: Final = Router(tags=["Campaigns"], by_alias=True)
# Path, summary, description.
_WAYS: Final = (
    ("launch", "Launch a campaign", "Starts a drip, schedules a campaign whose first step has a date."),
    ("start", "Start a campaign", "Draft to active, for a drip. It sends by itself only while Auto SMS is on."),
    ("schedule", "Schedule a campaign", "Draft to scheduled, when its first step has a date. It begins by itself."),
)


class LaunchProblem(Shape):
    """Something between a draft and its launch."""

    code: str
    message: str
    kind: Literal["blocks", "asks", "warns"] = Field(
        description="blocks: it has to be put right first; asks: NewLaunch answers it; warns: only worth knowing."
    )


class Launch(Shape):
    """What a launch would do now, and what it asks for."""

    object: Literal["launch"] = "launch"
    campaign: str
    verb: Literal["start", "schedule"]
    people: int = Field(description="How many would be texted.")
    approval: Literal["none", "asked", "approved", "changed", "sent_back"] = Field(
        description="Of a second person, for the campaign as it is now."
    )
    problems: list[LaunchProblem]


class NewLaunch(BaseModel):
    """The answers to what a launch asks for; most ask for nothing."""

    model_config = ConfigDict(extra="forbid", strict=True)

    people: int | None = Field(default=None, description="How many people it texts, when that is asked for (count).")
    confirmed: bool = Field(False, description="true: that it repeats another campaign is meant (repeated).")
    acknowledged: bool = Field(
        False,
        description="true: you understand that you are required to obtain and store opt-in approval for every mobile "
        "number texted; for a copy, of which nobody has said it yet (acknowledge).",
    )


class Recalled(Shape):
    """What a recall has come to."""

    object: Literal["recall"] = "recall"
    campaign: CampaignInFull
    recalled: int = Field(description="Texts that did not leave.")
    left: int = Field(description="Texts that had left, of those asked for since the launch, or since Auto SMS is on.")


@router.get(
    "/campaigns/{str:id}/launch",
    response={200: Launch, **shapes.ERRORS_BY_ID},
    summary="Look before a launch",
    operation_id="get_campaign_launch",
)
def look(request: HttpRequest, id: str) -> HttpResponse:
    """How many people it would text, and what is in the way or asked for. Nothing happens."""
    row = campaigns.find(identify(request).workspace, id)
    found = [
        LaunchProblem(code=one.code, message=one.sentence, kind=one.kind) for one in launching.checks(row, clock.now())
    ]
    return shapes.respond(
        Launch(
            campaign=row.public_id,
            verb=launching.verb_of(row),
            people=launching.people(row),
            approval=approval.standing(row).what,
            problems=found,
        )
    )


def _add_way(path: str, summary: str, description: str) -> None:
    @router.post(
        f"/campaigns/{{str:id}}/{path}",
        response={200: CampaignInFull, **shapes.ERRORS_OF_CHANGES},
        summary=summary,
        description=description,
        operation_id=f"{path}_campaign",
    )
    def press(
        request: HttpRequest,
        id: str,
        payload: NewLaunch | None = None,
        idempotency_key: str | None = repeats.header(),
    ) -> HttpResponse:
        row = campaigns.find(identify(request).workspace, id)
        wish = payload or NewLaunch(confirmed=False, acknowledged=False)

        def deed() -> tuple[int, CampaignInFull]:
            if path != "launch" and path != launching.verb_of(row):
                getattr(lifecycle, path)(row, None, clock.now())  # says which way it goes
            typed = "" if wish.people is None else str(wish.people)
            made = launching.launch(row, None, clock.now(), typed, wish.confirmed, wish.acknowledged)
            return 200, campaigns.in_full(made)

        return repeats.once(request, idempotency_key, deed)


for _way in _WAYS:
    _add_way(*_way)


@router.post(
    "/campaigns/{str:id}/recall",
    response={200: Recalled, **shapes.ERRORS_OF_CHANGES},
    summary="Recall a launch",
    operation_id="recall_campaign",
)
def recall(request: HttpRequest, id: str, idempotency_key: str | None = repeats.header()) -> HttpResponse:
    """Back to draft, within the seconds that Settings, Campaigns allows: what has not left is taken back.

    Of a campaign that had been running when Auto SMS was turned on, that: Auto SMS is off again.
    """
    row = campaigns.find(identify(request).workspace, id)

    def deed() -> tuple[int, Recalled]:
        recalled, left = recalling.recall(row, None, clock.now())
        return 200, Recalled(campaign=campaigns.in_full(row), recalled=recalled, left=left)

    return repeats.once(request, idempotency_key, deed)


@router.post(
    "/campaigns/{str:id}/ask_approval",
    response={200: CampaignInFull, **shapes.ERRORS_OF_CHANGES},
    summary="Ask for approval",
    operation_id="ask_approval_of_campaign",
)
def ask_approval(request: HttpRequest, id: str, idempotency_key: str | None = repeats.header()) -> HttpResponse:
    """Of the campaign exactly as it is now, from another owner or admin than made the key; they answer on its page."""
    key = identify(request)
    row = campaigns.find(key.workspace, id)

    def deed() -> tuple[int, CampaignInFull]:
        return 200, campaigns.in_full(approval.ask(row, keys.maker(key), launching.people(row), clock.now()))

    return repeats.once(request, idempotency_key, deed)


@router.post(
    "/campaigns/{str:id}/duplicate",
    response={201: CampaignInFull, **shapes.ERRORS_OF_CHANGES},
    summary="Duplicate a campaign",
    operation_id="duplicate_campaign",
)
def duplicate(request: HttpRequest, id: str, idempotency_key: str | None = repeats.header()) -> HttpResponse:
    """A new draft “… (copy)” with the same steps, settings and audience, and nobody's progress in it."""
    row = campaigns.find(identify(request).workspace, id)

    def deed() -> tuple[int, CampaignInFull]:
        return 201, campaigns.in_full(duplicating.duplicate(row, None, clock.now()))

    return repeats.once(request, idempotency_key, deed)
