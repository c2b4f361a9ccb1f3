"""Campaigns as programs write and read them."""

from dataclasses import replace
from datetime import datetime, time
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from threadline.api.rest import audience_shapes, lists, step_shapes
from threadline.api.rest.audience_shapes import AudienceRule
from threadline.api.rest.shapes import ListOf, Shape
from threadline.api.rest.step_shapes import NewStep, Step
from threadline.campaigns import audience
from threadline.campaigns.editing.settings import EVERY_DAY, MOST_STEPS, Settings, days_of
from threadline.campaigns.launch import recalling
from threadline.campaigns.models import Campaign as Row
from threadline.campaigns.running import stalls
from threadline.lib import clock

_NAME: Final = "Unlike that of every other campaign, at most 120 characters."
_WINDOW: Final = "Like 09:00, by the clocks of the timezone; null with the other one: at any time."


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
    kind: Literal["drip", "scheduled"] = Field(
        description="The first step decides: by a wait it is a drip, which sends while Auto SMS is on; at a date it is "
        "scheduled, and begins by itself."
    )
    auto_sms: bool = Field(description="Whether a drip sends by itself.")
    number: str | None = Field(description="The number that its texts go out from, num_….")
    list: str = Field(description="The list whose people are its leads, lst_….")
    owner: str | None = Field(description="A member, mem_….")
    complete_on_reply: bool
    timezone: str
    window_start: str | None
    window_end: str | None
    window_days: tuple[int, ...] = Field(description="Days of the week on which it may send; 0 is Monday.")
    window_zone: Literal["campaign", "person"] = Field(description="By whose clocks the window counts.")
    opt_out_line: str = Field(description="At the end of the first text.")
    batch_size: int
    batch_minutes: int
    priority: Literal["oldest", "newest", "alphabetical", "list", "random"]
    canary_size: int = Field(description="Texts that are tried first, and looked at before the others go; 0: none.")
    most_failed: int = Field(description="Percent of failed texts above which it pauses itself; 0: never.")
    most_opt_outs: int = Field(description="Percent of opt-outs above which it pauses itself; 0: never.")
    created_at: datetime
    started_at: datetime | None
    begins_at: datetime | None = Field(description="The first moment when anybody may be due; null for a drip.")
    ended_at: datetime | None


class CampaignInFull(Campaign):
    """A campaign with its steps, its people by status, and why nothing is moving."""

    steps: list[Step]
    audience: list[AudienceRule] = Field(description="What adds people to those of its list, and what leaves them out.")
    leads: dict[str, int] = Field(description="How many have which status; the sum is the audience.")
    stall: Stall | None
    paused_because: str | None = Field(description="Why it paused itself.")
    recall_until: datetime | None = Field(description="Until then a launch can be recalled, and nothing leaves.")


class CampaignList(ListOf[Campaign]):
    """A page of campaigns."""


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
    window_days: list[int] = Field([*EVERY_DAY], max_length=7, description="Days of the week, 0 is Monday.")
    window_zone: Literal["campaign", "person"] = Field("campaign", description="By whose clocks the window counts.")
    opt_out_line: str = Field("", max_length=400, description="At the end of the first text, at most 160 characters.")
    batch_minutes: int = Field(10, description="Minutes between batches, 0 to 1,440.")
    priority: Literal["oldest", "newest", "alphabetical", "list", "random"] = Field(
        "oldest", description="Which leads go first."
    )
    canary_size: int = Field(0, description="Texts that are tried first, 0 to 10,000.")
    most_failed: int = Field(30, description="Pause when more than this percent fail; 0: never.")
    most_opt_outs: int = Field(10, description="Pause when more than this percent opt out; 0: never.")
    name: str | None = Field(default=None, max_length=200, description=_NAME)
    owner: str | None = Field(default=None, max_length=80, description="A member, mem_….")
    list: str | None = Field(default=None, max_length=80, description="lst_…; only of a draft. Its leads follow.")


class NewCampaign(CampaignChanges):
    """A campaign to create."""

    name: str = Field(max_length=200, description=_NAME)
    number: str = Field(max_length=80, description="One of your numbers, num_… or +18335551234.")
    list: str | None = Field(default=None, max_length=80, description="lst_…; without it a new, empty list.")
    owner: str | None = Field(default=None, max_length=80, description="mem_…; without it an owner of the workspace.")
    template: str | None = Field(
        default=None, max_length=80, description="tpl_…: its steps and settings, with those given here in their places."
    )
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
            "steps": [step_shapes.shape(step) for step in row.steps.filter(removed_at=None)],
            "audience": audience_shapes.of(row),
            "leads": audience.counts(row),
            "stall": Stall(code=stall.code, message=stall.sentence, until=stall.until) if stall else None,
            "paused_because": row.paused_because or None,
            "recall_until": row.recall_until if recalling.possible(row, clock.now()) else None,
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
        steps=step_shapes.given(row, wish.steps) if "steps" in given else saved.steps,
        number=number if "number" in given else saved.number,
        complete_on_reply=bool(now("complete_on_reply")),
        zone=str(now("timezone")),
        start=_time(now("window_start")),
        end=_time(now("window_end")),
        batch_size=int(str(now("batch_size"))),
        batch_minutes=int(str(now("batch_minutes"))),
        priority=str(now("priority")),
        days=wish.window_days if "window_days" in given else saved.days,
        window_zone=str(now("window_zone")),
        opt_out_line=str(now("opt_out_line")),
        canary_size=int(str(now("canary_size"))),
        most_failed=int(str(now("most_failed"))),
        most_opt_outs=int(str(now("most_opt_outs"))),
    )


def _time(value: object) -> time | str | None:
    return value if isinstance(value, time | str) else None


def _fields(row: Row) -> dict[str, object]:
    return {
        "id": row.public_id,
        "name": row.name,
        "channel": row.channel,
        "state": row.state,
        "kind": row.kind,
        "auto_sms": row.armed,
        "number": row.number.public_id if row.number else None,
        "list": row.list.public_id,
        "owner": row.owner.public_id if row.owner else None,
        "complete_on_reply": row.complete_on_reply,
        "timezone": row.timezone,
        "window_start": f"{row.window_start:%H:%M}" if row.window_start else None,
        "window_end": f"{row.window_end:%H:%M}" if row.window_end else None,
        "window_days": days_of(row.window_days),
        "window_zone": row.window_zone,
        "opt_out_line": row.opt_out_line,
        "batch_size": row.batch_size,
        "batch_minutes": row.batch_minutes,
        "priority": row.priority,
        "canary_size": row.canary_size,
        "most_failed": row.most_failed,
        "most_opt_outs": row.most_opt_outs,
        "created_at": row.created_at,
        "started_at": row.started_at,
        "begins_at": row.begins_at,
        "ended_at": row.ended_at,
    }
