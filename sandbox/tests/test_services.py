"""Messaging services: the accepted status, the pool, opt-outs for all of it, the webhook that may swallow texts."""

import json
from typing import Any
from urllib.error import HTTPError

import pytest

from sandbox.testing import ControlError, RunningSandbox

from .conftest import Listener

PERSON = "+12125550161"


def service(sandbox: RunningSandbox, *numbers: str, **settings: Any) -> tuple[RunningSandbox, str]:
    """A new account with a service of these numbers: the sandbox signed in to it, and the service's sid."""
    account = sandbox.open_account(numbers=list(numbers))
    made = sandbox.control(
        "POST", "services", {"account_sid": account["account_sid"], "numbers": list(numbers), **settings}
    )
    signed_in = RunningSandbox(sandbox.url, account["account_sid"], account["auth_token"], [], sandbox.process)
    return signed_in, made["sid"]


def test_a_service_accepts_then_queues_then_sends(sandbox: RunningSandbox, listener: Listener) -> None:
    own, sid = service(sandbox, "+17025550111")
    form = {"To": PERSON, "MessagingServiceSid": sid, "Body": "Hi", "StatusCallback": listener.url}
    message = own.api("POST", "Messages.json", form)
    assert (message["status"], message["from"], message["num_segments"]) == ("accepted", None, "0")
    sandbox.settled()
    assert listener.statuses() == ["queued", "sent", "delivered"]
    assert listener.heard[0].form["MessagingServiceSid"] == sid
    assert own.api("GET", f"Messages/{message['sid']}.json")["from"] == "+17025550111"


def test_a_service_without_a_webhook_swallows_texts(sandbox: RunningSandbox) -> None:
    own, _ = service(sandbox, "+17025550112", use_inbound_webhook_on_number=False)
    with pytest.raises(ControlError, match="swallow"):
        sandbox.text(PERSON, "+17025550112", "anybody?")
    assert own.api("GET", "Messages.json")["messages"] == []


def test_an_opt_out_covers_the_whole_service(sandbox: RunningSandbox) -> None:
    own, sid = service(sandbox, "+17025550113", "+17025550114")
    sandbox.text(PERSON, "+17025550113", "STOP")
    form = {"To": PERSON, "MessagingServiceSid": sid, "From": "+17025550114", "Body": "Hi"}
    with pytest.raises(HTTPError) as caught:
        own.api("POST", "Messages.json", form)
    assert json.load(caught.value)["code"] == 21610


def test_smart_encoding_is_the_services_setting(sandbox: RunningSandbox) -> None:
    own, sid = service(sandbox, "+17025550115")
    sent = own.api("POST", "Messages.json", {"To": PERSON, "MessagingServiceSid": sid, "Body": "It’s “ok”"})
    assert sent["body"] == 'It\'s "ok"'
