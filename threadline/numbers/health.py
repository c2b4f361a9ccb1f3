"""Do replies to a number reach us? A pure look at what the carrier says is set, in words."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from threadline.numbers import recognise
from threadline.numbers.models import Number
from threadline.numbers.webhooks import METHOD, Urls

State = Literal["good", "wait", "bad"]


@dataclass(frozen=True)
class Health:
    """`word` for a list, `sentence` with the next step; `fixable` when one click can set the webhook right."""

    state: State
    word: str
    sentence: str
    fixable: bool = False


def of(number: Number, urls: Urls | None, poll_seconds: int) -> Health:
    """How a number's "A message comes in" stands against our URLs (None: no public URL)."""
    if number.gone_at:
        return Health("bad", _("Gone"), _("This number is no longer on the Twilio account. Its history stays."))
    if not number.sms:
        return Health("bad", _("Cannot text"), _("Twilio says this number cannot send or receive texts."))
    if urls is None:
        return Health(
            "wait",
            _("Fetched every %(n)s s") % {"n": poll_seconds},
            _("Threadline has no public URL, so Twilio cannot deliver replies; they are fetched instead."),
        )
    if number.sms_url in urls:
        if number.sms_method and number.sms_method != METHOD:
            text = _("The URL is right, but the method is %(method)s. It must be POST.") % {"method": number.sms_method}
            return Health("bad", _("Wrong method"), text, fixable=True)
        if number.last_inbound_at:
            return Health("good", _("Replies arrive"), _("Replies arrive here."))
        text = _("The webhook is set. Text this number from a mobile phone to see the reply in Messages.")
        return Health("good", _("Webhook set"), text)
    if recognise.is_nobody(number.sms_url):
        text = _("Twilio does not know where to send replies yet. They are fetched from time to time instead.")
        return Health("bad", _("No webhook"), text, fixable=True)
    name = recognise.name_of(number.sms_url)
    text = _("Replies go to %(name)s. Threadline fetches them from time to time.") % {"name": name}
    return Health("wait", _("Goes to %(name)s") % {"name": name}, text, fixable=True)
