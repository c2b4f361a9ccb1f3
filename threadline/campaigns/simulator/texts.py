"""What each person would read: every text once for everybody whose placeholders hold the same words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from threadline.campaigns.engine import writing
from threadline.campaigns.engine.picking import Due
from threadline.campaigns.models import Campaign
from threadline.campaigns.sequence import placeholders
from threadline.campaigns.sequence.steps import Sequence, Stage
from threadline.campaigns.simulator import characters
from threadline.lib import liquid, segments
from threadline.messaging.parse import parse
from threadline.messaging.verdicts import Refuse

_MOST: Final = 20_000  # texts kept: names repeat, so that most are asked for again
# What a text is checked with: its words are the same for many people, their addresses were checked when they came.
_SOMEBODY: Final = "+12025550142"
_SOME_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)
_SIMPLE: Final = (str, int, float, bool)

Words = tuple[Any, ...]  # the values of the placeholders that the sequence uses, in the order of Texts.names


@dataclass(frozen=True, slots=True)
class Text:
    """One text as it would leave; `refused` when nobody takes it like that.

    `segments` are billed, `words` are those of the words alone, which media let travel as one. `plain` is how many it
    would have with the step's characters replaced. `blank` are placeholders without a default that hold nothing.
    """

    body: str
    refused: Refuse | None
    segments: int
    words: int
    plain: int
    unicode: bool
    blank: tuple[str, ...]


class Texts:
    """For one run over the sequence of a campaign."""

    def __init__(self, campaign: Campaign, sequence: Sequence) -> None:
        self._campaign = campaign
        self._media = writing.media_of(campaign, sequence)
        self._plain = {stage.position: characters.replaced(stage.body) for stage in sequence.alive}
        self.names = tuple(sorted({name for stage in sequence.alive for name in _used(stage.body)}))
        self._paths = [name.split(".") for name in self.names]
        self._kept: dict[tuple[int, bool, Words], Text] = {}

    def words(self, values: Mapping[str, Any]) -> Words:
        """What to remember of a person's values (placeholders.values)."""
        return tuple([_found(values, path) for path in self._paths])

    def of(self, stage: Stage, words: Words, first: bool) -> Text:
        """The text of a step for somebody; `first`: they have had none before."""
        key = (stage.position, first, words)
        text = self._kept.get(key)
        if text is None:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            text = self._kept[key] = self._made(stage, self._values(words), first)
        return text

    def _made(self, stage: Stage, values: dict[str, Any], first: bool) -> Text:
        due = Due(0, _SOMEBODY, stage, _SOME_TIME, values, first)
        parsed = parse(writing.text_for(self._campaign, due, self._media), self._campaign.workspace.country)
        body = writing.words_for(self._campaign, due)
        measured = segments.measure(body)
        plain = measured.segments
        if measured.offending and self._plain[stage.position] != stage.body:
            due.stage = replace(stage, body=self._plain[stage.position])
            plain = segments.measure(writing.words_for(self._campaign, due)).segments
        names = placeholders.compile(stage.body).names
        blank = tuple(sorted(name for name in names if _is_blank(_found(values, name.split(".")))))
        unicode = measured.encoding == "UCS-2"
        if isinstance(parsed, Refuse):
            return Text(body, parsed, measured.segments, measured.segments, plain, unicode, blank)
        return Text(parsed.body, None, parsed.segments, measured.segments, plain, unicode, blank)

    def _values(self, words: Words) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for path, value in zip(self._paths, words, strict=True):
            if len(path) == 1:
                values[path[0]] = value
            else:
                values.setdefault(path[0], {})[path[1]] = value
        return values


def _used(body: str) -> set[str]:
    return {one.name for one in liquid.placeholders(body)}


def _found(values: Mapping[str, Any], path: list[str]) -> Any:
    """None for what cannot be compared: a text can hold nothing but words, numbers and yes or no."""
    value = values.get(path[0])
    if len(path) > 1:
        value = value.get(path[1]) if isinstance(value, Mapping) else None
    return value if isinstance(value, _SIMPLE) else None


def _is_blank(value: Any) -> bool:
    return value is None or value is False or (isinstance(value, str) and not value.strip())
