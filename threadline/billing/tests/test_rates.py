import time

import pytest

from threadline.accounts.testing import make_workspace
from threadline.billing import number_types, rates
from threadline.billing.models import Rate

TAMPA, LONDON, ELSEWHERE = "+18135550142", "+447700900123", "+37060012345"


@pytest.fixture
def workspace(db):
    return make_workspace()


def add(workspace, prefix, number_type="", sms=10_000, mms=30_000):
    Rate.objects.create(workspace=workspace, prefix=prefix, number_type=number_type, sms=sms, mms=mms)


def estimate(workspace, to, segments=1, num_media=0, number_type=""):
    return rates.of(workspace.pk).estimate(to, segments, num_media, number_type)


@pytest.mark.requirement("001-15")
def test_a_text_costs_its_segments_and_a_picture_once(workspace):
    assert estimate(workspace, TAMPA) == 8_300
    assert estimate(workspace, TAMPA, segments=3) == 24_900
    assert estimate(workspace, TAMPA, segments=3, num_media=2) == 22_000


def test_the_longest_beginning_of_the_number_wins(workspace):
    assert estimate(workspace, LONDON) == 53_000
    assert estimate(workspace, ELSEWHERE) == 80_000
    add(workspace, "+4477", sms=1)
    assert estimate(workspace, LONDON) == 1
    assert estimate(workspace, "+442071234567") == 53_000


def test_what_a_workspace_says_lies_over_the_list(workspace):
    add(workspace, "+1", "toll_free", sms=5)
    add(workspace, "", sms=7)
    assert estimate(workspace, TAMPA, number_type="toll_free") == 5
    assert estimate(workspace, TAMPA, number_type="local") == 8_300
    assert estimate(workspace, TAMPA) == 8_300
    assert estimate(workspace, ELSEWHERE, number_type="short_code") == 7
    assert estimate(make_workspace(), ELSEWHERE) == 80_000


def test_one_price_for_a_country_is_meant_for_every_kind_of_number(workspace):
    add(workspace, "+1", sms=9)
    assert {estimate(workspace, TAMPA, number_type=kind) for kind in ("", *number_types.NAMES)} == {9}
    add(workspace, "+1", "short_code", sms=4)
    assert estimate(workspace, TAMPA, number_type="short_code") == 4
    assert estimate(workspace, TAMPA, number_type="toll_free") == 9


def test_a_line_for_one_kind_says_nothing_about_the_others(workspace):
    add(workspace, "+1813", "toll_free", sms=2)
    assert estimate(workspace, TAMPA, number_type="toll_free") == 2
    assert estimate(workspace, TAMPA, number_type="local") == 8_300


def test_a_change_counts_at_once(workspace):
    assert estimate(workspace, TAMPA) == 8_300
    add(workspace, "+1", sms=1)
    assert estimate(workspace, TAMPA) == 1
    Rate.objects.all().delete()
    assert estimate(workspace, TAMPA) == 8_300


def test_addresses_that_are_no_numbers_cost_as_everywhere_else(workspace):
    for address in ("", "+", "72645", "THREADLINE", "whatsapp:+18135550142"):
        assert estimate(workspace, address) == 80_000


def test_an_estimate_takes_less_than_two_microseconds():
    table = rates.Table()
    people = [f"+1{number}" for number in range(2_010_000_000, 2_010_300_000, 100)]
    quickest = 9.9
    for _round in range(5):
        begun = time.perf_counter()
        for person in people:
            table.estimate(person, 1, 0, "local")
        quickest = min(quickest, (time.perf_counter() - begun) / len(people))
    assert quickest < 2e-6


@pytest.mark.parametrize(
    ("phone", "kind"),
    [
        ("+18335550100", "toll_free"),
        ("+18005550100", "toll_free"),
        ("+18135550100", "local"),
        ("+448005550100", "local"),
        ("72645", "short_code"),
        ("THREADLINE", "local"),
    ],
)
def test_the_kind_of_a_number_shows_in_itself(phone, kind):
    assert number_types.of(phone) == kind
