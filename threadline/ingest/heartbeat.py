"""Workers say now and then that they live; the web reads how long ago the last of them did."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from threadline.campaigns.models import Campaign
from threadline.campaigns.running.stalls import Stall
from threadline.ingest.models import Heartbeat
from threadline.lib import clock

EVERY = 5.0  # seconds
LATE = 30.0  # seconds without a beat: nothing works in the background


def beat(process: str) -> None:
    """Note that this worker process lives."""
    Heartbeat.objects.update_or_create(process=process, defaults={"at": clock.now()})


def stop(process: str) -> None:
    """Note that it has ended."""
    Heartbeat.objects.filter(process=process).delete()


def age() -> float | None:
    """Seconds since the last beat of any worker; None when there is none."""
    latest = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    return None if latest is None else round(max(0.0, (clock.now() - latest).total_seconds()), 1)


def stall(_campaign: Campaign, _now: datetime) -> Stall | None:
    """Why no campaign moves while no worker lives."""
    since = age()
    if since is not None and since <= LATE:
        return None
    return Stall("no_worker", _("No worker is running, so nothing leaves. Start “threadline worker” on the server."))


def prune() -> int:
    """Forget workers that have been silent for a day; returns how many."""
    return Heartbeat.objects.filter(at__lt=clock.now() - timedelta(days=1)).delete()[0]
