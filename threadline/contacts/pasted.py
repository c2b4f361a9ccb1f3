"""Phone numbers pasted into a box, one a line or with commas between."""

import re
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from threadline.contacts.people import Person
from threadline.lib import phones

MOST: Final = 1_000
_PARTS = re.compile(r"[\n\r,;\t]+")


@dataclass(slots=True)
class Pasted:
    """People to save, and what is wrong with the rest: (what was typed, the sentence). `error` concerns all of it."""

    people: list[Person] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    error: str = ""

    @property
    def left(self) -> str:
        """What stays in the box."""
        return "\n".join(text for text, _reason in self.problems)


def parts(text: str) -> list[str]:
    """What stands between commas, semicolons and ends of lines."""
    return [part for piece in _PARTS.split(text.replace("\0", "")) if (part := piece.strip())]


def read(text: str, country: str) -> Pasted:
    """At most MOST numbers; those without a country code belong to `country`."""
    given = parts(text)
    if not given:
        return Pasted(error=_("Paste at least one phone number."))
    found = Pasted()
    for part in given[:MOST]:
        parsed = phones.parse(part, country)
        if parsed.e164 is None:
            found.problems.append((part, str(parsed.reason.sentence)))
        else:
            found.people.append(Person(parsed.e164))
    if len(given) > MOST:
        found.problems += [(part, "") for part in given[MOST:]]
        found.error = _("At most %(n)s numbers at once; the rest is still here. For more, import a file.") % {"n": MOST}
    return found
