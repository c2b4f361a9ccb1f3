import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.lib import phones
from threadline.lib.phones import Reason


@pytest.mark.parametrize(
    "text",
    [
        "+14155550132",
        "415-555-0132",
        "(415) 555-0132",
        "1 415 555 0132",
        "415.555.0132",
        " 4155550132\u00a0",
        "tel:+1-415-555-0132",
        "\uff14\uff11\uff15\uff15\uff15\uff15\uff10\uff11\uff13\uff12",
        "011 1 415 555 0132",
    ],
)
def test_a_number_as_people_write_it_becomes_e164(text: str) -> None:
    assert phones.normalise(text) == "+14155550132"


def test_a_number_without_country_code_belongs_to_the_region() -> None:
    assert phones.normalise("01511 2345678", "DE") == "+4915112345678"
    assert phones.normalise("+1 415 555 0132", "DE") == "+14155550132"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.EMPTY),
        ("  ", Reason.EMPTY),
        ("n/a", Reason.NOT_A_NUMBER),
        ("4.15555E+09", Reason.SPREADSHEET),
        ("555-0132", Reason.TOO_SHORT),
        ("41555501321", Reason.TOO_LONG),
        ("+999 1234567", Reason.NO_COUNTRY),
        ("415 555 0132 x12", Reason.EXTENSION),
        ("111-111-1111", Reason.NOT_IN_USE),
        ("4155550132 / 4155550133", Reason.SEVERAL),
        ("(415) 555-0132 or (415) 555-0133", Reason.SEVERAL),
        ("4155550132 / 12345", Reason.TOO_LONG),
        ("911", Reason.TOO_SHORT),
    ],
)
def test_what_is_no_number_says_why_and_what_to_do(text: str, reason: Reason) -> None:
    phone = phones.parse(text)
    assert phone.e164 is None
    assert phone.reason is reason
    assert str(reason.sentence).endswith((".", "?"))


@given(st.text(max_size=30))
def test_no_text_at_all_breaks_the_parser(text: str) -> None:
    phone = phones.parse(text)
    assert (phone.e164 is None) == bool(phone.reason)
    if phone.e164:
        assert phones.is_e164(phone.e164)


@given(st.integers(min_value=2_000_000_000, max_value=9_999_999_999))
def test_the_library_is_the_judge(national: int) -> None:
    verdict = phonenumbers.is_valid_number(phonenumbers.parse(f"+1{national}"))
    assert (phones.normalise(str(national)) == f"+1{national}") == verdict


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("+14155550132", "e164"),
        ("72345", "shortcode"),
        ("THREADLINE", "alphanumeric"),
        ("Joe's", "other"),
        ("whatsapp:+14155550132", "whatsapp"),
        ("whatsapp:US.13491208655302741918", "whatsapp"),
        ("messenger:1234", "other"),
        ("+0123", "other"),
        ("", "other"),
    ],
)
def test_addresses_are_of_a_kind(address: str, kind: str) -> None:
    assert phones.address_kind(address) == kind


@pytest.mark.parametrize(
    ("address", "region", "shown"),
    [
        ("+14155550132", "US", "(415) 555-0132"),
        ("+14155550132", "DE", "+1 415-555-0132"),
        ("+4915112345678", "US", "+49 1511 2345678"),
        ("whatsapp:+14155550132", "US", "(415) 555-0132"),
        ("72345", "US", "72345"),
        ("THREADLINE", "US", "THREADLINE"),
        ("+999123456789", "US", "+999123456789"),
    ],
)
def test_addresses_are_shown_as_their_readers_write_them(address: str, region: str, shown: str) -> None:
    assert phones.display(address, region) == shown


def test_a_number_has_a_country() -> None:
    assert phones.region_of("+14165550132") == "CA"
    assert phones.region_of("+14155550132") == "US"
    assert phones.region_of("72345") is None


def test_logs_show_four_digits() -> None:
    assert phones.last4("+14155550132") == "0132"
