"""Where a person's clock is known from, and that nothing is guessed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threadline.compliance import postal_codes, zones
from threadline.lib import windows

DENVER = "+13035550142"


def test_what_somebody_said_counts_before_everything_else() -> None:
    found = zones.of(DENVER, explicit="America/New_York", postal_code="96801", country="US", fallback="Europe/Berlin")
    assert found == zones.Zones(("America/New_York",), "explicit")


def test_a_postal_code_counts_before_the_area_code() -> None:
    found = zones.of(DENVER, postal_code=" 96801-1234 ", country="US", fallback="Europe/Berlin")
    assert (found.names, found.source, found.how) == (("Pacific/Honolulu",), "postal code", "postal code 96801")


def test_an_area_code_counts_before_the_country() -> None:
    found = zones.of(DENVER, country="US", fallback="Europe/Berlin")
    assert (found.names, found.source, found.how) == (("America/Denver",), "area code", "area code 303")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "\x00", "x" * 500])
def test_a_zone_that_does_not_exist_counts_as_none(zone: str) -> None:
    assert zones.of(DENVER, explicit=zone, fallback=zone).source == "area code"
    assert zones.of("12345", explicit=zone, fallback=zone).names == ("UTC",)


def test_an_area_code_on_both_sides_of_a_line_has_both_zones() -> None:
    """The exchanges of Pensacola are known to be an hour behind Tallahassee's, but numbers move with their owners."""
    assert zones.of("+18504330142").names == ("America/Chicago", "America/New_York")


@pytest.mark.parametrize("phone", ["+18005550142", "+18335550142", "+15005550006"])
def test_a_number_of_a_whole_country_has_all_its_zones(phone: str) -> None:
    found = zones.of(phone, country="US", fallback="America/Denver")
    assert found.source == "country"
    assert {"America/New_York", "America/Phoenix", "Pacific/Honolulu"} <= set(found.names)


def test_abroad_a_mobile_number_tells_its_country_and_a_landline_its_town() -> None:
    assert zones.of("+4915112345678", country="US") == zones.Zones(("Europe/Berlin",), "country")
    australian = zones.of("+61412345678", country="US")
    assert australian.source == "country" and {"Australia/Perth", "Australia/Sydney"} <= set(australian.names)
    assert zones.of("+61892345678") == zones.Zones(("Australia/Adelaide", "Australia/Perth"), "area code", "89")


def test_an_address_of_another_channel_is_its_number() -> None:
    assert zones.of("whatsapp:+13035550142").names == ("America/Denver",)
    assert zones.of("whatsapp:+13035550142", postal_code="96801").names == ("Pacific/Honolulu",)


def test_a_german_postal_code_is_not_one_of_new_york() -> None:
    assert zones.of("+4915112345678", postal_code="10115").names == ("Europe/Berlin",)


@pytest.mark.parametrize("address", ["12345", "Acme", "whatsapp:", "whatsapp:Acme", "", "+", "+999123456789"])
def test_an_address_that_tells_nothing_has_the_workspaces_zone(address: str) -> None:
    found = zones.of(address, fallback="Asia/Kolkata")
    assert (found.names, found.how) == (("Asia/Kolkata",), "this workspace's time zone")


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("10001", "New_York"),
        ("60601", "Chicago"),
        ("80202", "Denver"),
        ("85001", "Phoenix"),
        ("86515", "Denver Phoenix"),
        ("90001", "Los_Angeles"),
        ("99501", "Anchorage Adak"),
        ("96799", "Pago_Pago"),
        ("00901", "Puerto_Rico"),
        ("32401", "New_York Chicago"),
        ("32502", "Chicago"),
        ("33101", "New_York"),
        ("37201", "Chicago"),
        ("37902", "New_York"),
        ("40202", "New_York"),
        ("42101", "Chicago"),
        ("46204", "New_York"),
        ("46401", "Chicago"),
        ("47708", "Chicago"),
        ("48201", "New_York"),
        ("49801", "New_York Chicago"),
        ("57701", "Denver"),
        ("58501", "Chicago Denver"),
        ("59101", "Denver"),
        ("67735", "Chicago Denver"),
        ("69361", "Denver"),
        ("75201", "Chicago"),
        ("79901", "Denver"),
        ("83501", "Denver Los_Angeles"),
        ("83702", "Denver"),
        ("83814", "Los_Angeles"),
        ("89101", "Los_Angeles"),
        ("97914", "Denver Los_Angeles"),
        ("98101", "Los_Angeles"),
    ],
)
def test_postal_codes_on_either_side_of_the_lines(code: str, names: str) -> None:
    assert {name.rpartition("/")[2] for name in postal_codes.zones(code)} == set(names.split())


@pytest.mark.parametrize("code", ["09012", "96201", "00001", "86901", "1234", "123456", "ABCDE", "١٢٣٤٥"])
def test_codes_of_nowhere_leave_it_to_the_area_code(code: str) -> None:
    assert zones.of(DENVER, postal_code=code).source == "area code"


@given(
    st.text(max_size=20) | st.from_regex(r"\+[0-9]{7,15}", fullmatch=True), st.text(max_size=12), st.text(max_size=3)
)
@settings(max_examples=300, deadline=None)
def test_whoever_it_is_has_a_zone_that_exists(phone: str, postal_code: str, country: str) -> None:
    found = zones.of(phone, postal_code=postal_code, country=country, fallback="America/New_York")
    assert found.names and set(found.names) <= windows.zones()


def test_a_zone_is_called_by_its_town() -> None:
    assert zones.place("America/Argentina/Buenos_Aires") == "Buenos Aires"
