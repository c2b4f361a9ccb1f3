"""In which time zones somebody may be, and how we know: all that are plausible, never a guess at one of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from threadline.compliance import postal_codes
from threadline.lib import windows
from threadline.lib.phones import area_codes

Source = Literal["explicit", "postal code", "area code", "country", "workspace"]

# For numbers that tell only the country: toll-free ones, short codes. Territories have area codes.
_NORTH_AMERICA: Final = {
    "US": (
        *("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix"),
        *("America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu"),
    ),
    "CA": (
        *("America/St_Johns", "America/Halifax", "America/Toronto", "America/Winnipeg"),
        *("America/Regina", "America/Edmonton", "America/Vancouver"),
    ),
}
_POSTAL_CODES: Final = ("zip", "zip_code", "postal_code", "postcode")  # keys of custom fields that hold one
_ZIP: Final = re.compile(r"\s*(\d{5})(?:-?\d{4})?\s*", re.ASCII)

_WORDS: Final[dict[str, str | Promise]] = {
    "explicit": _("set for this person"),
    "postal code": _("postal code %(detail)s"),
    "area code": _("area code %(detail)s"),
    "country": _("the country of their number"),
    "workspace": _("this workspace's time zone"),
}


@dataclass(frozen=True, slots=True)
class Zones:
    """IANA names, never empty. With several the person may be in any: a moment suits when it suits in all of them."""

    names: tuple[str, ...]
    source: Source
    detail: str = ""  # the code that told, when one did

    @property
    def how(self) -> str:
        """Where it is known from, in words: "area code 303"."""
        return str(_WORDS[self.source]) % {"detail": self.detail}


def of(phone: str, explicit: str = "", postal_code: str = "", country: str = "", fallback: str = "") -> Zones:
    """The zones of one person. `fallback` is the workspace's zone, `country` (ISO 3166, "US") the workspace's own.

    Somebody's own word counts before a postal code, that before the area code, that before the country. A postal code
    is one of the United States, so it counts only for numbers there; a zone that does not exist counts as none.
    """
    if explicit and explicit in windows.zones():
        return Zones((explicit,), "explicit")
    code = _ZIP.fullmatch(postal_code) if phone.removeprefix("whatsapp:").startswith("+1") else None
    if code and (names := postal_codes.zones(code[1])):
        return Zones(names, "postal code", code[1])
    known = area_codes.zones(phone)
    if known.names:
        return Zones(known.names, "area code" if known.area else "country", known.area)
    if names := _NORTH_AMERICA.get(country, ()):
        return Zones(names, "country")
    return Zones((fallback if fallback in windows.zones() else "UTC",), "workspace")


def postal_code(fields: Mapping[str, object]) -> str:
    """The postal code among somebody's custom values, "" without one."""
    return next((str(fields[key]) for key in _POSTAL_CODES if fields.get(key)), "")


def place(zone: str) -> str:
    """The name of a zone as people say it: "New York"."""
    return zone.rpartition("/")[2].replace("_", " ")
