"""Checks requests and answers of a fake against a platform's published description (OpenAPI 3)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict

_HOST = "http://api.test"


@dataclass
class Request:
    """One request, as openapi-core wants to see it."""

    method: str
    path: str
    query: str = ""
    headers: Headers = field(default_factory=Headers)
    body: bytes | None = None
    host_url: str = _HOST

    def __post_init__(self) -> None:
        self.method = self.method.lower()
        query = ImmutableMultiDict(parse_qsl(self.query, keep_blank_values=True))
        self.parameters = RequestParameters(query=query, header=self.headers, cookie=ImmutableMultiDict())

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "").lower()


@dataclass
class Answer:
    """One answer, as openapi-core wants to see it."""

    status_code: int
    headers: Headers
    data: bytes | None

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "").lower()


class Contract:
    """A description; ``violations`` grows with everything that does not follow it."""

    def __init__(self, path: Path) -> None:
        self.description, self._openapi = _loaded(path)
        self.violations: list[str] = []

    def check_request(self, request: Request) -> str | None:
        """What is wrong with a request, None when nothing is. Parameters that are not described are wrong as well."""
        try:
            found = self._openapi.unmarshal_request(request)
            found.raise_for_errors()
        except OpenAPIError as error:
            problem = _told(error)
        else:
            described = {item["name"] for item in self.operation(request)["all_parameters"] if item["in"] == "query"}
            strange = sorted(set(request.parameters.query) - described)
            problem = f"undescribed query parameters {', '.join(strange)}" if strange else None
        if problem is not None:
            self.violations.append(f"request {request.method.upper()} {request.path}: {problem}")
        return problem

    def check_answer(self, request: Request, answer: Answer) -> None:
        """Note what is wrong with an answer."""
        try:
            self._openapi.validate_response(request, answer)
        except OpenAPIError as error:
            self.violations.append(
                f"answer {answer.status_code} to {request.method.upper()} {request.path}: {_told(error)}"
            )

    def operation(self, request: Request) -> dict[str, Any]:
        """The description of the operation; KeyError for none.

        ``all_parameters`` adds those of the path, ``values`` holds the values of the path's own.
        """
        servers = self.description.get("servers", [{"url": "/"}])
        base = servers[0]["url"].rstrip("/")
        for pattern, item in self.description["paths"].items():
            values = _values(pattern, request.path.removeprefix(base))
            if request.method in item and values is not None:
                listed = [*item.get("parameters", ()), *item[request.method].get("parameters", ())]
                parameters = [self._resolved(entry) for entry in listed]
                return {**item[request.method], "all_parameters": parameters, "values": values}
        raise KeyError(f"{request.method.upper()} {request.path} is not described")

    def _resolved(self, entry: dict[str, Any]) -> dict[str, Any]:
        found: Any = self.description
        if "$ref" not in entry:
            return entry
        for word in entry["$ref"].removeprefix("#/").split("/"):
            found = found[word]
        return dict(found)


def _values(pattern: str, path: str) -> dict[str, str] | None:
    """The values of a path's parameters; None when the path does not fit."""
    wanted, given = pattern.split("/"), path.split("/")
    if len(wanted) != len(given):
        return None
    values: dict[str, str] = {}
    for one, other in zip(wanted, given, strict=True):
        if one.startswith("{") and other:
            values[one.strip("{}")] = unquote(other)
        elif one != other:
            return None
    return values


@cache
def _loaded(path: Path) -> tuple[dict[str, Any], OpenAPI]:
    description = json.loads(path.read_text(encoding="utf-8"))
    return description, OpenAPI.from_dict(description)


def _told(error: BaseException) -> str:
    """The error with its causes: openapi-core tells what was wrong only there."""
    parts: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        inner = getattr(cause, "schema_errors", None)
        parts.append("; ".join(str(item.message) for item in inner) if inner else str(cause))
        cause = cause.__cause__
    return " <- ".join(parts)
