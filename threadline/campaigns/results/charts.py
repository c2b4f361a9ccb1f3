"""Geometry of column charts: numbers in, places on an SVG out.

Across in per cent, so that a chart is as wide as its page while its words keep their size; down in pixels.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

FILLED: Final = 0.76  # of a column's place; the rest is air
WIDEST: Final = 5.0  # per cent: few columns do not become walls
_NICE: Final = (2, 4, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a column: `tone` chooses its colour, `y` is its upper edge."""

    tone: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """`left` and `space` are the place that belongs to it, `x` and `width` what is drawn; `title` says its numbers."""

    left: float
    space: float
    x: float
    width: float
    title: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across with its number."""

    y: float
    text_y: float
    number: int


@dataclass(frozen=True, slots=True)
class Label:
    """A word below the columns; `anchor` as in SVG. `minor` ones may go where it is narrow."""

    x: float
    anchor: str
    text: str
    minor: bool


@dataclass(frozen=True, slots=True)
class Plot:
    """Columns between `top` and `top + height`, lines across first."""

    top: float
    height: float
    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]

    @property
    def svg(self) -> SafeString:
        return drawn(self)

    @property
    def bottom(self) -> float:
        return self.top + self.height


def plot(
    values: Sequence[Sequence[int]],
    tones: Sequence[str],
    titles: Sequence[str],
    height: float,
    top: float = 0.0,
    lines: int = 2,
) -> Plot:
    """A column per item of `values`, its numbers stacked from below in the order of `tones`."""
    most = nice(max((sum(one) for one in values), default=0))
    scale = height / most
    columns = []
    for place, (numbers, title) in enumerate(zip(values, titles, strict=True)):
        left, space, x, width = _across(place, len(values))
        columns.append(Column(left, space, x, width, title, _stacked(numbers, tones, top + height, scale)))
    shares = [(line, top + height - height * line / lines) for line in range(lines + 1)]
    ticks = [Tick(_round(y), _round(y + 3.5), most * line // lines) for line, y in shares]
    return Plot(top, height, tuple(columns), tuple(ticks))


def labels(texts: Mapping[int, str], columns: int, minor: Collection[int]) -> tuple[Label, ...]:
    """Words below some of the columns, by their places; those at `minor` may go."""
    found = []
    for place, text in sorted(texts.items()):
        _left, _space, x, width = _across(place, columns)
        anchor = "start" if not place else "end" if place == columns - 1 else "middle"
        share = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
        found.append(Label(_round(x + width * share), anchor, text, place in minor))
    return tuple(found)


def drawn(plot: Plot) -> SafeString:
    """Its columns as SVG, each with its title and a place to point at. A template takes ten times as long."""
    return mark_safe("".join(map(_column, plot.columns, repeat(plot.bottom))))  # noqa: S308 - every word is escaped


def _column(column: Column, bottom: float) -> str:
    across = f'x="{column.x}%" width="{column.width}%"'
    pieces = "".join(
        f'<rect class="part-{piece.tone}" {across} y="{piece.y}" height="{piece.height}"/>' for piece in column.pieces
    )
    hit = f'<rect class="chart-hit" x="{column.left}%" width="{column.space}%" y="0" height="{bottom}"/>'
    return f'<g class="chart-column"><title>{escape(column.title)}</title>{hit}{pieces}</g>'


def nice(most: int) -> int:
    """The least round even number that is not below `most`; 2 when there is nothing."""
    power = 1
    while most > _NICE[-1] * power:
        power *= 10
    return next(step * power for step in _NICE if most <= step * power)


def _across(place: int, of: int) -> tuple[float, float, float, float]:
    space = 100 / of
    width = min(WIDEST, space * FILLED)
    left = place * space
    return _round(left), _round(space), _round(left + (space - width) / 2), _round(width)


def _stacked(numbers: Sequence[int], tones: Sequence[str], bottom: float, scale: float) -> tuple[Piece, ...]:
    """What is not nothing can be seen: half a pixel at least."""
    pieces, y = [], bottom
    for number, tone in zip(numbers, tones, strict=True):
        if number:
            height = max(0.5, number * scale)
            y -= height
            pieces.append(Piece(tone, _round(max(0.0, y)), _round(height)))
    return tuple(pieces)


def _round(value: float) -> float:
    return round(value, 2)
