"""A person texts a number: the record, the network's own answer, and the webhook to the application."""

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import clock, geo, handsets, lifecycle, media, messages, optout, segments, sids
from .callbacks import INSERT
from .numbers import Number

if TYPE_CHECKING:
    from .network import Network


@dataclass(frozen=True)
class Hook:
    """Where an inbound text is posted."""

    url: str
    method: str
    fallback: str


def receive(
    network: "Network", sender: str, number: Number, body: str, items: list[media.Item] | None = None
) -> messages.Draft | None:
    """A text from `sender` arrives at a number; None when a service without a webhook swallows it."""
    hook = _hook(network, number)
    if hook is None:
        return None
    items = items or []
    moment = clock.now()
    draft = messages.Draft(
        sid=sids.new("MM" if items else "SM"),
        account_sid=number.account_sid,
        direction="inbound",
        sender=sender,
        recipient=number.phone,
        body=body,
        status="received",
        segments=1 if items else segments.count(body),
        media=len(items),
        service_sid=number.service_sid,
        created=moment,
        updated=moment,
        sent=moment,
        life="rated",
        next_at=moment + lifecycle.pause("rated", network.speed),
    )
    messages.insert(network.store, draft)
    stored = media.attach(network, draft.account_sid, draft.sid, items, moment)
    handsets.note(network, sender, body, moment)
    answer = optout.apply(network, number, sender, body)
    if answer is not None:
        _answer(network, number, sender, answer)
    if hook.url and not network.faults.take("lose_inbound", to=number.phone, sender=sender):
        _post(network, draft, hook, stored)
    network.carrier.wake()
    network.hub.hint(sender)
    return draft


def forward(network: "Network", row: dict[str, Any]) -> None:
    """A text that one of our numbers sent to another of our numbers arrives there."""
    number = network.numbers.by_phone[row["recipient"]]
    receive(network, row["sender"], number, row["body"], media.copies(network, row["sid"]) if row["media"] else [])


def _hook(network: "Network", number: Number) -> Hook | None:
    own = number.settings
    service = network.services.by_sid.get(number.service_sid or "")
    if service is None or service.settings["use_inbound_webhook_on_number"]:
        return Hook(own["sms_url"] or "", own["sms_method"] or "POST", own["sms_fallback_url"] or "")
    if service.settings["inbound_request_url"] is None:
        return None
    settings = service.settings
    return Hook(settings["inbound_request_url"], settings["inbound_method"] or "POST", settings["fallback_url"] or "")


def _post(network: "Network", draft: messages.Draft, hook: Hook, stored: list[media.Stored]) -> None:
    form = {
        **geo.fields("To", draft.recipient),
        "SmsMessageSid": draft.sid,
        "NumMedia": str(draft.media),
        **geo.fields("From", draft.sender or ""),
        "SmsSid": draft.sid,
        "SmsStatus": "received",
        "Body": draft.body,
        "To": draft.recipient,
        "NumSegments": str(draft.segments),
        "MessageSid": draft.sid,
        "AccountSid": draft.account_sid,
        "From": draft.sender or "",
        "ApiVersion": "2010-04-01",
    }
    if draft.service_sid:
        form["MessagingServiceSid"] = draft.service_sid
    for position, item in enumerate(stored):
        form[f"MediaContentType{position}"] = item.content_type
        form[f"MediaUrl{position}"] = f"{network.base_url}{item.path}"
    delivery = (hook.method, hook.url, hook.fallback, json.dumps(form), str(uuid.uuid4()), draft.created)
    network.store.write(INSERT, (draft.account_sid, draft.sid, "inbound", *delivery))
    network.pump.wake()


def _answer(network: "Network", number: Number, phone: str, words: str) -> None:
    moment = clock.now()
    answer = messages.Draft(
        sid=sids.new("SM"),
        account_sid=number.account_sid,
        direction="outbound-reply",
        sender=number.phone,
        recipient=phone,
        body=words,
        status="delivered",
        segments=segments.count(words),
        created=moment,
        updated=moment,
        sent=moment,
        hidden=1,
    )
    messages.insert(network.store, answer)
