"""One step of the editor as it was typed, in each of its fields."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.http import QueryDict

from threadline.campaigns.editing.given_steps import StepText
from threadline.campaigns.editing.when import When
from threadline.campaigns.models import Step
from threadline.messaging.models import Upload

WAIT: Final = "24"  # hours, of a step that was just added
_KEY: Final = re.compile(r"[a-z0-9]{1,20}", re.ASCII)
# The fields of a form by the names of StepRow; each is there once for every step.
_FIELDS: Final = {
    "body": "step_body",
    "wait": "step_wait",
    "timing": "step_timing",
    "date": "step_date",
    "time": "step_time",
    "zone": "step_zone",
    "field_key": "step_field",
    "days": "step_days",
    "side": "step_side",
    "yearly": "step_yearly",
}


@dataclass
class StepRow:
    """`id` is "" for a new one; `key` tells its file picker and its notes from those of the others.

    `days` are before or after the date of the person, as `side` says. `media` are public ids of uploads.
    """

    id: str = ""
    body: str = ""
    wait: str = WAIT
    key: str = "0"
    timing: str = "after"
    date: str = ""
    time: str = "09:00"
    zone: str = "campaign"
    field_key: str = ""
    days: str = "0"
    side: str = "after"
    yearly: str = ""
    media: list[str] = field(default_factory=list)
    files: list[Upload] = field(default_factory=list)  # of `media`, for the page
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def saved(cls, step: Step) -> "StepRow":
        return cls(
            id=str(step.pk),
            body=step.body,
            wait=f"{step.wait_hours.normalize():f}",
            key=str(step.pk),
            timing=step.timing,
            date=step.at_date.isoformat() if step.at_date else "",
            time=f"{step.at_time:%H:%M}" if step.at_time else "09:00",
            zone=step.zone,
            field_key=step.field_key,
            days=str(abs(step.offset_days)),
            side="before" if step.offset_days < 0 else "after",
            yearly="1" if step.yearly else "",
            media=list(step.media),
        )

    @property
    def pk(self) -> int | None:
        """The id of its row; None for a new one, 0, which no step has, for what is none."""
        if not self.id:
            return None
        return int(self.id) if self.id.isascii() and self.id.isdigit() and len(self.id) < 19 else 0

    @property
    def is_empty(self) -> bool:
        return not self.id and not self.body.strip() and not self.media

    @property
    def upload_field(self) -> str:
        """The name of the field with the ids of its files."""
        return f"media-{self.key}"

    @property
    def files_field(self) -> str:
        """The name of its file picker, which is sent where there are no scripts."""
        return f"files-{self.key}"

    def when(self) -> When:
        days = self.days.strip()
        return When(
            self.timing,
            self.date,
            self.time,
            self.zone,
            self.field_key.replace("\x00", ""),
            f"-{days}" if self.side == "before" and days not in ("", "0") else days,
            bool(self.yearly),
        )

    def text(self) -> StepText:
        return StepText(self.pk, self.body, self.wait, self.when(), tuple(self.media))


def typed(given: QueryDict) -> list[StepRow]:
    """The steps of a posted form, in its order; what a field of one lacks stands as in a new one."""
    columns = {name: given.getlist(posted) for name, posted in _FIELDS.items()}
    keys = given.getlist("step_key")
    rows = []
    for place, id in enumerate(given.getlist("step_id")):
        key = keys[place] if place < len(keys) and _KEY.fullmatch(keys[place]) else f"n{place}"
        row = StepRow(id, key=key, media=given.getlist(f"media-{key}"))
        for name, values in columns.items():
            if place < len(values):
                setattr(row, name, values[place].replace("\r\n", "\n"))
        rows.append(row)
    return rows


def fill(rows: Sequence[StepRow], workspace_id: int) -> None:
    """Give rows the uploads of their media, for the page; an id that is none is left out."""
    ids = {public_id.replace("\x00", "") for row in rows for public_id in row.media}
    if not ids:
        return
    found = {one.public_id: one for one in Upload.objects.filter(workspace_id=workspace_id, public_id__in=ids)}
    for row in rows:
        row.files = [found[public_id] for public_id in row.media if public_id in found]
