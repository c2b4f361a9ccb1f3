"""The settings and steps of a campaign as they were typed: what stands in each field, and what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import QueryDict

from threadline.campaigns.editing import step_rows
from threadline.campaigns.editing.settings import days_of
from threadline.campaigns.editing.step_rows import StepRow
from threadline.campaigns.models import Campaign

_TEXTS: Final = (
    *("number", "timezone", "window_start", "window_end", "window_zone", "batch_size", "batch_minutes"),
    *("priority", "opt_out_line", "canary_size", "most_failed", "most_opt_outs"),
)


@dataclass
class SettingsForm:
    """Everything of the Settings tab, and of the editor in Messages, as text."""

    steps: list[StepRow] = field(default_factory=list)
    number: str = ""
    complete_on_reply: bool = False
    timezone: str = ""
    window_start: str = ""
    window_end: str = ""
    window_days: list[str] = field(default_factory=list)
    window_zone: str = "campaign"
    batch_size: str = ""
    batch_minutes: str = ""
    priority: str = ""
    opt_out_line: str = ""
    canary_size: str = "0"
    most_failed: str = "30"
    most_opt_outs: str = "10"
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def saved(cls, campaign: Campaign) -> "SettingsForm":
        """As it stands; a campaign without steps gets an empty first one to write in."""
        return cls(
            [StepRow.saved(step) for step in campaign.steps.filter(removed_at=None)] or [StepRow()],
            campaign.number.public_id if campaign.number else "",
            campaign.complete_on_reply,
            campaign.timezone,
            f"{campaign.window_start:%H:%M}" if campaign.window_start else "",
            f"{campaign.window_end:%H:%M}" if campaign.window_end else "",
            [str(day) for day in days_of(campaign.window_days)],
            campaign.window_zone,
            str(campaign.batch_size),
            str(campaign.batch_minutes),
            campaign.priority,
            campaign.opt_out_line,
            str(campaign.canary_size),
            str(campaign.most_failed),
            str(campaign.most_opt_outs),
        )

    @classmethod
    def typed(cls, given: QueryDict, campaign: Campaign) -> "SettingsForm":
        """As posted; what the posted form has no field for stands as it is saved."""
        form = cls.saved(campaign)
        for name in _TEXTS:
            setattr(form, name, given.get(name, getattr(form, name)))
        form.steps = step_rows.typed(given)
        form.complete_on_reply = bool(given.get("complete_on_reply"))
        form.window_days = given.getlist("window_days")
        return form

    def given(self, names: Iterable[str]) -> dict[str, Any]:
        """Of these fields of Settings, what stands here. A single new step that is empty is none."""
        steps = [row.text() for row in self.steps]
        values: dict[str, Any] = {
            "steps": [] if len(steps) == 1 and self.steps[0].is_empty else steps,
            "number": self.number,
            "complete_on_reply": self.complete_on_reply,
            "zone": self.timezone,
            "start": self.window_start,
            "end": self.window_end,
            "days": self.window_days,
            "window_zone": self.window_zone,
            "batch_size": self.batch_size,
            "batch_minutes": self.batch_minutes,
            "priority": self.priority,
            "opt_out_line": self.opt_out_line,
            "canary_size": self.canary_size,
            "most_failed": self.most_failed,
            "most_opt_outs": self.most_opt_outs,
        }
        return {name: values[name] for name in names}

    @property
    def wrong(self) -> bool:
        """Whether a step has errors."""
        return any(row.errors for row in self.steps)

    @property
    def first_at_a_date(self) -> bool:
        """Whether the first step makes it a scheduled campaign."""
        return bool(self.steps) and self.steps[0].timing != "after"

    def blame(self, errors: dict[str, str]) -> None:
        """Put what is wrong beside its field: steps.0.body belongs to the first step."""
        for name, sentence in errors.items():
            where, _dot, rest = name.partition(".")
            place, _dot, part = rest.partition(".")
            if where == "steps" and place.isdigit() and int(place) < len(self.steps):
                self.steps[int(place)].errors[part or "body"] = sentence
            else:
                self.errors[name] = sentence
