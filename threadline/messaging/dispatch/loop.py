"""The sender: one thread keeps the flight full. A turn settles what landed and claims what may leave, in one commit."""

import logging
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import Error, IntegrityError, connection, transaction

from threadline.events.publish import Happening, publish
from threadline.lib import clock, doorbell, failpoints, ids, rows
from threadline.lib.crypto import CannotUnsealError
from threadline.messaging.dispatch import alive, rescue, waiting
from threadline.messaging.dispatch.addresses import Addresses
from threadline.messaging.dispatch.claim import Claimed, Unread, claim
from threadline.messaging.dispatch.settle import Landed, settle
from threadline.messaging.dispatch.waiting import Entry
from threadline.messaging.media_urls import NotPublicError
from threadline.numbers.models import Connection
from threadline.twilio.flight import Flight, Landing
from threadline.twilio.outcomes import NotSent, Refused, Throttled, Unknown

log = logging.getLogger(__name__)

FLIGHT = 100  # beyond about this many at once an account is answered 429
# Landings that are settled at once, without waiting for more: nearly the whole flight; with a carrier that takes its
# time only half of it, so that one half is in the air while the other is written down.
GROUP, GROUP_SLOW = 0.9, 0.5
SLOW = 0.02  # seconds
GROUP_AGE = 0.005  # seconds that a landing may wait for others while the flight is still busy
IDLE = 1.0  # seconds between looks when no bell rings
SLOW_DOWN = timedelta(seconds=1)
RESCUE_EVERY = 5.0  # seconds
AFTER_ERROR = 0.5  # seconds


