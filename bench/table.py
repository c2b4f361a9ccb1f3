"""What was measured, as a table: the ratio counts, the figures only orient."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Line:
    """One goal: our figures and the reference's, round by round. The ratio is to be `goal` at `least`, or at most."""

    name: str
    ours: Sequence[float]
    reference: Sequence[float]
    goal: float
    least: bool = True
    unit: str = "/s"

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios: both halves of a round saw the same weather."""
        return median(mine / other for mine, other in zip(self.ours, self.reference, strict=True))

    @property
    def reached(self) -> bool:
        return self.ratio >= self.goal if self.least else self.ratio <= self.goal


def show(lines: Sequence[Line]) -> None:
    """Print the table."""
    say(f"{'goal':<58} {'ours':>11} {'reference':>11} {'ratio':>7} {'wanted':>8}")
    for line in lines:
        ours, reference = median(line.ours), median(line.reference)
        wanted = f"{'≥' if line.least else '≤'} {line.goal:g}"
        mark = "" if line.reached else "  not reached"
        say(
            f"{line.name:<58} {_figure(ours, line.unit):>11} {_figure(reference, line.unit):>11} "
            f"{line.ratio:>7.2f} {wanted:>8}{mark}"
        )


def _figure(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 10 else f"{value:.2f} {unit}"


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
