"""The list of messages: filters by To, From and DateSent, newest first, a page at a time."""

from typing import TYPE_CHECKING, Any

from . import clock, messages, paging, phones
from .errors import TwilioError
from .form import Form

if TYPE_CHECKING:
    from .network import Network


def page(network: "Network", account_sid: str, path: str, query: Form) -> dict[str, Any]:
    """One page as the API shows it."""
    cursor = paging.read(query)
    where, values = _filters(account_sid, query)
    backwards = False
    if edge := cursor.after or cursor.before:
        backwards = bool(cursor.before)
        row = network.store.row("SELECT created, id FROM messages WHERE sid = ?", (edge,))
        if row is None:
            raise TwilioError(21481)
        where.append(f"(created, id) {'>' if backwards else '<'} (?, ?)")
        values += [row["created"], row["id"]]
    order = "created, id" if backwards else "created DESC, id DESC"
    rows = network.store.rows(
        f"SELECT * FROM messages WHERE {' AND '.join(where)} ORDER BY {order} LIMIT ?", (*values, cursor.size + 1)
    )
    more = len(rows) > cursor.size or backwards
    rows = rows[: cursor.size]
    if backwards:
        rows.reverse()
    return paging.envelope(path, query, cursor, "messages", rows, more, lambda row: messages.resource(dict(row)))


def _filters(account_sid: str, query: Form) -> tuple[list[str], list[Any]]:
    where: list[str] = ["account_sid = ?", "deleted = 0", "hidden = 0"]
    bounds: list[Any] = [account_sid]
    for name, column in (("To", "recipient"), ("From", "sender")):
        if wanted := query.get(name):
            where.append(f"{column} = ?")
            bounds.append(phones.normal(wanted) or wanted)
    for name, value in query.pairs:
        if name in ("DateSent", "DateSent<", "DateSent>") and value:
            low, high = _moments(value[:10] if name == "DateSent" else value)
            if name != "DateSent<":
                where.append("sent >= ?")
                bounds.append(low)
            if name != "DateSent>":
                where.append("sent < ?")
                bounds.append(high)
    return where, bounds


def _moments(value: str) -> tuple[float, float]:
    """First and one-past-last moment meant by a day or by a date-time (to the second)."""
    try:
        low = clock.parse(value)
    except ValueError:
        raise TwilioError(20001, f"DateSent: {value} is not a date") from None
    return low, low + (clock.DAY if clock.is_day(value) else 1.0)
