"""The official SDK looks for numbers on sale, buys them, texts from them, and gives them back."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from sandbox.testing import RunningSandbox
from tests.contract.conftest import sdk

PERSON = "+12125550161"
BUNDLE = "BU" + "0" * 32


@pytest.fixture(autouse=True)
def _gives_back(client: Client, sandbox: RunningSandbox) -> Iterator[None]:
    yield
    for number in client.incoming_phone_numbers.list():
        if number.phone_number not in sandbox.numbers:
            number.delete()


def code_of(refused: Callable[[], Any]) -> int | None:
    """Twilio's code of a call that is refused."""
    with pytest.raises(TwilioRestException) as caught:
        refused()
    code: int | None = caught.value.code
    return code


def offered(client: Client, country: str = "US", kind: str = "local", **filters: Any) -> list[str]:
    """The numbers that a search finds."""
    return [offer.phone_number for offer in getattr(client.available_phone_numbers(country), kind).list(**filters)]


def test_countries_tell_what_they_have(client: Client) -> None:
    countries = {found.country_code: sorted(found.subresource_uris) for found in client.available_phone_numbers.list()}
    assert countries == {
        "CA": ["local", "toll_free"],
        "GB": ["local", "mobile", "toll_free"],
        "US": ["local", "toll_free"],
    }
    assert client.available_phone_numbers("US").fetch().country == "United States"
    assert code_of(lambda: client.available_phone_numbers("ZZ").fetch()) == 20404


def test_kinds_that_a_country_lacks_are_not_there(client: Client) -> None:
    with pytest.raises(TwilioException, match="HTTP 404 .*20404"):
        client.available_phone_numbers("US").mobile.list()


def test_an_area_code_has_numbers_with_their_place(client: Client) -> None:
    offers = client.available_phone_numbers("US").local.list(area_code=813, page_size=20, limit=20)
    assert len(offers) == 20 and all(offer.phone_number.startswith("+1813") for offer in offers)
    first = offers[0]
    assert (first.locality, first.region, first.postal_code, first.iso_country) == ("Tampa", "FL", "33602", "US")
    assert (first.latitude, first.address_requirements, first.beta) == (Decimal("27.95"), "none", False)
    assert first.friendly_name.startswith("(813) 555-")
    assert offered(client, area_code=813) == offered(client, area_code=813)


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        ({"in_region": "HI"}, lambda phone: phone.startswith("+1808")),
        ({"in_locality": "new york"}, lambda phone: phone[2:5] in ("212", "332", "646", "917")),
        ({"in_postal_code": "60601"}, lambda phone: phone[2:5] in ("312", "872")),
        ({"in_region": "+19075550100"}, lambda phone: phone.startswith("+1907")),
        ({"contains": "*0142$"}, lambda phone: phone.endswith("0142")),
        ({"contains": "+1503"}, lambda phone: phone.startswith("+1503")),
        ({"contains": "KJJ014%"}, lambda phone: phone[5:10] == "55501" and phone[10] == "4"),
        ({"near_number": "+18135550100"}, lambda phone: phone[2:5] in ("813", "656", "727")),
        ({"near_lat_long": "40.75,-73.99", "distance": 2}, lambda phone: phone[2:5] in ("212", "646", "332", "917")),
    ],
)
def test_filters_narrow_a_search(client: Client, filters: dict[str, Any], fits: Callable[[str], bool]) -> None:
    found = offered(client, **filters)
    assert found and all(fits(phone) for phone in found)


def test_what_a_number_can_do_is_a_filter(client: Client) -> None:
    texting = client.available_phone_numbers("US").local.list(area_code=512, sms_enabled=True, mms_enabled=True)
    silent = client.available_phone_numbers("US").local.list(area_code=512, sms_enabled=False, voice_enabled=True)
    assert (len(texting), len(silent)) == (50, 10)
    assert silent[0].capabilities == {"voice": True, "sms": False, "mms": False, "fax": False}
    assert offered(client, area_code=512, fax_enabled=True) == []


def test_pages_are_as_long_as_asked_and_never_followed(client: Client) -> None:
    assert len(offered(client)) == 50
    assert len(offered(client, page_size=7)) == 7
    assert len(offered(client, "US", "toll_free", page_size=1000)) == 800 - 1


@pytest.mark.parametrize(
    ("filters", "code"),
    [
        ({"area_code": 12}, 21451),
        ({"contains": "5"}, 20001),
        ({"contains": "5*5"}, 20001),
        ({"distance": 501, "near_number": "+18135550100"}, 20001),
        ({"near_lat_long": "north"}, 20001),
        ({"near_number": "x"}, 20001),
    ],
)
def test_a_bad_filter_is_refused(client: Client, filters: dict[str, Any], code: int) -> None:
    with pytest.raises(TwilioException, match=f"HTTP 400 .*{code}"):
        offered(client, **filters)


