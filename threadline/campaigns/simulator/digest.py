"""What a simulation depends on, in one word: when it changes, the simulation is out of date."""

import hashlib
import json
from typing import Any, Final

from django.db.models import Count, Max

from threadline.billing import rates
from threadline.campaigns.models import Campaign, LaunchRules
from threadline.campaigns.sequence.steps import sequence_of
from threadline.compliance.models import Policy

_CAMPAIGN: Final = (
    *("kind", "number_id", "complete_on_reply", "timezone", "window_start", "window_end", "window_days"),
    *("window_zone", "opt_out_line", "batch_size", "batch_minutes", "priority", "begins_at", "repeat_meant"),
)
_POLICY: Final = (*("quiet_hours", "quiet_from", "quiet_to", "demand_consent", "narrow_stop", "cap_texts", "cap_days"),)


def of(campaign: Campaign) -> str:
    """Of its settings and texts, of who is in it, and of the workspace's rules and prices; not of what it has sent."""
    number = campaign.number
    parts: list[Any] = [
        [getattr(campaign, name) for name in _CAMPAIGN],
        [stage for stage in sequence_of(campaign.pk) if not stage.removed],
        [number.per_second, number.daily_cap, number.claimed_at, number.gone_at] if number else [],
        list(campaign.recipients.exclude(status="removed").aggregate(Count("id"), Max("id")).values()),
        list(Policy.objects.filter(workspace=campaign.workspace_id).values_list(*_POLICY)),
        list(LaunchRules.objects.filter(workspace=campaign.workspace_id).values_list("one_at_a_time")),
        rates.of(campaign.workspace_id).lines,
    ]
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()
