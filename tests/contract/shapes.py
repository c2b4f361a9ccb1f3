"""Our own table of Twilio's shapes: made from the OpenAPI files where they exist, read by the contract tests.

`python -m tests.contract.shapes` writes shapes.json anew from ../shared/twilio/openapi.
"""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TABLE = HERE / "shapes.json"
SOURCE = HERE.parents[2] / "shared" / "twilio" / "openapi"

ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"
PATHS = {
    "twilio_api_v2010.json": (
        "/2010-04-01/Accounts.json",
        "/2010-04-01/Accounts/{Sid}.json",
        f"{ACCOUNT}/Balance.json",
        f"{ACCOUNT}/Messages.json",
        f"{ACCOUNT}/Messages/{{Sid}}.json",
        f"{ACCOUNT}/Messages/{{MessageSid}}/Feedback.json",
        f"{ACCOUNT}/Messages/{{MessageSid}}/Media.json",
        f"{ACCOUNT}/Messages/{{MessageSid}}/Media/{{Sid}}.json",
        f"{ACCOUNT}/IncomingPhoneNumbers.json",
        f"{ACCOUNT}/IncomingPhoneNumbers/{{Sid}}.json",
        *(f"{ACCOUNT}/IncomingPhoneNumbers/{kind}.json" for kind in ("Local", "Mobile", "TollFree")),
        f"{ACCOUNT}/AvailablePhoneNumbers.json",
        f"{ACCOUNT}/AvailablePhoneNumbers/{{CountryCode}}.json",
        *(f"{ACCOUNT}/AvailablePhoneNumbers/{{CountryCode}}/{kind}.json" for kind in ("Local", "Mobile", "TollFree")),
        f"{ACCOUNT}/OutgoingCallerIds.json",
    ),
    "twilio_messaging_v1.json": (
        "/v1/Services",
        "/v1/Services/{Sid}",
        "/v1/Services/{ServiceSid}/PhoneNumbers",
        "/v1/Services/{ServiceSid}/PhoneNumbers/{Sid}",
    ),
}
# Where the file's own examples contradict its schemas, and recorded answers side with the examples.
ONE_PAGE = "/AvailablePhoneNumbers"
STRINGS = ("latitude", "longitude")
KEPT = ("type", "format", "nullable", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength")


def load() -> dict[str, Any]:
    """The table in the repository: `resources` by name, `operations` by "METHOD path"."""
    table: dict[str, Any] = json.loads(TABLE.read_text())
    return table


def build(folder: Path) -> dict[str, Any]:
    """The table that the OpenAPI documents in a folder make."""
    shapes: dict[str, Any] = {"resources": {}, "operations": {}}
    for name, paths in PATHS.items():
        source = json.loads((folder / name).read_text())
        for path in paths:
            for method in ("get", "post", "delete"):
                if operation := source["paths"][path].get(method):
                    shape = _operation(source, operation, shapes["resources"])
                    if ONE_PAGE in path and "page" in shape:
                        shape["page"] = {"uri": shape["page"]["uri"]}
                    shapes["operations"][f"{method.upper()} {path}"] = shape
    return shapes


def _operation(source: dict[str, Any], operation: dict[str, Any], resources: dict[str, Any]) -> dict[str, Any]:
    status, answer = next(iter(operation["responses"].items()))
    entry: dict[str, Any] = {"status": int(status)}
    queried = [found for found in operation.get("parameters", []) if found["in"] == "query"]
    if queried:
        entry["query"] = {found["name"]: _field(source, found["schema"]) for found in queried}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        entry["params"] = {name: _field(source, found) for name, found in content["schema"]["properties"].items()}
        entry["required"] = content["schema"].get("required", [])
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    if "$ref" in schema:
        entry["resource"] = _resource(source, schema["$ref"], resources)
    elif schema:
        lists = {name: found for name, found in schema["properties"].items() if found.get("type") == "array"}
        (entry["list"],) = lists
        entry["resource"] = _resource(source, lists[entry["list"]]["items"]["$ref"], resources)
        entry["page"] = {
            name: _field(source, found) for name, found in schema["properties"].items() if name not in lists
        }
    return entry


def _resource(source: dict[str, Any], ref: str, resources: dict[str, Any]) -> str:
    name = ref.rsplit("/", 1)[1]
    schema = source["components"]["schemas"][name]
    fields = {field: _field(source, found) for field, found in schema["properties"].items()}
    resources[name] = fields | {field: fields[field] | {"type": "string"} for field in STRINGS if field in fields}
    return name


def _field(source: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        schema = source["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    field = {name: schema[name] for name in KEPT if name in schema}
    if "items" in schema:
        field["items"] = _field(source, schema["items"])
    if "properties" in schema:
        field["properties"] = {name: _field(source, found) for name, found in schema["properties"].items()}
    return field


if __name__ == "__main__":
    TABLE.write_text(json.dumps(build(SOURCE), indent=1, sort_keys=True) + "\n")
