"""IncomingPhoneNumbers: list, fetch, update, buy, release."""

from typing import Any

from aiohttp import web

from . import hosts, magic, paging, phones
from .api import Call, answer
from .errors import TwilioError
from .form import Form
from .numbers import DEFAULTS, METHODS, URLS, Number

FIELDS = {name: "".join(word.title() for word in name.split("_")) for name in DEFAULTS}


async def listed(call: Call) -> web.Response:
    """GET IncomingPhoneNumbers.json, filtered by PhoneNumber (any part, `*` one digit) and FriendlyName."""
    own = [number for number in call.network.numbers.of(call.account.sid) if _wanted(number, call.query)]
    cursor = paging.read(call.query)
    page, more = paging.cut(own, cursor, lambda number: number.sid)
    shown = [number.resource() for number in page]
    return answer(
        paging.envelope(call.path, call.query, cursor, "incoming_phone_numbers", shown, more, lambda item: item)
    )


async def fetch(call: Call) -> web.Response:
    """GET IncomingPhoneNumbers/{sid}.json."""
    return answer(_found(call).resource())


async def update(call: Call) -> web.Response:
    """POST IncomingPhoneNumbers/{sid}.json: only the given fields change; an empty value clears a URL."""
    number = _found(call)
    changes = _settings(call.form)
    if target := call.form.get("AccountSid"):
        account = call.network.accounts.by_sid.get(target)
        if account is None or account.owner_sid != call.caller.owner_sid:
            raise TwilioError(20001, "AccountSid")
        number.account_sid = account.sid
    number.settings.update(changes)
    call.network.numbers.save(number)
    call.network.hub.hint("")
    return answer(number.resource())


async def buy(call: Call) -> web.Response:
    """POST IncomingPhoneNumbers.json with PhoneNumber or AreaCode: 201."""
    phone, area = call.form.get("PhoneNumber"), call.form.get("AreaCode")
    if call.account.type == "Test":
        return _buy_test(call, phone, area)
    taken = call.network.numbers.by_phone
    if area:
        free = [f"+1{area}555{tail:04d}" for tail in range(100, 200) if f"+1{area}555{tail:04d}" not in taken]
        if not free or phones.normal(free[0]) is None:
            raise TwilioError(21452, area)
        phone = free[0]
    bought = phones.normal(phone)
    if bought is None:
        raise TwilioError(21421, phone)
    if bought in taken:
        raise TwilioError(21422, bought)
    number = call.network.numbers.create(call.account.sid, bought, **_settings(call.form))
    return answer(number.resource(), status=201)


async def release(call: Call) -> web.Response:
    """DELETE IncomingPhoneNumbers/{sid}.json: 204."""
    call.network.numbers.release(_found(call))
    return web.Response(status=204)


def _buy_test(call: Call, phone: str, area: str) -> web.Response:
    if area == "533":
        raise TwilioError(21452, area)
    if phone in magic.PURCHASES or not (phone == magic.GOOD_SENDER or area == "500"):
        raise TwilioError(magic.PURCHASES.get(phone, 21421), phone)
    settings = DEFAULTS | {"friendly_name": phones.pretty(magic.GOOD_SENDER)} | _settings(call.form)
    number = Number("PN" + "0" * 32, call.account.sid, magic.GOOD_SENDER, None, settings, 0.0, 0.0)
    return answer(number.resource(), status=201)


def _settings(form: Form) -> dict[str, Any]:
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
