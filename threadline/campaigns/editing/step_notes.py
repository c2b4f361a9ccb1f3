"""What the editor says beside each step while it is written: how long it gets for people, and when it really goes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from threadline.campaigns.editing import preview, when
from threadline.campaigns.editing.step_rows import StepRow
from threadline.campaigns.models import Campaign
from threadline.campaigns.models.recipient import WAITING
from threadline.campaigns.sequence import opt_out_line, placeholders
from threadline.lib import segments, windows

MOST: Final = 2_000  # people whose texts are measured while somebody types; the simulator measures everybody's
_VALUES: Final = ("phone", "name", "first_name", "last_name", "company", "email", "fields")


@dataclass(slots=True)
class Note:
    """Of the step with this key: its longest text in parts, and sentences about its time."""

    key: str
    length: str = ""
    times: list[str] = field(default_factory=list)


def of(campaign: Campaign, rows: Sequence[StepRow], ending: str, zone: str, now: datetime) -> list[Note]:
    """One for each row; `ending` is the opt-out line of the first, `zone` the campaign's."""
    keys = preview.custom_fields(campaign)
    people: list[dict[str, Any]] | None = None
    notes = []
    for place, row in enumerate(rows):
        line = "" if place else ending
        note = Note(row.key, times=_times(row, zone, keys, now))
        if row.media:
            note.length = _("MMS: one message, however long the text")
        elif row.body.strip() and not placeholders.problems(row.body, keys):
            if people is None:
                people = _people(campaign)
            note.length = _length(_most(row.body, line, people))
        notes.append(note)
    return notes


def _people(campaign: Campaign) -> list[dict[str, Any]]:
    leads = campaign.recipients.filter(status__in=WAITING).order_by("id")
    rows = leads.values_list(*(f"contact__{name}" for name in _VALUES))[:MOST]
    return [placeholders.values(*row) for row in rows] or [dict(preview.EXAMPLE)]


def _most(body: str, line: str, people: Sequence[dict[str, Any]]) -> int:
    text = placeholders.compile(body)
    texts = {text.render(values) for values in (people if "{{" in body else people[:1])}
    return max(segments.measure(opt_out_line.ended_with(one, line)).segments for one in texts)


def _length(parts: int) -> str:
    return ngettext("at most %(n)d segment", "at most %(n)d segments", parts) % {"n": parts}


def _times(row: StepRow, zone: str, keys: dict[str, str], now: datetime) -> list[str]:
    """Only of what was filled in without errors; those are said when it is saved."""
    errors: dict[str, str] = {}
    given = when.check(row.when(), "step", keys, now, errors)
    if errors or zone not in windows.zones():
        return []
    note = when.clock_note(given, zone)
    return [note] if note else []
