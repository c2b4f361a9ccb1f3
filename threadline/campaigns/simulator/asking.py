"""A simulation is asked for: a small one is there at once, a larger one is run by a child of the worker, and kept."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from threadline.accounts.models import Member
from threadline.campaigns.models import Campaign, Simulation
from threadline.campaigns.simulator import digest, people
from threadline.campaigns.simulator.result import Result
from threadline.campaigns.simulator.simulate import simulate
from threadline.events.publish import Happening, publish
from threadline.lib import clock, doorbell

logger = logging.getLogger(__name__)

BELL: Final = "simulations"
AT_ONCE: Final = 2_000  # people times steps: as long as somebody gladly waits for a page
KEPT: Final = 5  # of a campaign
AGED: Final = timedelta(hours=1)  # by then answers, opt-outs and people's own zones and names may say otherwise
_FRESH: Final = timedelta(minutes=5)
_LOST: Final = timedelta(seconds=30)  # without a sign: its process is gone
_SIGN: Final = timedelta(seconds=1)

State = Simulation.State
_TO_DO: Final = (State.QUEUED, State.RUNNING)


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """The process has to end; somebody else begins again."""


def is_small(campaign: Campaign) -> bool:
    """Whether it can be simulated while somebody waits."""
    return people.count(campaign) * max(1, campaign.steps.filter(removed_at=None).count()) <= AT_ONCE


def latest(campaign: Campaign) -> Simulation | None:
    """The last one that was asked for."""
    return campaign.simulations.order_by("-id").first()


def done(campaign: Campaign) -> QuerySet[Simulation]:
    """Those with a result, the latest first."""
    return campaign.simulations.filter(state=State.DONE).order_by("-id")


def result_of(simulation: Simulation) -> Result | None:
    return Result.from_json(simulation.result)


def before(simulation: Simulation | None) -> Result | None:
    """The result of the last one of something else: of how it was before the last edit."""
    if simulation is None:
        return None
    earlier = done(simulation.campaign).filter(pk__lt=simulation.pk).exclude(digest=simulation.digest).first()
    return result_of(earlier) if earlier else None


def is_old(campaign: Campaign, now: datetime) -> bool:
    """Whether something has changed since the latest one, or too much time has passed."""
    found = latest(campaign)
    if found is None or found.digest != digest.of(campaign) or now - found.created_at > _FRESH:
        return True
    return found.state == State.DONE and result_of(found) is None


def ask(campaign: Campaign, member: Member | None, now: datetime) -> Simulation:
    """A new simulation: done when it is small, else queued. One of the same that still waits is taken instead."""
    of_what = digest.of(campaign)
    waiting = campaign.simulations.filter(state__in=_TO_DO, digest=of_what).first()
    if waiting is not None:
        return waiting
    asked = Simulation(campaign=campaign, member=member, digest=of_what, created_at=now)
    if is_small(campaign):
        _finish(asked, simulate(campaign, now))
        asked.save()
    else:
        with transaction.atomic():
            asked.save()
            doorbell.ring_on_commit(BELL)
    _forget(campaign)
    return asked


def progress(simulation: Simulation) -> int:
    """Per cent of a running one."""
    return int(100 * float(simulation.result.get("share", 0)))


def waiting() -> bool:
    """Whether any is to be run that nobody runs."""
    return _next(clock.now()) is not None


def step(stopped: Callable[[], bool] = lambda: False) -> bool:
    """Run one that waits; False when none does, or when told to stop."""
    found = _next(clock.now())
    if found is None:
        return False
    # Two processes may begin the same one; both find the same, and that is all that it costs.
    Simulation.objects.filter(pk=found.pk).update(state=State.RUNNING, result=_sign(0, clock.now()))
    try:
        _finish(found, simulate(found.campaign, clock.now(), _Teller(found, stopped)))
    except Stopped:
        Simulation.objects.filter(pk=found.pk).update(state=State.QUEUED, result={})
        return False
    except Exception:
        logger.exception("A simulation failed")
        found.state, found.finished_at = State.FAILED, clock.now()
        found.problem = _("Something went wrong in the simulation itself. Nothing was sent; try again.")
    with transaction.atomic():
        found.save(update_fields=["state", "result", "problem", "finished_at"])
        publish([Happening(found.campaign.workspace_id, "campaign.changed", found.campaign.public_id)])
    return True


class _Teller:
    """Writes down every second how far it is, which is also the sign that somebody is at it."""

    def __init__(self, simulation: Simulation, stopped: Callable[[], bool]) -> None:
        self._pk, self._stopped, self._next = simulation.pk, stopped, clock.now()

    def __call__(self, share: float) -> None:
        now = clock.now()
        if now < self._next:
            return
        if self._stopped():
            raise Stopped
        self._next = now + _SIGN
        Simulation.objects.filter(pk=self._pk, state=State.RUNNING).update(result=_sign(share, now))


def _sign(share: float, now: datetime) -> dict[str, object]:
    return {"share": round(share, 3), "at": now.isoformat()}


def _finish(simulation: Simulation, result: Result) -> None:
    simulation.state, simulation.result, simulation.finished_at = State.DONE, result.as_json(), clock.now()


def _next(now: datetime) -> Simulation | None:
    """The oldest that is queued, or whose process has given no sign for too long."""
    for one in Simulation.objects.filter(state__in=_TO_DO).select_related("campaign__workspace").order_by("id"):
        sign = parse_datetime(one.result.get("at", ""))
        if one.state == State.QUEUED or sign is None or now - sign > _LOST:
            return one
    return None


def _forget(campaign: Campaign) -> None:
    """Only the last ones are kept."""
    old = list(campaign.simulations.order_by("-id").values_list("id", flat=True)[KEPT : KEPT + 100])
    Simulation.objects.filter(id__in=old).exclude(state__in=_TO_DO).delete()
