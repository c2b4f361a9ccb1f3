"""A campaign under random treatment, on the real engine, gate and sender, with a simulated carrier; what must hold.

With one of the guards taken out (guards.py) something here has to fail.
"""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sandbox.testing import RunningSandbox
from threadline.campaigns import audience, engine
from threadline.campaigns.launch import scheduling
from threadline.campaigns.leads import lead_verbs
from threadline.campaigns.models import Campaign, Recipient, Step, Touch
from threadline.campaigns.refusals import Refused
from threadline.campaigns.running import arming, follow, lifecycle
from threadline.campaigns.running.progress import NEVER_ARRIVED
from threadline.campaigns.sequence import steps
from threadline.campaigns.testing import come_to, make_campaign, owner_of
from threadline.compliance import zones
from threadline.compliance.models import OptOut, Policy
from threadline.contacts.people import Person
from threadline.lib import clock, failpoints, windows
from threadline.messaging.models import Attempt, Message, OutboxEntry
from threadline.messaging.testing import arrive, send_all
from threadline.numbers.testing import make_connection, make_number

START = datetime(2026, 10, 30, 15, 0, tzinfo=UTC)  # a Friday; two days before clocks go back in the United States
HOME = "America/New_York"
# Tampa, Denver, Phoenix (no daylight saving), Honolulu, and a toll-free number that may be anywhere.
PEOPLE = ("+18135550101", "+13035550102", "+16025550103", "+18085550104", "+18885550105", "+12125550106")
DAY = (time(9), time(17))
NIGHT = (time(21), time(8))
PLACES = ("campaigns.before_commit", "campaigns.after_commit", "campaigns.follow_before_commit", "dispatch.before_wire")

person = st.sampled_from(range(len(PEOPLE)))
waits = st.sampled_from([0, 1, 5, 24])
step_times = st.one_of(
    st.tuples(st.just("after"), waits), st.tuples(st.just("after"), waits), st.tuples(st.just("at"), st.integers(1, 48))
)


ACTS = (
    *[("writes", "Yes please")] * 4,
    *[("writes", "STOP")] * 2,
    *[("receipt", "delivered"), ("receipt", "undelivered")],
    *[("presses", verb) for verb in ("pause", "resume", "resume", "stop", "restart", "launch", "arm", "disarm")],
    *[("treats", verb) for verb in ("add", "add", "complete", "remove", "retry")],
    *[("moves", hours) for hours in ("1", "20", "70")],
    *[("runs", part) for part in ("engine", "sender", "leads")],
    *[("dies", place) for place in PLACES],
    *[("hangs", hours) for hours in ("0.2", "4", "9", "26")],
)

THEN = (None, 0, 0, 1, 5)  # hours in which everything runs


def _engine() -> bool:
    return engine.advance(clock.now())  # what the engine makes of days without it is its own matter (engine/downtime)


class KilledError(BaseException):
    """A process dies here, as a power cut would have it: whatever was not committed is gone."""


