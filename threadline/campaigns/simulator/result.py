"""What a run came to, as data that the page draws and the row keeps. Moments are ISO 8601 in UTC, money micro-USD."""

from dataclasses import asdict, dataclass, field
from typing import Any

VERSION = 1  # of this shape: a result of another one counts as out of date


@dataclass(slots=True)
class Blank:
    """A placeholder without a default that some people have nothing for, and what the first of them would read."""

    name: str
    count: int
    reads: str
    people: list[int]  # ids of the first leads


@dataclass(slots=True)
class StepFigures:
    """`histogram` says how many texts have how many segments. `plain_…` is what it would be with `replaced` words."""

    id: int
    place: int  # Step 1, Step 2 …
    body: str
    media: bool
    texts: int = 0
    segments: int = 0
    cost: int = 0
    first: str = ""
    last: str = ""
    histogram: dict[str, int] = field(default_factory=dict)
    unicode: int = 0  # texts
    plain_segments: int = 0
    plain_cost: int = 0
    other_cost: int = 0  # the same words the other way: as a text with media, or without it
    blanks: list[Blank] = field(default_factory=list)


@dataclass(slots=True)
class Reason:
    """People who get nothing (any more), or later: by the rule's code. `until` is the first and the last moment."""

    code: str
    verdict: str  # refuse, hold, defer, over
    sentence: str
    count: int
    people: list[int]
    until: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Bar:
    """Texts that leave from `at` on, by step in the order of `Result.steps`."""

    at: str
    texts: list[int]


@dataclass(slots=True)
class Result:
    """`least` is the cost when everybody answers at once, `cost` when nobody does."""

    at: str
    timezone: str
    people: int = 0  # who might get a text
    reached: int = 0  # who get one or more
    held: int = 0  # leads who wait for somebody, left out here
    unfinished: int = 0  # people who still wait at its end: it paused itself, or they wait for years
    texts: int = 0
    segments: int = 0
    cost: int = 0
    least: int = 0
    first: str = ""
    last: str = ""
    bar_seconds: int = 60
    timeline: list[Bar] = field(default_factory=list)
    steps: list[StepFigures] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # sentences: what was taken for granted, what is in the way
    seconds: float = 0.0  # that it took
    version: int = VERSION

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> "Result | None":
        """None for what another version of the simulator has left."""
        if given.get("version") != VERSION:
            return None
        made = cls(**given)
        made.timeline = [Bar(**one) for one in given["timeline"]]
        made.reasons = [Reason(**one) for one in given["reasons"]]
        made.steps = [StepFigures(**one) for one in given["steps"]]
        for step in made.steps:
            step.blanks = [Blank(**one) for one in step.blanks]  # type: ignore[arg-type]
        return made
