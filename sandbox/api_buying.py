"""POST IncomingPhoneNumbers: buys a number by its digits, or any one of an area code."""

import re

from aiohttp import web

from . import inventory, magic, phones
from .api import Call, answer
from .api_numbers import resource, settings
from .errors import TwilioError
from .inventory import Offer
from .numbers import DEFAULTS, Number

BUNDLE = re.compile(r"^BU[0-9a-fA-F]{32}$")


async def buy(call: Call) -> web.Response:
    """POST IncomingPhoneNumbers[/{kind}].json with PhoneNumber or AreaCode: 201."""
    if call.account.type == "Test":
        return _pretend(call)
    changes = settings(call.form)
    offer = _wanted(call)
    if call.account.type == "Trial" and call.network.numbers.of(call.account.sid):
        raise TwilioError(21404)
    if offer.needs_bundle and not BUNDLE.match(call.form.get("BundleSid")):
        raise TwilioError(21649)
    number = call.network.numbers.create(
        call.account.sid, offer.phone, capabilities=offer.capabilities, **_named(call, changes, offer.phone)
    )
    call.network.accounts.charge(call.account.sid, inventory.MONTHLY[offer.kind])
    call.network.hub.hint("")
    return answer(resource(call, number), status=201)


def _wanted(call: Call) -> Offer:
    owned, given, area = call.network.numbers.by_phone, call.form.get("PhoneNumber"), call.form.get("AreaCode")
    if area and not given:
        return _any_of(area, [phone for phone in owned if phone[2:5] == area])
    phone = phones.normal(given)
    kind = call.request.match_info.get("kind")
    if phone is None or (kind and inventory.kind(phone) != kind):
        raise TwilioError(21421, given)
    offer = inventory.find(phone)
    if offer is None or phone in owned:
        raise TwilioError(21422, phone)
    return offer


def _any_of(area: str, owned: list[str]) -> Offer:
    """A number of an area code; one that can text while there are any."""
    if not re.fullmatch(r"[2-9]\d\d", area):
        raise TwilioError(21451, area)
    country = "CA" if area in phones.CANADA else "US"
    free = [
        offer for offer in inventory.offers(country, "Local") if offer.phone[2:5] == area and offer.phone not in owned
    ]
    if not free:
        raise TwilioError(21452, area)
    return next((offer for offer in free if offer.sms), free[0])


def _pretend(call: Call) -> web.Response:
    """Test credentials know four answers, and keep nothing."""
    phone, area = call.form.get("PhoneNumber"), call.form.get("AreaCode")
    if area == "533":
        raise TwilioError(21452, area)
    if phone in magic.PURCHASES or not (phone == magic.GOOD_SENDER or area == "500"):
        raise TwilioError(magic.PURCHASES.get(phone, 21421), phone)
    changes = DEFAULTS | _named(call, settings(call.form), magic.GOOD_SENDER)
    number = Number("PN" + "0" * 32, call.account.sid, magic.GOOD_SENDER, None, changes, 0.0, 0.0)
    return answer(resource(call, number), status=201)


def _named(call: Call, changes: dict[str, object], phone: str) -> dict[str, object]:
    return {"friendly_name": phones.pretty(phone)} | changes
