import json

import pytest

from threadline.twilio import hosts
from threadline.twilio.transport import refusal, rooted


def test_the_product_host_travels_in_the_sandboxes_path() -> None:
    url = "https://messaging.twilio.com/v1/Services?PageSize=50"
    assert rooted("http://127.0.0.1:8080", url) == "http://127.0.0.1:8080/~messaging.twilio.com/v1/Services?PageSize=50"
    assert rooted("", url) == url


@pytest.mark.parametrize(
    "url", ["http://api.twilio.com/x", "https://evil.example/x", "https://api.twilio.com.evil.example/"]
)
def test_a_next_page_elsewhere_is_not_followed(url: str) -> None:
    with pytest.raises(hosts.ForbiddenHostError):
        rooted("", url)


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (401, {"code": 20003}, "credentials", 20003),
        (401, None, "credentials", 20003),
        (403, {"code": 20003}, "credentials", 20003),
        (404, {"code": 20404}, "refused", 20404),
        (429, None, "throttled", 20429),
        (503, None, "unreachable", 0),
        (500, {"code": 20500}, "unreachable", 20500),
        (400, {"code": None}, "refused", 0),
        (400, ["odd"], "refused", 0),
    ],
)
def test_an_error_answer_is_a_kind_of_trouble(status: int, body: object, kind: str, code: int) -> None:
    error = refusal(status, "" if body is None else json.dumps(body))
    assert (error.kind, error.code) == (kind, code)
    assert error.sentence


def test_an_unknown_refusal_keeps_twilios_own_words() -> None:
    assert refusal(400, '{"code": 99999, "message": "No thanks"}').sentence == "Twilio refused: No thanks"
    assert refusal(400, '{"title": "x", "detail": "In the new form", "code": 1}').sentence.endswith("In the new form")
