"""What a text's status looks like: an icon and a word, and for what went wrong the way out."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from threadline.messaging import statuses


@dataclass(frozen=True, slots=True)
class State:
    """`tone` is good, wait, bad or nothing; it only repeats what icon and word say."""

    icon: str
    word: str | Promise
    tone: str = ""
    hint: str | Promise = ""

    @property
    def bad(self) -> bool:
        return self.tone == "bad"

    @property
    def tells(self) -> bool:
        """Whether it is shown under its own text even within a run: something waits or went wrong."""
        return self.tone in ("bad", "wait")


_SENDING = State("loader", _("Sending"), hint=_("Handed to the carrier, no answer yet."))
_UNKNOWN_HINT = _(
    "The connection broke while this text was on its way. We look it up at Twilio before anything else, "
    "so that it is never sent twice."
)

STATES: Final = {
    statuses.SCHEDULED: State("calendar-clock", _("Scheduled"), "wait"),
    statuses.HELD: State("circle-pause", _("Held"), "wait"),
    statuses.QUEUED: State("clock", _("Queued"), hint=_("Leaves as soon as the line is free.")),
    "accepted": _SENDING,
    statuses.SENDING: _SENDING,
    statuses.UNKNOWN: State("search-check", _("Checking with Twilio"), "wait", _UNKNOWN_HINT),
    "sent": State("check", _("Sent"), hint=_("The carrier has it.")),
    "partially_delivered": State("check", _("Partly delivered"), "wait"),
    "delivered": State("check-check", _("Delivered"), "good", _("It reached the phone.")),
    "read": State("check-check", _("Read"), "good"),
    "undelivered": State("circle-alert", _("Not delivered"), "bad"),
    statuses.FAILED: State("circle-alert", _("Failed"), "bad"),
    statuses.CANCELED: State("circle-slash", _("Cancelled")),
}
OPTIMISTIC: Final = STATES[statuses.QUEUED]


def of(status: str) -> State:
    """The look of an outbound status; a word Twilio has invented since is shown as sending."""
    return STATES.get(status, _SENDING)


@dataclass(frozen=True, slots=True)
class WayOut:
    """What to do about an error: a sentence's worth of link to one of our pages."""

    label: str | Promise
    url_name: str


_CREDENTIALS = WayOut(_("Check Twilio Credentials"), "numbers:credentials")
_NUMBERS = WayOut(_("Look at your numbers"), "numbers:list")

WAYS_OUT: Final = {
    20003: _CREDENTIALS,
    20404: _CREDENTIALS,
    21606: _NUMBERS,
    21611: _NUMBERS,
    21659: _NUMBERS,
    21660: _NUMBERS,
    30034: _NUMBERS,
    30032: _NUMBERS,
}
