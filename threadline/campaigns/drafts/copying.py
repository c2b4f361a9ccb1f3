"""What a copy of a campaign takes along: its texts and how it sends, never its people or what became of them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from threadline.campaigns.models import Campaign, Step
from threadline.campaigns.sequence.steps import keep_kind

STEP: Final = (
    "body",
    "wait_hours",
    "timing",
    "at_date",
    "at_time",
    "zone",
    "field_key",
    "offset_days",
    "yearly",
    "media",  # the same files, by their ids
)
SETTINGS: Final = (
    "complete_on_reply",
    "timezone",
    "window_start",
    "window_end",
    "window_days",
    "window_zone",
    "opt_out_line",
    "canary_size",
    "most_failed",
    "most_opt_outs",
    "batch_size",
    "batch_minutes",
    "priority",
)


def steps(campaign: Campaign) -> list[dict[str, Any]]:
    """The columns of its living steps, in their order."""
    return [{name: getattr(step, name) for name in STEP} for step in campaign.steps.filter(removed_at=None)]


def settings(campaign: Campaign) -> dict[str, Any]:
    """How it sends, by column."""
    return {name: getattr(campaign, name) for name in SETTINGS}


def write_steps(campaign: Campaign, given: Sequence[Mapping[str, Any]]) -> None:
    """Give a campaign that has no steps yet these, in the caller's transaction; it becomes of the kind they make it."""
    for position, columns in enumerate(given, start=1):
        Step.objects.create(campaign=campaign, position=position, **columns)
    keep_kind(campaign)


def plain(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as JSON can hold them."""
    written: dict[str, Any] = json.loads(json.dumps(columns, cls=DjangoJSONEncoder))
    return written


def read(model: type[Model], names: Sequence[str], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Back from JSON: of `names` those that were kept, in their own types."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    return {name: fields[name].to_python(kept[name]) for name in names if name in kept}
