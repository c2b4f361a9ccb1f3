"""From the OpenAPI description to what a page shows: operations by resource, objects, and an example of each."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Schema = Mapping[str, Any]

# What a field may look like, by its name; the rest follows from its type.
SAMPLES: Final[Mapping[str, Any]] = {
    "to": "+18135550142",
    "from": "+18335551234",
    "phone": "+18335551234",
    "address": "+18135550142",
    "body": "Your table is ready.",
    "preview": "Your table is ready.",
    "conversation": "conv_01jd9m3k7q2v8x4w6y0z5t1b2c",
    "number": "num_01jd9m2h6p1t7w3v5x9y4s0a1b",
    "status": "queued",
    "last_status": "delivered",
    "last_direction": "outbound",
    "source": "api",
    "channel": "sms",
    "name": "Dana Reyes",
    "label": "Front desk",
    "segments": 1,
    "outcome": "send",
    "verdict": "send",
    "phase": "send",
    "code": None,
    "message": None,
    "until": None,
    "error": None,
    "closed_at": None,
    "last_inbound_at": None,
    "media_urls": [],
}
IDS: Final = {"message": "msg", "conversation": "conv", "number": "num", "attempt": "att"}
_ASKED: Final = ("New", "Paging", "ConversationFilters", "MessageFilters")  # shown with their operations
MOMENT: Final = "2026-11-22T16:04:09.120000Z"
ERROR: Final = {
    "error": {
        "type": "invalid_request_error",
        "code": "invalid_to",
        "message": "“555” is not a phone number. Enter it with country code, like +1 813 555 1234.",
        "param": "to",
    }
}


@dataclass(frozen=True)
class Field:
    name: str
    type: str
    place: str  # body, query, path, header, or "" in an answer
    required: bool
    description: str


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    description: str
    fields: list[Field]
    request: str  # an example, "" without a body
    status: str
    answer: str
    answer_object: str


@dataclass(frozen=True)
class Object:
    name: str
    description: str
    fields: list[Field]


@dataclass(frozen=True)
class Reference:
    groups: dict[str, list[Operation]]
    objects: list[Object]
    error: str


def read(description: Schema) -> Reference:
    """Everything the page shows."""
    schemas = description["components"]["schemas"]
    groups: dict[str, list[Operation]] = {}
    for path, method, operation in operations(description):
        groups.setdefault(operation["tags"][0], []).append(_operation(path, method, operation, schemas))
    objects = [
        Object(name, schema.get("description", ""), _fields(schema, ""))
        for name, schema in sorted(schemas.items())
        if name != "Error" and not name.startswith(_ASKED) and not name.endswith("List")
    ]
    return Reference(groups, objects, _json(ERROR))


def operations(description: Schema) -> Iterator[tuple[str, str, Schema]]:
    """Path, METHOD and description of every operation."""
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def _operation(path: str, method: str, operation: Schema, schemas: Schema) -> Operation:
    fields = [
        Field(each["name"], kind(each["schema"]), each["in"], each["required"], each.get("description", ""))
        for each in operation.get("parameters", [])
    ]
    request = ""
    if body := operation.get("requestBody"):
        wanted = _resolve(body["content"]["application/json"]["schema"], schemas)
        fields = [*_fields(wanted, "body"), *fields]
        request = _json({name: SAMPLES[name] for name in wanted["properties"] if name in ("to", "body", "from")})
    status = next(iter(operation["responses"]))
    answer = operation["responses"][status]["content"]["application/json"]["schema"]
    return Operation(
        id=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        fields=fields,
        request=request,
        status=status,
        answer=_json(sample(answer, schemas)),
        answer_object=kind(answer),
    )


def _fields(schema: Schema, place: str) -> list[Field]:
    required = schema.get("required", [])
    return [
        Field(name, kind(value), place, name in required, value.get("description", ""))
        for name, value in schema.get("properties", {}).items()
    ]


def kind(schema: Schema) -> str:
    """The type in words: "string", "integer or null", "list of Message"."""
    if "anyOf" in schema:
        return " or ".join(kind(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if schema.get("type") == "array":
        return f"list of {kind(schema['items'])}"
    if schema.get("format") == "date-time":
        return "time"
    return str(schema.get("type", "any"))


def sample(schema: Schema, schemas: Schema) -> Any:
    """An example of a schema."""
    schema = _resolve(schema, schemas)
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], schemas)
    if schema.get("type") == "array":
        return [sample(schema["items"], schemas)]
    if "properties" in schema:
        return _sample_object(schema, schemas)
    if schema.get("format") == "date-time":
        return MOMENT
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[-1])
    return {"integer": 0, "boolean": True, "object": {}, "string": "…"}.get(schema.get("type", ""))


def _sample_object(schema: Schema, schemas: Schema) -> dict[str, Any]:
    object_name = schema["properties"].get("object", {}).get("const", "")
    values: dict[str, Any] = {}
    for name, value in schema["properties"].items():
        if name == "id":
            values[name] = f"{IDS.get(object_name, 'id')}_01jd9m4n8r3w9y5x7z1a6v2c3d"
        elif name == "url":
            values[name] = "/api/v1/…"
        elif name in ("has_more", "closed"):
            values[name] = False
        elif "$ref" in value:
            values[name] = sample(value, schemas)
        elif name in ("sid", "sent_at", "client_token", "reason"):
            values[name] = None
        else:
            values[name] = SAMPLES[name] if name in SAMPLES else sample(value, schemas)
    return values


def _resolve(schema: Schema, schemas: Schema) -> Schema:
    resolved: Schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return resolved


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
