"""The addresses the carrier calls: two fixed ones and two below every connection's own key (U8)."""

from dataclasses import dataclass

from threadline.ingest.models import RawRequest

INBOUND, STATUS = RawRequest.Kind.INBOUND, RawRequest.Kind.STATUS
_KINDS = {"incoming-sms": str(INBOUND), "message-status": str(STATUS)}


@dataclass(frozen=True, slots=True)
class Route:
    """What a path says: `hook_key` is "" for the fixed paths, `attempt` the public id at the end of a status path."""

    kind: str
    hook_key: str = ""
    attempt: str = ""


def match(path: str) -> Route | None:
    """The route of a path, None when it is none of ours."""
    parts = path.split("/")
    if parts[-1] == "" and len(parts) > 3:
        parts.pop()  # a slash at the end is no reason to lose a text
    count = len(parts)
    if count >= 4 and parts[1] == "hooks":
        hook_key, rest = parts[2], parts[3:]
    elif count >= 3 and parts[1] == "api":
        hook_key, rest = "", parts[2:]
    else:
        return None
    kind = _KINDS.get(rest[0])
    if kind is None or len(rest) > 2 or (len(rest) == 2 and kind != STATUS):
        return None
    return Route(kind, hook_key, rest[1] if len(rest) == 2 else "")
