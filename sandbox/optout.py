"""Opt-out as Twilio does it: whole-message keywords, by kind of number, with the network's own answers."""

from typing import TYPE_CHECKING

from . import clock

if TYPE_CHECKING:
    from .network import Network
    from .numbers import Number

STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START = frozenset({"START", "YES", "UNSTOP"})
HELP = frozenset({"HELP", "INFO"})
ANSWERS = {
    ("local", "STOP"): "You have successfully been unsubscribed. You will not receive any more messages from this "
    "number. Reply START to resubscribe.",
    ("local", "START"): "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    ("local", "HELP"): "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    ("toll-free", "STOP"): 'NETWORK MSG: You replied with the word "stop" which blocks all texts sent from this '
    'number. Text back "unstop" to receive messages again.',
    ("toll-free", "START"): 'NETWORK MSG: You have replied "unstop" and will begin receiving messages again from '
    "this number.",
    ("toll-free", "HELP"): "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


def classify(kind: str, body: str) -> str | None:
    """`STOP`, `START`, `HELP` or None for a whole message to a number of that kind."""
    word = body.strip().upper()
    if kind == "short-code":
        return None
    if word in HELP:
        return "HELP"
    if kind == "toll-free":
        return "STOP" if word == "STOP" else "START" if word in ("START", "UNSTOP") else None
    return "STOP" if word in STOP else "START" if word in START else None


def is_out(network: "Network", service_sid: str | None, sender: str | None, phone: str) -> bool:
    """Whether a person opted out of this sender, of the messaging service it is in, or of the one it is sent by."""
    number = network.numbers.by_phone.get(sender or "")
    scopes = (service_sid or "", sender or "", (number.service_sid if number else None) or "")
    found = network.store.row("SELECT 1 FROM optouts WHERE scope IN (?, ?, ?) AND phone = ?", (*scopes, phone))
    return found is not None


def apply(network: "Network", number: "Number", phone: str, body: str) -> str | None:
    """Take a keyword to one of our numbers into account; the network's answer to the person, None when it is silent.

    Inside a messaging service both count for all of it; START also lifts a STOP from before this number joined it.
    """
    verb = classify(number.kind, body)
    if verb is None:
        return None
    scope = number.service_sid or number.phone
    family = "toll-free" if number.kind == "toll-free" else "local"
    out = is_out(network, None, number.phone, phone)
    if verb == "STOP":
        network.store.write("INSERT OR IGNORE INTO optouts VALUES (?, ?, ?)", (scope, phone, clock.now()))
        return None if out else ANSWERS[family, verb]
    if verb == "START":
        network.store.write("DELETE FROM optouts WHERE scope IN (?, ?) AND phone = ?", (scope, number.phone, phone))
        return ANSWERS[family, verb] if out else None
    return None if out and family == "toll-free" else ANSWERS[family, verb]
