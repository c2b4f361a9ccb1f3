"""From pydantic's findings to one sentence that names the field."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from threadline.api.problems import Problem, invalid

_PLACES: Final = ("body", "query", "path", "header")
_WRAPPERS: Final = ("payload", "filters")  # our functions' parameter names, which no program knows


def reason(findings: Sequence[Mapping[str, Any]]) -> Problem:
    """The first thing that is wrong with a request."""
    finding = findings[0]
    where = [str(part) for part in finding["loc"]]
    kind, text = str(finding["type"]), str(finding["msg"])
    place = where.pop(0) if where and where[0] in _PLACES else ""
    if where and where[0] in _WRAPPERS:
        where.pop(0)
    param = ".".join(where)
    if not param:
        return invalid("not_an_object", "Send a JSON object as the body.")
    name = "query parameter" if place == "query" else "header" if place == "header" else "field"
    if kind == "missing":
        return invalid("parameter_missing", f"The {name} {param} is missing.", param)
    if kind == "extra_forbidden":
        return invalid("parameter_unknown", f"There is no {name} {param}.", param)
    return invalid("parameter_invalid", f"{param}: {text}.", param)
