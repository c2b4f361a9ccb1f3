"""The addresses Twilio calls, and setting a number's "A message comes in"."""

from typing import Any

import pytest

from sandbox.testing import RunningSandbox
from threadline.accounts.models import AuditEntry
from threadline.accounts.testing import make_member, make_workspace
from threadline.numbers import connect, health, incoming, recognise, repoint, webhooks
from threadline.numbers.connect import Credentials
from threadline.numbers.models import Number
from threadline.numbers.problems import ProblemError
from threadline.numbers.testing import make_connection, make_number

pytestmark = pytest.mark.django_db

ZAPIER = "https://hooks.zapier.com/hooks/catch/1/abc/"


def connected(sandbox: RunningSandbox) -> Number:
    given = Credentials(sandbox.account_sid, sandbox.auth_token, sandbox.url)
    connection = connect.connect(make_workspace(), None, given, sandbox.numbers[0])
    return connection.numbers.get(is_default=True)


def at_carrier(sandbox: RunningSandbox, number: Number) -> tuple[str, str]:
    found = sandbox.api("GET", f"IncomingPhoneNumbers/{number.sid}.json")
    return found["sms_url"], found["sms_method"]


@pytest.mark.requirement("000-12", "U8")
def test_urls_use_the_public_address_and_both_forms(settings: Any) -> None:
    settings.THREADLINE_URL = "https://texts.example.com"
    connection = make_connection(base_url="")
    urls = webhooks.urls_for(connection)
    assert urls
    assert urls.incoming == "https://texts.example.com/api/incoming-sms"
    assert urls.incoming_own == f"https://texts.example.com/hooks/{connection.hook_key}/incoming-sms"
    assert urls.incoming in urls
    assert webhooks.status_callback(connection, "att_1") == (
        f"https://texts.example.com/hooks/{connection.hook_key}/message-status/att_1"
    )


@pytest.mark.parametrize(
    "url",
    ["", "http://localhost:8000", "http://127.0.0.1:8000", "http://192.168.1.5", "http://nas.local", "http://nas"],
)
def test_without_an_address_of_the_internet_there_is_none(settings: Any, url: str) -> None:
    settings.THREADLINE_URL = url
    connection = make_connection(base_url="")
    assert webhooks.public_base(connection) == ""
    assert webhooks.urls_for(connection) is None
    assert webhooks.status_callback(connection, "att_1") == ""


def test_the_sandbox_calls_this_machine(settings: Any, here: str) -> None:
    settings.THREADLINE_URL = "https://texts.example.com"
    assert webhooks.public_base(make_connection()) == here


@pytest.mark.requirement("000-11", "000-12")
def test_one_click_points_a_number_here_by_post(sandbox: RunningSandbox, here: str) -> None:
    number, owner = connected(sandbox), make_member()
    sandbox.set_webhook(number.phone, "", SmsMethod="GET")
    incoming.point_here(number, owner)
    assert at_carrier(sandbox, number) == (f"{here}/api/incoming-sms", "POST")
    number.refresh_from_db()
    assert (number.sms_url, number.sms_method) == (f"{here}/api/incoming-sms", "POST")
    assert AuditEntry.objects.get(action="number.webhook_set").facts["after"] == number.sms_url


def test_somebody_else_s_url_is_replaced_only_when_agreed_and_can_be_put_back(
    sandbox: RunningSandbox, here: str
) -> None:
    number = connected(sandbox)
    sandbox.set_webhook(number.phone, ZAPIER, SmsMethod="GET")
    with pytest.raises(incoming.OccupiedError) as occupied:
        incoming.point_here(number, None)
    assert occupied.value.url == ZAPIER
    assert at_carrier(sandbox, number) == (ZAPIER, "GET")
    incoming.point_here(number, None, agreed=ZAPIER)
    assert at_carrier(sandbox, number)[0] == f"{here}/api/incoming-sms"
    number.refresh_from_db()
    assert (number.sms_url_before, number.sms_method_before) == (ZAPIER, "GET")
    incoming.put_back(number, None)
    assert at_carrier(sandbox, number) == (ZAPIER, "GET")
    with pytest.raises(ProblemError, match="nothing to put back"):
        incoming.put_back(number, None)


def test_what_was_agreed_to_must_still_be_there(sandbox: RunningSandbox, here: str) -> None:
    number = connected(sandbox)
    sandbox.set_webhook(number.phone, ZAPIER)
    with pytest.raises(incoming.OccupiedError):
        incoming.point_here(number, None, agreed="https://n8n.example.com/webhook/1")


def test_a_webhook_that_is_ours_already_is_left_alone(sandbox: RunningSandbox, here: str) -> None:
    number = connected(sandbox)
    urls = webhooks.urls_for(number.connection)
    assert urls
    sandbox.set_webhook(number.phone, urls.incoming_own, SmsMethod="POST")
    incoming.point_here(number, None)
    assert at_carrier(sandbox, number) == (urls.incoming_own, "POST")
    assert number.sms_url_before == ""


