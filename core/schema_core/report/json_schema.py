"""The published JSON Schema of a result, made from its types."""

from __future__ import annotations

import json
from inspect import cleandoc
from typing import Any

import msgspec

from schema_core.addresses import json_schema_address
from schema_core.schema.objects import SchemaObject
from schema_core.schema.results import LintResult

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def lint_schema() -> str:
    """The schema of ``migrate lint --format json`` as committed in ``docs/schemas/lint.schema.json``."""
    return json.dumps(schema_of(LintResult, "lint"), indent=2) + "\n"


def schema_of(result: type[msgspec.Struct], name: str) -> dict[str, Any]:
    """The JSON Schema of a result type; every field is always written, so every field is required.

    Fields of a schema object that only one engine knows are not listed: readers must accept fields they do not know.
    """
    (body,), components = msgspec.json.schema_components([result], ref_template="#/$defs/{name}")
    schema_object = components[SchemaObject.__name__]
    schema_object["properties"] = {"kind": {"type": "string"}, **schema_object["properties"]}
    for component in components.values():
        component.pop("additionalProperties", None)
        if "description" in component:
            component["description"] = cleandoc(component["description"])
        for field in component.get("properties", {}).values():
            field.pop("default", None)
        if component.get("type") == "object":
            component["required"] = list(component["properties"])
    return {"$schema": _DIALECT, "$id": json_schema_address(name), **body, "$defs": components}
