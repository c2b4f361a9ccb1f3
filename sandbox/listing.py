"""The list of messages: filters by To, From and DateSent, newest first, a page at a time."""

from typing import TYPE_CHECKING, Any

from . import clock, messages, paging, phones
from .errors import TwilioError
from .form import Form

if TYPE_CHECKING:
    from .network import Network


# A scheduled text is created up to 35 days before it is sent.
LONGEST_WAY = 36 * clock.DAY


def page(network: "Network", account_sid: str, path: str, query: Form) -> dict[str, Any]:
    """One page as the API shows it."""
    cursor = paging.read(query)
    where, values = _filters(network, account_sid, query)
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


def _filters(network: "Network", account_sid: str, query: Form) -> tuple[list[str], list[Any]]:
    where, bounds = _addresses(network, account_sid, query)
    for name, value in query.pairs:
        if name in ("DateSent", "DateSent<", "DateSent>") and value:
            low, high = _moments(value[:10] if name == "DateSent" else value)
            if name != "DateSent<":
                where += ["sent >= ?", "created >= ?"]
                bounds += [low, low - LONGEST_WAY]
            if name != "DateSent>":
                where += ["sent < ?", "created < ?"]
                bounds += [high, high]
    return where, bounds


def _addresses(network: "Network", account_sid: str, query: Form) -> tuple[list[str], list[Any]]:
    """Conditions on the account and both ends; a `+` keeps the database from walking a busy index."""
    wanted = {"recipient": query.get("To"), "sender": query.get("From")}
    ends = {column: phones.normal(text) or text for column, text in wanted.items() if text}
    where = [f"{'+' if ends else ''}account_sid = ?", "deleted = 0", "hidden = 0"]
    for column, phone in ends.items():
        busy = len(ends) == 2 and phone in network.numbers.by_phone
        where.append(f"{'+' if busy else ''}{column} = ?")
    return where, [account_sid, *ends.values()]


def _moments(value: str) -> tuple[float, float]:
    """First and one-past-last moment meant by a day or by a date-time (to the second)."""
    try:
        low = clock.parse(value)
    except ValueError:
        raise TwilioError(20001, f"DateSent: {value} is not a date") from None
    return low, low + (clock.DAY if clock.is_day(value) else 1.0)
