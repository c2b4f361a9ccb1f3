"""What a search for numbers on sale asks for: Twilio's filters, each checked, then applied in one pass."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from . import geo, phones
from .errors import TwilioError
from .form import Form
from .inventory import Offer

FLAGS = ("SmsEnabled", "MmsEnabled", "VoiceEnabled", "FaxEnabled", "ExcludeAllAddressRequired")
KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
EARTH = 3958.8  # miles
Test = Callable[[Offer], bool]


@dataclass(frozen=True)
class Search:
    """The tests an offer must pass, and the point (latitude, longitude) that the nearest must be near to."""

    tests: tuple[Test, ...]
    centre: tuple[float, float] | None = None

    def pick(self, offers: tuple[Offer, ...], count: int, taken: Callable[[str], bool]) -> list[Offer]:
        """The first `count` offers that fit and that nobody has; nearest first when a point was given."""
        found: list[Offer] = []
        for offer in self._ordered(offers):
            if len(found) == count:
                break
            if not taken(offer.phone) and all(test(offer) for test in self.tests):
                found.append(offer)
        return found

    def _ordered(self, offers: tuple[Offer, ...]) -> list[Offer] | tuple[Offer, ...]:
        centre = self.centre
        if centre is None:
            return offers
        return sorted(offers, key=lambda offer: _miles(centre, geo.of(offer.phone).at))


def read(query: Form) -> Search:
    """The search of a request. Raises 400 with 21451 for a bad area code, 20001 for any other bad filter."""
    tests = [_flag(name, query.get(name)) for name in FLAGS if query.get(name)]
    if area := query.get("AreaCode"):
        if not re.fullmatch(r"[2-9]\d\d", area):
            raise TwilioError(21451, area)
        tests.append(lambda offer: offer.phone[2:5] == area and offer.phone.startswith("+1"))
    if pattern := query.get("Contains"):
        tests.append(_contains(pattern))
    tests += _places(query)
    centre = _centre(query)
    if centre is None:
        return Search(tuple(tests))
    reach = _distance(query)
    tests.append(lambda offer: _miles(centre, geo.of(offer.phone).at) <= reach)
    return Search(tuple(tests), centre)


def _flag(name: str, value: str) -> Test:
    if value not in ("true", "false"):
        raise TwilioError(20001, f"{name} must be true or false")
    wanted = value == "true"
    if name == "ExcludeAllAddressRequired":
        return lambda offer: not (wanted and offer.needs_bundle)
    can = name.removesuffix("Enabled").lower()
    return lambda offer: offer.capabilities[can] == wanted


def _contains(pattern: str) -> Test:
    """`*` one digit, `%` any digits, `+` the beginning, `$` the end; letters as on a keypad."""
    plain = re.sub(r"[*%+$]", "", pattern)
    if not (2 <= len(pattern) <= 16 and len(plain) >= 2 and re.fullmatch(r"\+?[*%]*[0-9A-Za-z]+[*%]*\$?", pattern)):
        raise TwilioError(20001, "Contains must have 2 to 16 digits, letters, * or %")
    digits = pattern.upper().translate(KEYPAD).removeprefix("+").removesuffix("$")
    body = digits.replace("*", r"\d").replace("%", r"\d*")
    whole = re.compile((r"^\+1?" if pattern.startswith("+") else "") + body + ("$" if pattern.endswith("$") else ""))
    return lambda offer: whole.search(offer.phone) is not None


def _places(query: Form) -> list[Test]:
    tests: list[Test] = []
    for name, field in (("InRegion", "region"), ("InLocality", "city"), ("InPostalCode", "postcode")):
        if value := query.get(name):
            tests.append(_in(field, value))
    if value := query.get("InRateCenter"):
        tests.append(_in("city", value))
    if query.get("InLata"):
        tests.append(lambda offer: False)
    return tests


def _in(field: str, value: str) -> Test:
    """A place by name, or the place of a phone number."""
    phone = phones.normal(value)
    wanted = str(getattr(geo.of(phone), field)) if phone else value
    return lambda offer: bool(wanted) and str(getattr(geo.of(offer.phone), field)).upper() == wanted.upper()


def _centre(query: Form) -> tuple[float, float] | None:
    if near := query.get("NearNumber"):
        phone = phones.normal(near)
        if phone is None:
            raise TwilioError(20001, "NearNumber must be a phone number")
        return geo.of(phone).at or (math.inf, math.inf)
    if point := query.get("NearLatLong"):
        try:
            latitude, longitude = (float(part) for part in point.split(","))
        except ValueError:
            raise TwilioError(20001, "NearLatLong must be latitude,longitude") from None
        return latitude, longitude
    return None


def _distance(query: Form) -> float:
    given = query.get("Distance") or "25"
    if not given.isdecimal() or not 1 <= int(given) <= 500:
        raise TwilioError(20001, "Distance must be a number from 1 to 500")
    return float(given)


def _miles(one: tuple[float, float], other: tuple[float, float] | None) -> float:
    if other is None or math.inf in one:
        return math.inf
    latitude, longitude, there, beyond = (math.radians(angle) for angle in (*one, *other))
    half = math.sin((there - latitude) / 2) ** 2
    half += math.cos(latitude) * math.cos(there) * math.sin((beyond - longitude) / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(half))
