import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from threadline.twilio.signature import port_variants, sign, verify

TOKEN = "12345"
GOLDEN: list[tuple[str, list[tuple[str, str]], str]] = [
    (
        "https://example.com/myapp.php?foo=1&bar=2",
        [
            ("To", "+18005551212"),
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+12349013030"),
            ("Digits", "1234"),
            ("From", "+12349013030"),
        ],
        "vNe7KK2kJwCsxc9K3OLkkKB3qqI=",
    ),
    (
        "https://app.example.com/sms",
        [
            ("Body", "Hé ✓"),
            ("From", "+14155550100"),
            ("MediaUrl0", ""),
            ("MessageSid", "SM00000000000000000000000000000001"),
            ("To", "+15005550006"),
        ],
        "SWuwTNssKI5tKf1/NHHSSutUpNQ=",
    ),
    ("https://app.example.com:8443/sms?x=%20y", [("A", "b"), ("A", "a"), ("A", "b")], "eOiIMHcY3Yy+soN/cZsFWOKFAQE="),
]
JSON_URL = "https://app.example.com/json?bodySHA256=f9d86028c6e0d64e225186f96acb69338b2c59764df79162107f5c4bb34d1310"


@pytest.mark.parametrize(("url", "params", "signature"), GOLDEN)
def test_the_golden_vectors(url: str, params: list[tuple[str, str]], signature: str) -> None:
    assert sign(TOKEN, url, params) == signature
    assert verify(TOKEN, ["https://elsewhere.example/", url], params, signature) == url


def test_a_json_body_is_bound_by_its_hash_in_the_url() -> None:
    signature = "DGLnM5Bt7jrKlsULWAOgAxAS37E="
    assert verify(TOKEN, [JSON_URL], [], signature, b'{"a": 1}') == JSON_URL
    assert verify(TOKEN, [JSON_URL], [], signature, b'{"a": 2}') is None
    bare = JSON_URL.partition("?")[0]
    assert verify(TOKEN, [bare], [], sign(TOKEN, bare), b'{"a": 1}') is None


@pytest.mark.parametrize("signature", ["", "é✓", "AAAA", "vNe7KK2kJwCsxc9K3OLkkKB3qqI"])
def test_a_wrong_signature_is_refused(signature: str) -> None:
    url, params, _ = GOLDEN[0]
    assert verify(TOKEN, [url], params, signature) is None
    assert verify("54321", [url], params, GOLDEN[0][2]) is None


def test_an_empty_token_verifies_nothing() -> None:
    assert verify("", ["https://a.example/"], [], sign("", "https://a.example/")) is None


def test_a_port_may_be_there_or_not() -> None:
    signed = sign(TOKEN, "https://a.example:443/sms?x=1")
    assert verify(TOKEN, ["https://a.example/sms?x=1"], [], signed)
    signed = sign(TOKEN, "https://a.example/sms")
    assert verify(TOKEN, ["https://a.example:8443/sms"], [], signed)
    assert port_variants("http://a.example") == ("http://a.example:80",)
    assert port_variants("http://[::1]:80/x?y=:1") == ("http://[::1]/x?y=:1",)


def test_scheme_path_and_query_must_be_what_was_signed() -> None:
    signed = sign(TOKEN, "https://a.example/sms?x=1")
    for url in (
        "http://a.example/sms?x=1",
        "https://a.example/sms/?x=1",
        "https://a.example/sms",
        "https://b.example/",
    ):
        assert verify(TOKEN, [url], [], signed) is None


def test_a_fragment_is_for_twilio_alone() -> None:
    assert sign(TOKEN, "https://a.example/sms#rc=3&rp=all") == sign(TOKEN, "https://a.example/sms")


names = st.text(alphabet="ABab0é", min_size=1, max_size=4)
values = st.text(max_size=8)


@given(st.lists(st.tuples(names, values), max_size=12), st.sampled_from(["", "?a=1&b=%20", "/x/y"]), st.booleans())
def test_twilios_own_validator_agrees(params: list[tuple[str, str]], tail: str, with_port: bool) -> None:
    class Multi(dict[str, str]):
        def getlist(self, name: str) -> list[str]:
            return [value for key, value in params if key == name]

    url = f"https://a.example{':8443' if with_port else ''}/sms{tail}"
    signature = sign(TOKEN, url, params)
    judge = RequestValidator(TOKEN)
    assert judge.validate(url, Multi(params), signature)
    shuffled = random.sample(params, len(params))
    assert verify(TOKEN, [url], shuffled, signature) == url
    for other in (f"https://a.example/sms{tail}", f"https://a.example:443/sms{tail}", f"http://a.example/sms{tail}"):
        assert bool(verify(TOKEN, [other], params, signature)) == judge.validate(other, Multi(params), signature)


def test_a_tampered_field_is_noticed() -> None:
    url, params, signature = GOLDEN[1]
    assert verify(TOKEN, [url], [*params, ("X", "")], signature) is None
    assert verify(TOKEN, [url], params[1:], signature) is None
