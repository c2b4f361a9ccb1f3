"""The steps of a campaign as programs write and read them."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from threadline.api.rest.shapes import Shape
from threadline.campaigns.editing.given_steps import StepText
from threadline.campaigns.editing.when import When
from threadline.campaigns.models import Campaign
from threadline.campaigns.models import Step as Row
from threadline.lib import liquid

Body = Annotated[str, Field(max_length=liquid.LONGEST)]
Timing = Literal["after", "at", "field"]
Zone = Literal["campaign", "person"]

_TIMING: Final = (
    "When it goes: after (the wait_hours of the step before; the first one at once), at (at_date and at_time), field "
    "(offset_days after the date in a field of the person, at at_time)."
)
_ZONE: Final = "By whose clocks a date and a time count: the campaign's or each person's."
_FIELD: Final = "With field: the key of the custom field that holds the date."
_OFFSET: Final = "With field: days after the date; before it when negative."
_YEARLY: Final = "With field: the day that comes next, whatever the year (a birthday)."


class Step(Shape):
    """One text of the sequence."""

    object: Literal["step"] = "step"
    position: int = Field(description="Stays the same for ever; the steps before it may have been removed.")
    body: str
    media: list[str] = Field(description="Files that go with it, upl_….")
    wait_hours: float = Field(description="Between it and the next one, when that goes after it.")
    timing: Timing = Field(description=_TIMING)
    at_date: date | None
    at_time: str | None
    zone: Zone = Field(description=_ZONE)
    field: str | None = Field(description=_FIELD)
    offset_days: int = Field(description=_OFFSET)
    yearly: bool = Field(description=_YEARLY)
    version: int = Field(description="Rises with every change of the text.")


class StepTimes(BaseModel):
    """When a step goes. What is not named stays as it is; of a new one it is after the step before."""

    model_config = ConfigDict(extra="forbid", strict=True)

    timing: Timing = Field("after", description=_TIMING)
    at_date: str | None = Field(default=None, max_length=20, description="With at: 2031-03-05.")
    at_time: str | None = Field(default=None, max_length=20, description="With at and field: 09:00.")
    zone: Zone = Field("campaign", description=_ZONE)
    field: str | None = Field(default=None, max_length=40, description=_FIELD)
    offset_days: int = Field(0, description=_OFFSET)
    yearly: bool = Field(False, description=_YEARLY)

    def when(self, saved: When) -> When:
        """What is named in the place of what is saved."""
        named = {name: getattr(self, name) for name in self.model_fields_set if name in _WHEN}
        if "field" in named:
            named["field_key"] = named.pop("field") or ""
        return replace(saved, **named)


_WHEN: Final = frozenset(StepTimes.model_fields)


class NewStep(StepTimes):
    """A text as it shall be."""

    position: int | None = Field(default=None, description="Of the step that is changed; null for a new one.")
    body: Body
    wait_hours: float = Field(24, description="0 to 8,760, at most 2 decimals.")
    media: list[Annotated[str, Field(max_length=40)]] = Field([], max_length=20, description="Files, upl_…: up to 10.")


class NewStepTimes(StepTimes):
    """When a step goes from now on."""

    wait_hours: float = Field(24, description="With after: hours since the step before it.")


def shape(row: Row) -> Step:
    return Step.model_validate(
        {
            "position": row.position,
            "body": row.body,
            "media": row.media,
            "wait_hours": float(row.wait_hours),
            "timing": row.timing,
            "at_date": row.at_date,
            "at_time": f"{row.at_time:%H:%M}" if row.at_time else None,
            "zone": row.zone,
            "field": row.field_key or None,
            "offset_days": row.offset_days,
            "yearly": row.yearly,
            "version": row.version,
        }
    )


def given(campaign: Campaign, wishes: list[NewStep]) -> list[StepText]:
    """For saving. A position that is none gets an id that is none: saving says so."""
    rows = {row.position: row for row in campaign.steps.all()}
    return [_text(rows.get(wish.position or 0), wish) for wish in wishes]


def _text(row: Row | None, wish: NewStep) -> StepText:
    named = wish.model_fields_set
    pk = row.pk if row else None if wish.position is None else 0
    when = wish.when(When.of(row) if row else When()) if named & _WHEN else None
    media = wish.media if "media" in named else None
    return StepText(pk, wish.body, wish.wait_hours, when, media)
