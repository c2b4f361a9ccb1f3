"""Pages of long lists by the id of their last or first entry, as Stripe does it."""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from pydantic import BaseModel, Field

from threadline.api.problems import invalid, missing

M = TypeVar("M", bound=Model)
_ID_CHARACTERS = frozenset("0123456789abcdefghijklmnopqrstuvwxyz_")


class Paging(BaseModel):
    """The query parameters of every list."""

    limit: int = Field(20, ge=1, le=100, description="How many at most.")
    starting_after: str | None = Field(default=None, description="An id: the page that follows it.")
    ending_before: str | None = Field(default=None, description="An id: the page before it.")


def refuse_unknown(request: HttpRequest, known: type[BaseModel]) -> None:
    """A misspelt filter must not silently list everything."""
    names = {field.alias or name for name, field in known.model_fields.items()}
    for name in request.GET:
        if name not in names:
            choice = ", ".join(sorted(names))
            raise invalid(
                "parameter_unknown", f"There is no query parameter {name[:80]}; there are {choice}.", name[:80]
            )


def is_id(text: str, prefix: str) -> bool:
    """Whether it can be a public id at all: databases choke on what can not."""
    return len(text) <= 32 and text.startswith(f"{prefix}_") and set(text) <= _ID_CHARACTERS


def one(rows: QuerySet[M], public_id: str, prefix: str, what: str, param: str = "id") -> M:
    """The row of an id, which is a path's unless `param` says where it stood. Raises Problem (404)."""
    found = rows.filter(public_id=public_id).first() if is_id(public_id, prefix) else None
    if found is None:
        raise missing(f"There is no {what} {public_id[:80]} in this workspace.", param)
    return found


def page(
    rows: QuerySet[M], keys: tuple[str, ...], anchors: QuerySet[Any], asked: Paging, id_field: str = "public_id"
) -> tuple[list[M], bool]:
    """One page, descending by `keys` (the last of them unique), and whether more follows in the direction asked.

    `anchors` are the rows that starting_after and ending_before may name, by `id_field`. Raises Problem.
    """
    if asked.starting_after is not None and asked.ending_before is not None:
        raise invalid("parameter_invalid", "Give starting_after or ending_before, not both.", "ending_before")
    backwards = asked.ending_before is not None
    name = "ending_before" if backwards else "starting_after"
    anchor = asked.ending_before if backwards else asked.starting_after
    if anchor is not None:
        rows = rows.filter(_beyond(keys, _place(anchors, id_field, anchor, keys, name), "gt" if backwards else "lt"))
    found = list(rows.order_by(*(key if backwards else f"-{key}" for key in keys))[: asked.limit + 1])
    kept = found[: asked.limit]
    return (kept[::-1] if backwards else kept), len(found) > asked.limit


def _place(anchors: QuerySet[Any], id_field: str, anchor: str, keys: tuple[str, ...], name: str) -> tuple[Any, ...]:
    """The keys of the row with this public id."""
    possible = len(anchor) <= 32 and set(anchor) <= _ID_CHARACTERS
    place = anchors.filter(**{id_field: anchor}).values_list(*keys).first() if possible else None
    if place is None:
        raise invalid("resource_missing", f"{name}: there is no {anchor[:80]} in this list.", name)
    return tuple(place)


def _beyond(keys: tuple[str, ...], place: tuple[Any, ...], side: str) -> Q:
    """Rows on one side of a place; with two keys the first half repeats the rest, for the index to start at."""
    if len(keys) == 1:
        return Q(**{f"{keys[0]}__{side}": place[0]})
    first, last = keys
    at, id = place
    return Q(**{f"{first}__{side}e": at}) & (Q(**{f"{first}__{side}": at}) | Q(**{f"{last}__{side}": id}))
