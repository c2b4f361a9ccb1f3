"""What an edit did: one simulation beside the one before it, in words."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from threadline.campaigns.simulator.result import Result
from threadline.lib import clock
from threadline.lib.money import dollars


def words(before: Result, after: Result) -> list[str]:
    """Short phrases, "finishes 2 hours later"; nothing when nothing has changed."""
    return list(_words(before, after))


def _words(before: Result, after: Result) -> Iterator[str]:
    if before.last and after.last:
        yield from _finish(datetime.fromisoformat(after.last) - datetime.fromisoformat(before.last))
    if cents := round((after.cost - before.cost) / 10_000):
        amount = dollars(abs(cents) * 10_000)
        yield (_("+%s") if cents > 0 else _("−%s")) % amount
    if texts := after.texts - before.texts:
        yield _signed(texts, ngettext("%s text", "%s texts", abs(texts)))
    if segments := after.segments - before.segments:
        yield _signed(segments, ngettext("%s segment", "%s segments", abs(segments)))
    if people := after.reached - before.reached:
        yield _signed(people, ngettext("%s person", "%s people", abs(people)))


def _finish(later: timedelta) -> Iterator[str]:
    if abs(later) >= timedelta(minutes=1):
        sentence = _("finishes %s later") if later > timedelta() else _("finishes %s earlier")
        yield sentence % clock.span(abs(later))


def _signed(number: int, phrase: str) -> str:
    return phrase % (f"+{number:,}" if number > 0 else f"−{-number:,}")
