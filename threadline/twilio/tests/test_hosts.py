import pytest

from threadline.twilio import hosts


@pytest.mark.parametrize(
    "base",
    [
        "",
        "https://api.twilio.com",
        "http://127.0.0.1:8080",
        "http://localhost:1",
        "http://[::1]:9",
        "https://127.0.0.2",
    ],
)
def test_credentials_may_go_to_twilio_and_to_this_machine(base: str) -> None:
    assert hosts.allowed(base)


@pytest.mark.parametrize(
    "base",
    [
        "http://api.twilio.com",
        "https://api.twilio.com.evil.example",
        "https://evil.example",
        "http://10.0.0.1",
        "http://169.254.169.254",
        "http://localhost.evil.example",
        "http://127.0.0.1@evil.example",
        "http://user@127.0.0.1",
        "http://127.0.0.1\\@evil.example",
        "http://127.0.0.1:99999",
        "http://127.1.evil",
        "file:///etc/passwd",
        "http://127.0.0.1/?x",
        "127.0.0.1:80",
        "http://",
    ],
)
def test_and_nowhere_else(base: str) -> None:
    assert not hosts.allowed(base)
    with pytest.raises(hosts.ForbiddenHostError):
        hosts.root(base)


def test_on_the_sandbox_the_host_travels_in_the_path() -> None:
    assert hosts.root("http://127.0.0.1:8080/", "messaging.twilio.com") == "http://127.0.0.1:8080/~messaging.twilio.com"
    assert hosts.root("", "pricing.twilio.com") == "https://pricing.twilio.com"
