"""When a message goes, as a sentence: "24 hours after Step 1", "On 8 March 2027, 09:00"."""

from datetime import time
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence.steps import Stage, Timing
from threadline.compliance import zones

_HOUR: Final = 3600  # seconds
_MINUTE: Final = 60


def of(stage: Stage, before: Stage | None, place_before: int, campaign: Campaign, field_name: str = "") -> str:
    """`before` is the step that it follows, on the page Step `place_before`; `field_name` that of its custom field."""
    if stage.timing == Timing.AT and stage.at_date is not None:
        moment = f"{date_format(stage.at_date, 'j F Y')}, {stage.at_time or time():%H:%M}"
        return _("On %(moment)s, %(clock)s") % {"moment": moment, "clock": clock(stage.zone, campaign)}
    if stage.timing == Timing.FIELD:
        values = {
            "day": _day(stage.offset_days, field_name or stage.field_key),
            "time": f"{stage.at_time or time():%H:%M}",
            "clock": clock(stage.zone, campaign),
        }
        return (
            _("%(day)s at %(time)s, %(clock)s, every year") if stage.yearly else _("%(day)s at %(time)s, %(clock)s")
        ) % values
    if before is None:
        return _("At once")
    return _after(before.wait.total_seconds(), place_before)


def _after(seconds: float, place: int) -> str:
    """In hours; less than one in minutes, less than one of those in seconds."""
    if not seconds:
        return _("Right after Step %d") % place
    if seconds >= _HOUR:
        number = seconds / _HOUR
        sentence = ngettext(
            "%(time)s hour after Step %(n)d", "%(time)s hours after Step %(n)d", 1 if number == 1 else 2
        )
    elif seconds >= _MINUTE:
        number = round(seconds / _MINUTE, 1)
        sentence = ngettext(
            "%(time)s minute after Step %(n)d", "%(time)s minutes after Step %(n)d", 1 if number == 1 else 2
        )
    else:
        number = round(seconds)
        sentence = ngettext("%(time)s second after Step %(n)d", "%(time)s seconds after Step %(n)d", number)
    return sentence % {"time": f"{number:g}", "n": place}


def clock(zone: str, campaign: Campaign) -> str:
    """By whose clock a time counts: the campaign's, or each person's."""
    if zone == Campaign.Zone.PERSON:
        return _("each person's own time")
    return _("%(place)s time") % {"place": zones.place(campaign.timezone)}


def _day(offset: int, name: str) -> str:
    if not offset:
        return _("On %(field)s") % {"field": name}
    if offset < 0:
        sentence = ngettext("%(n)d day before %(field)s", "%(n)d days before %(field)s", -offset)
    else:
        sentence = ngettext("%(n)d day after %(field)s", "%(n)d days after %(field)s", offset)
    return sentence % {"n": abs(offset), "field": name}
