"""Messages: create, fetch, list, redact, cancel, delete."""

from aiohttp import web

from . import clock, listing, messages, outbound, sending
from .api import Call, answer
from .callbacks import enqueue
from .errors import TwilioError
from .store import Row


async def create(call: Call) -> web.Response:
    """POST Messages.json: 201 with the message; with test credentials nothing is stored."""
    text, items = sending.check(call.network, call.account, call.form)
    if call.account.type == "Test":
        record = outbound.draft(call.network, text, items)
    else:
        record = outbound.submit(call.network, text, items)
    return answer(messages.resource(vars(record)), status=201)


async def fetch(call: Call) -> web.Response:
    """GET Messages/{sid}.json."""
    return answer(messages.resource(dict(_found(call))))


async def listed(call: Call) -> web.Response:
    """GET Messages.json, newest first."""
    return answer(listing.page(call.network, call.account.sid, call.path, call.query))


async def update(call: Call) -> web.Response:
    """POST Messages/{sid}.json: an empty `Body` redacts, `Status=canceled` cancels a scheduled message."""
    row, form, store = _found(call), call.form, call.network.store
    if "Status" in form:
        if form.get("Status") != "canceled":
            raise TwilioError(20001, "Status may only be 'canceled'")
        if row["status"] != "scheduled":
            raise TwilioError(30409)
        store.write(
            "UPDATE messages SET status = 'canceled', life = '', next_at = NULL, updated = ? WHERE id = ?",
            (clock.now(), row["id"]),
        )
        if row["callback"]:
            enqueue(call.network, [(dict(row), "canceled")], clock.now())
    elif "Body" in form:
        if form.get("Body"):
            raise TwilioError(20001, "Body may only be empty: a message can be redacted, not changed")
        if not messages.is_final(row):
            raise TwilioError(20009)
        store.write("UPDATE messages SET body = '', updated = ? WHERE id = ?", (clock.now(), row["id"]))
    else:
        raise TwilioError(20001, "Body or Status is required")
    return answer(messages.resource(dict(_found(call))))


async def delete(call: Call) -> web.Response:
    """DELETE Messages/{sid}.json: 204, or 20009 before a final state."""
    row = _found(call)
    if not messages.is_final(row):
        raise TwilioError(20009)
    call.network.store.write("UPDATE messages SET deleted = 1, updated = ? WHERE id = ?", (clock.now(), row["id"]))
    call.network.store.write("DELETE FROM media WHERE message_sid = ?", (row["sid"],))
    return web.Response(status=204)


async def feedback(call: Call) -> web.Response:
    """POST Messages/{sid}/Feedback.json: acknowledged, not kept."""
    row, outcome = _found(call), call.form.get("Outcome") or "unconfirmed"
    if outcome not in ("confirmed", "unconfirmed"):
        raise TwilioError(20001, "Outcome must be confirmed or unconfirmed")
    moment = clock.rfc2822(clock.now())
    path = f"/2010-04-01/Accounts/{row['account_sid']}/Messages/{row['sid']}/Feedback.json"
    dates = {"date_created": moment, "date_updated": moment}
    owner = {"account_sid": row["account_sid"], "message_sid": row["sid"]}
    return answer({**owner, "outcome": outcome, **dates, "uri": path})


def _found(call: Call) -> Row:
    row = messages.find(call.network.store, call.account.sid, call.sid())
    if row is None:
        raise TwilioError(20404, call.path)
    return row
