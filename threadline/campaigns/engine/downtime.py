"""After a time in which nothing was running here, nobody is texted late before a person has looked."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from threadline.campaigns.engine import beginning, ready, sleeping
from threadline.campaigns.models import Campaign, Pulse
from threadline.campaigns.running import lifecycle

_OFTEN: Final = timedelta(minutes=1)


def look(now: datetime) -> None:
    """Note that the engine turns. After too long a gap, first pause every campaign that somebody waits in.

    In this order: another process that starts at the same moment finds the gap too, until all of them are paused.
    """
    last = Pulse.objects.values_list("at", flat=True).first()
    if last is not None and abs(now - last) < _OFTEN:
        return
    if last is not None and now - last > beginning.TOO_LATE:
        _hold(last, now)
    Pulse.objects.update_or_create(id=1, defaults={"at": now})


def _hold(since: datetime, now: datetime) -> None:
    while sleeping.wake(now):
        pass
    sentence = _(
        "Nothing was running here from %(since)s to %(until)s UTC, so that its texts would go out late. "
        "Resume sends what is due now; Stop ends the campaign."
    )
    why = sentence % {"since": f"{since:%d %B %H:%M}", "until": f"{now:%d %B %H:%M}"}
    for pk in ready.campaigns(now):
        lifecycle.pause(Campaign.objects.get(pk=pk), None, now, why)
