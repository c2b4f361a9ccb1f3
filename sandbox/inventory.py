"""Numbers on sale: made up from the blocks that regulators keep free for fiction, the same in every sandbox."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from . import geo, phones

COUNTRIES = {
    "CA": ("Canada", ("Local", "TollFree")),
    "GB": ("United Kingdom", ("Local", "Mobile", "TollFree")),
    "US": ("United States", ("Local", "TollFree")),
}
MONTHLY = {"Local": 1_150_000, "Mobile": 1_150_000, "TollFree": 2_150_000}
TYPES = {"Local": "local", "Mobile": "mobile", "TollFree": "toll-free"}
BRITISH = {"Local": "+442079460", "Mobile": "+447700900", "TollFree": "+448081570"}
AMERICAN = re.compile(r"^\+1(\d{3})5550(1\d\d)$")
# North American local numbers that end in 0190 … 0199 speak, but do not text.
VOICE_ONLY = 190


@dataclass(frozen=True, slots=True)
class Offer:
    """A number on sale: its country, its kind (`Local`, `Mobile`, `TollFree`), what it can do."""

    phone: str
    country: str
    kind: str
    sms: bool
    mms: bool

    @property
    def needs_bundle(self) -> bool:
        """Whether its country wants papers before it is sold."""
        return self.country == "GB"

    @property
    def capabilities(self) -> dict[str, bool]:
        """As the API shows them."""
        return {"voice": True, "sms": self.sms, "mms": self.mms, "fax": False}


def kinds(country: str) -> tuple[str, ...]:
    """What is sold in a country; nothing where Twilio, as far as this sandbox goes, is not."""
    return COUNTRIES[country][1] if country in COUNTRIES else ()


@cache
def offers(country: str, kind: str) -> tuple[Offer, ...]:
    """Everything of a kind in a country, sold or not, in an order that mixes places."""
    return tuple(sorted(_make(country, kind), key=lambda offer: zlib.crc32(offer.phone.encode())))


def find(phone: str) -> Offer | None:
    """The offer of a number, or None when nobody could ever buy it."""
    what = kind(phone)
    if phone.startswith(BRITISH[what]) and len(phone) == 13:
        return _british(what, phone)
    found = AMERICAN.match(phone)
    if found is None or not (found[1] in geo.PLACES or what == "TollFree"):
        return None
    return _american(phones.country(phone), what, found[1], int(found[2]))


def kind(phone: str) -> str:
    """`Local`, `Mobile` or `TollFree` of any number."""
    if phone.startswith("+44"):
        return "TollFree" if phone.startswith("+4480") else "Mobile" if phone.startswith("+447") else "Local"
    return "TollFree" if phones.kind(phone) == "toll-free" else "Local"


def _make(country: str, kind: str) -> Iterator[Offer]:
    if country == "GB":
        yield from (_british(kind, f"{BRITISH[kind]}{tail:03d}") for tail in range(1000))
        return
    # The United States and Canada share the toll-free numbers: whoever is first has one.
    local = [code for code in geo.PLACES if (code in phones.CANADA) == (country == "CA")]
    for code in sorted(phones.TOLL_FREE) if kind == "TollFree" else local:
        yield from (_american(country, kind, code, tail) for tail in range(100, 200))


def _british(kind: str, phone: str) -> Offer:
    return Offer(phone, "GB", kind, sms=kind == "Mobile", mms=False)


def _american(country: str, kind: str, code: str, tail: int) -> Offer:
    texts = kind == "TollFree" or tail < VOICE_ONLY
    return Offer(f"+1{code}555{tail:04d}", country, kind, sms=texts, mms=texts)
