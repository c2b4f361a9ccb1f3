"""Geometry of charts, and a campaign's progress over time in whoever's zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from threadline.campaigns.results import charts, over_time
from threadline.campaigns.results.figures import Results

NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # still Sunday evening in New York


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 2), (1, 2), (3, 4), (9, 10), (10, 10), (11, 20), (61, 80), (100_000, 100_000), (100_001, 200_000)],
)
def test_a_scale_ends_at_a_round_number(most: int, top: int) -> None:
    assert charts.nice(most) == top


def test_columns_share_the_width_and_stack_to_their_sum() -> None:
    plot = charts.plot([[3, 1], [0, 0]], ["good", "bad"], ["a", "b"], height=100, top=10)
    first, second = plot.columns
    assert (first.left, first.space, second.left) == (0, 50, 50)
    good, bad = first.pieces
    assert (good.y + good.height, bad.y + bad.height, bad.y) == (110, good.y, 10)
    assert (good.height, bad.height) == (75, 25)
    assert second.pieces == ()
    assert [tick.number for tick in plot.ticks] == [0, 2, 4]


def test_little_beside_much_can_be_seen() -> None:
    (column,) = charts.plot([[1_000_000, 1]], ["good", "bad"], ["a"], height=100).columns
    assert column.pieces[1].height == 0.5


def test_columns_are_drawn_with_their_titles_escaped() -> None:
    drawn = charts.plot([[1], [0]], ["good"], ["<b>", "none"], height=10).svg
    assert drawn.count("<g ") == drawn.count("chart-hit") == 2
    assert drawn.count('class="part-good"') == 1
    assert "<title>&lt;b&gt;</title>" in drawn


def test_labels_stand_under_their_columns_and_within_the_chart() -> None:
    first, middle, last = charts.labels({0: "a", 5: "b", 9: "c"}, 10, minor={5})
    assert [label.minor for label in (first, middle, last)] == [False, True, False]
    assert [first.anchor, middle.anchor, last.anchor] == ["start", "middle", "end"]
    assert (middle.x, last.x <= 100) == (55, True)


def counted(moments: list[datetime], grain: int) -> Results:
    series = [[int(at.timestamp()), 5, 0, 0, 1, 0, 2, 1] for at in moments]
    return Results({}, {}, 0, [], grain, series)


def shown(moments: list[datetime], grain: int = 3600, zone: str = "America/New_York") -> over_time.OverTime:
    with timezone.override(ZoneInfo(zone)):
        found = over_time.of(counted(moments, grain))
    assert found is not None
    return found


def test_days_are_those_of_whoever_looks() -> None:
    moments = [NIGHT, NIGHT + timedelta(hours=12), NIGHT + timedelta(days=6)]
    assert [(piece.label, piece.asked) for piece in shown(moments).pieces] == [
        ("Sun 22 Nov 2026", 6),
        ("Mon 23 Nov 2026", 6),
        ("Sat 28 Nov 2026", 6),
    ]
    assert [piece.asked for piece in shown(moments, zone="UTC").pieces] == [12, 6]


@pytest.mark.parametrize(
    ("span", "grain", "unit"),
    [
        (timedelta(hours=2), 600, "every 10 minutes"),
        (timedelta(days=2), 3600, "by the hour"),
        (timedelta(days=30), 3600, "by day"),
        (timedelta(days=400), 3600, "by week"),
    ],
)
def test_pieces_of_time_are_longer_the_longer_it_takes(span: timedelta, grain: int, unit: str) -> None:
    found = shown([NIGHT, NIGHT + span], grain)
    assert found.unit == unit
    assert len(found.pieces) == 2
    assert len(found.texts.columns) == len(found.answers.columns) <= 120
    assert sum(piece.asked for piece in found.pieces) == 12
    assert 2 <= len(found.labels) <= over_time.MOST_LABELS


def test_hours_that_the_clocks_repeat_stay_two() -> None:
    twice = datetime(2026, 11, 1, 5, 0, tzinfo=UTC)  # 01:00 in New York, and an hour later again
    found = shown([twice, twice + timedelta(hours=1), twice + timedelta(hours=20)])
    assert [piece.asked for piece in found.pieces] == [6, 6, 6]
    assert len(found.texts.columns) == 21


def test_before_the_first_text_there_is_nothing_to_draw() -> None:
    assert over_time.of(counted([], 600)) is None


def test_without_the_drawing_it_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = [NIGHT, NIGHT + timedelta(days=6)]
    drawn = shown(moments)
    monkeypatch.delattr(charts, "plot")
    with timezone.override(ZoneInfo("America/New_York")):
        assert over_time.pieces(counted(moments, 3600)) == ("day", drawn.pieces)
        assert over_time.pieces(counted([], 3600)) is None


def test_a_summary_says_the_busiest_time_in_words() -> None:
    found = shown([NIGHT])
    assert "Sun 22 Nov 2026, 22:00: 6 texts, 5 delivered, 1 failed, 2 replied, 1 opted out" in found.summary


@pytest.mark.parametrize(("series", "answered"), [([0, 5, 0, 0, 1, 0, 2, 0], True), ([0, 5, 0, 0, 1, 0, 0, 0], False)])
def test_answers_have_an_axis_once_there_are_some(series: list[int], answered: bool) -> None:
    found = over_time.of(Results({}, {}, 0, [], 3600, [series]))
    assert found is not None
    assert found.answered is answered
