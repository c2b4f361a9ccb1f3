"""The messages of a campaign with when each goes, for the page where those that nobody has got can be moved."""

from collections.abc import Collection
from dataclasses import dataclass

from threadline.campaigns import states
from threadline.campaigns.editing import moving
from threadline.campaigns.editing.preview import custom_fields
from threadline.campaigns.editing.step_rows import StepRow
from threadline.campaigns.models import Campaign, Step
from threadline.campaigns.sequence import schedule_words
from threadline.campaigns.sequence.steps import stage_of
from threadline.campaigns.states import Editable


@dataclass(slots=True)
class Planned:
    """One message: its place from 1, when it goes in words, and its schedule as it stands or was typed.

    `free`: it can be moved. In its row, `wait` are the hours before it.
    """

    place: int
    body: str
    words: str
    row: StepRow
    free: bool


def of(campaign: Campaign) -> list[Planned]:
    """All its messages in their order; empty while its texts can be edited, and once it has ended."""
    if states.editable(campaign) != Editable.SCHEDULE:
        return []
    steps = list(campaign.steps.filter(removed_at=None))
    free = moving.can_move(campaign)
    labels = custom_fields(campaign)
    return [_planned(campaign, steps, place, free, labels) for place in range(len(steps))]


def fill(planned: Collection[Planned], typed: Collection[StepRow], errors: dict[str, str]) -> None:
    """Put what was typed, and what is wrong with it, in the places of those messages."""
    by_id = {row.id: row for row in typed}
    for one in planned:
        one.row = by_id.get(one.row.id, one.row)
    for name, sentence in errors.items():
        where, _dot, rest = name.partition(".")
        place, _dot, part = rest.partition(".")
        for one in planned:
            if where == "steps" and place == str(one.place - 1):
                one.row.errors[part or "body"] = sentence


def _planned(campaign: Campaign, steps: list[Step], place: int, free: set[int], labels: dict[str, str]) -> Planned:
    step, before = steps[place], steps[place - 1] if place else None
    row = StepRow.saved(step)
    row.wait = f"{before.wait_hours.normalize():f}" if before else "0"
    words = schedule_words.of(
        stage_of(step), stage_of(before) if before else None, place, campaign, labels.get(step.field_key, "")
    )
    return Planned(place + 1, step.body, words, row, step.pk in free)