class Treatment(RuleBasedStateMachine):
    """One campaign and six people. Time stands still but for `later`."""

    carrier: RunningSandbox
    came_to: Counter[str] = Counter()  # over all runs: how often what the rules are about did happen

    def __init__(self) -> None:
        super().__init__()
        self.clocks: Any = None
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.travel = time_machine.travel(START, tick=False)
        self.clocks = self.travel.start()
        self.carrier.control("POST", "reset")
        self.carrier.control("PUT", "speed", {"mode": "fast"})
        self.answered: dict[str, datetime] = {}  # when last
        self.stopped: set[str] = set()
        self.seen = 0

    @initialize(
        times=st.lists(step_times, min_size=1, max_size=3),
        by_person=st.booleans(),
        hours=st.sampled_from([None, None, "campaign", "person"]),
        weekdays=st.sampled_from([windows.EVERY_DAY, 0b0011111]),
        quiet=st.booleans(),
        batch=st.sampled_from([(1, 0), (2, 5), (10, 0), (3, 60)]),
        complete_on_reply=st.sampled_from([True, True, False]),
        canary=st.sampled_from([0, 0, 2]),
        people=st.sets(person, min_size=2),
        launched=st.sampled_from([True] * 7 + [False]),
    )
    def create(
        self,
        times: list[tuple[str, int]],
        by_person: bool,
        hours: str | None,
        weekdays: int,
        quiet: bool,
        batch: tuple[int, int],
        complete_on_reply: bool,
        canary: int,
        people: set[int],
        launched: bool,
    ) -> None:
        account: dict[str, Any] = {"account_sid": self.carrier.account_sid, "auth_token": self.carrier.auth_token}
        self.line = make_number(
            connection=make_connection(base_url=self.carrier.url, **account), phone=self.carrier.numbers[0]
        )
        self.quiet = quiet
        if quiet:
            Policy.objects.create(
                workspace=self.line.workspace, quiet_hours=True, quiet_from=NIGHT[0], quiet_to=NIGHT[1]
            )
        self.campaign = make_campaign(
            self.line,
            steps=[f"Step {n} of all" for n in range(1, len(times) + 1)],
            timezone=HOME,
            window_start=DAY[0] if hours else None,
            window_end=DAY[1] if hours else None,
            window_days=weekdays if hours else windows.EVERY_DAY,
            window_zone=hours or "campaign",
            batch_size=batch[0],
            batch_minutes=batch[1],
            complete_on_reply=complete_on_reply,
            canary_size=canary,
            most_failed=0,
            most_opt_outs=0,
        )
        for place, (timing, n) in enumerate(times, 1):
            step = self.campaign.steps.get(position=place)
            self._time(step, timing, n, by_person)
        steps.keep_kind(self.campaign)
        for one in sorted(people):
            self._add(PEOPLE[one])
        if launched:
            self._presses("launch", 0)
            self._presses("arm", 0)

    # What people and time do. Two rules only: a run of hypothesis leaves many rules out, and without hours that go by
    # and an engine that runs nothing else means anything. Nothing that is drawn depends on what happened before.

    @rule(hours=st.sampled_from([0, 1, 5, 13]))
    def time_goes_by(self, hours: int) -> None:
        """What happens when nobody does anything: everything runs, hour by hour; with 0 hours just now."""
        for _turn in range(max(hours, 3)):
            _engine()
            self._send()
            follow.step()
            if hours:
                self.clocks.shift(timedelta(hours=1))

    @rule(asked=st.booleans(), act=st.sampled_from(ACTS), one=person, then=st.sampled_from(THEN))
    def something_happens(self, asked: bool, act: tuple[str, str], one: int, then: int | None) -> None:
        """While a text waits for the sender, or at any other time; then the world goes on, or not yet."""
        if asked:
            self._until_something_waits()
        getattr(self, f"_{act[0]}")(act[1], one)
        if then is not None:
            self.time_goes_by(then)

    def _until_something_waits(self) -> None:
        for _turn in range(9):
            _engine()
            if OutboxEntry.objects.exists():
                return
            follow.step()
            self.clocks.shift(timedelta(hours=3))

    def _hangs(self, hours: str, _one: int) -> None:
        """Nothing runs for a while; then the sender is the first to go on."""
        self.clocks.shift(timedelta(hours=float(hours)))
        self._send()

    def _runs(self, part: str, _one: int) -> None:
        {"engine": _engine, "sender": self._send, "leads": follow.step}[part]()

    def _dies(self, place: str, _one: int) -> None:
        """A kill loses what is not committed; what is must be enough to go on with."""
        for act in (_engine, self._send, follow.step):
            try:
                with transaction.atomic(), _dying_at(place):
                    act()
            except KilledError:
                continue

    def _writes(self, words: str, one: int) -> None:
        """Rather one of those for whom a text waits, or who have one to come: what the others write ends nothing."""
        waiting = OutboxEntry.objects.order_by("id").values_list("message__address", flat=True)
        between = self.campaign.recipients.filter(status=Recipient.Status.IN_PROGRESS).order_by("id")
        coming = between.values_list("address", flat=True)
        likely = list(waiting if one % 2 else coming) or list(coming) or PEOPLE
        phone = likely[one % len(likely)]
        arrive(self.line, words, phone)
        if words == "STOP":
            self.stopped.add(phone)
        else:
            self.answered[phone] = clock.now()

    def _receipt(self, word: str, one: int) -> None:
        taken = list(Message.objects.filter(workspace=self.line.workspace, sid__isnull=False, direction="outbound"))
        if taken:
            come_to(taken[one % len(taken)], word, 30005 if word == "undelivered" else None)

    def _presses(self, verb: str, _one: int) -> None:
        if verb == "launch":
            verb = "start" if self._now().kind == Campaign.Kind.DRIP else "schedule"
        room = arming if verb in ("arm", "disarm") else lifecycle
        self._try(lambda: getattr(room, verb)(self.campaign, owner_of(self.campaign), clock.now()))

    def _treats(self, verb: str, one: int) -> None:
        lead = self.campaign.recipients.filter(address=PEOPLE[one]).first()
        if verb == "add":
            self._try(lambda: self._add(PEOPLE[one]))
        elif lead is not None:
            act = getattr(lead_verbs, verb)
            self._try(lambda: act(self.campaign, lead.contact_id, owner_of(self.campaign), clock.now()))

    def _moves(self, hours: str, one: int) -> None:
        dated = list(self.campaign.steps.filter(timing=Step.Timing.AT, touches__isnull=True))
        if dated:
            step = dated[one % len(dated)]
            self._time(step, "at", int(hours), step.zone == Campaign.Zone.PERSON)
            scheduling.moved(self._now(), clock.now())

    # What must hold, whatever happened.

    @invariant()
    def the_audience_is_the_sum_of_its_statuses(self) -> None:
        if hasattr(self, "line"):
            counts = audience.counts(self.campaign)
            assert sum(counts.values()) == self.campaign.recipients.count()
            assert set(counts) == set(Recipient.Status.values)

    @invariant()
    def nobody_gets_a_step_twice(self) -> None:
        if hasattr(self, "line"):
            taken = Attempt.objects.filter(message__workspace=self.line.workspace, outcome=Attempt.Outcome.ACCEPTED)
            reached = taken.exclude(message__status__in=NEVER_ARRIVED)  # those may be asked for again by hand
            got = Counter(reached.values_list("message__address", "message__body"))
            assert not [key for key, times in got.items() if times > 1], got
            touched = Counter(Touch.objects.filter(recipient__campaign=self.campaign).values_list("recipient", "step"))
            assert all(times == 1 for times in touched.values())

    @invariant()
    def what_left_was_allowed_to_leave(self) -> None:
        """Every text that went on the wire since the last look: when, to whom, and how the campaign stood."""
        if not hasattr(self, "line"):
            return
        new = Attempt.objects.filter(message__workspace=self.line.workspace, pk__gt=self.seen).order_by("pk")
        campaign = self._now()
        for attempt in new.select_related("message"):
            self.seen = attempt.pk
            self._check(attempt.wire_at, attempt.message, campaign)

    def _check(self, at: datetime, text: Message, campaign: Campaign) -> None:
        assert campaign.sends_by_itself, f"sent while {campaign.state}, Auto SMS {campaign.armed}"
        assert text.address not in self.stopped or self._lifted(text.address), "sent after a STOP"
        lead = campaign.recipients.get(address=text.address)
        reply = self.answered.get(text.address)
        if campaign.complete_on_reply and reply and lead.first_text_at and reply > lead.first_text_at:
            raise AssertionError("sent after a reply")
        person = zones.of(text.address, fallback=HOME).names
        if campaign.window_start is not None:
            here = (HOME,) if campaign.window_zone == "campaign" else person
            assert windows.over(here, *DAY, campaign.window_days).open_at(at), f"outside the hours: {at} for {here}"
        if self.quiet:
            assert not any(windows.Window(zone, *NIGHT).open_at(at) for zone in person), f"at night: {at} for {person}"

    def _lifted(self, address: str) -> bool:
        return not OptOut.objects.filter(workspace=self.line.workspace, address=address, lifted_at=None).exists()

    def teardown(self) -> None:
        try:
            if hasattr(self, "line"):
                self.time_goes_by(28)  # most treatments are short: in the end everybody gets what they may
                self.nobody_gets_a_step_twice()
                self._carrier_agrees()
                self._words_counted_as_what_they_are()
                self._remember()
        finally:
            self.travel.stop()
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    def _carrier_agrees(self) -> None:
        """What the carrier took is what we say it took."""
        ours = Attempt.objects.filter(message__workspace=self.line.workspace, outcome=Attempt.Outcome.ACCEPTED)
        theirs = Counter((row["to"], row["body"]) for row in self.carrier.accepted())
        assert Counter(ours.values_list("message__address", "message__body")) == theirs

    def _words_counted_as_what_they_are(self) -> None:
        """A STOP is an opt-out, also after the last step, and never a reply."""
        leads = self.campaign.recipients
        assert not leads.filter(address__in=self.stopped, how=Recipient.How.FINISHED).exists(), "a STOP is not counted"
        assert not leads.exclude(address__in=self.answered).exclude(replied_at=None).exists(), "a STOP is a reply"

    def _remember(self) -> None:
        leads = list(self.campaign.recipients.filter(first_text_at__isnull=False))
        self.came_to["run"] += 1
        self.came_to["texts"] += bool(leads)
        self.came_to["a reply"] += any(lead.replied_at for lead in leads)
        self.came_to["a STOP"] += any(lead.address in self.stopped for lead in leads)
        self.came_to["several steps"] += any(lead.step > 1 for lead in leads)

    def _send(self) -> None:
        """What left is looked at before anybody hears of it: a receipt may complete the campaign, or pause it."""
        if OutboxEntry.objects.exists():
            send_all()
        self.what_left_was_allowed_to_leave()

    def _now(self) -> Campaign:
        return Campaign.objects.select_related("owner", "workspace").get(pk=self.campaign.pk)

    def _time(self, step: Step, timing: str, n: int, by_person: bool) -> None:
        if timing == "after":
            step.timing, step.wait_hours = Step.Timing.AFTER, Decimal(n)
        else:
            local = (clock.now() + timedelta(hours=n)).astimezone(ZoneInfo(HOME))
            step.timing, step.at_date, step.at_time = Step.Timing.AT, local.date(), local.time().replace(microsecond=0)
            step.zone = Campaign.Zone.PERSON if by_person else Campaign.Zone.CAMPAIGN
        step.save()

    def _add(self, phone: str) -> None:
        audience.add(self._now(), [Person(phone, first_name="Somebody")], clock.now())

    def _try(self, act: Any) -> None:
        """What cannot be done now is refused, and nothing has changed."""
        with suppress(Refused):
            act()


class _dying_at:  # noqa: N801 - used as a verb
    """Within it, the first hit of that place kills."""

    def __init__(self, place: str) -> None:
        self.place = place

    def __enter__(self) -> None:
        failpoints._any, failpoints._roll = True, self._roll

    def __exit__(self, *_: object) -> None:
        failpoints._any, failpoints._roll = False, _ROLL

    def _roll(self, name: str) -> None:
        if name == self.place:
            raise KilledError(name)


_ROLL = failpoints._roll
