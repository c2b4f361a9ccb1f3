"""The opt-out line: a sentence at the end of a campaign's first text that says how to get no more of them."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SUGGESTED: Final = gettext_lazy("Reply STOP to opt out.")
LONGEST: Final = 160  # characters


def ended_with(text: str, line: str) -> str:
    """The text with the line below it, unless it says the same already."""
    if not line or line in text:
        return text
    return f"{text}\n{line}" if text else line


def problem(line: str) -> str:
    """What is wrong with a line, as a sentence; "" when nothing is."""
    if len(line) > LONGEST:
        sentence = _("The opt-out line has %(n)s characters; at most %(most)s are possible.")
        return sentence % {"n": len(line), "most": LONGEST}
    if "{{" in line or "{%" in line:
        return _("The opt-out line reads the same for everybody: take the placeholder out.")
    return ""
