"""A text with placeholders that was read (liquid.py), and filling it in: some hundred thousand a second."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Values = Mapping[str, Any]
Filter = Callable[[str], str]
Reader = Callable[[Values], str]  # from the values to what stands in a placeholder's place, "" for nothing

_PLAIN_FILTERS: Final[dict[str, Filter]] = {
    "capitalize": str.capitalize,
    "downcase": str.lower,
    "strip": str.strip,
    "upcase": str.upper,
}
FILTERS: Final = ("default", *_PLAIN_FILTERS)
_BLANK: Final = " \t\u00a0"
_AFTER_WORDS: Final = frozenset(",.;:!?)]\n\r")  # what follows a word without a space


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`path` is ("first_name",) or ("fields", "phone"); `filters` are names and arguments, "" without one."""

    path: tuple[str, ...]
    filters: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        return ".".join(self.path)

    @property
    def has_default(self) -> bool:
        return any(name == "default" and value.strip() for name, value in self.filters)


class Text:
    """A text that was read. `names` are those of its placeholders without a default: their blanks leave gaps."""

    __slots__ = ("_pieces", "names")

    def __init__(self, pieces: list[str | Placeholder]) -> None:
        placeholders = [piece for piece in pieces if isinstance(piece, Placeholder)]
        self.names = frozenset(one.name for one in placeholders if not one.has_default)
        self._pieces = [piece if isinstance(piece, str) else _reader(piece) for piece in pieces]

    def render(self, values: Values) -> str:
        """The text with `values` by name. Where one is blank, the spaces and commas around it close up."""
        out: list[str] = []
        gaps = False
        for piece in self._pieces:
            if type(piece) is str:
                out.append(piece)
            elif value := piece(values):  # type: ignore[operator]
                out.append(value)
            else:
                out.append("")
                gaps = True
        return _closed_up(out) if gaps else "".join(out)


def _reader(placeholder: Placeholder) -> Reader:
    path = placeholder.path
    if len(path) == 1:
        value_of = _named(path[0])
    elif len(path) == 2:
        value_of = _inside(path[0], path[1])
    else:
        value_of = _nothing
    for name, argument in placeholder.filters:
        value_of = _or(value_of, argument) if name == "default" else _then(value_of, _PLAIN_FILTERS[name])
    return value_of


def _named(name: str) -> Reader:
    def value_of(values: Values) -> str:
        value = values.get(name)
        return value if type(value) is str and value and not value.isspace() else _plain(value)

    return value_of


def _inside(outer: str, name: str) -> Reader:
    def value_of(values: Values) -> str:
        inner = values.get(outer)
        return _plain(inner.get(name)) if isinstance(inner, Mapping) else ""

    return value_of


def _nothing(values: Values) -> str:
    return ""


def _or(value_of: Reader, otherwise: str) -> Reader:
    return lambda values: value_of(values) or otherwise


def _then(value_of: Reader, change: Filter) -> Reader:
    return lambda values: change(value_of(values))


def _plain(value: Any) -> str:
    if type(value) is str:
        return "" if value.isspace() else value
    if isinstance(value, bool):
        return "true" if value else ""
    return str(value) if isinstance(value, int | float) else ""


def _closed_up(pieces: list[str]) -> str:
    """The pieces as one text; "" stands where something was blank."""
    text, gap = "", False
    for piece in pieces:
        if not piece:
            gap = True
            continue
        if gap:
            text, piece = _joined(text, piece)
            gap = False
        text += piece
    return _joined(text, "")[0] if gap else text


def _joined(before: str, after: str) -> tuple[str, str]:
    """Both sides of a gap: "Hi |, are you in?" loses its space, "Thanks, |!" its comma, too, "a | b" one space."""
    if not after or after[0] in _AFTER_WORDS:
        before = before.rstrip(_BLANK).removesuffix(",")
        if not before or before[-1] in "\r\n":
            after = after.lstrip(",;:" + _BLANK)
    elif after[0] in _BLANK and (not before or before[-1] in _BLANK + "\r\n(["):
        after = after.lstrip(_BLANK)
    return before, after
