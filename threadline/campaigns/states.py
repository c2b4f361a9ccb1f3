"""The states of a campaign and the ways between them, as one table."""

from typing import Final

from django.utils.translation import gettext as _

from threadline.campaigns.models import Campaign

State = Campaign.State

# (from, verb): to. What is not here cannot be done. Auto SMS is not a state but a switch: see arming.py.
TABLE: Final = {
    (State.DRAFT, "start"): State.ACTIVE,
    (State.ACTIVE, "pause"): State.PAUSED,
    (State.PAUSED, "resume"): State.ACTIVE,
    (State.ACTIVE, "stop"): State.STOPPED,
    (State.PAUSED, "stop"): State.STOPPED,
    (State.SCHEDULED, "stop"): State.STOPPED,
    (State.ACTIVE, "complete"): State.COMPLETED,  # by itself, when nobody waits and Auto SMS is off
    (State.STOPPED, "archive"): State.ARCHIVED,
    (State.COMPLETED, "archive"): State.ARCHIVED,
}

ENDED: Final = frozenset({State.STOPPED, State.COMPLETED, State.ARCHIVED})
DISARMING: Final = frozenset({"stop", "complete", "archive"})  # pausing keeps Auto SMS as it is


def move(campaign: Campaign, verb: str) -> str | None:
    """The state that `verb` leads to from the campaign's own; None when it cannot be done now."""
    if verb == "restore" and campaign.state == State.ARCHIVED:
        return campaign.state_before
    return TABLE.get((State(campaign.state), verb))


def verbs(campaign: Campaign) -> list[str]:
    """What people may do with it now, in the order of the table."""
    if campaign.state == State.ARCHIVED:
        return ["restore"]
    return [verb for (state, verb) in TABLE if state == campaign.state and verb != "complete"]


def ended_sentence(campaign: Campaign) -> str:
    """Why nothing can be added or sent any more."""
    return _("This campaign has ended (%(state)s). Create a new one to text more people.") % {
        "state": campaign.get_state_display()
    }
