"""When and how fast a campaign may send, in words: "Mon–Fri, 09:00–17:00", "10 texts every 10 minutes"."""

from typing import NamedTuple

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence import schedule_words
from threadline.lib import windows


class Sends(NamedTuple):
    """`hours` are the days and hours with whose clock they count by, `pace` how many texts go out at a time."""

    hours: str
    pace: str


def of(campaign: Campaign) -> Sends:
    return Sends(_hours(campaign), _pace(campaign))


def _hours(campaign: Campaign) -> str:
    parts = []
    if campaign.window_days != windows.EVERY_DAY:
        parts.append(_days([day for day in range(7) if campaign.window_days >> day & 1]))
    if campaign.window_start is not None and campaign.window_end is not None:
        parts.append(f"{campaign.window_start:%H:%M}–{campaign.window_end:%H:%M}")
    return ", ".join([*parts, schedule_words.clock(campaign.window_zone, campaign)]) if parts else _("Anytime")


def _pace(campaign: Campaign) -> str:
    n = campaign.batch_size
    if not campaign.batch_minutes:
        sentence = ngettext("%(n)s text at a time, without a pause", "%(n)s texts at a time, without a pause", n)
        return sentence % {"n": intcomma(n)}
    texts = ngettext("%(n)s text", "%(n)s texts", n) % {"n": intcomma(n)}
    every = ngettext("every minute", "every %(m)d minutes", campaign.batch_minutes) % {"m": campaign.batch_minutes}
    return f"{texts} {every}"


def _days(days: list[int]) -> str:
    names = [str(WEEKDAYS_ABBR[day]) for day in days]
    in_a_row = len(days) > 2 and days[-1] - days[0] == len(days) - 1
    return f"{names[0]}–{names[-1]}" if in_a_row else ", ".join(names)
