"""``action.yml`` for GitHub: one an action, and one at the root, where the Marketplace looks and ``action`` chooses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from schema_ci.declarations import Action, Input, Output
from schema_ci.manifest import ACTIONS, MIGRATE_LINT

_HEAD = "# Made by scripts/generate.py from adapters/schema_ci/manifest.py; do not edit.\n"
_CHOSEN = Input(
    name="action",
    description=f"The action to run: {', '.join(action.name for action in ACTIONS)}.",
    default=MIGRATE_LINT.name,
)
_JOB_TOKEN = "${{ github.token }}"  # noqa: S105 - an expression, not a token


def files() -> dict[str, str]:
    """The files, by their path in the repository."""
    made = {f"{action.name}/action.yml": _of_one(action) for action in ACTIONS}
    return {"action.yml": _of_all(), **made}


def _of_one(action: Action) -> str:
    """The action that is used as ``org/schema-action/<name>@v1``."""
    up = "/".join([".."] * (action.name.count("/") + 1))
    lines = [
        *_described(f"schema-action {action.name}", action.summary),
        *_inputs(action.inputs),
        *_outputs(action.outputs),
        *_runs(f"{up}/Dockerfile", argument=action.name),
    ]
    return _HEAD + "\n".join(lines) + "\n"


def _of_all() -> str:
    """The action that is used as ``org/schema-action@v1``; it takes the inputs of all."""
    inputs = {item.name: item for action in reversed(ACTIONS) for item in action.inputs}
    outputs = {item.name: item for action in reversed(ACTIONS) for item in action.outputs}
    lines = [
        *_described("schema-action", MIGRATE_LINT.summary),
        "branding:",
        "  icon: database",
        "  color: blue",
        *_inputs([_CHOSEN, *inputs.values()]),
        *_outputs(outputs.values()),
        *_runs("Dockerfile"),
    ]
    return _HEAD + "\n".join(lines) + "\n"


def _described(name: str, summary: str) -> Iterator[str]:
    yield f"name: {_quoted(name)}"
    yield f"description: {_quoted(summary)}"


def _inputs(inputs: Iterable[Input]) -> Iterator[str]:
    yield "inputs:"
    for item in inputs:
        default = _JOB_TOKEN if item.name == "token" else item.default
        yield f"  {item.name}:"
        yield f"    description: {_quoted(_explained(item))}"
        yield "    required: false"
        if default:
            yield f"    default: {_quoted(default)}"


def _outputs(outputs: Iterable[Output]) -> Iterator[str]:
    yield "outputs:"
    for item in outputs:
        yield f"  {item.name}:"
        yield f"    description: {_quoted(item.description)}"


def _runs(dockerfile: str, argument: str = "") -> Iterator[str]:
    yield "runs:"
    yield "  using: docker"
    # A branch builds the image from its own sources; a release names the image that was built from them by its digest.
    ignored = " # zizmor: ignore[unpinned-images]" if dockerfile.startswith("..") else ""
    yield f"  image: {_quoted(dockerfile)}{ignored}"
    if argument:
        yield "  args:"
        yield f"    - {_quoted(argument)}"


def _explained(item: Input) -> str:
    choices = f" One of {', '.join(item.choices)}." if item.choices else ""
    lines = " One value a line." if item.kind == "list" else ""
    return f"{item.description}{choices}{lines}"


def _quoted(text: str) -> str:
    """A YAML scalar in double quotes; JSON's are the same."""
    return json.dumps(text, ensure_ascii=False)
