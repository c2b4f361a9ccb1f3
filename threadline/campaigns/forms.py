"""The forms of campaigns as they were typed: what stands in each field, and what is wrong with it."""

from dataclasses import dataclass, field

from django.http import QueryDict

from threadline.accounts.requests import MemberRequest
from threadline.campaigns import creating
from threadline.campaigns.models import Campaign, Step
from threadline.campaigns.settings import Settings, StepText

WAIT = "24"  # hours, of a step that was just added


@dataclass
class DetailsForm:
    """Create a campaign. `list` and `number` are public ids; errors are sentences by field."""

    name: str = ""
    number: str = ""
    owner: str = ""
    list: str = ""
    acknowledged: bool = False
    channel: str = "sms"
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def typed(cls, given: QueryDict) -> "DetailsForm":
        return cls(
            given.get("name", ""),
            given.get("number", ""),
            given.get("owner", ""),
            given.get("list", ""),
            bool(given.get("acknowledged")),
            given.get("channel", "sms"),
        )

    def details(self) -> creating.Details:
        return creating.Details(self.name, self.number, self.list, self.owner, self.acknowledged, self.channel)


def fresh(request: MemberRequest) -> DetailsForm:
    """The default number and oneself are chosen already; a list may be given by the address."""
    default = request.workspace.numbers.textable().default_first().first()
    return DetailsForm(
        number=default.public_id if default else "",
        owner=request.member.public_id,
        list=request.GET.get("list", ""),
    )


@dataclass
class StepRow:
    """One step in the editor. `id` is "" for a new one."""

    id: str
    body: str
    wait: str
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class SettingsForm:
    """Everything of the Settings tab, as text."""

    steps: list[StepRow]
    number: str
    complete_on_reply: bool
    timezone: str
    window_start: str
    window_end: str
    batch_size: str
    batch_minutes: str
    priority: str
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def saved(cls, campaign: Campaign) -> "SettingsForm":
        """As it stands; a campaign without steps gets an empty first one to write in."""
        steps = [_row(step) for step in campaign.steps.filter(removed_at=None)]
        return cls(
            steps or [StepRow("", "", WAIT)],
            campaign.number.public_id if campaign.number else "",
            campaign.complete_on_reply,
            campaign.timezone,
            f"{campaign.window_start:%H:%M}" if campaign.window_start else "",
            f"{campaign.window_end:%H:%M}" if campaign.window_end else "",
            str(campaign.batch_size),
            str(campaign.batch_minutes),
            campaign.priority,
        )

    @classmethod
    def typed(cls, given: QueryDict) -> "SettingsForm":
        lists = (given.getlist("step_id"), given.getlist("step_body"), given.getlist("step_wait"))
        return cls(
            [StepRow(id, body.replace("\r\n", "\n"), wait) for id, body, wait in zip(*lists, strict=False)],
            given.get("number", ""),
            bool(given.get("complete_on_reply")),
            given.get("timezone", ""),
            given.get("window_start", ""),
            given.get("window_end", ""),
            given.get("batch_size", ""),
            given.get("batch_minutes", ""),
            given.get("priority", ""),
        )

    def settings(self) -> Settings:
        """For sequence.save. A single new step that is empty is none."""
        steps = [StepText(_id(row.id), row.body, row.wait) for row in self.steps]
        if len(steps) == 1 and steps[0].id is None and not steps[0].body.strip():
            steps = []
        return Settings(
            steps,
            self.number,
            self.complete_on_reply,
            self.timezone,
            self.window_start,
            self.window_end,
            self.batch_size,
            self.batch_minutes,
            self.priority,
        )

    @property
    def wrong(self) -> bool:
        """Whether a step has errors."""
        return any(row.errors for row in self.steps)

    def blame(self, errors: dict[str, str]) -> None:
        """Put what is wrong beside its field: steps.0.body belongs to the first step."""
        for name, sentence in errors.items():
            where, _dot, rest = name.partition(".")
            place, _dot, part = rest.partition(".")
            if where == "steps" and place.isdigit() and int(place) < len(self.steps):
                self.steps[int(place)].errors[part or "body"] = sentence
            else:
                self.errors[name] = sentence


def _row(step: Step) -> StepRow:
    return StepRow(str(step.pk), step.body, f"{step.wait_hours.normalize():f}")


def _id(given: str) -> int | None:
    """A row id; 0, which no step has, for anything else that was given."""
    if not given:
        return None
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
