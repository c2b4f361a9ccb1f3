"""Everybody who waits for a text, so that the next ones are found without looking at all."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from threadline.campaigns.sequence.timing import Next
from threadline.campaigns.simulator.people import Person, Where


@dataclass(slots=True)
class Waiting:
    """One person and what they wait for; `order` is their turn among those at the same step, each their own."""

    order: tuple[datetime, int]
    person: Person
    next: Next


Queue = list[tuple[tuple[datetime, int], Waiting]]  # a heap


class Ready:
    """People who are due, by the step they last got, and by where they are: in the same zones they sleep together."""

    def __init__(self) -> None:
        self._queues: dict[int, dict[Where, Queue]] = {}
        self._asleep: dict[Where, datetime] = {}
        self.count = 0

    def add(self, one: Waiting) -> None:
        queue = self._queues.setdefault(one.person.step, {}).setdefault(one.person.where, [])
        heapq.heappush(queue, (one.order, one))
        self.count += 1

    def sleep(self, where: Where, until: datetime) -> None:
        """Nobody of those where is taken before `until`."""
        self._asleep[where] = max(until, self._asleep.get(where, until))

    def awake(self, now: datetime) -> list[Where]:
        """The where of people who do not sleep."""
        waiting = {where for queues in self._queues.values() for where, queue in queues.items() if queue}
        return [where for where in waiting if self._asleep.get(where, now) <= now]

    def wakes_at(self, now: datetime) -> datetime | None:
        """`now` while anybody is awake, else the first moment when somebody is; None when nobody waits."""
        waiting = {where for queues in self._queues.values() for where, queue in queues.items() if queue}
        return min((max(self._asleep.get(where, now), now) for where in waiting), default=None)

    def of(self, where: Where) -> Iterator[Waiting]:
        """Everybody in those where, in no order."""
        for queues in self._queues.values():
            for _order, one in queues.get(where, ()):
                yield one

    def steps(self) -> list[int]:
        """The steps after which somebody waits, 0 for new people."""
        return [step for step, queues in self._queues.items() if any(queues.values())]

    def take(self, step: int, most: int, now: datetime) -> list[Waiting]:
        """The first of those who wait after a step and do not sleep."""
        queues = self._queues.get(step, {})
        awake = [queue for where, queue in queues.items() if queue and self._asleep.get(where, now) <= now]
        if len(awake) == 1:
            taken = [heapq.heappop(awake[0])[1] for _one in range(min(most, len(awake[0])))]
        else:
            taken = _merged(awake, most)
        self.count -= len(taken)
        return taken


def _merged(queues: list[Queue], most: int) -> list[Waiting]:
    heads = [(queue[0][0], place) for place, queue in enumerate(queues)]
    heapq.heapify(heads)
    taken: list[Waiting] = []
    while heads and len(taken) < most:
        place = heads[0][1]
        taken.append(heapq.heappop(queues[place])[1])
        if queues[place]:
            heapq.heapreplace(heads, (queues[place][0][0], place))
        else:
            heapq.heappop(heads)
    return taken
