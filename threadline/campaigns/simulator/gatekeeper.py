"""The gate during a run: its facts as they are at the beginning, and as the run's own texts change them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from threadline.billing import number_types, rates
from threadline.billing.rates import Rate
from threadline.campaigns.engine import writing
from threadline.campaigns.launch import repeated
from threadline.campaigns.models import Campaign
from threadline.campaigns.simulator.people import Person
from threadline.campaigns.simulator.texts import Text
from threadline.campaigns.simulator.waiting import Waiting
from threadline.compliance.consent import Standing
from threadline.compliance.optouts import InForce
from threadline.compliance.zones import Zones
from threadline.messaging import facts, gate, terms
from threadline.messaging.facts import Facts, Line
from threadline.messaging.rules import hours
from threadline.messaging.verdicts import Verdict

_PART: Final = 5_000  # people whose facts are read at once
_NO_LINE: Final = -1  # the id of a From number that nobody has chosen yet
_FORGET: Final = timedelta(hours=24)  # the gate does not look back further for equal words


@dataclass(slots=True)
class Asking:
    """One text before the gate, with what it costs. `not_after` is when the hours end for the person."""

    waiting: Waiting
    text: Text
    rate: Rate
    cost: int
    not_after: datetime | None


class Gatekeeper:
    """For one run; `notes` are sentences about what had to be taken for granted. Tells people where they are."""

    def __init__(self, campaign: Campaign, people: Sequence[Person], now: datetime) -> None:
        self.notes: list[str] = []
        self._workspace, self._basis = campaign.workspace_id, writing.basis_of(campaign)
        # A draft that repeats another one is launched by somebody who says that this is meant, or not at all.
        draft = campaign.state == Campaign.State.DRAFT
        self._repeat_meant = repeated.of(campaign, now) is not None if draft else campaign.repeat_meant
        self._line = self._ready_line(campaign)
        self._facts = self._load(people, now)
        self._month, self._forgot = now.astimezone(UTC).month, now
        self._rates, self._type = rates.of(self._workspace), number_types.of(self._line.phone)
        number = campaign.number
        self._gap = timedelta(seconds=1 / number.per_second) if number and number.per_second else None
        self._slot = number.slot_at if number and number.slot_at else now

    def _ready_line(self, campaign: Campaign) -> Line:
        """The From number, taken for one that may text: what keeps it from that is noted."""
        found = facts.lines_of([campaign.workspace_id]).get(campaign.number_id or 0)
        if found is None:
            self.notes.append(_("No From number is saved yet. This is how it goes with an ordinary one."))
            return Line(_NO_LINE, "", 0, True)
        if not found.ready:
            self.notes.append(found.why_not)
        return replace(found, ready=True)

    def _load(self, people: Sequence[Person], now: datetime) -> Facts:
        """Part by part, so that no query asks for a hundred thousand people."""
        lines = {self._line.id: self._line}
        whole = facts.load([], "send", now, lines)
        opt_outs: dict[facts.Person, Mapping[str, InForce]] = {}
        consents: dict[facts.Person, Mapping[str, Standing]] = {}
        zones: dict[facts.Person, Zones] = {}
        same: dict[Zones, Zones] = {}
        for start in range(0, len(people), _PART):
            part = people[start : start + _PART]
            found = facts.load([self._entry(one.address) for one in part], "send", now, lines)
            opt_outs.update(found.opt_outs)
            consents.update(found.consents)
            whole.recent.update(found.recent)
            whole.texts.update(found.texts)
            whole.days.update(found.days)
            for person in part:
                if at := found.zones.get((self._workspace, person.address)):
                    zones[self._workspace, person.address] = same.setdefault(at, at)
                    person.where = (person.where[0], at.names)
        own = terms.of([self._workspace], now)
        return replace(whole, opt_outs=opt_outs, zones=zones, consents=consents, terms=own)

    def _entry(
        self, address: str, body: str = "", cost: int = 0, not_after: datetime | None = None, first: bool = False
    ) -> gate.Entry:
        return gate.Entry(
            self._workspace, address, self._line.id, body, True, False,
            not_after=not_after, cost=cost, waits_outside=True, basis=self._basis,
            allow_duplicate=first and self._repeat_meant,
        )  # fmt: skip

    def asking(self, one: Waiting, text: Text, media: bool, not_after: datetime | None) -> Asking:
        rate = self._rates.of(one.person.address, self._type)
        return Asking(one, text, rate, rate.mms if media else rate.sms * text.segments, not_after)

    def decide(self, asking: Sequence[Asking], now: datetime) -> list[Verdict]:
        """What is said of each at this moment; the gate counts what may go."""
        self._turn_page(now)
        sound = [one for one in asking if one.text.refused is None]
        entries = [
            self._entry(one.waiting.person.address, one.text.body, one.cost, one.not_after, not one.waiting.person.step)
            for one in sound
        ]
        verdicts = iter(gate.decide(entries, replace(self._facts, now=now)))
        return [one.text.refused or next(verdicts) for one in asking]

    def _turn_page(self, now: datetime) -> None:
        """A new month has its whole budget; words that are a day old are forgotten."""
        if now.astimezone(UTC).month != self._month:
            self._month = now.astimezone(UTC).month
            if any(one.budget is not None for one in self._facts.terms.values()):
                fresh = {pk: replace(one, spent=0) for pk, one in self._facts.terms.items()}
                self._facts = replace(self._facts, terms=fresh)
                self._facts.spent.clear()
        if now - self._forgot > _FORGET:
            old = [key for key, at in self._facts.recent.items() if now - at > _FORGET]
            for key in old:
                del self._facts.recent[key]
            self._forgot = now

    def leaves_at(self, asking: Asking, now: datetime) -> datetime | None:
        """When the text leaves: the number sends so many a second. None when its hours, or the day, end before."""
        if self._gap is None:
            return now
        free = max(now, self._slot)
        at = now if free - self._gap <= now else free  # one slot early is allowed, as in dispatch.pacing
        ends = self.ends(asking, now)
        if ends is not None and at > ends - gate.SHORTEST_VALIDITY:
            return None
        self._slot = free + self._gap
        return at

    def ends(self, asking: Asking, now: datetime) -> datetime | None:
        """When it may not reach the person any more."""
        entry = self._entry(asking.waiting.person.address, not_after=asking.not_after)
        return hours.ends(entry, replace(self._facts, now=now))

    def uncount(self, asking: Asking, now: datetime) -> None:
        """A text that is taken back before it leaves was never sent, to anybody who counts."""
        address, facts_now = asking.waiting.person.address, self._facts
        facts_now.recent.pop((address, asking.text.body), None)
        facts_now.spent[self._workspace] -= asking.cost
        if times := facts_now.texts.get((self._workspace, address)):
            times.remove(now)
        if days := facts_now.days.get(self._line.id):
            days[facts_now.terms[self._workspace].day_of(now)] -= 1
