"""Phone numbers and other addresses texts come from: E.164 inside, human format outside, the library as the judge."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Literal, NamedTuple, NewType

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from threadline.lib.phones import quick

E164 = NewType("E164", str)
AddressKind = Literal["e164", "shortcode", "alphanumeric", "whatsapp", "other"]

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
_ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +&_-]{1,11}")
_BETWEEN = re.compile(r"[/,;|&\n]+|\b(?:and|or)\b", re.IGNORECASE)
_LONGEST = 250  # characters; the library reads no more
_SPREADSHEET = re.compile(r"\s*[0-9][.,][0-9]+e\+?[0-9]+\s*", re.IGNORECASE)


class Reason(StrEnum):
    """Why a text is not a phone number. The value is for machines, `sentence` for people."""

    NONE = ""
    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    SPREADSHEET = "spreadsheet"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_COUNTRY = "no_country"
    EXTENSION = "extension"
    SEVERAL = "several"
    NOT_IN_USE = "not_in_use"

    @property
    def sentence(self) -> str | Promise:
        """What a person reads beside the rejected text."""
        return _SENTENCES[self]


_SENTENCES: dict[Reason, str | Promise] = {
    Reason.NONE: "",
    Reason.EMPTY: _("There is no phone number here."),
    Reason.NOT_A_NUMBER: _("This is not a phone number."),
    Reason.SPREADSHEET: _("A spreadsheet shortened this number. Format the column as text and export it again."),
    Reason.TOO_SHORT: _("This number is too short. Is the area code missing?"),
    Reason.TOO_LONG: _("This number has too many digits."),
    Reason.NO_COUNTRY: _("No country has this country code."),
    Reason.EXTENSION: _("A number with an extension cannot receive texts."),
    Reason.SEVERAL: _("There is more than one phone number here. Leave one."),
    Reason.NOT_IN_USE: _("No such number is in use in its country."),
}

_FROM_PARSING = {
    NumberParseException.INVALID_COUNTRY_CODE: Reason.NO_COUNTRY,
    NumberParseException.TOO_SHORT_AFTER_IDD: Reason.TOO_SHORT,
    NumberParseException.TOO_SHORT_NSN: Reason.TOO_SHORT,
    NumberParseException.TOO_LONG: Reason.TOO_LONG,
}

_FROM_LENGTH = {
    ValidationResult.TOO_SHORT: Reason.TOO_SHORT,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: Reason.TOO_SHORT,
    ValidationResult.TOO_LONG: Reason.TOO_LONG,
    ValidationResult.INVALID_COUNTRY_CODE: Reason.NO_COUNTRY,
}


class Phone(NamedTuple):
    """The outcome of parsing: the number in E.164, or None and the reason."""

    e164: E164 | None
    reason: Reason = Reason.NONE


def parse(text: str, region: str = "US") -> Phone:
    """Read a phone number as people write it; numbers without a country code belong to `region` (ISO 3166, "US")."""
    e164 = quick.judge(text, region)
    if e164 is None:
        return judged(text, region)
    return Phone(E164(e164)) if e164 else Phone(None, Reason.NOT_IN_USE)


@lru_cache(maxsize=1024)  # what is no number is often the same: "n/a", "-", "unknown"
def judged(text: str, region: str = "US") -> Phone:
    """The library's own verdict on a text, and whether it holds several: `parse` says the same, sooner."""
    found = _judged(text, region)
    if found.e164 is None and found.reason is not Reason.EMPTY and len(text) <= _LONGEST:
        parts = [part for part in _BETWEEN.split(text) if part]
        if sum(_judged(part, region).e164 is not None for part in parts) > 1:
            return Phone(None, Reason.SEVERAL)
    return found


def _judged(text: str, region: str) -> Phone:
    if not text or not text.strip():
        return Phone(None, Reason.EMPTY)
    if _SPREADSHEET.fullmatch(text):
        return Phone(None, Reason.SPREADSHEET)
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException as error:
        return Phone(None, _FROM_PARSING.get(error.error_type, Reason.NOT_A_NUMBER))
    if number.extension:
        return Phone(None, Reason.EXTENSION)
    if not phonenumbers.is_valid_number(number):
        length = phonenumbers.is_possible_number_with_reason(number)
        return Phone(None, _FROM_LENGTH.get(length, Reason.NOT_IN_USE))
    return Phone(E164(phonenumbers.format_number(number, PhoneNumberFormat.E164)))


def normalise(text: str, region: str = "US") -> E164 | None:
    """Return the number in E.164, or None for anything that is not a number in use. `parse` says why."""
    return parse(text, region).e164


def is_e164(text: str) -> bool:
    """Whether the text has the form of an E.164 number (the form only: "+" and 7 to 15 digits)."""
    return _E164.fullmatch(text) is not None


def address_kind(text: str) -> AddressKind:
    """Tell what kind of sender or recipient an address is. Addresses of other channels are "other": opaque text."""
    if text.startswith("whatsapp:"):
        return "whatsapp"
    if is_e164(text):
        return "e164"
    if _SHORT_CODE.fullmatch(text):
        return "shortcode"
    return "alphanumeric" if _ALPHANUMERIC.fullmatch(text) else "other"


@lru_cache(maxsize=8192)
def display(address: str, region: str = "US") -> str:
    """Show an address to people of a region: "(415) 555-0132" at home, "+49 1511 2345678" abroad.

    A WhatsApp address loses its prefix; short codes, names and anything else stay as they are.
    """
    text = address.removeprefix("whatsapp:")
    number = _parsed(text)
    if number is None:
        return text
    at_home = number.country_code == phonenumbers.country_code_for_region(region)
    return phonenumbers.format_number(
        number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    )


@lru_cache(maxsize=8192)
def region_of(e164: str) -> str | None:
    """The ISO 3166 code of the number's country ("US", "CA"), None when it has none (satellites, opaque addresses)."""
    number = _parsed(e164.removeprefix("whatsapp:"))
    return phonenumbers.region_code_for_number(number) if number else None


def last4(address: str) -> str:
    """The last four characters of an address: all that logs may show of it."""
    return address[-4:]


def _parsed(text: str) -> phonenumbers.PhoneNumber | None:
    if not is_e164(text):
        return None
    try:
        return phonenumbers.parse(text)
    except NumberParseException:
        return None
