"""IncomingPhoneNumbers: list, fetch, update, release."""

from typing import Any

from aiohttp import web

from . import hosts, inventory, paging
from .api import Call, answer
from .errors import TwilioError
from .form import Form
from .numbers import DEFAULTS, METHODS, URLS, Number

FIELDS = {name: "".join(word.title() for word in name.split("_")) for name in DEFAULTS}


async def listed(call: Call) -> web.Response:
    """GET IncomingPhoneNumbers[/{kind}].json, by PhoneNumber (any part, `*` one digit), FriendlyName, Origin."""
    kind = call.request.match_info.get("kind")
    own = [number for number in call.network.numbers.of(call.account.sid) if _wanted(number, call.query)]
    if kind:
        own = [number for number in own if inventory.kind(number.phone) == kind]
    cursor = paging.read(call.query)
    page, more = paging.cut(own, cursor, lambda number: number.sid)
    shown = [resource(call, number) for number in page]
    return answer(
        paging.envelope(call.path, call.query, cursor, "incoming_phone_numbers", shown, more, lambda item: item)
    )


async def fetch(call: Call) -> web.Response:
    """GET IncomingPhoneNumbers/{sid}.json."""
    return answer(_found(call).resource())


async def update(call: Call) -> web.Response:
    """POST IncomingPhoneNumbers/{sid}.json: only the given fields change; an empty value clears a URL."""
    number = _found(call)
    changes = settings(call.form)
    if target := call.form.get("AccountSid"):
        account = call.network.accounts.by_sid.get(target)
        if account is None or account.owner_sid != call.caller.owner_sid:
            raise TwilioError(20001, "AccountSid")
        number.account_sid, number.service_sid = account.sid, None
    number.settings.update(changes)
    call.network.numbers.save(number)
    call.network.hub.hint("")
    return answer(number.resource())


async def release(call: Call) -> web.Response:
    """DELETE IncomingPhoneNumbers/{sid}.json: 204. Texts under way go on; it is on sale again at once."""
    call.network.numbers.release(_found(call))
    call.network.hub.hint("")
    return web.Response(status=204)


def resource(call: Call, number: Number) -> dict[str, Any]:
    """A number as the API shows it; the lists of one kind do not tell the type."""
    shown = number.resource()
    if "kind" in call.request.match_info:
        del shown["type"]
    return shown


def settings(form: Form) -> dict[str, Any]:
    """The settings that a form names. Raises 400 for an address or a method that is none."""
    changes: dict[str, Any] = {name: form.get(param) for name, param in FIELDS.items() if param in form}
    for name in URLS:
        if changes.get(name) and not hosts.host_of(changes[name]):
            raise TwilioError(21502, FIELDS[name])
    for name in METHODS:
        if name in changes and changes[name].upper() not in ("GET", "POST"):
            raise TwilioError(20001, f"{FIELDS[name]} must be GET or POST")
        if name in changes:
            changes[name] = changes[name].upper()
    if "voice_caller_id_lookup" in changes:
        changes["voice_caller_id_lookup"] = changes["voice_caller_id_lookup"] == "true"
    return changes


def _wanted(number: Number, query: Form) -> bool:
    name, pattern = query.get("FriendlyName"), query.get("PhoneNumber")
    if query.get("Origin") == "hosted":
        return False
    if name and number.settings["friendly_name"] != name:
        return False
    return not pattern or pattern.lstrip("+") in number.phone or _matches(pattern.lstrip("+"), number.phone[1:])


def _matches(pattern: str, digits: str) -> bool:
    spans = (digits[start : start + len(pattern)] for start in range(len(digits) - len(pattern) + 1))
    return any(all(want in ("*", have) for want, have in zip(pattern, span, strict=True)) for span in spans)


def _found(call: Call) -> Number:
    number = call.network.numbers.by_sid.get(call.sid())
    if number is None or number.account_sid != call.account.sid:
        raise TwilioError(20404, call.path)
    return number
