"""Messaging services on messaging.twilio.com: the services themselves, and the numbers in each one's pool."""

from typing import Any

from aiohttp import web

from . import clock, hosts, inventory, paging, phones
from .api import Call, answer
from .errors import TwilioError
from .form import Form
from .numbers import Number
from .services import DEFAULTS, Service

HOST = "https://messaging.twilio.com"
FIELDS = {name: "".join(word.title() for word in name.split("_")) for name in DEFAULTS}
URLS = ("inbound_request_url", "fallback_url", "status_callback")
METHODS = ("inbound_method", "fallback_method")
SCANS = ("inherit", "enable", "disable")
LONGEST_NAME, LONGEST_VALIDITY, LARGEST_POOL = 64, 36_000, 400
# What the last part of each link is called.
LINKS = {
    "phone_numbers": "PhoneNumbers",
    "short_codes": "ShortCodes",
    "alpha_senders": "AlphaSenders",
    "messages": "Messages",
    "us_app_to_person": "Compliance/Usa2p",
    "us_app_to_person_usecases": "Compliance/Usa2p/Usecases",
    "channel_senders": "ChannelSenders",
    "destination_alpha_senders": "DestinationAlphaSenders",
}
ABLE = {"mms": "MMS", "sms": "SMS", "voice": "Voice"}


async def listed(call: Call) -> web.Response:
    """GET Services."""
    return _page(call, "services", [resource(one) for one in call.network.services.of(call.account.sid)])


async def create(call: Call) -> web.Response:
    """POST Services with FriendlyName: 201. Unless told otherwise, its own webhook counts, and there is none yet."""
    name = _name(call.form)
    if not name:
        raise TwilioError(20001, "Missing required parameter FriendlyName in the post body")
    settings = {"use_inbound_webhook_on_number": False} | _settings(call.form)
    return answer(resource(call.network.services.create(call.account.sid, name, [], settings)), status=201)


async def fetch(call: Call) -> web.Response:
    """GET Services/{sid}."""
    return answer(resource(_service(call)))


async def update(call: Call) -> web.Response:
    """POST Services/{sid}: only the given fields change."""
    service, changes = _service(call), _settings(call.form)
    service.friendly_name = _name(call.form) or service.friendly_name
    service.settings.update(changes)
    call.network.services.save(service)
    return answer(resource(service))


async def delete(call: Call) -> web.Response:
    """DELETE Services/{sid}: 204."""
    call.network.services.delete(_service(call))
    return web.Response(status=204)


async def members(call: Call) -> web.Response:
    """GET Services/{service}/PhoneNumbers."""
    service = _service(call, "service")
    return _page(call, "phone_numbers", [member(service, one) for one in call.network.services.pool(service)])


async def join(call: Call) -> web.Response:
    """POST Services/{service}/PhoneNumbers with PhoneNumberSid: 201. A number is in one service at most."""
    service, sid = _service(call, "service"), call.form.get("PhoneNumberSid")
    if not sid:
        raise TwilioError(20001, "Missing required parameter PhoneNumberSid in the post body")
    number = call.network.numbers.by_sid.get(sid)
    if number is None or number.account_sid != call.account.sid:
        raise TwilioError(20404, f"/IncomingPhoneNumbers/{sid}")
    if number.service_sid:
        raise TwilioError(21710 if number.service_sid == service.sid else 21712)
    if len(call.network.services.pool(service)) >= LARGEST_POOL:
        raise TwilioError(21714)
    call.network.services.add(service, number)
    return answer(member(service, number), status=201)


async def fetch_member(call: Call) -> web.Response:
    """GET Services/{service}/PhoneNumbers/{sid}."""
    return answer(member(*_member(call)))


async def leave(call: Call) -> web.Response:
    """DELETE Services/{service}/PhoneNumbers/{sid}: 204."""
    call.network.services.remove(*_member(call))
    return web.Response(status=204)


def resource(service: Service) -> dict[str, Any]:
    """A service as the API shows it."""
    url = f"{HOST}/v1/Services/{service.sid}"
    return {
        **{name: service.settings[name] for name in DEFAULTS},
        "sid": service.sid,
        "account_sid": service.account_sid,
        "friendly_name": service.friendly_name,
        "date_created": clock.iso(service.created),
        "date_updated": clock.iso(service.updated),
        "us_app_to_person_registered": False,
        "links": {name: f"{url}/{part}" for name, part in LINKS.items()},
        "url": url,
    }


def member(service: Service, number: Number) -> dict[str, Any]:
    """A number as the pool of a service shows it."""
    joined = clock.iso(service.joined.get(number.sid, service.created))
    offer = inventory.find(number.phone)
    return {
        "sid": number.sid,
        "account_sid": number.account_sid,
        "service_sid": service.sid,
        "date_created": joined,
        "date_updated": joined,
        "phone_number": number.phone,
        "country_code": offer.country if offer else phones.country(number.phone),
        "capabilities": [name for key, name in ABLE.items() if number.capabilities[key]],
        "url": f"{HOST}/v1/Services/{service.sid}/PhoneNumbers/{number.sid}",
    }


def _page(call: Call, key: str, items: list[dict[str, Any]]) -> web.Response:
    cursor = paging.read(call.query)
    page, more = paging.cut(items, cursor, lambda item: item["sid"])
    return answer(paging.meta_envelope(HOST, call.path, call.query, cursor, key, page, more))


def _settings(form: Form) -> dict[str, Any]:
    """The settings that a form names, each as the type its default has. Raises 400 for what is none."""
    changes: dict[str, Any] = {}
    for name, param in FIELDS.items():
        if param in form:
            changes[name] = _value(name, param, form.get(param))
    return changes


def _value(name: str, param: str, given: str) -> Any:
    if name in URLS:
        if given and not hosts.host_of(given):
            raise TwilioError(20001, f"{param} must be an absolute URL")
        return given or None
    if isinstance(DEFAULTS[name], bool):
        if given.lower() not in ("true", "false"):
            raise TwilioError(20001, f"{param} must be true or false")
        return given.lower() == "true"
    if name == "validity_period":
        if not (given.isdecimal() and 1 <= int(given) <= LONGEST_VALIDITY):
            raise TwilioError(20001, f"{param} must be between 1 and {LONGEST_VALIDITY}")
        return int(given)
    allowed = {"scan_message_content": SCANS} | dict.fromkeys(METHODS, ("GET", "POST"))
    value = given.upper() if name in METHODS else given
    if name in allowed and value not in allowed[name]:
        raise TwilioError(20001, f"{param} must be one of {', '.join(allowed[name])}")
    return value


def _name(form: Form) -> str:
    name = form.get("FriendlyName").strip()
    if len(name) > LONGEST_NAME:
        raise TwilioError(20001, f"FriendlyName has at most {LONGEST_NAME} characters")
    return name


def _service(call: Call, part: str = "sid") -> Service:
    service = call.network.services.by_sid.get(call.sid(part))
    if service is None or service.account_sid != call.account.sid:
        raise _missing(call)
    return service


def _member(call: Call) -> tuple[Service, Number]:
    service, number = _service(call, "service"), call.network.numbers.by_sid.get(call.sid())
    if number is None or number.service_sid != service.sid:
        raise _missing(call)
    return service, number


def _missing(call: Call) -> TwilioError:
    return TwilioError(20404, call.path.removeprefix("/v1"))
