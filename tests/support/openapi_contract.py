"""Checks the traffic of a fake against the published description of the API that it stands for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

_HOST = "http://localhost"
_LONGEST = 600


class Contract:
    """One OpenAPI description; ``request`` and ``answer`` give what is wrong as a sentence, or None."""

    def __init__(self, path: Path) -> None:
        self._description = json.loads(path.read_text(encoding="utf-8"))
        self._openapi = OpenAPI.from_dict(self._description)

    def request(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> str | None:
        """What is wrong with a request; an operation or a parameter that the description does not know is wrong."""
        request = _request(method, path, query, body)
        try:
            self._openapi.validate_request(request)
            unknown = set(query) - self._query_parameters(method, path)
        except OpenAPIError as error:
            return _sentence(f"{method} {path}", error)
        return f"{method} {path}: unknown parameters {sorted(unknown)}" if unknown else None

    def answer(
        self, method: str, path: str, query: Mapping[str, str], body: bytes, *, status: int, answer: bytes
    ) -> str | None:
        """What is wrong with our own answer to a request that was right."""
        request = _request(method, path, query, body)
        response = MockResponse(answer, status_code=status, content_type="application/json")
        try:
            self._openapi.validate_response(request, response)
        except OpenAPIError as error:
            return _sentence(f"the answer {status} to {method} {path}", error)
        return None

    def _query_parameters(self, method: str, path: str) -> set[str]:
        for template, operations in self._description["paths"].items():
            if _matches(template, path) and method.lower() in operations:
                listed = operations[method.lower()].get("parameters", [])
                return {entry["name"] for entry in map(self._resolved, listed) if entry["in"] == "query"}
        return set()

    def _resolved(self, entry: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in entry:
            return entry
        found: dict[str, Any] = self._description["components"]["parameters"][entry["$ref"].rpartition("/")[2]]
        return found


def _request(method: str, path: str, query: Mapping[str, str], body: bytes) -> MockRequest:
    return MockRequest(_HOST, method.lower(), path, args=dict(query), data=body or None)


def _matches(template: str, path: str) -> bool:
    expected, given = template.split("/"), path.split("/")
    return len(expected) == len(given) and all(
        part == other or part.startswith("{") for part, other in zip(expected, given, strict=True)
    )


def _sentence(about: str, error: OpenAPIError) -> str:
    causes: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        causes += [f"{each.json_path}: {each.message}" for each in getattr(cause, "schema_errors", ())]
        deepest, cause = cause, cause.__cause__
    return f"{about}: {'; '.join(causes[:3]) or deepest}"[:_LONGEST]
