from typing import Any

import pytest

from threadline.twilio.diagnosis import RequestFacts, diagnose
from threadline.twilio.signature import sign

TOKEN, OTHER = "12345", "67890"
OURS = "https://text.example.com/hooks/k1/sms"
PARAMS = [("Body", "hi"), ("From", "+14155550100")]


def facts(url: str, token: str = TOKEN, **more: Any) -> RequestFacts:
    given: dict[str, Any] = {
        "expected": (OURS, "https://former.example.com/hooks/k1/sms"),
        "params": PARAMS,
        "signature": sign(token, url, PARAMS),
        "scheme": "http",
        "host": "10.0.0.5:8000",
        "path": "/hooks/k1/sms",
    }
    return RequestFacts(**{**given, **more})


@pytest.mark.parametrize(
    ("url", "kind", "words"),
    [
        ("http://text.example.com/hooks/k1/sms", "scheme", "Set THREADLINE_URL to http://text.example.com"),
        ("https://10.0.0.5:8000/hooks/k1/sms", "host", "Set THREADLINE_URL to https://10.0.0.5:8000"),
        ("https://tunnel.example/hooks/k1/sms", "host", "Set THREADLINE_URL to https://tunnel.example"),
        ("https://text.example.com/hooks/k1/sms/", "slash", "slash at its end"),
        ("https://text.example.com/app/hooks/k1/sms", "prefix", "/app/hooks/k1/sms"),
        ("https://text.example.com/hooks/k1/sms?x=1", "query", "Let the proxy pass it unchanged"),
        ("http://tunnel.example/app/hooks/k1/sms", "several", "Set THREADLINE_URL to http://tunnel.example"),
    ],
)
def test_the_url_that_twilio_meant_is_found_and_the_setting_named(url: str, kind: str, words: str) -> None:
    found = diagnose(TOKEN, facts(url, hosts=("tunnel.example",), prefixes=("/app",), query="x=1"))
    assert found is not None
    assert (found.kind, found.url) == (kind, url)
    assert words in found.sentence


def test_a_port_that_differs_is_named() -> None:
    found = diagnose(
        TOKEN,
        facts(
            "https://text.example.com:8443/hooks/k1/sms",
            expected=(OURS.replace(".com", ".com:9443"),),
            hosts=("text.example.com:8443",),
        ),
    )
    assert found is not None
    assert found.kind == "port"


def test_another_connections_token_is_named_by_its_display_name_and_never_shown() -> None:
    found = diagnose(TOKEN, facts(OURS, token=OTHER, other_tokens={"Support line": OTHER}))
    assert found is not None
    assert found.kind == "token"
    assert "“Support line”" in found.sentence
    assert OTHER not in repr(found)
    assert OTHER not in repr(facts(OURS, token=OTHER, other_tokens={"Support line": OTHER}))


def test_a_forged_request_has_no_diagnosis() -> None:
    assert diagnose(TOKEN, facts(OURS, token="guess")) is None
    assert diagnose(TOKEN, facts(OURS, signature="")) is None
