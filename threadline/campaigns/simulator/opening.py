"""The hours of a campaign during a run: engine.hours, asked again only when the answer may have changed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.utils.translation import gettext as _

from threadline.campaigns.engine import hours
from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence.timing import Clock
from threadline.campaigns.simulator.people import Where
from threadline.lib.windows import Together
from threadline.messaging.gate import SHORTEST_VALIDITY

NEVER: Final = datetime.max.replace(tzinfo=UTC)
_BEFORE: Final = SHORTEST_VALIDITY + hours.MARGIN  # the end: nothing is asked for any more


@dataclass(slots=True)
class _Answer:
    """Holds from when it was given until `until`: open with the end of the hours, or closed."""

    until: datetime
    open: bool
    closes: datetime | None = None


class Opening:
    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._own = hours.of_campaign(campaign)
        self._by_person = campaign.window_zone == Campaign.Zone.PERSON and hours.limited(campaign)
        self._hours: dict[Where, Together] = {}
        self._answers: dict[Where | None, _Answer] = {}

    def is_open(self, now: datetime) -> bool:
        """By the campaign's own clock."""
        return self._answer(None, self._own, now).open

    def opens(self, now: datetime) -> datetime:
        """The first moment from `now` on when it is; NEVER when it never is."""
        answer = self._answer(None, self._own, now)
        return now if answer.open else answer.until

    def closed_for(self, where: Where, now: datetime) -> datetime | None:
        """When the hours begin for people in these zones; None when they have begun, or the campaign's own count."""
        if not self._by_person:
            return None
        answer = self._answer(where, self._of(where), now)
        return None if answer.open else answer.until

    def closes(self, where: Where, now: datetime) -> datetime | None:
        """When the hours that are open now end for people in these zones."""
        answer = self._answer(where, self._of(where), now) if self._by_person else self._answer(None, self._own, now)
        return answer.closes

    def sentence(self) -> str:
        return _("The sending hours are over for them; it goes out when they begin again.")

    def _of(self, where: Where) -> Together:
        found = self._hours.get(where)
        if found is None:
            found = self._hours[where] = hours.of_person(self._campaign, Clock(self._campaign.timezone, where[0]))
        return found

    def _answer(self, key: Where | None, asked: Together, now: datetime) -> _Answer:
        answer = self._answers.get(key)
        if answer is None or now >= answer.until:
            answer = self._answers[key] = _ask(asked, now)
        return answer


def _ask(asked: Together, now: datetime) -> _Answer:
    if not hours.is_open(asked, now):
        return _Answer(hours.opens_after(asked, now) or NEVER, False)
    closes = asked.closes_after(now)
    return _Answer(NEVER if closes is None else closes - _BEFORE, True, closes)
