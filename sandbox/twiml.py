"""TwiML answers to an inbound text: the replies they ask for."""

from dataclasses import dataclass, field
from xml.etree import ElementTree

XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})


@dataclass(frozen=True)
class Reply:
    """One `<Message>`: empty `to` means the person who texted."""

    body: str
    media: list[str] = field(default_factory=list)
    to: str = ""
    sender: str = ""
    callback: str = ""


def replies(content_type: str, text: str) -> list[Reply]:
    """The texts to send, in order. Raises ValueError for TwiML that cannot be read."""
    if not text.strip() or content_type == "application/json":
        return []
    if content_type == "text/plain":
        return [Reply(text)]
    if content_type not in XML_TYPES or "<!DOCTYPE" in text[:4096] or "<!ENTITY" in text:
        return []
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from error
    return [_reply(node) for node in root.iter() if node.tag in ("Message", "Sms")]


def _reply(node: ElementTree.Element) -> Reply:
    bodies = [child.text or "" for child in node.iter("Body")]
    pictures = [(child.text or "").strip() for child in node.iter("Media")]
    words = "".join(bodies) if bodies else (node.text or "").strip()
    callback = node.get("statusCallback") or node.get("action") or ""
    return Reply(words, pictures, node.get("to", ""), node.get("from", ""), callback)
