"""Campaigns as programs write and read them."""

from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from threadline.api.rest import lists
from threadline.api.rest.shapes import ListOf, Shape
from threadline.campaigns import audience, stalls
from threadline.campaigns.given_steps import StepText
from threadline.campaigns.models import Campaign as Row
from threadline.campaigns.models import Step as StepRow
from threadline.campaigns.settings import MOST_STEPS, Settings
from threadline.lib import clock, liquid

Body = Annotated[str, Field(max_length=liquid.LONGEST)]
_WINDOW: Final = "Like 09:00, by the clocks of the timezone; null with the other one: at any time."


class Step(Shape):
    """One text of the sequence."""

    object: Literal["step"] = "step"
    position: int = Field(description="Stays the same for ever; the steps before it may have been removed.")
    body: str
    wait_hours: float = Field(description="Between it and the next one.")
    version: int = Field(description="Rises with every change of the text.")


class Stall(Shape):
    """Why nothing is moving."""

    code: str
    message: str
    until: datetime | None = Field(description="When it moves on by itself; null when somebody has to act.")


class Campaign(Shape):
    """Texts that send themselves to the people of a list, step by step."""

    object: Literal["campaign"] = "campaign"
    id: str
    name: str
    channel: str
    state: Literal["draft", "scheduled", "active", "paused", "stopped", "completed", "archived"]
    auto_sms: bool = Field(description="Whether it sends by itself.")
    number: str | None = Field(description="The number that its texts go out from, num_….")
    list: str = Field(description="The list whose people are its leads, lst_….")
    owner: str | None = Field(description="A member, mem_….")
    complete_on_reply: bool
    timezone: str
    window_start: str | None
    window_end: str | None
    batch_size: int
    batch_minutes: int
    priority: Literal["oldest", "newest", "alphabetical"]
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class CampaignInFull(Campaign):
    """A campaign with its steps, its people by status, and why nothing is moving."""

    steps: list[Step]
    leads: dict[str, int] = Field(description="How many have which status; the sum is the audience.")
    stall: Stall | None


class CampaignList(ListOf[Campaign]):
    """A page of campaigns."""


class NewStep(BaseModel):
    """A text as it shall be."""

    model_config = ConfigDict(extra="forbid", strict=True)

    position: int | None = Field(default=None, description="Of the step that is changed; null for a new one.")
    body: Body
    wait_hours: float = Field(24, description="0 to 8,760, at most 2 decimals.")


class CampaignChanges(BaseModel):
    """What shall be different. What is not named stays; `steps` are all of them: one that is not there is removed."""

    model_config = ConfigDict(extra="forbid", strict=True)

    number: str = Field("", max_length=80, description="One of your numbers, num_… or +18335551234.")
    steps: list[NewStep] = Field([], max_length=MOST_STEPS, description="In their order; new ones come last.")
    complete_on_reply: bool = Field(True, description="A reply completes the lead.")
    timezone: str = Field("", max_length=80, description="Like America/New_York; at first the workspace's.")
    window_start: str | None = Field(default=None, max_length=20, description=_WINDOW)
    window_end: str | None = Field(default=None, max_length=20, description=_WINDOW)
    batch_size: int = Field(10, description="Texts of one batch, 1 to 10,000.")
    batch_minutes: int = Field(10, description="Minutes between batches, 0 to 1,440.")
    priority: Literal["oldest", "newest", "alphabetical"] = Field("oldest", description="Which leads go first.")


class NewCampaign(CampaignChanges):
    """A campaign to create."""

    name: str = Field(max_length=200, description="Unlike that of every other campaign, at most 120 characters.")
    number: str = Field(max_length=80, description="One of your numbers, num_… or +18335551234.")
    list: str | None = Field(default=None, max_length=80, description="lst_…; without it a new, empty list.")
    owner: str | None = Field(default=None, max_length=80, description="mem_…; without it an owner of the workspace.")
    acknowledged: bool = Field(
        description="true: you understand that you are required to obtain and store opt-in approval for every mobile "
        "number texted."
    )


class NewArming(BaseModel):
    """Turning Auto SMS on."""

    model_config = ConfigDict(extra="forbid", strict=True)

    switch: bool = Field(False, description="Turn it off first where it is on instead.")


class CampaignFilters(lists.Paging):
    state: str | None = Field(default=None, max_length=20, description="Like active or archived.")


def shape(row: Row) -> Campaign:
    """Needs number, list and owner."""
    return Campaign.model_validate(_fields(row))


def shape_in_full(row: Row) -> CampaignInFull:
    stall = stalls.why(row, clock.now())
    return CampaignInFull.model_validate(
        {
            **_fields(row),
            "steps": [_step(step) for step in row.steps.filter(removed_at=None)],
            "leads": audience.counts(row),
            "stall": Stall(code=stall.code, message=stall.sentence, until=stall.until) if stall else None,
        }
    )


def merged(row: Row, wish: CampaignChanges, number: str) -> Settings:
    """The campaign's settings with those of the wish in their places; `number` is the public id wished for."""
    given = wish.model_fields_set

    def now(name: str) -> object:
        return getattr(wish if name in given else row, name)

    saved = Settings.of(row)
    return replace(
        saved,
        steps=_steps(row, wish.steps) if "steps" in given else saved.steps,
        number=number if "number" in given else saved.number,
        complete_on_reply=bool(now("complete_on_reply")),
        zone=str(now("timezone")),
        start=_time(now("window_start")),
        end=_time(now("window_end")),
        batch_size=int(str(now("batch_size"))),
        batch_minutes=int(str(now("batch_minutes"))),
        priority=str(now("priority")),
    )


def _steps(row: Row, wishes: list[NewStep]) -> list[StepText]:
    """A position that is none gets an id that is none: saving says so."""
    ids = dict(row.steps.values_list("position", "pk"))
    return [
        StepText(None if one.position is None else ids.get(one.position, 0), one.body, one.wait_hours) for one in wishes
    ]


def _time(value: object) -> time | str | None:
    return value if isinstance(value, time | str) else None


def _step(row: StepRow) -> Step:
    return Step(position=row.position, body=row.body, wait_hours=float(Decimal(row.wait_hours)), version=row.version)


def _fields(row: Row) -> dict[str, object]:
    return {
        "id": row.public_id,
        "name": row.name,
        "channel": row.channel,
        "state": row.state,
        "auto_sms": row.armed,
        "number": row.number.public_id if row.number else None,
        "list": row.list.public_id,
        "owner": row.owner.public_id if row.owner else None,
        "complete_on_reply": row.complete_on_reply,
        "timezone": row.timezone,
        "window_start": f"{row.window_start:%H:%M}" if row.window_start else None,
        "window_end": f"{row.window_end:%H:%M}" if row.window_end else None,
        "batch_size": row.batch_size,
        "batch_minutes": row.batch_minutes,
        "priority": row.priority,
        "created_at": row.created_at,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
    }
