"""A campaign on a virtual clock: from one moment at which something may happen to the next, turn by turn as the engine.

Every decision is the engine's or the gate's own: when a step is due (timing), the hours, the batches (pace), what the
gate says. What is left here is to wait, and to remember.
"""

import heapq
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

from threadline.campaigns.engine import arbiter, batch
from threadline.campaigns.engine.pace import Pace
from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence import clocks, timing
from threadline.campaigns.sequence.steps import Sequence, Timing
from threadline.campaigns.simulator.elsewhere import Busy
from threadline.campaigns.simulator.gatekeeper import Asking, Gatekeeper
from threadline.campaigns.simulator.opening import Opening
from threadline.campaigns.simulator.people import Person, Where
from threadline.campaigns.simulator.recorder import Recorder
from threadline.campaigns.simulator.texts import Texts
from threadline.campaigns.simulator.waiting import Ready, Waiting
from threadline.messaging.verdicts import Defer, Hold, Refuse, Verdict

LONGEST: Final = timedelta(days=3 * 365)  # from the beginning: nobody plans further
SHARED: Final = frozenset({"quiet_hours", "daily_cap"})  # the gate's answers that hold for all in the same zones
_SOON: Final = timedelta(minutes=1)
_AT_ONCE: Final = datetime.min.replace(tzinfo=UTC)  # new people are in the order of their places alone

Progress = Callable[[int], None]  # gets how many people are done


