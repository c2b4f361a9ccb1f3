"""Reading what came back for a POST of a text, in favour of "unknown" wherever a text might have been accepted."""

import json

import pycurl

from threadline.twilio.outcomes import Accepted, Outcome, Refused, Throttled, Unknown

_LEAST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_REQUEST_TIMEOUT = 408  # whoever answered this may have passed the request on

# Errors of libcurl that can happen before the request begins; whether they did is asked as well.
NO_BYTE_LEFT = frozenset(
    {
        pycurl.E_UNSUPPORTED_PROTOCOL,
        pycurl.E_URL_MALFORMAT,
        pycurl.E_COULDNT_RESOLVE_PROXY,
        pycurl.E_COULDNT_RESOLVE_HOST,
        pycurl.E_COULDNT_CONNECT,
        pycurl.E_SSL_CONNECT_ERROR,
        pycurl.E_PEER_FAILED_VERIFICATION,
        pycurl.E_SSL_CERTPROBLEM,
        pycurl.E_SSL_CIPHER,
        pycurl.E_SSL_CACERT_BADFILE,
        pycurl.E_SSL_ISSUER_ERROR,
        pycurl.E_OPERATION_TIMEDOUT,
        pycurl.E_RECV_ERROR,  # a connection that dies while TLS or a proxy is being settled
        pycurl.E_SEND_ERROR,
        97,  # the proxy's handshake failed
    }
)


def read(status: int, body: bytes, retry_after: float = 0.0) -> Outcome:
    """Turn an HTTP answer into an outcome."""
    if status == 429:
        return Throttled(min(max(retry_after, _LEAST_PAUSE), _LONGEST_PAUSE))
    fields = _fields(body)
    if 200 <= status < 300:
        return _accepted(fields) or Unknown(f"HTTP {status} without a sid")
    if 400 <= status < 500 and status != _REQUEST_TIMEOUT:
        code = fields.get("code")
        if not isinstance(code, int) or isinstance(code, bool):
            code = 20003 if status == 401 else 0
        return Refused(code, _text(fields.get("message")) or f"HTTP {status}", status)
    return Unknown(f"HTTP {status}")


def sentence(number: int, message: str) -> str:
    """A short reason from libcurl's error, which names hosts and times but never the body or a token."""
    return f"{message.strip() or 'transfer failed'} (curl {number})"


def _accepted(fields: dict[str, object]) -> Accepted | None:
    sid = fields.get("sid")
    if not isinstance(sid, str) or not sid:
        return None
    return Accepted(
        sid=sid,
        status=_text(fields.get("status")) or "queued",
        num_segments=_text(fields.get("num_segments")),
        num_media=_text(fields.get("num_media")),
        price=_text(fields.get("price")),
        price_unit=_text(fields.get("price_unit")),
        from_=_text(fields.get("from")),
        messaging_service_sid=_text(fields.get("messaging_service_sid")),
        date_created=_text(fields.get("date_created")),
    )


def _fields(body: bytes) -> dict[str, object]:
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
