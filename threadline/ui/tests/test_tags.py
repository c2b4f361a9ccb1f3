"""Icons, initials, hues, phones and ages."""

from datetime import UTC, datetime, timedelta

import lucide
import pytest
import time_machine
from django.template import RequestContext, Template
from django.utils import timezone

from threadline.ui.templatetags import ui


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Maria da Silva", "MS"),
        ("ben", "B"),
        ("ben.okafor@example.com", "BO"),
        ("Zoë Hart", "ZH"),
        ("李 伟", "李伟"),
        ("+14155550100", ""),
        ("", ""),
        (None, ""),
        ("<b>", ""),
    ],
)
def test_initials(name, expected):
    assert ui.initials(name) == expected


def test_a_hue_stays_the_same_and_within_the_palette():
    hues = {ui.hue(f"con_{number}") for number in range(300)}
    assert hues == set(range(1, 13))
    assert ui.hue("con_1") == ui.hue("con_1")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+14155550100", "(415) 555-0100"),
        ("+442079460000", "+44 20 7946 0000"),
        ("32665", "32665"),
        ("MYSHOP", "MYSHOP"),
        ("+1", "+1"),
        (None, ""),
    ],
)
def test_phones_read_as_people_write_them(number, expected):
    assert ui.phone(number) == expected


@pytest.mark.parametrize(
    ("ago", "expected"),
    [({"seconds": 5}, "now"), ({"minutes": 4}, "4 min"), ({"hours": 3}, "3 h"), ({"days": 2}, "2 d")],
)
def test_ages_are_short(ago, expected):
    assert ui.age(timezone.now() - timedelta(**ago)) == expected


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ({"seconds": -5}, ""),
        ({"seconds": 20}, "in less than a minute"),
        ({"minutes": 4}, "in 4 min"),
        ({"hours": 3, "minutes": 12}, "in 3 h 12 min"),
        ({"hours": 24}, "in 24 h"),
        ({"days": 2, "hours": 4}, "in 2 d 4 h"),
    ],
)
def test_how_long_until_is_said_to_the_minute(left, expected):
    with time_machine.travel(datetime(2026, 3, 12, tzinfo=UTC), tick=False):
        assert ui.ahead(timezone.now() + timedelta(**left)) == expected


def test_an_old_age_is_a_date():
    assert ui.age(datetime(2020, 3, 12, tzinfo=UTC)) == "12 Mar"
    assert ui.age(None) == ""


def test_a_time_has_its_exact_moment_for_the_browser_and_for_hovering():
    element = ui.localtime(datetime(2026, 11, 22, 9, 5, 7, tzinfo=UTC), "clock")
    assert 'datetime="2026-11-22T09:05:07+00:00"' in element
    assert 'title="2026-11-22 09:05 UTC"' in element
    assert ">09:05<" in element
    assert "zone=" not in element
    assert ui.localtime(None) == ""


def test_a_page_may_show_its_times_by_another_clock_than_the_viewer_s(rf):
    moment, request = datetime(2026, 11, 22, 9, 5, 7, tzinfo=UTC), rf.get("/")
    request.times_in = "America/Denver"
    written = Template('{% localtime moment "clock" %} {% localtime moment "clock" "America/New_York" %}')
    page = written.render(RequestContext(request, {"moment": moment}))
    assert page.startswith('<local-time mode="clock" zone="America/Denver">')
    assert ">02:05<" in page
    assert ">04:05<" in page


def test_an_icon_is_hidden_from_screen_readers_unless_it_is_named():
    assert 'aria-hidden="true"' in ui.icon("send")
    named = ui.icon("send", label='Sent "now"')
    assert 'role="img"' in named and "aria-hidden" not in named and 'aria-label="Sent &quot;now&quot;"' in named
    assert 'class="icon big"' in ui.icon("send", "big")


def test_an_icon_that_does_not_exist_is_a_mistake():
    with pytest.raises(lucide.IconDoesNotExist):
        ui.icon("no-such-icon")


def test_nobody_may_nothing():
    assert ui.may(None, "send") is False
