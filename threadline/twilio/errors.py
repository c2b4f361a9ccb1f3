"""What Twilio's error codes mean for the people who read them, and for the sender that decides what comes next."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from threadline.twilio.error_codes import CODES, Kind


@dataclass(frozen=True, slots=True)
class Explanation:
    """A code in words: what happened, what to do now, and where Twilio documents it."""

    code: int
    kind: Kind
    sentence: str
    docs_url: str


def explain(code: int | None) -> Explanation:
    """Explain any code. One that we do not know is shown as it is, with the address of Twilio's page about it."""
    if not code:
        return Explanation(0, "unknown", _("Twilio gave no reason."), "https://www.twilio.com/docs/api/errors")
    url = f"https://www.twilio.com/docs/errors/{code}"
    if known := CODES.get(code):
        kind, sentence = known
        return Explanation(code, kind, _(sentence), url)
    return Explanation(
        code, "unknown", _("Twilio reports error %(code)s: see %(url)s") % {"code": code, "url": url}, url
    )
