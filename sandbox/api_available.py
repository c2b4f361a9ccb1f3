"""AvailablePhoneNumbers: the countries, and the numbers on sale in each."""

from typing import Any

from aiohttp import web

from . import geo, inventory, paging, phones, searching
from .api import Call, answer
from .errors import TwilioError
from .inventory import Offer

LINKS = {"Local": "local", "Mobile": "mobile", "TollFree": "toll_free"}


async def countries(call: Call) -> web.Response:
    """GET AvailablePhoneNumbers.json: no pages, whatever PageSize says."""
    root = call.path.removesuffix(".json")
    return answer({"countries": [_country(root, code) for code in inventory.COUNTRIES], "uri": call.path})


async def country(call: Call) -> web.Response:
    """GET AvailablePhoneNumbers/{country}.json."""
    root, _, code = call.path.removesuffix(".json").rpartition("/")
    if code not in inventory.COUNTRIES:
        raise TwilioError(20404, call.path)
    return answer(_country(root, code))


async def listed(call: Call) -> web.Response:
    """GET AvailablePhoneNumbers/{country}/{kind}.json: PageSize numbers at most, and never a second page."""
    code, kind = call.sid("country"), call.sid("kind")
    if kind not in inventory.kinds(code):
        raise TwilioError(20404, call.path)
    cursor, search = paging.read(call.query), searching.read(call.query)
    owned = call.network.numbers.by_phone
    found = search.pick(inventory.offers(code, kind), cursor.size, owned.__contains__)
    return answer({"available_phone_numbers": [_shown(offer) for offer in found], "uri": call.path})


def _country(root: str, code: str) -> dict[str, Any]:
    name, kinds = inventory.COUNTRIES[code]
    return {
        "beta": False,
        "country": name,
        "country_code": code,
        "subresource_uris": {LINKS[kind]: f"{root}/{code}/{kind}.json" for kind in kinds},
        "uri": f"{root}/{code}.json",
    }


def _shown(offer: Offer) -> dict[str, Any]:
    place = geo.of(offer.phone)
    latitude, longitude = (f"{angle:.6f}" for angle in place.at) if place.at else (None, None)
    return {
        "address_requirements": "any" if offer.needs_bundle else "none",
        "beta": False,
        "capabilities": offer.capabilities,
        "friendly_name": phones.pretty(offer.phone),
        "iso_country": offer.country,
        "lata": None,
        "latitude": latitude,
        "locality": place.city.title() or None,
        "longitude": longitude,
        "phone_number": offer.phone,
        "postal_code": place.postcode or None,
        "rate_center": place.city or None,
        "region": place.region or None,
    }
