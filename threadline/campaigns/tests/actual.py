"""What really happens: the engine itself through time, with a carrier that takes every text at once."""

import itertools
from collections.abc import Callable, Iterable
from datetime import datetime

import time_machine
from django.db import transaction

from threadline.campaigns import engine
from threadline.campaigns.models import Campaign, Touch
from threadline.campaigns.running import follow
from threadline.campaigns.sequence.steps import Stage, sequence_of
from threadline.campaigns.simulator.gatekeeper import Asking
from threadline.campaigns.simulator.people import Person
from threadline.campaigns.simulator.recorder import Recorder
from threadline.campaigns.simulator.simulate import simulate
from threadline.events.publish import Happening, publish
from threadline.lib import clock
from threadline.messaging import statuses
from threadline.messaging.models import Message, OutboxEntry

Left = tuple[int, int, datetime]  # lead, position of the step, when
_serial = itertools.count(1)


def happened(
    campaign: Campaign, moments: Iterable[datetime], take: Callable[[datetime], int] | None = None
) -> list[Left]:
    """Turn the engine at each of these moments, in order; every text that left, in order.

    `take` lets a carrier take what may leave by then and says how many; without one, `deliver` does.
    """
    for moment in sorted(set(moments)):
        with time_machine.travel(moment, tick=False):
            _turn(moment, take or deliver)
    touches = Touch.objects.filter(step__campaign=campaign)
    left = touches.values_list("recipient", "step__position", "message__sent_at")
    return sorted([(lead, step, at) for lead, step, at in left if at is not None], key=_in_order)


def foretold(campaign: Campaign, now: datetime) -> list[Left]:
    """The same, by the simulator."""
    sight = _Sight(campaign)
    simulate(campaign, now, recorder=sight)
    return sorted(sight.left, key=_in_order)


def _in_order(one: Left) -> tuple[datetime, int, int]:
    return one[2], one[0], one[1]


def _turn(now: datetime, take: Callable[[datetime], int]) -> None:
    while True:
        while engine.advance(now):
            pass
        taken = take(now)
        while follow.step():
            pass
        if not taken:
            return


def deliver(now: datetime) -> int:
    """The carrier takes everything that may leave by now, and delivers it; how many."""
    waiting = OutboxEntry.objects.filter(run_after__lte=now).order_by("id")
    taken = list(waiting.values_list("message", "workspace", "conversation__public_id"))
    with transaction.atomic():
        waiting.delete()
        for pk, _workspace, _conversation in taken:
            Message.objects.filter(id=pk).update(
                sid=f"SM{next(_serial):032x}", status="delivered", rank=statuses.rank("delivered"), sent_at=clock.now()
            )
        publish(
            [Happening(workspace, "conversation.changed", name, {"messages": [pk]}) for pk, workspace, name in taken]
        )
    return len(taken)


class _Sight(Recorder):
    """Keeps every single text as well."""

    def __init__(self, campaign: Campaign) -> None:
        super().__init__(sequence_of(campaign.pk))
        self.left: list[Left] = []

    def text(self, person: Person, stage: Stage, asking: Asking, at: datetime) -> None:
        self.left.append((person.id, stage.position, at))
        super().text(person, stage, asking, at)
