"""The states of a campaign and the ways between them, as one table."""

from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from threadline.campaigns.models import Campaign

State = Campaign.State

# (from, verb): to. What is not here cannot be done. Auto SMS is not a state but a switch: see arming.py.
TABLE: Final = {
    (State.DRAFT, "start"): State.ACTIVE,  # a drip
    (State.DRAFT, "schedule"): State.SCHEDULED,  # one whose first message has a date
    (State.SCHEDULED, "begin"): State.ACTIVE,  # by itself, when the time has come
    (State.ACTIVE, "pause"): State.PAUSED,
    (State.PAUSED, "resume"): State.ACTIVE,
    (State.ACTIVE, "stop"): State.STOPPED,
    (State.PAUSED, "stop"): State.STOPPED,
    (State.SCHEDULED, "stop"): State.STOPPED,
    (State.ACTIVE, "complete"): State.COMPLETED,  # by itself, when nobody waits and Auto SMS is off
    (State.STOPPED, "restart"): State.DRAFT,  # to build its schedule anew; nothing else can be changed
    (State.ACTIVE, "recall"): State.DRAFT,  # for seconds after the launch
    (State.SCHEDULED, "recall"): State.DRAFT,
    (State.PAUSED, "recall"): State.DRAFT,  # its money was used up at once: what that paid for still waits
    (State.STOPPED, "archive"): State.ARCHIVED,
    (State.COMPLETED, "archive"): State.ARCHIVED,
}

ENDED: Final = frozenset({State.STOPPED, State.COMPLETED, State.ARCHIVED})
DISARMING: Final = frozenset({"stop", "complete", "archive", "recall"})  # pausing keeps Auto SMS as it is
BY_ITSELF: Final = frozenset({"begin", "complete"})


def move(campaign: Campaign, verb: str) -> str | None:
    """The state that `verb` leads to from the campaign's own; None when it cannot be done now."""
    if verb == "restore" and campaign.state == State.ARCHIVED:
        return campaign.state_before
    return TABLE.get((State(campaign.state), verb))


def verbs(campaign: Campaign) -> list[str]:
    """What people may do with it now, in the order of the table."""
    if campaign.state == State.ARCHIVED:
        return ["restore"]
    other = "schedule" if campaign.kind == Campaign.Kind.DRIP else "start"
    hidden = BY_ITSELF | {"recall", other}
    return [verb for (state, verb) in TABLE if state == campaign.state and verb not in hidden]


class Editable(StrEnum):
    """How much of a campaign can be changed now (U3)."""

    ALL = "all"  # its details and its messages: it has not started, or it is a drip, whose texts count once saved
    SCHEDULE = "schedule"  # only when the messages go that nobody has got yet
    NOTHING = "nothing"  # it has ended


def editable(campaign: Campaign) -> Editable:
    if campaign.state in ENDED:
        return Editable.NOTHING
    if campaign.restarted_at is not None and campaign.state == State.DRAFT:
        return Editable.SCHEDULE
    if campaign.kind == Campaign.Kind.SCHEDULED and campaign.state != State.DRAFT:
        return Editable.SCHEDULE
    return Editable.ALL


def ended_sentence(campaign: Campaign) -> str:
    """Why nothing can be added or sent any more."""
    return _("This campaign has ended (%(state)s). Create a new one to text more people.") % {
        "state": campaign.get_state_display()
    }
