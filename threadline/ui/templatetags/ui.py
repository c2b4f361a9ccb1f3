"""Tags and filters of every template: {% icon %}, initials, hue, phone, age, may, plus what a status looks like."""

import functools
import re
import unicodedata
import zlib
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from lucide import _render_icon

register = template.Library()

HUES = 12
_PLAIN = {"clock": "%H:%M", "seconds": "%H:%M:%S", "full": "%Y-%m-%d %H:%M"}  # without JavaScript; a day else


@register.simple_tag
def icon(name: str, cls: str = "", label: str = "") -> SafeString:
    """A lucide icon inline, the height of the text. Decorative (aria-hidden) unless `label` names it."""
    return _icon(str(name), str(cls), str(label))


@functools.lru_cache(maxsize=512)
def _icon(name: str, cls: str, label: str) -> SafeString:
    extra = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    classes = f"icon {cls}".strip()
    return mark_safe(_render_icon(name, 16, **{"class": classes}, focusable="false", **extra))  # noqa: S308


@register.filter
def initials(name: Any) -> str:
    """One or two letters of a name; "" for a bare number, so that the avatar shows an icon instead.

    >>> initials("Maria da Silva"), initials("ben"), initials("+14155550100")
    ('MS', 'B', '')
    """
    words = [
        word
        for word in re.split(r"[\s_.-]+", str(name or "").strip().partition("@")[0])
        if word and unicodedata.category(word[0])[0] == "L"
    ]
    if not words:
        return ""
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.filter
def hue(value: Any) -> int:
    """A number from 1 to 12 that is always the same for the same value: class avatar-N."""
    return zlib.crc32(str(value).encode()) % HUES + 1


@register.filter
def phone(value: Any) -> str:
    """An E.164 number as people write it; a short code or a name unchanged.

    >>> phone("+14155550100"), phone("+442079460000"), phone("32665")
    ('(415) 555-0100', '+44 20 7946 0000', '32665')
    """
    text = str(value or "")
    if not text.startswith("+"):
        return text
    return _phone(text)


@functools.lru_cache(maxsize=4096)
def _phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return text
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, style.NATIONAL if number.country_code == 1 else style.INTERNATIONAL)


@register.filter
def age(moment: datetime | None) -> str:
    """How long ago, short: "now", "4 min", "3 h", "2 d", then "12 Mar". The browser's <local-time> keeps it fresh."""
    if moment is None:
        return ""
    seconds = int((timezone.now() - moment).total_seconds())
    if seconds < 60:
        return _("now")
    if seconds < 3600:
        return ngettext("%d min", "%d min", seconds // 60) % (seconds // 60)
    if seconds < 86_400:
        return _("%d h") % (seconds // 3600)
    if seconds < 7 * 86_400:
        return _("%d d") % (seconds // 86_400)
    return f"{moment.day} {moment:%b}"


@register.filter
def ahead(moment: datetime | None) -> str:
    """How long until then: "in 3 h 12 min", "in 2 d 4 h", "in less than a minute"; "" once it has come."""
    minutes = -(-int((moment - timezone.now()).total_seconds()) // 60) if moment else 0
    if minutes <= 0:
        return ""
    hours, left = divmod(minutes, 60)
    if hours >= 48:
        days, left = divmod(hours, 24)
        return _("in %(days)d d %(hours)d h") % {"days": days, "hours": left} if left else _("in %d d") % days
    if hours:
        return _("in %(hours)d h %(minutes)d min") % {"hours": hours, "minutes": left} if left else _("in %d h") % hours
    return _("in less than a minute") if minutes == 1 else _("in %d min") % minutes


@register.simple_tag(name="localtime", takes_context=True)
def _localtime(context: Context, moment: datetime | None, mode: str = "relative", zone: str = "") -> SafeString | str:
    """By the clock of `zone`, else of the page's request.times_in (a campaign's pages), else of the viewer."""
    return localtime(moment, mode, zone or getattr(getattr(context, "request", None), "times_in", ""))


def localtime(moment: datetime | None, mode: str = "relative", zone: str = "") -> SafeString | str:
    """<local-time> by the clock of `zone`, or the viewer's: relative, clock, seconds, day or full; exact on hover."""
    if moment is None:
        return ""
    stamp = moment.astimezone(ZoneInfo(zone) if zone else timezone.get_current_timezone())
    plain = _PLAIN.get(mode, "%Y-%m-%d")
    return format_html(
        '<local-time mode="{}"{}><time datetime="{}" title="{}">{}</time></local-time>',
        mode,
        format_html(' zone="{}"', zone) if zone else "",
        stamp.isoformat(timespec="seconds"),
        f"{stamp:%Y-%m-%d %H:%M %Z}",
        age(moment) if mode == "relative" else stamp.strftime(plain),
    )


@register.filter
def may(member: Any, verb: str) -> bool:
    """Whether the member may do the verb; nobody may do nothing."""
    return bool(member and member.may(verb))


@register.filter
def has_tag(tags: Any, name: str) -> bool:
    """Whether allauth's comma-separated element tags contain the name."""
    return name in (tags.split(",") if isinstance(tags, str) else tags or ())