class Sender:
    """Claims, POSTs and settles until told to stop; then lands what is in the air."""

    def __init__(self, unread: Unread, limit: int = FLIGHT) -> None:
        self.worker = ids.new("wrk")
        self.held = False  # the lock that says that it lives
        self.unread = unread
        self.flight = Flight(limit=limit)
        self.limit = limit
        self.addresses = Addresses()
        self.landed: list[Landed] = []
        self.landed_since = 0.0
        self.posted_at = 0.0
        self.group = limit * GROUP
        self.in_air = 0
        self.throttled_until: dict[int, float] = {}
        self.more = True
        self.next_slot = float("inf")  # when a text that waits for its turn may ask again

    def run(self, stop: threading.Event) -> None:
        bell = doorbell.Doorbell(["outbox"])
        rescued = 0.0
        try:
            while not (stop.is_set() and not self.in_air and not self.landed):
                if self._lives() and time.monotonic() - rescued > RESCUE_EVERY:
                    rescued = time.monotonic()
                    self._rescue()
                if self._lives() and self._turn_is_due():
                    self._turn(claiming=not stop.is_set())
                self._wait(bell, stop)
        finally:
            bell.close()
            self.flight.close()
            alive.drop(self.worker)

    def _lives(self) -> bool:
        """Whether everybody can see that it does: who seems dead has to claim nothing."""
        if not self.held:
            try:
                alive.hold(self.worker)
                self.held = True
            except Error:
                self._failed("A sender cannot say that it lives; it is tried again")
        return self.held

    def _failed(self, what: str) -> None:
        """In an `except`: what is in hand stays there until the database takes it."""
        log.exception(what)
        connection.close_if_unusable_or_obsolete()
        self.held = False  # a lost connection took the lock with it
        time.sleep(AFTER_ERROR)

    def _rescue(self) -> None:
        try:
            rescue.dead_claims()
        except Error:
            self._failed("Claims of dead senders could not be looked at; it is tried again")

    def _turn_is_due(self) -> bool:
        """Settle in groups, without keeping a lone text or an empty slot waiting."""
        if not self.in_air:
            return bool(self.landed) or self.more
        if not self.landed:
            return self.more and self.in_air < self.limit // 2
        waited = time.monotonic() - self.landed_since
        return waited >= GROUP_AGE or len(self.landed) >= self.group

    def _turn(self, claiming: bool) -> None:
        landed = list(self.landed)
        free = self.limit - self.in_air if claiming else 0
        try:
            with transaction.atomic(), rows.pipelined():
                now = clock.now()
                waiting.by_index()
                happenings = settle(landed, now)
                failpoints.hit("dispatch.before_wire")
                taken = claim(self.worker, free, self.unread, self._busy(), now)
                publish(happenings + _ended(taken.ended))
                if landed:
                    failpoints.hit("dispatch.before_settle")
        except IntegrityError:
            log.exception("An answer contradicts what is on record; the answers of this turn are settled one by one")
            self._settle_alone(landed)
            return
        except Error:
            self._failed("A turn of the sender was rolled back; it is tried again")
            return
        self.landed = []
        if taken.ready:
            failpoints.hit("dispatch.after_wire")
        self.more = taken.full
        if taken.looked:
            self.next_slot = _from_now(taken.next_slot)
        self._post(taken.ready)
        if any(isinstance(one.outcome, Unknown) for one in landed):
            doorbell.ring("reconcile")

    def _settle_alone(self, landed: Sequence[Landed]) -> None:
        """Such as a sid that another text has: that answer proves nothing, the others are as good as before."""
        contradiction = Unknown("Twilio answered with an identifier that another text has.")
        for one in landed:
            try:
                try:
                    _settle(one)
                except IntegrityError:
                    _settle(Landed(one.claimed, contradiction))
            except Error:
                self._failed("An answer could not be settled; it is tried again")
                return
            self.landed.remove(one)

    def _post(self, ready: Sequence[Claimed]) -> None:
        self.posted_at = time.monotonic()
        for place, one in enumerate(ready):
            try:
                request = self.addresses.request(one)
            except (CannotUnsealError, Connection.DoesNotExist) as error:
                self.landed.append(Landed(one, NotSent(str(error))))
                continue
            except NotPublicError as error:
                self.landed.append(Landed(one, Refused(0, str(error), 0)))
                continue
            except Error:
                self.landed += [Landed(left, NotSent("the database did not answer")) for left in ready[place:]]
                self._failed("No credentials could be read; the texts go back to the queue")
                return
            self.flight.submit(one, *request)
            self.in_air += 1

    def _wait(self, bell: doorbell.Doorbell, stop: threading.Event) -> None:
        """Wait for landings while anything is in the air, else for a bell."""
        if self.in_air:
            landings = self.flight.poll(GROUP_AGE if self.landed else 0.02)
            if landings:
                failpoints.hit("dispatch.after_post")
                self._land(landings)
            if not self.more and self.in_air < self.limit and (bell.wait(0) or time.monotonic() >= self.next_slot):
                self.more = True
        elif not self.landed and not self.more and not stop.is_set():
            bell.wait(max(0.0, min(IDLE, self.next_slot - time.monotonic())))
            self.more = True

    def _land(self, landings: Sequence[Landing]) -> None:
        if not self.landed:
            self.landed_since = time.monotonic()
            slow = self.landed_since - self.posted_at > SLOW
            self.group = self.limit * (GROUP_SLOW if slow else GROUP)
        for landing in landings:
            self.in_air -= 1
            self.landed.append(Landed(landing.key, landing.outcome))
            if isinstance(landing.outcome, Throttled):
                connection_id = landing.key.entry.connection_id
                self.throttled_until[connection_id] = time.monotonic() + SLOW_DOWN.total_seconds()

    def _busy(self) -> list[int]:
        now = time.monotonic()
        self.throttled_until = {pk: until for pk, until in self.throttled_until.items() if until > now}
        return list(self.throttled_until)


def _settle(one: Landed) -> None:
    with transaction.atomic():
        publish(settle([one], clock.now()))


def _from_now(moment: datetime | None) -> float:
    """A moment on the clock that only runs forwards."""
    return float("inf") if moment is None else time.monotonic() + (moment - clock.now()).total_seconds()


def _ended(entries: Sequence[Entry]) -> list[Happening]:
    return [
        Happening(entry.workspace_id, "conversation.changed", entry.conversation, {"messages": [entry.message_id]})
        for entry in entries
    ]


def run(stop: threading.Event, unread: Unread) -> None:
    """Send until `stop` is set, then land what is in the air. `unread` says whose own texts still wait to be read."""
    Sender(unread).run(stop)
