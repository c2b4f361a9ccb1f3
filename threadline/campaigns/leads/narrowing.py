"""How the leads of one status can be told further apart, and what a table narrowed to some texts says about itself."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from threadline.campaigns import looks
from threadline.campaigns.leads.listing import Wanted
from threadline.campaigns.models import Campaign, Recipient
from threadline.campaigns.results import outcome, snapshots
from threadline.messaging import states

MOST: Final = 12  # reasons to choose from
_BY_REASON: Final = ("failed", "skipped", "held")


@dataclass(frozen=True, slots=True)
class Choice:
    word: str | Promise
    query: str
    chosen: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Narrow:
    """`choices` are more filters of the status that is shown; `sentence` says whom a link from the results shows."""

    choices: list[Choice]
    sentence: str = ""


def of(campaign: Campaign, wanted: Wanted) -> Narrow:
    """What stands between the filters and the table."""
    if wanted.text:
        return Narrow([], _of_texts(campaign, wanted))
    if wanted.status == Recipient.Status.COMPLETED:
        return Narrow(
            [
                Choice(looks.How(how).label, wanted.query(how="" if how == wanted.how else how), how == wanted.how)
                for how in Recipient.How.values
            ]
        )
    if wanted.status in _BY_REASON:
        return Narrow(_reasons(campaign, wanted))
    return Narrow([])


def _reasons(campaign: Campaign, wanted: Wanted) -> list[Choice]:
    found = snapshots.reasons(campaign, wanted.status)[:MOST]
    if len(found) < 2 and not wanted.reason:
        return []
    return [
        Choice(reason, wanted.query(reason="" if reason == wanted.reason else reason), reason == wanted.reason, leads)
        for reason, leads in found
    ]


def _of_texts(campaign: Campaign, wanted: Wanted) -> str:
    """ "Step 2: Not delivered (Twilio 30007)"."""
    exact = wanted.text.removeprefix("only-")
    word = str(states.of(exact).word if exact != wanted.text else outcome.OUTCOME_WORDS[exact])
    if wanted.code:
        word = _("%(word)s (Twilio %(code)d)") % {"word": word, "code": wanted.code}
    elif wanted.reason:
        word = f"{word}: {wanted.reason}"
    if not wanted.step:
        return word
    alive = campaign.steps.filter(removed_at=None).order_by("position").values_list("position", flat=True)
    places = {position: place for place, position in enumerate(alive, start=1)}
    step = _("Step %d") % places[wanted.step] if wanted.step in places else _("A step that was removed since")
    return f"{step}: {word}"
