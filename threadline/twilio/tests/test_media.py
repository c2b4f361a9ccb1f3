import pytest

from threadline.twilio import hosts, media

AC, SM, ME = "AC" + "1" * 32, "SM" + "2" * 32, "ME" + "3" * 32
PATH = f"/2010-04-01/Accounts/{AC}/Messages/{SM}/Media/{ME}"
SANDBOX = "http://127.0.0.1:8080"


def test_a_files_own_address_is_asked() -> None:
    assert media.address(AC, "", SM, f"https://api.twilio.com{PATH}") == f"https://api.twilio.com{PATH}"
    at_sandbox = f"{SANDBOX}/~api.twilio.com{PATH}"
    for url in (f"https://api.twilio.com{PATH}", SANDBOX + PATH, at_sandbox, f"http://localhost:9{PATH}"):
        assert media.address(AC, SANDBOX, SM, url) == at_sandbox


@pytest.mark.parametrize(
    "url",
    [
        f"http://api.twilio.com{PATH}",
        f"https://api.twilio.com.evil.example{PATH}",
        f"https://api.twilio.com@evil.example{PATH}",
        f"https://api.twilio.com:444{PATH}",
        f"https://evil.example{PATH}",
        f"http://127.0.0.1:8080{PATH}",
        f"https://api.twilio.com{PATH}?x=1",
        f"https://api.twilio.com{PATH}/../../x",
        f"https://api.twilio.com{PATH.replace(AC, 'AC' + '9' * 32)}",
        f"https://api.twilio.com{PATH.replace(SM, 'SM' + '9' * 32)}",
        f"https://api.twilio.com{PATH.replace(ME, 'secrets')}",
        "https://api.twilio.com/2010-04-01/Accounts.json",
        "",
    ],
)
def test_a_forged_media_url_gets_no_credentials(url: str) -> None:
    with pytest.raises(hosts.ForbiddenHostError):
        media.address(AC, "", SM, url)


def test_a_forged_media_url_gets_none_on_the_sandbox_either() -> None:
    for url in (f"https://evil.example{PATH}", f"{SANDBOX}/control/reset", f"http://10.0.0.1{PATH}"):
        with pytest.raises(hosts.ForbiddenHostError):
            media.address(AC, SANDBOX, SM, url)


@pytest.mark.parametrize(
    "location",
    [
        "https://media.twiliocdn.com/AC1/abc",
        "https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC1/abc?Expires=1",
    ],
)
def test_a_redirect_may_lead_to_twilios_file_hosts(location: str) -> None:
    assert media.onward("", location) == location


@pytest.mark.parametrize(
    "location",
    [
        "http://media.twiliocdn.com/AC1/abc",
        "https://169.254.169.254/latest/meta-data",
        "https://s3.amazonaws.com/somebody-else/x",
        "https://s3.amazonaws.com/media.twiliocdn.com/../somebody-else/x",
        "https://media.twiliocdn.com:444/x",
        "https://user@media.twiliocdn.com/x",
        "http://127.0.0.1:8080/~media.twiliocdn.com/x",
        "",
    ],
)
def test_and_nowhere_else(location: str) -> None:
    with pytest.raises(hosts.ForbiddenHostError):
        media.onward("", location)


def test_the_sandboxes_redirects_stay_on_the_sandbox() -> None:
    assert (
        media.onward(SANDBOX, "http://other.name:1/~media.twiliocdn.com/AC1/ME1")
        == f"{SANDBOX}/~media.twiliocdn.com/AC1/ME1"
    )
    for location in ("http://127.0.0.1:8080/control/reset", "https://media.twiliocdn.com/x"):
        with pytest.raises(hosts.ForbiddenHostError):
            media.onward(SANDBOX, location)
