"""Days as the viewer lives them: the zone of the person, else the browser's, else the workspace's."""

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateformat import format as written
from django.utils.translation import gettext as _

from threadline.accounts.requests import MemberRequest

COOKIE = "tz"


def zone(request: MemberRequest) -> tzinfo:
    """The viewer's time zone; UTC when nothing known is a zone."""
    for name in (request.user.timezone, request.COOKIES.get(COOKIE, ""), request.workspace.timezone):
        if name and len(name) < 60:
            try:
                return ZoneInfo(name)
            except (KeyError, ValueError, OSError):
                continue
    return timezone.get_default_timezone()


def label(day: date, today: date) -> str:
    """How a day separator names the day: Today, Yesterday, Tuesday, 4 March, 4 March 2024."""
    age = (today - day).days
    if age == 0:
        return _("Today")
    if age == 1:
        return _("Yesterday")
    if 1 < age < 7:
        return written(day, "l")
    return written(day, "l, j F" if day.year == today.year else "j F Y")


def start(day: date, zone: tzinfo) -> datetime:
    """The day's first moment in that zone."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)
