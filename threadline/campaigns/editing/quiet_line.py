"""How the quiet hours of a workspace narrow the sending hours of a campaign, in one line (U22)."""

from datetime import time

from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _

from threadline.compliance.models import Policy


def of(workspace_id: int, start: str, end: str) -> str:
    """`start` and `end` as they were typed, "" for at any time; "" when quiet hours are off or nothing can be said."""
    policy = Policy.objects.filter(workspace=workspace_id, quiet_hours=True).first()
    if policy is None or policy.quiet_to >= policy.quiet_from:
        return ""
    opens, closes = _time(start) or time.min, _time(end) or time.max
    first, last = max(opens, policy.quiet_to), min(closes, policy.quiet_from)
    if first >= last:
        words = {"from": f"{policy.quiet_to:%H:%M}", "to": f"{policy.quiet_from:%H:%M}"}
        return (
            _("Quiet hours of this workspace leave nothing of this: choose hours between %(from)s and %(to)s.") % words
        )
    words = {"from": f"{first:%H:%M}", "to": f"{last:%H:%M}"}
    if (first, last) == (opens, closes):
        return _("Quiet hours of this workspace do not narrow this: %(from)s–%(to)s.") % words
    return _("Quiet hours of this workspace narrow this to %(from)s–%(to)s.") % words


def _time(given: str) -> time | None:
    try:
        return parse_time(given.strip()) if given else None
    except ValueError:
        return None
