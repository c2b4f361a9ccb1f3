"""Reads story.txt: the people of the demo workspace and what passed between them and the firm."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass
class Text:
    """One text; `pause` is the time since the one before it."""

    ours: bool
    body: str
    pause: timedelta
    picture: bool = False
    error_code: int | None = None


@dataclass
class Talk:
    """A conversation with one person over one of our numbers (counted from 0)."""

    name: str
    phone: str
    line: int
    age: timedelta
    texts: list[Text] = field(default_factory=list)

    @property
    def saved(self) -> bool:
        return not self.name.startswith("(")

    @property
    def unanswered(self) -> int:
        """How many of their texts came after our last one."""
        theirs = [text.ours for text in reversed(self.texts)]
        return theirs.index(True) if True in theirs else len(theirs)


def read() -> list[Talk]:
    """All conversations, latest first."""
    talks: list[Talk] = []
    pauses = random.Random(7)  # noqa: S311 - the same story each time
    pause = timedelta()
    for line in Path(__file__).with_name("story.txt").read_text().splitlines():
        mark, _, rest = line.partition(" ")
        if mark == "@":
            name, phone, number, age = (part.strip() for part in rest.split("|"))
            talks.append(Talk(name, phone, int(number) - 1, _span(age)))
        elif mark == "~":
            pause = _span(rest)
        elif mark and mark[0] in "<>":
            drawn = pause or timedelta(seconds=pauses.randint(40, 420))
            code = int(mark[2:]) if mark.startswith(">!") else None
            talks[-1].texts.append(Text(mark[0] == ">", rest, drawn, mark == "<+", code))
            pause = timedelta()
    return talks


def history(talks: list[Talk], numbers: list[str], now: datetime) -> Iterator[dict[str, Any]]:
    """The texts as the sandbox takes past ones, so that each talk ends `age` ago."""
    for talk in talks:
        at = now - talk.age - sum((text.pause for text in talk.texts[1:]), timedelta())
        ours = numbers[talk.line % len(numbers)]
        for position, text in enumerate(talk.texts):
            at += text.pause if position else timedelta()
            yield {
                "from": ours if text.ours else talk.phone,
                "to": talk.phone if text.ours else ours,
                "body": text.body,
                "date": at.timestamp(),
                "status": _status(text),
                "error_code": text.error_code,
                "media": [{"content_type": "image/png"}] if text.picture else [],
            }


def _status(text: Text) -> str:
    if not text.ours:
        return "received"
    return "undelivered" if text.error_code else "delivered"


def _span(words: str) -> timedelta:
    found = re.fullmatch(r"(\d+)([mhd])", words.strip())
    if found is None:
        raise ValueError(f"{words!r} is not a span such as 5m, 3h or 2d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
