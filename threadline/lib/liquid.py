"""Texts with placeholders like {{ first_name | default: "there" }}: read by python-liquid, filled in by filling.py.

Nothing that could grow without bound is let in: no tags, no loops, no ranges, a few filters.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from threadline.lib.filling import FILTERS, Placeholder, Text

if TYPE_CHECKING:
    from liquid import Environment
    from liquid.builtin.expressions import FilteredExpression

LONGEST: Final = 4000  # characters of a text before it is filled in
MOST_PLACEHOLDERS: Final = 50
MOST_FILTERS: Final = 5  # of one placeholder


_TAG: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
# A name alone or after "fields."; put in brackets it may start with a digit, or be a word of Liquid's own ("empty").
_NAME: Final = re.compile(r"(-?\s*)(fields\s*\.\s*)?(\w+(?:-\w+)*)(?=\s*-?$|\s*\|)")
_LEFT: Final = re.compile(r"-?\s*([^|]*?)\s*-?(?:$|\|)", re.DOTALL)


class Broken(ValueError):  # noqa: N818 - it is about somebody's text, not about us
    """`str()` is a sentence for people; `left` what stands before the first | of the placeholder at fault."""

    def __init__(self, sentence: str, left: str = "") -> None:
        super().__init__(sentence)
        self.left = left


def read(body: str) -> Text:
    """Raises Broken with the first thing that is wrong; names may mean anything or nothing."""
    for finding in findings(body):
        raise finding
    if "{{" not in body:
        return Text([body] if body else [])
    return Text([_piece(node) for node in _environment().from_string(_canonical(body)).nodes])


def placeholders(body: str) -> list[Placeholder]:
    """Those that can be read, in order."""
    found = [_read_one(tag) for tag in _tags(body)]
    return [one for one in found if isinstance(one, Placeholder)]


def findings(body: str) -> Iterator[Broken]:
    """Everything that is wrong with a text, but for what its names mean; out of bounds, only that."""
    if len(body) > LONGEST:
        yield Broken(_("The text has %(n)s characters; at most %(most)s are possible.") % _counts(len(body), LONGEST))
        return
    tags = _tags(body)
    if len(tags) > MOST_PLACEHOLDERS:
        sentence = _("The text has %(n)s placeholders; at most %(most)s are possible.")
        yield Broken(sentence % _counts(len(tags), MOST_PLACEHOLDERS))
        return
    yield from _unpaired(body)
    for tag in tags:
        if isinstance(found := _read_one(tag), Broken):
            yield found


def _unpaired(body: str) -> Iterator[Broken]:
    if "{%" in body:
        yield Broken(_("Only placeholders like {{ first_name }} work here: take out {%."))
    rest = _TAG.sub("", body)
    if "{{" in rest:
        yield Broken(_("A placeholder is not closed: }} is missing after {{."))
    elif "}}" in rest:
        yield Broken(_("There is a }} without a {{ before it."))


def _tags(body: str) -> list[str]:
    return _TAG.findall(body) if len(body) <= LONGEST else []


def _read_one(tag: str) -> Placeholder | Broken:
    """What stands between {{ and }}."""
    left = _left(tag)
    if not left:
        return Broken(_("There is an empty placeholder: {{ }}."))
    if "{" in tag or "}" in tag:
        return Broken(_("A placeholder is not closed: }} is missing after {{."), left)
    try:
        found = _parsed("{{" + _canonical_tag(tag) + "}}")
    except Broken as broken:
        broken.left = left
        return broken
    if not isinstance(found, Placeholder):
        return Broken(_("“%(text)s” cannot be read.") % {"text": "{{" + tag[:60] + "}}"}, left)
    return found


def _parsed(tag: str) -> str | Placeholder | None:
    """None for what the library cannot read."""
    from liquid.exceptions import LiquidError

    try:
        nodes = _environment().from_string(tag).nodes
    except (LiquidError, RecursionError):
        return None
    return _piece(nodes[0]) if len(nodes) == 1 else None


def _left(tag: str) -> str:
    match = _LEFT.match(tag)
    return match.group(1).strip() if match else tag.strip()


def _canonical(body: str) -> str:
    return _TAG.sub(lambda match: "{{" + _canonical_tag(match.group(1)) + "}}", body)


def _canonical_tag(tag: str) -> str:
    """Names in brackets, and the quotation marks that word processors put where somebody typed "."""
    if '"' not in tag:
        tag = re.sub("[“”„]", '"', tag)
    return (
        _NAME.sub(lambda at: f'{at[1]}{"fields" if at[2] else ""}["{at[3]}"]', tag, count=1)
        if _NAME.match(tag)
        else tag
    )


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    """Loaded by the first text that has a placeholder: the library costs 22 MB."""
    from liquid import Environment
    from liquid.builtin import content, illegal, output

    environment = Environment()
    environment.tags.clear()
    for tag in (content.Literal, output.Output, illegal.Illegal):
        environment.add_tag(tag)
    return environment


def _piece(node: Any) -> str | Placeholder:
    """One node of the library's as ours. Raises Broken for all but a name with filters that we know."""
    from liquid.builtin.expressions import FilteredExpression, Path

    expression = getattr(node, "expression", None)
    if expression is None:
        return str(node.text)
    if not isinstance(expression, FilteredExpression) or not isinstance(expression.left, Path):
        raise Broken(_("Only the name of a field can stand in {{ }}."))
    path = expression.left.path
    if not all(isinstance(part, str) for part in path):
        raise Broken(_("Only the name of a field can stand in {{ }}."))
    return Placeholder(tuple(str(part) for part in path), _filters(expression))


def _filters(expression: "FilteredExpression") -> tuple[tuple[str, str], ...]:
    from liquid.builtin.expressions import PositionalArgument, StringLiteral

    found = expression.filters or []
    if len(found) > MOST_FILTERS:
        sentence = _("One placeholder can have %(most)s filters, not %(n)s.")
        raise Broken(sentence % _counts(len(found), MOST_FILTERS))
    for one in found:
        if one.name not in FILTERS:
            choice = ", ".join(FILTERS)
            raise Broken(
                _("There is no filter “%(name)s”; there are %(choice)s.") % {"name": one.name, "choice": choice}
            )
        if one.name != "default" and one.args:
            raise Broken(_("The filter %(name)s takes nothing after it.") % {"name": one.name})
        if one.name == "default" and [type(arg) for arg in one.args] != [PositionalArgument]:
            raise Broken(_default_wants())
        if any(not isinstance(arg.value, StringLiteral) for arg in one.args):
            raise Broken(_default_wants())
    return tuple((one.name, str(one.args[0].value.value) if one.args else "") for one in found)  # type: ignore[attr-defined]


def _default_wants() -> str:
    return _("“default” wants a text in quotation marks: %(example)s.") % {
        "example": '{{ first_name | default: "there" }}'
    }


def _counts(n: int, most: int) -> dict[str, int]:
    return {"n": n, "most": most}
