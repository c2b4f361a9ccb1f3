"""The steps from nothing to a campaign that sends by itself, and which of them comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from threadline.campaigns.models import Campaign

LABELS: Final[tuple[str | Promise, ...]] = (
    _("Connect Twilio"),
    _("Create SMS campaign"),
    _("Add leads"),
    _("Configure messages"),
    _("Start campaign"),
    _("Turn on Auto SMS"),
)
SCHEDULE: Final = _("Schedule Campaign")  # instead of the last two


@dataclass(frozen=True, slots=True)
class Milestone:
    """One step: done, next, or neither yet; `url` leads to where it is done, "" for a control on the page."""

    label: str | Promise
    done: bool
    next: bool
    url: str


def of(campaign: Campaign, connected: bool, leads: int, messages: int) -> list[Milestone]:
    """The steps of one campaign, in their order. One that goes by dates ends with the fifth: it sends by itself."""
    here = [campaign.public_id]
    launched, scheduled = campaign.state != Campaign.State.DRAFT, campaign.kind == Campaign.Kind.SCHEDULED
    facts: dict[str | Promise, tuple[bool, str]] = {
        LABELS[0]: (connected, reverse("numbers:credentials")),
        LABELS[1]: (True, ""),
        LABELS[2]: (leads > 0, reverse("campaigns:leads", args=here)),
        LABELS[3]: (messages > 0, reverse("campaigns:settings", args=here)),
        SCHEDULE if scheduled else LABELS[4]: (launched, "" if launched else reverse("campaigns:launch", args=here)),
    }
    if not scheduled:
        facts[LABELS[5]] = (campaign.armed, "")
    return _marked(facts)


def before(connected: bool) -> list[Milestone]:
    """The same before the first campaign."""
    links = [reverse("numbers:credentials"), reverse("campaigns:new"), "", "", "", ""]
    return _marked({label: (connected and not place, links[place]) for place, label in enumerate(LABELS)})


def _marked(facts: Mapping[str | Promise, tuple[bool, str]]) -> list[Milestone]:
    following = next((label for label, (done, _url) in facts.items() if not done), None)
    return [Milestone(label, done, label is following, url) for label, (done, url) in facts.items()]
