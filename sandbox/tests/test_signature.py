"""Signatures match the golden vectors of the contract page."""

import pytest

from sandbox.signature import sign

CALL = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+12349013030"),
    ("Digits", "1234"),
    ("From", "+12349013030"),
    ("To", "+18005551212"),
]
TEXT = [
    ("Body", "Hé ✓"),
    ("From", "+14155550100"),
    ("MediaUrl0", ""),
    ("MessageSid", "SM00000000000000000000000000000001"),
    ("To", "+15005550006"),
]
JSON_HASH = "f9d86028c6e0d64e225186f96acb69338b2c59764df79162107f5c4bb34d1310"


@pytest.mark.parametrize(
    ("url", "params", "signature"),
    [
        ("https://example.com/myapp.php?foo=1&bar=2", CALL, "vNe7KK2kJwCsxc9K3OLkkKB3qqI="),
        ("https://app.example.com/sms", TEXT, "SWuwTNssKI5tKf1/NHHSSutUpNQ="),
        (
            "https://app.example.com:8443/sms?x=%20y",
            [("A", "b"), ("A", "a"), ("A", "b")],
            "eOiIMHcY3Yy+soN/cZsFWOKFAQE=",
        ),
        (f"https://app.example.com/json?bodySHA256={JSON_HASH}", [], "DGLnM5Bt7jrKlsULWAOgAxAS37E="),
    ],
)
def test_the_golden_vectors(url: str, params: list[tuple[str, str]], signature: str) -> None:
    assert sign("12345", url, params) == signature


def test_a_shared_key_signs_with_sha256() -> None:
    url = "https://example.com/myapp.php?foo=1&bar=2"
    assert sign("12345", url, CALL, "sha256") == "cv+oBk+2iEZl8SPOawNFNdM14IX8SQ6T69IbnyouMAQ="
