"""What the carrier asks where a workspace has not said otherwise: US dollars a segment, and a text with media.

North America: Twilio's public list, read in October 2026, without what networks add. The other countries are rounded
starting values of that time, meant to be corrected under Settings, Billing: there, prices change often and by network.
"""

from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from threadline.billing.number_types import LOCAL, SHORT_CODE, TOLL_FREE

AS_OF: Final = date(2026, 10, 1)


class ListPrice(NamedTuple):
    """`prefix` begins the recipient's number; "" is everywhere else. `number_type` is of ours; "" is any."""

    country: str  # ISO 3166, "" for several or none
    prefix: str
    number_type: str
    sms: Decimal
    mms: Decimal


def _price(country: str, prefix: str, number_type: str, sms: str, mms: str) -> ListPrice:
    return ListPrice(country, prefix, number_type, Decimal(sms), Decimal(mms))


# Outside North America pictures do not travel as media: they are refused, or go as a link in a plain text.
LIST_PRICES: Final = (
    _price("US", "+1", LOCAL, "0.0083", "0.0220"),
    _price("US", "+1", TOLL_FREE, "0.0083", "0.0220"),
    _price("US", "+1", SHORT_CODE, "0.0083", "0.0220"),
    _price("AU", "+61", "", "0.0520", "0.3500"),
    _price("BR", "+55", "", "0.0700", "0.0700"),
    _price("DE", "+49", "", "0.1100", "0.1100"),
    _price("ES", "+34", "", "0.0800", "0.0800"),
    _price("FR", "+33", "", "0.0800", "0.0800"),
    _price("GB", "+44", "", "0.0530", "0.0530"),
    _price("IE", "+353", "", "0.1000", "0.1000"),
    _price("IN", "+91", "", "0.0830", "0.0830"),
    _price("IT", "+39", "", "0.0930", "0.0930"),
    _price("JP", "+81", "", "0.0750", "0.0750"),
    _price("MX", "+52", "", "0.0700", "0.0700"),
    _price("NL", "+31", "", "0.1100", "0.1100"),
    _price("NZ", "+64", "", "0.1050", "0.1050"),
    _price("PH", "+63", "", "0.2000", "0.2000"),
    _price("SG", "+65", "", "0.0500", "0.0500"),
    _price("ZA", "+27", "", "0.1100", "0.1100"),
    _price("", "", "", "0.0800", "0.0800"),
)
