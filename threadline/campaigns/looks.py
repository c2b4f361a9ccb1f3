"""What the states of campaigns and the statuses of leads look like: an icon, a word, a colour that repeats them."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise

from threadline.campaigns.models import Campaign, Recipient

State = Campaign.State
Status = Recipient.Status
How = Recipient.How


@dataclass(frozen=True, slots=True)
class Look:
    """`tone` is good, wait, bad, accent or nothing."""

    icon: str
    word: str | Promise
    tone: str = ""


STATES: Final = {
    State.DRAFT: Look("pencil", State.DRAFT.label),
    State.SCHEDULED: Look("calendar-clock", State.SCHEDULED.label, "accent"),
    State.ACTIVE: Look("play", State.ACTIVE.label, "good"),
    State.PAUSED: Look("pause", State.PAUSED.label, "wait"),
    State.STOPPED: Look("square", State.STOPPED.label, "bad"),
    State.COMPLETED: Look("circle-check", State.COMPLETED.label),
    State.ARCHIVED: Look("archive", State.ARCHIVED.label),
}

STATUSES: Final = {
    Status.PENDING: Look("clock", Status.PENDING.label),
    Status.IN_PROGRESS: Look("send", Status.IN_PROGRESS.label, "accent"),
    Status.HELD: Look("circle-pause", Status.HELD.label, "wait"),
    Status.COMPLETED: Look("circle-check", Status.COMPLETED.label, "good"),
    Status.OPTED_OUT: Look("octagon-x", Status.OPTED_OUT.label, "bad"),
    Status.FAILED: Look("circle-alert", Status.FAILED.label, "bad"),
    Status.SKIPPED: Look("skip-forward", Status.SKIPPED.label),
    Status.REMOVED: Look("user-minus", Status.REMOVED.label),
}


def of_campaign(campaign: Campaign) -> Look:
    return STATES[State(campaign.state)]


def of_lead(lead: Recipient) -> Look:
    return STATUSES[Status(lead.status)]


def how(lead: Recipient) -> str | Promise:
    """How a completed lead was completed, and that a removed one is left out; "" for the others."""
    return How(lead.how).label if lead.how and lead.status in (Status.COMPLETED, Status.REMOVED) else ""
