"""From what a caller asked for to what can be queued: address, words, pictures, each checked with its field named."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from threadline.lib import phones, segments
from threadline.messaging.outgoing import Outgoing
from threadline.messaging.verdicts import Refuse

MOST_CHARACTERS = 1600  # the carrier refuses more (21617)
MOST_MEDIA = 10


@dataclass(slots=True)
class Parsed:
    asked: Outgoing
    address: str
    body: str
    segments: int
    line_id: int | None

    @property
    def by_hand(self) -> bool:
        return self.asked.source == "member" and not self.asked.automatic


def parse(text: Outgoing, country: str) -> Parsed | Refuse:
    """Check one text; what is wrong names the field and the way out."""
    address = phones.normalise(text.to, country)
    if address is None:
        if not text.to.strip():
            return Refuse("invalid_to", _("Enter the phone number to text, with country code."), "to")
        reason = _("“%(to)s” is not a phone number. Enter it with country code, like +1 813 555 1234.")
        return Refuse("invalid_to", reason % {"to": text.to[:40]}, "to")
    # Neither NUL nor half a surrogate pair can be stored as text: a picture stands for each, so that nothing is lost.
    body = text.body.replace("\x00", "␀").replace("\r\n", "\n")
    body = body.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if not body.strip() and not text.media_urls:
        return Refuse("empty", _("Write a message first."), "body")
    if len(body) > MOST_CHARACTERS:
        reason = _("The message has %(n)d characters; %(most)d is the most a text can hold. Shorten it or send two.")
        return Refuse("too_long", reason % {"n": len(body), "most": MOST_CHARACTERS}, "body")
    if problem := _media_problem(text.media_urls):
        return Refuse("bad_media", problem, "media")
    parts = 1 if text.media_urls else segments.measure(body).segments
    return Parsed(text, address, body, parts, text.number_id)


def _media_problem(urls: tuple[str, ...]) -> str:
    if len(urls) > MOST_MEDIA:
        return _("A text carries at most 10 files; there are %(n)d. Leave some out.") % {"n": len(urls)}
    for url in urls:
        if not _fetchable(url):
            return _("“%(url)s” is not an address that the carrier can fetch. Use a public https address.") % {
                "url": url
            }
    return ""


def _fetchable(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that hold no IPv6 address
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
