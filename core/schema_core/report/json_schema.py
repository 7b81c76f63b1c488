"""The published JSON Schema of a result, made from its types."""

from __future__ import annotations

import json
from inspect import cleandoc
from typing import Any

import msgspec

from schema_core.addresses import json_schema_address
from schema_core.schema.migration_results import AdoptResult, ImportResult, MigrateApplyResult, SetResult, StatusResult
from schema_core.schema.objects import SchemaObject
from schema_core.schema.realm import Realm
from schema_core.schema.results import (
    ApplyResult,
    CleanResult,
    DiffResult,
    InspectResult,
    LintResult,
    ListResult,
    MigrateDiffResult,
    PlanResult,
    ValidateResult,
    WriteResult,
)

_OBJECT = {"$ref": f"#/$defs/{SchemaObject.__name__}"}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


RESULTS: dict[str, type[msgspec.Struct]] = {
    "lint": LintResult,
    "inspect": InspectResult,
    "diff": DiffResult,
    "migrate-diff": MigrateDiffResult,
    "migrate-apply": MigrateApplyResult,
    "migrate-status": StatusResult,
    "migrate-set": SetResult,
    "migrate-adopt": AdoptResult,
    "migrate-import": ImportResult,
    "apply": ApplyResult,
    "plan": PlanResult,
    "clean": CleanResult,
    "validate": ValidateResult,
    "ls": ListResult,
    "write": WriteResult,
}
"""Name of the published schema to the result that it describes; ``write`` is that of ``migrate new`` and ``hash``."""


def published_schema(name: str) -> str:
    """The schema of ``--format json`` as committed in ``docs/schemas/NAME.schema.json``."""
    return json.dumps(schema_of(RESULTS[name], name), indent=2) + "\n"


def schema_of(result: type[msgspec.Struct], name: str) -> dict[str, Any]:
    """The JSON Schema of a result type; every field is always written, so every field is required.

    Fields of a schema object that only one engine knows are not listed: readers must accept fields they do not know.
    """
    (body,), components = msgspec.json.schema_components(
        [result], ref_template="#/$defs/{name}", schema_hook=_list_of_objects
    )
    if f'"{_OBJECT["$ref"]}"' in json.dumps([body, components]):
        _, objects = msgspec.json.schema_components([SchemaObject], ref_template="#/$defs/{name}")
        components.update(objects)
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


def _list_of_objects(kind: type) -> dict[str, Any]:
    """A realm is written as the list of its objects."""
    if kind is Realm:
        return {"type": "array", "items": _OBJECT}
    raise NotImplementedError(kind)
