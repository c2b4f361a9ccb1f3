"""Telephone numbers: what counts as one, and what kind it is. Strict enough for a test bench, no library needed."""

import re

LOOSE = re.compile(r"[\s().\-]+")
E164 = re.compile(r"^\+[1-9]\d{7,14}$")
NANP = re.compile(r"^\+1[2-9]\d{9}$")
SHORT = re.compile(r"^\d{3,6}$")
ALPHA = re.compile(r"^(?=.*[A-Za-z])[A-Za-z0-9 .&_+\-]{1,11}$")

TOLL_FREE = frozenset({"800", "822", "833", "844", "855", "866", "877", "888"})
CANADA = frozenset(
    re.findall(
        r"\d+",
        "204 226 236 249 250 263 289 306 343 354 365 367 368 382 403 416 418 428 "
        "431 437 438 450 468 474 506 514 519 548 579 581 584 587 600 604 613 639 "
        "647 672 683 705 709 742 753 778 780 782 807 819 825 867 873 879 902 905 ",
    )
)


def normal(text: str) -> str | None:
    """The E.164 form of what somebody typed (ten digits mean North America), or None."""
    digits = LOOSE.sub("", text.strip())
    if re.fullmatch(r"[2-9]\d{9}", digits):
        digits = f"+1{digits}"
    elif re.fullmatch(r"1[2-9]\d{9}", digits):
        digits = f"+{digits}"
    if not E164.match(digits) or (digits.startswith("+1") and not NANP.match(digits)):
        return None
    return digits


def is_address(text: str) -> bool:
    """Whether a text can come from this address: a number, a short code or a name."""
    return bool(E164.match(text) or SHORT.match(text) or ALPHA.match(text))


def kind(phone: str) -> str:
    """`toll-free`, `local`, `short-code` or `international`."""
    if SHORT.match(phone):
        return "short-code"
    if not phone.startswith("+1"):
        return "international"
    return "toll-free" if phone[2:5] in TOLL_FREE else "local"


def country(phone: str) -> str:
    """`US`, `CA` or an empty string when this sandbox does not know."""
    if not phone.startswith("+1") or kind(phone) == "toll-free":
        return "US" if phone.startswith("+1") else ""
    return "CA" if phone[2:5] in CANADA else "US"


def pretty(phone: str) -> str:
    """`(415) 555-0110` for North America, else the number itself."""
    return f"({phone[2:5]}) {phone[5:8]}-{phone[8:]}" if NANP.match(phone) else phone
