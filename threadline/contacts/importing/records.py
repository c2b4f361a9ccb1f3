"""The records of a delimited text, one by one, however badly it is quoted: nothing is swallowed, nothing lost.

A quote that never closes spoils its own line alone: reading goes on with the next physical line.
"""

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

LONGEST: Final = 100_000  # characters of a record; csv's own limit for one cell is higher

UNCLOSED_QUOTE: Final = "unclosed_quote"
TOO_LONG: Final = "line_too_long"  # a phone number can be "too_long"

Record = tuple[list[str], str]  # cells, and "" or what is wrong; then the line as it is, in one cell
_BLOCK: Final = 65_536
_SHOWN: Final = 1_000


class _Cut(str):
    """The beginning of a line that is longer than any record may be."""

    __slots__ = ()


def read(more: Callable[[int], str], delimiter: str) -> Iterator[Record]:
    """The records of the text that `more(characters)` gives piece by piece, "" at its end. A blank line is []."""
    blocks = _blocks(more)
    lines: deque[str] = deque()
    feed = _Feed(lines, blocks)
    careful = csv.reader(feed, delimiter=delimiter, strict=True)
    for block in blocks:
        if '"' not in block and not isinstance(block, _Cut):
            for cells in csv.reader(io.StringIO(block, newline=""), delimiter=delimiter):
                yield cells, ""
            continue
        lines.extend(_lines(block))
        while lines:
            feed.taken.clear()
            feed.size = 0
            try:
                yield next(careful), ""
            except (csv.Error, StopIteration):
                first, *others = feed.taken
                lines.extendleft(reversed(others))
                yield _alone(first, delimiter)


def _alone(line: str, delimiter: str) -> Record:
    """A line whose quotes are wrong, read leniently; when a quote stays open in it, the line as it is."""
    text = line.rstrip("\r\n")
    if isinstance(line, _Cut):
        return [f"{text[:_SHOWN]}…"], TOO_LONG
    records = list(csv.reader([text, "next"], delimiter=delimiter))
    return ([text], UNCLOSED_QUOTE) if len(records) == 1 else (records[0], "")


class _Feed:
    """Physical lines for csv; `taken` are those of the record in hand, which may have to be read again."""

    def __init__(self, lines: deque[str], blocks: Iterator[str]) -> None:
        self._lines = lines
        self._blocks = blocks
        self.taken: list[str] = []
        self.size = 0  # characters taken

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        while not self._lines:
            self._lines.extend(_lines(next(self._blocks)))
        line = self._lines.popleft()
        self.taken.append(line)
        self.size += len(line)
        if self.size > LONGEST:
            raise csv.Error("a record cannot be this long")
        return line


def _lines(block: str) -> list[str]:
    return [block] if isinstance(block, _Cut) else list(io.StringIO(block, newline=""))


def _blocks(more: Callable[[int], str]) -> Iterator[str]:
    """The text in blocks of whole lines, a line that is too long cut short and by itself."""
    rest = ""
    while piece := more(_BLOCK):
        rest += piece.replace("\0", "")
        end = _last_end(rest)
        if end:
            yield from _without_long_lines(rest[:end])
            rest = rest[end:]
        if len(rest) > LONGEST:
            kept, rest = rest[: LONGEST + 1], _after_this_line(rest, more)
            yield _Cut(kept)
    if rest:
        yield from _without_long_lines(rest)


def _last_end(text: str) -> int:
    """Where the last line that is certainly whole ends: a CR at the very end may be half of CR LF."""
    return max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1


def _after_this_line(text: str, more: Callable[[int], str]) -> str:
    """What follows the line that `text` is in."""
    while text:
        ends = [place for place in (text.find("\n"), text.find("\r")) if place >= 0]
        if ends:
            end = min(ends)
            if text[end:] == "\r":
                text += more(1)
            return text[end + (2 if text[end : end + 2] == "\r\n" else 1) :]
        text = more(_BLOCK).replace("\0", "")
    return ""


def _without_long_lines(block: str) -> Iterator[str]:
    if len(block) <= LONGEST:
        yield block
        return
    short: list[str] = []
    for line in io.StringIO(block, newline=""):
        if len(line) > LONGEST:
            yield "".join(short)
            short.clear()
            yield _Cut(line[: LONGEST + 1])
        else:
            short.append(line)
    yield "".join(short)
