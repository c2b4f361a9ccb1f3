"""What stands around every page of a campaign: its state, Auto SMS, what can be done now, what comes next."""

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from threadline.accounts.requests import MemberRequest
from threadline.campaigns import looks, states, workflow
from threadline.campaigns.launch import approval, launch_rules, recalling
from threadline.campaigns.models import Campaign
from threadline.campaigns.refusals import Refused
from threadline.campaigns.results import snapshots
from threadline.campaigns.running import arming, stalls
from threadline.campaigns.sequence import sending_words
from threadline.lib import clock
from threadline.numbers.setup import standing

TABS: Final = (
    ("show", gettext_lazy("Results")),
    ("leads", gettext_lazy("Leads")),
    ("messages", gettext_lazy("Messages")),
    ("details", gettext_lazy("Campaign Details")),
    ("settings", gettext_lazy("Settings")),
)
# Each verb of states.py as its button: words and icon.
BUTTONS: Final = {
    "start": (gettext_lazy("Start"), "play"),
    "schedule": (gettext_lazy("Schedule Campaign"), "calendar-clock"),
    "pause": (gettext_lazy("Pause"), "pause"),
    "resume": (gettext_lazy("Resume"), "play"),
    "stop": (gettext_lazy("Stop Campaign"), "square"),
    "restart": (gettext_lazy("Restart Campaign"), "rotate-ccw"),
    "archive": (gettext_lazy("Archive"), "archive"),
    "restore": (gettext_lazy("Bring back"), "archive-restore"),
}
FIRST: Final = frozenset({"start", "schedule", "resume"})  # the one thing to do when it can be done
LAUNCHES: Final = frozenset({"start", "schedule"})  # by way of the page that says what will happen


@dataclass(frozen=True, slots=True)
class Button:
    verb: str
    label: str | Promise
    icon: str
    url: str
    first: bool
    launches: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """Auto SMS. `on` is how it stands, `free` whether it may be pressed; else `why` says why not, with a way out."""

    on: bool
    free: bool
    why: str
    url: str = ""
    link_text: str = ""
    other: str = ""  # name of the campaign that it is on for, when it can be switched in one action

    @property
    def can_be_turned_on(self) -> bool:
        """By a press here; then the legal notice stands beside it (000-51)."""
        return not self.on and (self.free or bool(self.other))


def context(
    request: MemberRequest, campaign: Campaign, tab: str, counts: dict[str, int] | None = None
) -> dict[str, Any]:
    """For campaigns/campaign.html and for the parts of it that are refreshed live; `counts` if they are known."""
    counts = counts or snapshots.people(campaign)
    leads = sum(counts.values()) - counts["removed"]
    messages = campaign.steps.filter(removed_at=None).count()
    may_edit = request.member.may("manage_campaigns")
    stall = stalls.why(campaign, clock.now())
    return {
        "campaign": campaign,
        "tab": tab,
        "tabs": [(name, label, reverse(f"campaigns:{name}", args=[campaign.public_id])) for name, label in TABS],
        "look": looks.of_campaign(campaign),
        "counts": counts,
        "leads_total": leads,
        "messages_total": messages,
        "may_edit": may_edit,
        "sends": sending_words.of(campaign),
        "switch": switch(campaign, may_edit),
        "buttons": buttons(campaign) if may_edit else [],
        "stall": stall,
        "stall_url": way_out(stall, campaign) if stall else "",
        "milestones": _milestones(request, campaign, leads, messages),
        **_launching(request, campaign, may_edit),
    }


def _launching(request: MemberRequest, campaign: Campaign, may_edit: bool) -> dict[str, Any]:
    """An approval that is asked for, and the seconds in which a launch, or Auto SMS, can be taken back."""
    found: dict[str, Any] = {
        "recall": may_edit and recalling.possible(campaign, clock.now()),
        "of_auto_sms": recalling.of_auto_sms(campaign),
    }
    if campaign.state == Campaign.State.DRAFT and launch_rules.of(campaign.workspace).approval_from is not None:
        stands = approval.standing(campaign)
        found |= {"approval": stands, "may_decide": approval.may_decide(stands, request.member)}
    return found


def switch(campaign: Campaign, may_edit: bool) -> Switch:
    """The Auto SMS switch with its refusal as a sentence."""
    if not may_edit:
        return Switch(campaign.armed, False, _("Your role can look at campaigns, not change them."))
    if campaign.armed:
        return Switch(True, True, "")
    refused = arming.why_not(campaign)
    if refused is None:
        return Switch(False, True, "")
    other = arming.armed_instead(campaign) if refused.code == "another_armed" else None
    url = way_out(refused, campaign)
    return Switch(False, False, refused.sentence, url, refused.link_text, other.name if other else "")


def way_out(reason: Refused | stalls.Stall, campaign: Campaign) -> str:
    """Where the link of a refusal or a stall leads; "" when it has none."""
    if not reason.link:
        return ""
    subject = reason.subject or (campaign.public_id if reason.link.startswith("campaigns:") else "")
    return reverse(reason.link, args=[subject] if subject else [])


def buttons(campaign: Campaign) -> list[Button]:
    """Only what can be done now."""
    here = [campaign.public_id]
    found = []
    for verb in (verb for verb in states.verbs(campaign) if verb in BUTTONS):
        launches = verb in LAUNCHES
        url = reverse("campaigns:launch" if launches else f"campaigns:{verb}", args=here)
        found.append(Button(verb, *BUTTONS[verb], url, verb in FIRST, launches))
    return found


def _milestones(request: MemberRequest, campaign: Campaign, leads: int, messages: int) -> list[workflow.Milestone]:
    """Until Auto SMS has been on for the first time, or a campaign that goes by dates is scheduled."""
    launched = campaign.kind == Campaign.Kind.SCHEDULED and campaign.state != Campaign.State.DRAFT
    if campaign.armed_at or launched or campaign.state in states.ENDED:
        return []
    return workflow.of(campaign, standing(request.workspace).exists(), leads, messages)
