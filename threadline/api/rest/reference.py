"""From the OpenAPI description to what a page shows: operations by resource, objects, and an example of each."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from threadline.api.rest.samples import BYTES, ERROR, FILE, IDS, LISTS_ASKED, MOMENT, SAMPLES, SAMPLES_OF

Schema = Mapping[str, Any]

_ASKED: Final = ("New", "Changes", "Paging", "Filters")  # how the names of what programs ask begin or end
_IN_EXAMPLES: Final = frozenset({"body", "from", "first_name", "steps"})  # beside what is required


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
        if name != "Error" and not name.startswith(_ASKED) and not name.endswith((*_ASKED, "List"))
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
        asked = body["content"].get("application/json", {}).get("schema")
        if asked is not None:
            wanted = _resolve(asked.get("anyOf", [asked])[0], schemas)
            fields = [*_fields(wanted, "body"), *fields]
            request = _json(_request(wanted, schemas))
        else:
            request = FILE if "text/csv" in body["content"] else BYTES
    status = next(one for one in operation["responses"] if str(one) < "3")
    kinds = operation["responses"][status]["content"]
    answer = kinds["application/json"]["schema"] if "application/json" in kinds else {"type": "CSV"}
    return Operation(
        id=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        fields=fields,
        request=request,
        status=status,
        answer=_json(sample(answer, schemas)) if answer != {"type": "CSV"} else FILE,
        answer_object=kind(answer),
    )


def _request(wanted: Schema, schemas: Schema) -> dict[str, Any]:
    """What is required, and what people expect to see; all of what can be changed."""
    required = wanted.get("required", [])
    shown = [name for name in wanted["properties"] if not required or name in required or name in _IN_EXAMPLES]
    return {name: LISTS_ASKED.get(name) or _sample_field(name, wanted, schemas) for name in shown}


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
        elif name in ("sid", "sent_at", "client_token", "reason") and schema.get("title") not in SAMPLES_OF:
            values[name] = None
        else:
            values[name] = _sample_field(name, schema, schemas)
    return values


def _sample_field(name: str, owner: Schema, schemas: Schema) -> Any:
    """A field of a schema by its name, where that fits its type."""
    known = SAMPLES | SAMPLES_OF.get(owner.get("title", ""), {})
    schema = owner["properties"][name]
    fits = "$ref" not in schema.get("items", {}) and known.get(name) in schema.get("enum", [known.get(name)])
    return known[name] if name in known and fits else sample(schema, schemas)


def _resolve(schema: Schema, schemas: Schema) -> Schema:
    resolved: Schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return resolved


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
