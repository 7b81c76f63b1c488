"""``pipe.yml`` and the README of the pipe for Bitbucket Pipelines."""

from __future__ import annotations

import json
from collections.abc import Iterator

from schema_ci.declarations import Input, Output
from schema_ci.manifest import ACTIONS, COMMENT, MIGRATE_LINT
from schema_ci.platforms.bitbucket_outputs import DIRECTORY as OUTPUTS_DIRECTORY
from schema_ci.platforms.bitbucket_outputs import FILE as OUTPUTS_FILE
from schema_ci.platforms.bitbucket_outputs import variable as output_variable
from schema_ci.surfaces.docs_tables import row, variable
from schema_core import __version__
from schema_core.addresses import DOCUMENTATION, IMAGE, REPOSITORY

DIRECTORY = "bitbucket-pipe"
_HEAD = "# Made by scripts/generate.py from adapters/schema_ci/manifest.py; do not edit.\n"
_ACTIONS = tuple(action for action in ACTIONS if action is not COMMENT)
"""Pipelines never run for a fork, so no run leaves a comment for another one to post."""
_OF_OTHERS = frozenset({"check-run"})
"""Inputs that mean something on other platforms only."""
_CHOSEN = Input(
    name="action",
    description=f"The action to run: {', '.join(action.name for action in _ACTIONS)}.",
    default=MIGRATE_LINT.name,
)
_CREDENTIALS = {
    "BITBUCKET_ACCESS_TOKEN": "Access token of the repository, its project or workspace, with the scope Pull requests: "
    "Read. Takes the comment; everything else works without.",
    "ATLASSIAN_ACCOUNT_EMAIL": "Instead of an access token: the address of the Atlassian account that comments.",
    "ATLASSIAN_API_TOKEN": "And that account's API token, with the scopes read:pullrequest:bitbucket, "
    "read:repository:bitbucket and read:user:bitbucket.",
}
"""Variables of the platform's own conventions; a repository that has them need not list them."""


def files() -> dict[str, str]:
    """The files, by their path in the repository."""
    return {f"{DIRECTORY}/pipe.yml": _pipe(), f"{DIRECTORY}/README.md": _readme()}


def _pipe() -> str:
    lines = [
        "name: schema-action",
        f"image: {IMAGE}:{__version__}",
        f"description: {json.dumps(MIGRATE_LINT.summary)}",
        "category: Code quality",
        f"repository: {REPOSITORY}",
        *_who("vendor"),
        *_who("maintainer"),
        "tags:",
        *(f"  - {tag}" for tag in ("database", "migrations", "lint", "postgresql")),
        "variables:",
        *(line for item in _inputs() for line in _variable(variable(item.name), item.default)),
        *(line for name in _CREDENTIALS for line in _variable(name, f"${{{name}}}")),
        *_variable("DEBUG", "false"),
    ]
    return _HEAD + "\n".join(lines) + "\n"


def _who(role: str) -> Iterator[str]:
    yield f"{role}:"
    yield "  name: schema-action"
    yield f"  website: {REPOSITORY}"


def _variable(name: str, default: str) -> Iterator[str]:
    yield f"  - name: {name}"
    yield f"    default: {json.dumps(default)}"


def _inputs() -> list[Input]:
    """The choice of the action, and every input that does something here; each name once."""
    found = {item.name: item for action in _ACTIONS for item in action.inputs}
    return [
        _CHOSEN,
        *(item for item in found.values() if not (item.ignored or item.refused or item.name in _OF_OTHERS)),
    ]


def _outputs() -> list[Output]:
    """The outputs of all actions, each name once."""
    return list({item.name: item for action in _ACTIONS for item in action.outputs}.values())


def _readme() -> str:
    lines = [
        "<!-- Made by scripts/generate.py; do not edit. -->",
        "# Bitbucket Pipelines pipe: schema-action",
        "",
        MIGRATE_LINT.summary,
        "The result is a Code Insights report with annotations on the changed lines, a build status, one comment on",
        "the pull request that later runs update, and report files. No account is needed.",
        "",
        "## Use",
        "",
        "```yaml",
        *_example(),
        "```",
        "",
        f"[More pipelines]({DOCUMENTATION}/bitbucket.md): a database of your own, several directories, moving over.",
        "",
        "## Variables",
        "",
        "| variable | default | meaning |",
        "| --- | --- | --- |",
        *(row(item, variable(item.name)) for item in _inputs()),
        *(f"| `{name}` | | {meaning} |" for name, meaning in _CREDENTIALS.items()),
        "| `DEBUG` | `false` | `true` tells every request to Bitbucket's API in the log. |",
        "",
        "A variable with one value a line also takes a YAML list. Only variables that are listed under `variables:`",
        "reach a pipe that is named by its image (`docker://`).",
        "",
        "## Outputs",
        "",
        f"Later lines of the step read them from a file: `source {OUTPUTS_DIRECTORY}/{OUTPUTS_FILE}`.",
        "",
        "| variable | meaning |",
        "| --- | --- |",
        *(f"| `{output_variable(item.name)}` | {item.description} |" for item in _outputs()),
        "",
    ]
    return "\n".join(lines)


def _example() -> Iterator[str]:
    yield "pipelines:"
    yield "  pull-requests:"
    yield "    '**':"
    yield "      - step:"
    yield "          name: Lint migrations"
    yield "          script:"
    yield f"            - pipe: docker://{IMAGE}:1"
    yield "              variables:"
    yield f"                {variable('dir')}: file://migrations"
    yield "                BITBUCKET_ACCESS_TOKEN: $BITBUCKET_ACCESS_TOKEN"
