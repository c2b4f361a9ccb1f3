"""What Twilio checks before it takes a text, in the order in which it complains."""

from typing import TYPE_CHECKING

from . import clock, hosts, inventory, magic, media, optout, phones, smart
from .accounts import Account
from .errors import TwilioError
from .form import Form
from .numbers import Number
from .outbound import Text
from .services import Service

if TYPE_CHECKING:
    from .network import Network

LONGEST, MOST_MEDIA, LONGEST_VALIDITY = 1600, 10, 36_000
SOONEST, LATEST = 300, 35 * 86_400
TRIAL_PREFIX = "Sent from your Twilio trial account - "


def check(network: "Network", account: Account, form: Form) -> tuple[Text, list[media.Item]]:
    """Read a create request. Raises TwilioError with the code Twilio gives."""
    to = _recipient(form)
    service = _service(network, account, form)
    sender = _sender(network, account, form, service, to)
    body, urls = form.get("Body"), form.all("MediaUrl")
    if form.get("SmartEncoded") == "true" or (service and service.settings["smart_encoding"]):
        body = smart.encode(body)
    _content(form, body, urls)
    callback = form.get("StatusCallback") or (service.settings["status_callback"] if service else None) or None
    if callback and not hosts.is_callback(callback, network.faults.refuse_loopback_callbacks):
        raise TwilioError(21609, callback)
    send_at = _schedule(form, service)
    _destination(network, account, service, sender, to, bool(urls))
    if account.type == "Trial":
        body = TRIAL_PREFIX + body
    text = Text(account.sid, sender, to, body, callback, service.sid if service else None, send_at)
    return text, [media.Item(media.guess(url), url=url) for url in urls]


def _recipient(form: Form) -> str:
    given = form.get("To")
    if not given.strip():
        raise TwilioError(21604)
    if given.startswith("whatsapp:"):
        return given
    to = phones.normal(given)
    if to is None:
        raise TwilioError(21211, given)
    return to


def _service(network: "Network", account: Account, form: Form) -> Service | None:
    sid = form.get("MessagingServiceSid")
    if not sid:
        return None
    service = network.services.by_sid.get(sid)
    if service is None or service.account_sid != account.sid:
        raise TwilioError(21701, sid)
    return service


def _sender(network: "Network", account: Account, form: Form, service: Service | None, to: str) -> str:
    given = form.get("From").strip()
    if not given and service is not None:
        pool = network.services.pool(service)
        if not pool:
            raise TwilioError(21704)
        return pool[int(to[-4:]) % len(pool) if to[-4:].isdecimal() else 0].phone
    if not given:
        raise TwilioError(21603)
    if given.startswith("whatsapp:") or to.startswith("whatsapp:"):
        raise TwilioError(63007)
    sender = phones.normal(given) or given
    if not phones.is_address(sender):
        raise TwilioError(21212, given)
    if account.type == "Test":
        magic.check_sender(sender)
        return sender
    return _owned(network, account, sender, bool(form.all("MediaUrl")))


def _owned(network: "Network", account: Account, sender: str, has_media: bool) -> str:
    """The sender, if the account has it and it can text. A number that was released is the carrier's again: 21660."""
    number: Number | None = network.numbers.by_phone.get(sender)
    if number is None and inventory.find(sender) is None:
        raise TwilioError(21659, sender)
    if number is None or number.account_sid != account.sid:
        raise TwilioError(21660, sender, account.sid)
    if not number.capabilities["sms"]:
        raise TwilioError(21661, sender)
    if has_media and not number.capabilities["mms"]:
        raise TwilioError(21621, sender)
    return sender


def _content(form: Form, body: str, urls: list[str]) -> None:
    if form.get("ContentSid"):
        raise TwilioError(21655, form.get("ContentSid"))
    if not body and not urls:
        raise TwilioError(21602)
    if len(body) > LONGEST:
        raise TwilioError(21617)
    if len(urls) > MOST_MEDIA:
        raise TwilioError(21623)
    bad = [url for url in urls if not hosts.host_of(url)]
    if bad:
        raise TwilioError(21620, ", ".join(bad))
    validity = form.get("ValidityPeriod")
    if validity and not (validity.isdecimal() and 1 <= int(validity) <= LONGEST_VALIDITY):
        raise TwilioError(21624, validity)


def _schedule(form: Form, service: Service | None) -> float | None:
    kind, moment = form.get("ScheduleType"), form.get("SendAt")
    if not kind and not moment:
        return None
    if kind != "fixed":
        raise TwilioError(35126)
    if not moment:
        raise TwilioError(35111)
    if service is None:
        raise TwilioError(35118)
    try:
        send_at = clock.parse(moment)
    except ValueError:
        raise TwilioError(35115) from None
    if not SOONEST < send_at - clock.now() <= LATEST:
        raise TwilioError(35114)
    return send_at


def _destination(
    network: "Network", account: Account, service: Service | None, sender: str, to: str, has_media: bool
) -> None:
    if to == sender:
        raise TwilioError(21266)
    magic.check_recipient(to, sender)
    if (has_media or phones.kind(sender) == "toll-free") and not to.startswith("+1"):
        raise TwilioError(21612, to, sender)
    if account.type == "Trial" and to not in account.verified:
        raise TwilioError(21608, to)
    if optout.is_out(network, service.sid if service else None, sender, to):
        raise TwilioError(21610)
