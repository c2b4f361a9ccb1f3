"""Twilio's pages, of the 2010-04-01 API and of v1: PageSize, Page, and a PageToken that holds the last sid."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from .errors import TwilioError
from .form import Form

DEFAULT, MOST = 50, 1000
CONTROLS = frozenset({"Page", "PageToken", "PageSize"})


@dataclass(frozen=True)
class Cursor:
    """Which page is asked for; `after` and `before` are the sid next to it, empty for the first page."""

    size: int
    page: int
    after: str = ""
    before: str = ""


def read(query: Form) -> Cursor:
    """The cursor of a request. Raises 400/20001 for nonsense, 400/21481 for a bad token."""
    size, page, token = query.get("PageSize") or str(DEFAULT), query.get("Page") or "0", query.get("PageToken")
    if not size.isdecimal() or int(size) < 1:
        raise TwilioError(20001, "PageSize must be a number from 1 to 1000")
    if not page.isdecimal():
        raise TwilioError(20001, "Page must be a number")
    if token[:2] not in ("", "PA", "PB") or (int(page) > 0 and not token):
        raise TwilioError(21481)
    after, before = (token[2:], "") if token.startswith("PA") else ("", token[2:])
    return Cursor(min(int(size), MOST), int(page), after, before)


def envelope(
    path: str, query: Form, cursor: Cursor, key: str, rows: Sequence[Any], more: bool, show: Callable[[Any], Any]
) -> dict[str, Any]:
    """A list answer: `rows` (with a `sid`), whether more follow, and how to show one."""
    filters = [(name, value) for name, value in query.pairs if name not in CONTROLS]

    def link(page: int, token: str = "") -> str:
        pairs = [*filters, ("PageSize", str(cursor.size)), ("Page", str(page))]
        return f"{path}?{urlencode([*pairs, ('PageToken', token)] if token else pairs)}"

    start = cursor.page * cursor.size
    token = query.get("PageToken")
    earlier = f"PB{rows[0]['sid']}" if rows else ""
    return {
        key: [show(row) for row in rows],
        "end": start + max(len(rows) - 1, 0),
        "first_page_uri": link(0),
        "next_page_uri": link(cursor.page + 1, f"PA{rows[-1]['sid']}") if more and rows else None,
        "page": cursor.page,
        "page_size": cursor.size,
        "previous_page_uri": link(cursor.page - 1, earlier) if cursor.page and earlier else None,
        "start": start,
        "uri": link(cursor.page, token),
    }


def meta_envelope(
    host: str, path: str, query: Form, cursor: Cursor, key: str, rows: Sequence[dict[str, Any]], more: bool
) -> dict[str, Any]:
    """The same list as v1 and v2 products answer it: absolute links, under `meta`, and not a key beside it."""
    old = envelope(path, query, cursor, key, rows, more, lambda row: row)
    links = {
        f"{name}url": f"{host}{old[f'{name}uri']}" if old[f"{name}uri"] else None
        for name in ("first_page_", "previous_page_", "", "next_page_")
    }
    return {"meta": {"page": old["page"], "page_size": old["page_size"], **links, "key": key}, key: old[key]}


def cut(items: Sequence[Any], cursor: Cursor, sid: Callable[[Any], str]) -> tuple[list[Any], bool]:
    """The page of a short list that is already in order, and whether more follow. Raises 400/21481."""
    sids = [sid(item) for item in items]
    edge = cursor.after or cursor.before
    if edge and edge not in sids:
        raise TwilioError(21481)
    start = 0
    if cursor.after:
        start = sids.index(cursor.after) + 1
    elif cursor.before:
        start = max(sids.index(cursor.before) - cursor.size, 0)
    page = list(items[start : start + cursor.size])
    return page, start + len(page) < len(items)
