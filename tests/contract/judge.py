"""Holds answers of the sandbox and requests of a client against the table of Twilio's shapes."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from tests.contract.shapes import load

SHAPES = load()
# Documented by Twilio, but not in its OpenAPI file: the file itself, reached by a redirect.
CONTENT = "GET /2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media/{Sid}"
OPERATIONS = SHAPES["operations"] | {CONTENT: {"status": 307}}
KINDS: dict[str, Any] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "object": dict,
    "array": list,
    "number": (int, float),
}
ERROR: dict[str, Any] = {"code": int, "message": str, "more_info": str, "status": int}
SID = "[A-Z]{2}[0-9a-fA-F]{32}"


def _pattern(path: str) -> re.Pattern[str]:
    country, parts = "{CountryCode}", re.split(r"(\{\w+\})", path)
    return re.compile("".join("[A-Z]{2}" if p == country else SID if p[:1] == "{" else re.escape(p) for p in parts))


PATTERNS = [(key.split(" ")[0], _pattern(key.split(" ")[1]), key) for key in OPERATIONS]


def operation(method: str, path: str) -> dict[str, Any] | None:
    """The shape of an operation, or None when Twilio (as far as our table goes) has none."""
    for known, pattern, key in PATTERNS:
        if known == method and pattern.fullmatch(path):
            shape: dict[str, Any] = OPERATIONS[key]
            return shape
    return None


def answer_faults(method: str, path: str, status: int, body: Any) -> list[str]:
    """What is wrong with an answer; empty when it is as Twilio's."""
    if status >= 400:
        return _error_faults(status, body)
    shape = operation(method, path)
    if shape is None:
        return [f"{method} {path} is not in the table"]
    faults = [] if status == shape["status"] else [f"status {status} instead of {shape['status']}"]
    if "resource" not in shape:
        return faults + ([] if body in (None, "") else ["a body where none is due"])
    fields = SHAPES["resources"][shape["resource"]]
    if "list" not in shape:
        return faults + object_faults(fields, body, shape["resource"])
    wanted = {*shape["page"], shape["list"]}
    if body.keys() != wanted:
        faults.append(f"page keys differ: {sorted(body.keys() ^ wanted)}")
    faults += object_faults(shape["page"], {key: body.get(key) for key in shape["page"]}, "page")
    for item in body[shape["list"]]:
        faults += object_faults(fields, item, shape["resource"])
    return faults


def request_faults(method: str, path: str, query: list[list[str]], params: list[list[str]]) -> list[str]:
    """What is wrong with a request that a client made; empty when Twilio would know every part of it."""
    shape = operation(method, path)
    if shape is None:
        return [f"{method} {path} is not in the table"]
    faults = []
    for pairs, known, where in ((query, shape.get("query", {}), "query"), (params, shape.get("params", {}), "form")):
        for name, value in pairs:
            if name not in known:
                faults.append(f"{where}: {name} is unknown")
            else:
                faults += _param_faults(known[name], name, value)
    given = {name for name, _ in params}
    return faults + [f"form: {name} is missing" for name in shape.get("required", []) if name not in given]


def object_faults(fields: dict[str, Any], found: Any, name: str) -> list[str]:
    """What is wrong with a resource: missing and unknown fields, wrong types, formats, values."""
    if not isinstance(found, dict):
        return [f"{name} is not an object"]
    faults = [f"{name}.{field} is missing" for field in fields.keys() - found.keys()]
    faults += [f"{name}.{field} is unknown" for field in found.keys() - fields.keys()]
    for field in fields.keys() & found.keys():
        faults += _field_faults(fields[field], found[field], f"{name}.{field}")
    return faults


def _field_faults(shape: dict[str, Any], value: Any, name: str) -> list[str]:
    if value is None:
        return [] if shape.get("nullable") else [f"{name} is null"]
    kind = shape.get("type", "string")
    if not isinstance(value, KINDS[kind]) or (kind == "integer" and isinstance(value, bool)):
        return [f"{name} is {type(value).__name__}, not {kind}"]
    if "properties" in shape:
        return object_faults(shape["properties"], value, name)
    if kind != "string" or value == "":
        return []
    if "enum" in shape and value not in shape["enum"]:
        return [f"{name} is {value!r}, not one of {shape['enum']}"]
    if "pattern" in shape and not re.search(shape["pattern"], value):
        return [f"{name} {value!r} does not match {shape['pattern']}"]
    return _format_faults(shape.get("format", ""), value, name)


def _format_faults(form: str, value: str, name: str) -> list[str]:
    try:
        if form == "date-time-rfc-2822":
            parsedate_to_datetime(value)
        if form == "date-time":
            datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return [f"{name} {value!r} is no {form}"]
    if form == "uri" and not re.match(r"^(/|https?://)\S+$", value):
        return [f"{name} {value!r} is no URI"]
    return []


def _param_faults(shape: dict[str, Any], name: str, value: str) -> list[str]:
    kind = shape.get("type", "string")
    if kind == "array":
        return _param_faults(shape.get("items", {}), name, value)
    if kind == "integer" and not re.fullmatch(r"-?\d+", value):
        return [f"{name} is not an integer"]
    if kind == "boolean" and value not in ("true", "false"):
        return [f"{name} is not true or false"]
    return _field_faults(shape | {"type": "string"}, value, name)


def _error_faults(status: int, body: Any) -> list[str]:
    if not isinstance(body, dict) or ERROR.keys() - body.keys():
        return ["not Twilio's error body"]
    faults = [f"{name} is not {kind.__name__}" for name, kind in ERROR.items() if not isinstance(body[name], kind)]
    return faults if body["status"] == status else [*faults, "status differs from the HTTP status"]
