"""Setting a number's "A message comes in" at the carrier, and putting back what was there before."""

from django.db import transaction
from django.utils.translation import gettext as _

from threadline.accounts import audit
from threadline.accounts.models import Member
from threadline.events.publish import Happening, publish
from threadline.events.types import CONNECTION_CHANGED
from threadline.numbers import carrier, recognise, webhooks
from threadline.numbers.models import Number
from threadline.numbers.problems import ProblemError


class OccupiedError(Exception):
    """Somebody else's URL is there; `url` is what a person must agree to replace."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


def look(number: Number) -> None:
    """Read what is set at the carrier into the number; ProblemError when it cannot be read or the number is gone."""
    one = carrier.number(number.connection, number.sid)
    number.sms_url, number.sms_method = one.sms_url, one.sms_method
    number.save(update_fields=["sms_url", "sms_method"])


def point_here(number: Number, member: Member | None, agreed: str = "") -> None:
    """Let replies to the number come to us: SmsUrl to our fixed path, by POST.

    What is there is read first. OccupiedError when it is somebody's URL and not the `agreed` one; ProblemError when
    there is no address that the carrier can reach, or the carrier refuses. What was there is kept, to put back.
    """
    urls = webhooks.urls_for(number.connection)
    if urls is None:
        raise ProblemError(
            "", _("Twilio cannot reach this installation: set THREADLINE_URL to its public address first.")
        )
    look(number)
    before, method = number.sms_url, number.sms_method
    if before in urls and method == webhooks.METHOD:
        return
    if before.startswith("AP"):
        raise ProblemError(
            "",
            _(
                "A TwiML application answers texts to this number, so its webhook is ignored. In the Twilio Console "
                "choose “Webhook” in the number's messaging configuration; then try again."
            ),
        )
    foreign = before not in urls and not recognise.is_nobody(before)
    if foreign and before != agreed:
        raise OccupiedError(before)
    url = before if before in urls else urls.incoming
    _write(number, member, url, webhooks.METHOD)
    if foreign:
        number.sms_url_before, number.sms_method_before = before, method
        number.save(update_fields=["sms_url_before", "sms_method_before"])


def put_back(number: Number, member: Member | None) -> None:
    """Restore the URL and method that point_here replaced; ProblemError when there is none or the carrier refuses."""
    if not number.sms_url_before:
        raise ProblemError("", _("There is nothing to put back for this number."))
    _write(number, member, number.sms_url_before, number.sms_method_before or webhooks.METHOD)
    number.sms_url_before = number.sms_method_before = ""
    number.save(update_fields=["sms_url_before", "sms_method_before"])


def _write(number: Number, member: Member | None, url: str, method: str) -> None:
    """Set it at the carrier, then write down that it was."""
    before = number.sms_url
    carrier.set_sms_url(number.connection, number.sid, url, method)
    number.sms_url, number.sms_method = url, method
    with transaction.atomic():
        number.save(update_fields=["sms_url", "sms_method"])
        audit.record(number.workspace, member, "number.webhook_set", number.public_id, before=before, after=url)
        publish([Happening(number.workspace_id, CONNECTION_CHANGED, number.connection.public_id, {})])