class Run:
    """One run from `start` on. Nobody answers, and every text is taken and delivered at once."""

    def __init__(
        self,
        campaign: Campaign,
        sequence: Sequence,
        people: list[Person],
        texts: Texts,
        gatekeeper: Gatekeeper,
        recorder: Recorder,
        busy: Mapping[int, Busy],
        start: datetime,
    ) -> None:
        self.now = start
        self.done = 0
        self.paused = ""  # why it paused itself at `now`
        self._last = start + LONGEST
        self._sequence, self._people, self._texts = sequence, people, texts
        self._gate, self._recorder, self._busy = gatekeeper, recorder, busy
        self._pace = Pace.of(campaign)
        self._opening = Opening(campaign)
        self._looked_at = batch.MOST if clocks.by_person(campaign, sequence) else 0
        self._numbers = count()
        self._coming: list[tuple[datetime, int, Waiting]] = []
        self._ready = Ready()
        self._outbox: deque[datetime] = deque()  # when each text that waits for its turn on the number leaves
        self._late: list[tuple[datetime, int, Waiting]] = []  # and those that will be taken back before theirs

    def go(self, progress: Progress = lambda done: None) -> int:
        """Until nobody waits any more; how many still do when that is LONGEST away, or it pauses itself."""
        for person in self._people:
            self._follow(person)
        following: datetime | None = self.now
        while not self.paused and following is not None and following <= self._last:
            self.now = following
            self._arrive()
            while not self.paused and self._turn():
                progress(self.done)
            following = self._next_moment()
        return self._ready.count + len(self._coming) + len(self._late)

    def _follow(self, person: Person) -> None:
        """What they wait for next, if anything."""
        following = timing.following(self._sequence, person.step, person.ready_at, person.clock)
        if following is None:
            self._recorder.over(person)
            self.done += 1
            return
        order = (person.ready_at, person.id) if person.step else (_AT_ONCE, person.place)
        until, person.asleep = max(following.due, person.asleep or following.due), None
        self._wait(Waiting(order, person, following), until)

    def _wait(self, one: Waiting, until: datetime) -> None:
        if until <= self.now:
            self._ready.add(one)
        else:
            heapq.heappush(self._coming, (until, next(self._numbers), one))

    def _arrive(self) -> None:
        """Whoever's moment has come is ready; texts whose turn it was have left, or were taken back."""
        while self._coming and self._coming[0][0] <= self.now:
            self._ready.add(heapq.heappop(self._coming)[2])
        while self._late and self._late[0][0] <= self.now:
            self._ready.add(heapq.heappop(self._late)[2])
        while self._outbox and self._outbox[0] <= self.now:
            self._outbox.popleft()

    def _room(self) -> int:
        waiting = len(self._outbox) + len(self._late)
        return min(self._pace.room(self.now), batch.MOST, batch.WAITING_MOST - waiting)

    def _turn(self) -> bool:
        """One batch of the engine's; False when it has nobody to ask about now."""
        limit = self._room() if self._opening.is_open(self.now) else 0
        taken = self._pick(limit) if limit > 0 else []
        if not taken:
            return False
        asking = [self._asking(one) for one in taken if not self._is_busy(one)]
        asked = 0
        for one, verdict in zip(asking, self._gate.decide(asking, self.now), strict=True):
            asked += self._said(one, verdict)
        self._pace = self._pace.after(asked, self.now)
        return True

    def _pick(self, limit: int) -> list[Waiting]:
        """Those who wait for a later step first, in the order they became due; new people when there are none."""
        self._keep_hours()
        looked_at = self._looked_at or limit
        later = [one for step in self._ready.steps() if step for one in self._ready.take(step, looked_at, self.now)]
        if not later:
            return self._ready.take(0, limit, self.now)
        later.sort(key=lambda one: (one.next.due, one.person.id))
        for one in later[limit:]:
            self._ready.add(one)
        return later[:limit]

    def _keep_hours(self) -> None:
        """Where it is each person's own clock that counts, everybody in zones where it is too late waits."""
        for where in self._ready.awake(self.now):
            if until := self._opening.closed_for(where, self.now):
                self._put_to_sleep(where, Defer("window", self._opening.sentence(), until))

    def _put_to_sleep(self, where: Where, verdict: Defer) -> None:
        for one in self._ready.of(where):
            self._recorder.why(one.person, verdict)
        self._ready.sleep(where, verdict.until)

    def _is_busy(self, one: Waiting) -> bool:
        """Whether another campaign is writing to them: then the engine looks again from time to time."""
        busy = self._busy.get(one.person.id) if one.next.stage.timing == Timing.AFTER else None
        if busy is None or busy.until < self.now:
            return False
        looks = (busy.until - self.now) // arbiter.LOOK_AGAIN + 1
        until = self.now + looks * arbiter.LOOK_AGAIN
        self._recorder.why(one.person, Defer(arbiter.CODE, busy.reason, until))
        self._wait(one, until)
        return True

    def _asking(self, one: Waiting) -> Asking:
        person, stage = one.person, one.next.stage
        text = self._texts.of(stage, person.words, person.step == 0)
        return self._gate.asking(one, text, bool(stage.media), self._opening.closes(person.where, self.now))

    def _said(self, asking: Asking, verdict: Verdict) -> bool:
        """What the gate said of one text comes true; whether it was asked for."""
        if isinstance(verdict, Defer):
            self._defer(asking.waiting, verdict)
            return False
        if isinstance(verdict, Refuse | Hold):
            self._recorder.why(asking.waiting.person, verdict)
            self.done += 1
            return isinstance(verdict, Hold)
        at = self._gate.leaves_at(asking, self.now)
        if at is None:
            self._taken_back(asking)
        else:
            self._leaves(asking, at)
        return True

    def _leaves(self, asking: Asking, at: datetime) -> None:
        person, stage = asking.waiting.person, asking.waiting.next.stage
        self._recorder.text(person, stage, asking, at)
        if at > self.now:
            self._outbox.append(at)
        person.step, person.ready_at, person.texted = stage.position, at, True
        self._follow(person)

    def _taken_back(self, asking: Asking) -> None:
        """Its turn on the number does not come while the hours last: it waits for their end, then for the next ones."""
        ends = self._gate.ends(asking, self.now) or self.now
        self._gate.uncount(asking, self.now)
        self._recorder.why(asking.waiting.person, Defer("window", self._opening.sentence(), ends))
        heapq.heappush(self._late, (ends, next(self._numbers), asking.waiting))

    def _defer(self, one: Waiting, verdict: Defer) -> None:
        """Where one moment holds for many, they sleep together: each is asked about again when they wake."""
        until = max(verdict.until, self.now + _SOON)
        if verdict.code in batch.MONEY:
            self.paused = verdict.reason
            self._ready.add(one)
            return
        self._recorder.why(one.person, verdict)
        if verdict.code in SHARED:
            self._ready.add(one)
            self._put_to_sleep(one.person.where, Defer(verdict.code, verdict.reason, until))
        else:
            self._wait(one, until)

    def _next_moment(self) -> datetime | None:
        """The next at which something may happen; None when nothing can any more."""
        moments = [queue[0][0] for queue in (self._coming, self._late) if queue]
        if self._ready.count and (awake := self._ready.wakes_at(self.now)) is not None:
            moments.append(awake if awake > self.now else self._unblocked())
        return min((one for one in moments if one > self.now), default=None)

    def _unblocked(self) -> datetime:
        """When those who are ready may be asked about: the hours begin, the next batch does, or the queue has room."""
        if not self._opening.is_open(self.now):
            return self._opening.opens(self.now)
        if self._pace.room(self.now) <= 0 and self._pace.next_at is not None:
            return self._pace.next_at
        if self._outbox:
            return self._outbox[min(len(self._outbox), batch.MOST) - 1]
        return self.now
