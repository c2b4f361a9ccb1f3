"""The time, in one place so that tests can turn it, and how long something took in words."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def age(since: datetime, until: datetime | None = None) -> str:
    """Say how long ago `since` was: "just now", "5 minutes", "3 hours", "2 days". Whole units, rounded down."""
    return span((until or now()) - since)


def span(length: timedelta) -> str:
    """Say a length of time in its largest whole unit; under a minute, and below zero: "just now"."""
    minutes = int(length.total_seconds()) // 60
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return ngettext("%(n)s hour", "%(n)s hours", minutes // 60) % {"n": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