@pytest.mark.parametrize(("country", "kind"), [("US", "local"), ("US", "toll_free"), ("CA", "local")])
def test_what_is_offered_can_be_bought_and_texts(
    client: Client, sandbox: RunningSandbox, country: str, kind: str
) -> None:
    phone = offered(client, country, kind, sms_enabled=True)[0]
    before = float(client.balance.fetch().balance)
    bought = client.incoming_phone_numbers.create(phone_number=phone, sms_url="https://example.com/sms")
    assert (bought.phone_number, bought.sms_url, bought.status) == (phone, "https://example.com/sms", "in-use")
    assert before - float(client.balance.fetch().balance) == pytest.approx(2.15 if kind == "toll_free" else 1.15)
    assert phone not in offered(client, country, kind, page_size=1000)
    client.messages.create(to=PERSON, from_=phone, body="From the new number")
    sandbox.settled()
    assert sandbox.texts(PERSON)[-1]["from"] == phone
    assert code_of(lambda: client.incoming_phone_numbers.create(phone_number=phone)) == 21422


def test_sub_resources_buy_and_list_one_kind(client: Client, sandbox: RunningSandbox) -> None:
    phone = offered(client, "US", "toll_free")[0]
    client.incoming_phone_numbers.toll_free.create(phone_number=phone)
    assert [number.phone_number for number in client.incoming_phone_numbers.toll_free.list()] == [
        sandbox.numbers[2],
        phone,
    ]
    assert client.incoming_phone_numbers.mobile.list() == []
    assert len(client.incoming_phone_numbers.local.list()) == 3
    assert code_of(lambda: client.incoming_phone_numbers.local.create(phone_number=phone)) == 21421


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"phone_number": "+14155551234"}, 21422),
        ({"phone_number": "+14155550110"}, 21422),
        ({"phone_number": "12"}, 21421),
        ({"area_code": "999"}, 21452),
        ({"area_code": "4"}, 21451),
        ({"phone_number": "+447700900123"}, 21649),
        ({}, 21421),
    ],
)
def test_what_is_not_on_sale_is_refused(client: Client, wanted: dict[str, Any], code: int) -> None:
    assert code_of(lambda: client.incoming_phone_numbers.create(**wanted)) == code


def test_a_british_number_needs_its_bundle(client: Client) -> None:
    assert offered(client, "GB", "mobile", exclude_all_address_required=True) == []
    phone = offered(client, "GB", "mobile", sms_enabled=True)[0]
    bought = client.incoming_phone_numbers.create(phone_number=phone, bundle_sid=BUNDLE)
    assert (bought.type, bought.bundle_sid, bought.address_requirements) == ("mobile", BUNDLE, "any")
    sending = {"to": PERSON, "from_": phone, "body": "Look", "media_url": ["https://example.com/cat.jpg"]}
    assert code_of(lambda: client.messages.create(**sending)) == 21621


def test_a_number_for_calls_does_not_text(client: Client) -> None:
    phone = offered(client, area_code=808, sms_enabled=False)[0]
    assert client.incoming_phone_numbers.create(phone_number=phone).capabilities["sms"] is False
    assert code_of(lambda: client.messages.create(to=PERSON, from_=phone, body="Hi")) == 21661


def test_a_released_number_texts_no_more_but_its_texts_stay(client: Client, sandbox: RunningSandbox) -> None:
    number = client.incoming_phone_numbers.create(area_code="702")
    phone = number.phone_number
    sandbox.faults({"kind": "slow", "ms": 600, "from": phone})
    under_way = client.messages.create(to=PERSON, from_=phone, body="Still going")
    assert number.delete()
    assert code_of(lambda: client.messages.create(to=PERSON, from_=phone, body="Hi")) == 21660
    sandbox.settled()
    assert client.messages(under_way.sid).fetch().status == "delivered"
    assert [message.sid for message in client.messages.list(from_=phone)] == [under_way.sid]
    assert phone in offered(client, area_code=702, page_size=1000)
    assert code_of(number.delete) == 20404


def test_a_number_of_another_account_is_not_ours(client: Client, sandbox: RunningSandbox) -> None:
    other = sandbox.open_account(numbers=["+17025550166"])
    theirs = sdk(sandbox, other["account_sid"], other["auth_token"])
    try:
        assert code_of(lambda: client.messages.create(to=PERSON, from_="+17025550166", body="Hi")) == 21660
        assert code_of(lambda: client.incoming_phone_numbers.create(phone_number="+17025550166")) == 21422
    finally:
        theirs.incoming_phone_numbers.list()[0].delete()


def test_a_trial_account_buys_one_number(sandbox: RunningSandbox) -> None:
    account = sandbox.open_account("Trial")
    client = sdk(sandbox, account["account_sid"], account["auth_token"])
    number = client.incoming_phone_numbers.create(area_code="305")
    try:
        assert code_of(lambda: client.incoming_phone_numbers.create(area_code="305")) == 21404
    finally:
        number.delete()


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"phone_number": "+15005550000"}, 21422),
        ({"phone_number": "+15005550001"}, 21421),
        ({"area_code": "533"}, 21452),
        ({"phone_number": "+14155550142"}, 21421),
    ],
)
def test_test_credentials_know_magic_numbers(sandbox: RunningSandbox, wanted: dict[str, str], code: int) -> None:
    client = sdk(sandbox, sandbox.test_account_sid, sandbox.test_auth_token)
    assert code_of(lambda: client.incoming_phone_numbers.create(**wanted)) == code
    assert client.incoming_phone_numbers.create(area_code="500").phone_number == "+15005550006"
    with pytest.raises(TwilioException, match="HTTP 403 .*20008"):
        client.available_phone_numbers("US").local.list()
