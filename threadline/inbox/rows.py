"""The conversation list as HTML, written in Python: fifty rows through the template language cost a multiple."""

from collections.abc import Iterable
from html import escape
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from threadline.inbox.conversations import Row, Wanted
from threadline.inbox.cursors import Cursor
from threadline.lib import phones
from threadline.ui.templatetags.ui import hue, icon, initials, localtime

FAILED = frozenset({"failed", "undelivered"})
_MARK = "conv_id_here"


def query(wanted: Wanted, **more: str) -> str:
    """The list's own address: "?line=num_…&q=…&show=closed", without what is as usual; "" when all is."""
    parts = {
        "line": wanted.line.public_id if wanted.line else "",
        "q": wanted.words,
        "show": "" if wanted.show == "open" else wanted.show,
    } | more
    given = {name: value for name, value in parts.items() if value}
    return f"?{urlencode(given)}" if given else ""


def rows(found: Iterable[Row], wanted: Wanted, current: str = "") -> SafeString:
    """One list item a row; `current` is the public id of the open conversation."""
    address = escape(reverse("inbox:conversation", args=[_MARK]) + query(wanted))
    before, _here, after = address.partition(_MARK)
    country = wanted.workspace.country
    words = _("You:"), _("Draft:"), _("Not delivered")
    return _safe("".join(_row(row, before, after, country, words, row.public_id == current) for row in found))


def more(wanted: Wanted, after: Cursor | None) -> SafeString:
    """The item at the end that fetches the next page when it comes into view; a plain link without JavaScript."""
    if after is None:
        return _safe("")
    fetch = escape(reverse("inbox:rows") + query(wanted, after=str(after)))
    plain = escape(reverse("inbox:home") + query(wanted, before=str(after)))
    return _safe(
        f'<li class="list-more" data-more hx-get="{fetch}" hx-trigger="intersect once" hx-target="this" '
        f'hx-swap="outerHTML" hx-push-url="false" hx-sync="this:drop">'
        f'<a href="{plain}" hx-boost="false">{escape(_("Older conversations"))}</a></li>'
    )


def gone(public_ids: Iterable[str]) -> SafeString:
    """Items that tell the page to take rows away."""
    return _safe("".join(f'<li id="row-{escape(id)}" data-gone></li>' for id in public_ids))


def _row(row: Row, before: str, after: str, country: str, words: tuple[str, str, str], current: bool) -> str:
    name = row.name or phones.display(row.address, country)
    letters = initials(row.name)
    avatar = f"avatar-{hue(row.address)}" if letters else "avatar-none"
    unread = " list-unread" if row.unread else ""
    return (
        f'<li class="list-row{unread}" id="row-{row.public_id}" data-order="{row.cursor}">'
        f'<span class="avatar {avatar}" aria-hidden="true">{escape(letters) or icon("user-round")}</span>'
        f'<div class="list-words"><div class="list-title">'
        # Its own swap: the row may be replaced by a newer one before the answer to its click arrives.
        f'<a class="list-link truncate" href="{before}{row.public_id}{after}" hx-swap="outerHTML show:none"'
        f"{_CURRENT if current else ''}>"
        f"<bdi>{escape(name)}</bdi></a></div>"
        f'<div class="list-text">{_preview(row, words)}</div></div>'
        f'<div class="list-end">{localtime(row.at)}{_count(row.unread)}</div></li>'
    )


_CURRENT = ' aria-current="page"'


def _preview(row: Row, words: tuple[str, str, str]) -> str:
    you, draft, failed = words
    if row.draft:
        return f'<span class="list-draft">{escape(draft)}</span> {escape(" ".join(row.draft.split())[:160])}'
    text = escape(row.preview)
    if row.direction != "outbound":
        return text
    mark = icon("circle-alert", "bad", failed) if row.status in FAILED else ""
    return f"{mark} {escape(you)} {text}"


def _count(unread: int) -> str:
    if not unread:
        return ""
    label = escape(_("%(n)d unread") % {"n": unread})
    return f'<span class="count" title="{label}">{unread if unread < 100 else "99+"}</span>'


def _safe(markup: str) -> SafeString:
    return mark_safe(markup)  # noqa: S308  # every value above was escaped
