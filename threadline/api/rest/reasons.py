"""From findings to a sentence that names the field: pydantic's, and those of campaigns, in the words of programs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from threadline.api.problems import INVALID, Problem, invalid
from threadline.campaigns.invalid import Invalid

_PLACES: Final = ("body", "query", "path", "header")
_WRAPPERS: Final = ("payload", "filters")  # our functions' parameter names, which no program knows
# What pydantic would say with an expression, or with the name of a class of ours.
_PATTERNS: Final = {
    r"^[\x21-\x7e]+$": "Use printable ASCII characters without blanks, one at least",
    r"^[^\x00-\x20\x7f]+$": "An address has no blanks and no control characters",
    "^[A-Z]{2}$": "Write a country with two capital letters, like US",
}


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
    if kind == "string_pattern_mismatch":
        text = _PATTERNS.get(finding["ctx"]["pattern"], text)
    if kind == "model_type":
        text = "Input should be an object"
    return invalid("parameter_invalid", f"{param}: {text}.", param)


def of_campaigns(problem: Invalid) -> Problem:
    """Every field at fault; a step's `field_key` is what programs call `field`."""
    errors = {name.replace("field_key", "field"): sentence for name, sentence in problem.errors.items()}
    param = next(iter(errors))
    return Problem(400, INVALID, "parameter_invalid", errors[param], param, errors=errors)


def renamed(problem: Invalid, name: Callable[[str], str]) -> Invalid:
    """The same about fields that are called otherwise in this request."""
    return Invalid({name(one): sentence for one, sentence in problem.errors.items()})