def test_a_twiml_application_is_explained(sandbox: RunningSandbox, here: str) -> None:
    number = connected(sandbox)
    sandbox.set_webhook(number.phone, "", SmsApplicationSid="AP" + "1" * 32)
    with pytest.raises(ProblemError, match="TwiML application"):
        incoming.point_here(number, None)


def test_without_a_public_url_it_says_what_to_set(settings: Any) -> None:
    settings.THREADLINE_URL = ""
    number = make_number(make_connection(base_url=""))
    with pytest.raises(ProblemError, match="THREADLINE_URL"):
        incoming.point_here(number, None)


def test_a_carrier_that_cannot_be_reached_is_a_sentence(here: str) -> None:
    with pytest.raises(ProblemError, match="could not be reached"):
        incoming.point_here(make_number(), None)


def test_a_number_that_is_gone_is_a_sentence(sandbox: RunningSandbox, here: str) -> None:
    number = connected(sandbox)
    number.sid = "PN" + "0" * 32
    with pytest.raises(ProblemError, match="no longer on the Twilio account"):
        incoming.point_here(number, None)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (ZAPIER, "Zapier"),
        ("https://acme.app.n8n.cloud/webhook/x", "n8n"),
        ("https://n8n.acme.com/webhook/x", "n8n"),
        ("https://flows.acme.com/webhook/3f2b8c1e-0d4a-4c55-9a77-0f6b7a1e2d3c", "n8n"),
        ("https://webhooks.twilio.com/v1/Accounts/AC1/Flows/FW1", "Twilio Studio"),
        ("https://handler.twilio.com/twiml/EH1", "TwiML Bin"),
        ("https://hook.eu1.make.com/x", "Make"),
        ("https://old.example.com/api/incoming-sms", "another Threadline at old.example.com"),
        ("https://zapier.com.evil.example/", "zapier.com.evil.example"),
        ("https://acme.com/sms", "acme.com"),
        ("AP" + "1" * 32, "a TwiML application"),
        ("", ""),
    ],
)
def test_tools_are_recognised_by_their_host(url: str, name: str) -> None:
    assert recognise.name_of(url) == name


def test_nothing_is_lost_with_twilio_s_demo() -> None:
    assert recognise.is_nobody("https://demo.twilio.com/welcome/sms/reply")
    assert recognise.is_nobody("")
    assert not recognise.is_nobody(ZAPIER)


@pytest.mark.parametrize(
    ("fields", "state", "word"),
    [
        ({"sms_url": "https://t.example.com/api/incoming-sms", "sms_method": "POST"}, "good", "Webhook set"),
        ({"sms_url": "https://t.example.com/api/incoming-sms/", "sms_method": "POST"}, "good", "Webhook set"),
        ({"sms_url": "https://t.example.com/api/incoming-sms", "sms_method": "GET"}, "bad", "Wrong method"),
        ({"sms_url": ""}, "bad", "No webhook"),
        ({"sms_url": ZAPIER}, "wait", "Goes to Zapier"),
        ({"sms": False}, "bad", "Cannot text"),
    ],
)
@pytest.mark.requirement("001-10")
def test_health_says_whether_replies_arrive(settings: Any, fields: dict[str, Any], state: str, word: str) -> None:
    settings.THREADLINE_URL = "https://t.example.com"
    number = make_number(make_connection(base_url=""), **fields)
    seen = health.of(number, webhooks.urls_for(number.connection), 10)
    assert (seen.state, seen.word) == (state, word)


def test_health_without_a_public_url_says_it_is_fetched() -> None:
    assert health.of(make_number(), None, 10).word == "Fetched every 10 s"


def test_the_sandbox_s_webhooks_follow_the_port(sandbox: RunningSandbox, settings: Any, here: str) -> None:
    number = connected(sandbox)
    assert repoint.sandbox() == 1
    assert at_carrier(sandbox, number)[0] == f"{here}/api/incoming-sms"
    assert repoint.sandbox() == 0
    settings.THREADLINE_LOCAL_URL = "http://127.0.0.1:8123"
    assert repoint.sandbox() == 1
    assert at_carrier(sandbox, number)[0] == "http://127.0.0.1:8123/api/incoming-sms"
    number.refresh_from_db()
    assert number.sms_url == "http://127.0.0.1:8123/api/incoming-sms"


def test_a_connection_follows_the_sandbox_itself(sandbox: RunningSandbox, settings: Any, here: str) -> None:
    number = connected(sandbox)
    number.connection.base_url = "http://127.0.0.1:9"
    number.connection.save(update_fields=["base_url"])
    settings.THREADLINE_SANDBOX_URL = sandbox.url
    assert repoint.sandbox() == 1
    number.connection.refresh_from_db()
    assert number.connection.base_url == sandbox.url
