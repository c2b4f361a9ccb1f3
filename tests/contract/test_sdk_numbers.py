"""The official SDK lists, updates, buys and releases numbers, and reads accounts, balance and media."""

import base64
from urllib.request import Request, urlopen

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from sandbox.testing import RunningSandbox, eventually

PERSON = "+12125550161"


def test_numbers_are_listed_and_filtered(client: Client, sandbox: RunningSandbox) -> None:
    assert [number.phone_number for number in client.incoming_phone_numbers.list(page_size=2)] == sandbox.numbers
    tampa = client.incoming_phone_numbers.list(phone_number="+1813*******")
    assert [number.friendly_name for number in tampa] == ["Tampa PPC"]
    assert client.incoming_phone_numbers.list(friendly_name="Toll-free")[0].type == "toll-free"
    assert tampa[0].capabilities == {"voice": True, "sms": True, "mms": True, "fax": False}


def test_an_update_changes_only_what_it_names(client: Client) -> None:
    number = client.incoming_phone_numbers.list()[0]
    changed = number.update(sms_url="https://example.com/sms", sms_method="GET", friendly_name="Front desk")
    assert (changed.sms_url, changed.sms_method, changed.friendly_name) == (
        "https://example.com/sms",
        "GET",
        "Front desk",
    )
    cleared = client.incoming_phone_numbers(number.sid).update(sms_url="", friendly_name="Main line")
    assert (cleared.sms_url, cleared.sms_method) == ("", "GET")
    client.incoming_phone_numbers(number.sid).update(sms_method="POST")
    with pytest.raises(TwilioRestException) as caught:
        number.update(sms_url="not a url")
    assert caught.value.code == 21502


def test_numbers_are_bought_and_released(client: Client) -> None:
    bought = client.incoming_phone_numbers.create(phone_number="+17025550123", sms_url="https://example.com/")
    assert bought.friendly_name == "(702) 555-0123"
    with pytest.raises(TwilioRestException) as caught:
        client.incoming_phone_numbers.create(phone_number="+17025550123")
    assert caught.value.code == 21422
    assert bought.delete()
    by_area = client.incoming_phone_numbers.create(area_code="808")
    assert by_area.phone_number.startswith("+1808")
    assert by_area.delete()
    with pytest.raises(TwilioRestException) as caught:
        by_area.fetch()
    assert caught.value.code == 20404


def test_account_and_balance(client: Client, sandbox: RunningSandbox) -> None:
    account = client.api.accounts(sandbox.account_sid).fetch()
    assert (account.status, account.type) == ("active", "Full")
    assert sandbox.account_sid in [found.sid for found in client.api.accounts.list()]
    before = float(client.balance.fetch().balance)
    for number in range(3):
        client.messages.create(to=PERSON, from_=sandbox.numbers[0], body=f"{number}" * 1000)
    eventually(lambda: before - float(client.balance.fetch().balance) > 0.1)


def test_media_of_a_message(client: Client, sandbox: RunningSandbox) -> None:
    message = client.messages.create(
        to=PERSON, from_=sandbox.numbers[0], media_url=["https://example.com/a.jpg", "https://example.com/b.pdf"]
    )
    files = client.messages(message.sid).media.list()
    assert [file.content_type for file in files] == ["image/jpeg", "application/pdf"]
    assert client.messages(message.sid).media(files[0].sid).fetch().parent_sid == message.sid
    basic = base64.b64encode(f"{sandbox.account_sid}:{sandbox.auth_token}".encode()).decode()
    url = f"{sandbox.url}{files[0].uri.removesuffix('.json')}"
    with urlopen(Request(url, headers={"Authorization": f"Basic {basic}"})) as answer:
        assert answer.read().startswith(b"\x89PNG")
    assert client.messages(message.sid).media(files[0].sid).delete()
    assert len(client.messages(message.sid).media.list()) == 1


def test_feedback_is_taken(client: Client, sandbox: RunningSandbox) -> None:
    message = client.messages.create(to=PERSON, from_=sandbox.numbers[0], body="Hi", provide_feedback=True)
    assert client.messages(message.sid).feedback.create(outcome="confirmed").outcome == "confirmed"


def test_one_line_per_product_is_enough(sandbox: RunningSandbox) -> None:
    client = Client(sandbox.account_sid, sandbox.auth_token)
    client.api.base_url = f"{sandbox.url}/~api.twilio.com"
    sids = [client.messages.create(to=PERSON, from_=sandbox.numbers[0], body=f"{n}").sid for n in range(3)]
    assert [message.sid for message in client.messages.list(page_size=2)] == sids[::-1]
