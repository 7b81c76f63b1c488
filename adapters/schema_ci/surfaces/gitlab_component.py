"""GitLab's component: a template with typed inputs, and the README of the component project.

GitLab puts the inputs into the text of the file before it reads it as YAML. So every value stands in a block scalar,
where no quote, colon or ``#`` in it means anything, or in quotes where the input's pattern keeps it harmless.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec

from schema_ci.declarations import Action, Input
from schema_ci.manifest import MIGRATE_APPLY, MIGRATE_LINT, MIGRATE_SET, SCHEMA_APPLY, SCHEMA_PLAN
from schema_ci.platforms.gitlab import CODE_QUALITY, JUNIT, OUTPUTS
from schema_ci.platforms.gitlab_inputs import DEFAULT_TOKEN_VARIABLE, TOKEN_VARIABLE
from schema_ci.platforms.gitlab_outputs import PREFIX
from schema_ci.publish.artifacts import DIRECTORY as REPORTS
from schema_ci.surfaces.docs_tables import variable
from schema_core import __version__
from schema_core.addresses import DOCUMENTATION, GITLAB_COMPONENTS, IMAGE

DIRECTORY = "gitlab-components"
TEMPLATES = f"{DIRECTORY}/templates"
SERVICE_SUFFIX = "-with-service"
"""Of two jobs, one with and one without a service, the rules let only one run."""
SERVICE_URL = "postgres://dev@schema-action-dev:5432/dev?sslmode=disable"

_ACTIONS = (MIGRATE_LINT, MIGRATE_APPLY, MIGRATE_SET, SCHEMA_PLAN, SCHEMA_APPLY)
_DEPLOYING = frozenset({MIGRATE_APPLY.name, MIGRATE_SET.name, SCHEMA_APPLY.name})
"""Actions that change a database: by hand, one at a time, in an environment."""
_RULES: dict[str, list[dict[str, str]]] = {
    MIGRATE_LINT.name: [
        {"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'},
        {"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"},
    ],
    SCHEMA_PLAN.name: [
        {"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'},
        {"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"},
    ],
    MIGRATE_APPLY.name: [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "when": "manual"}],
    MIGRATE_SET.name: [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "when": "manual"}],
    SCHEMA_APPLY.name: [{"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "when": "manual"}],
}
_WHEN = {
    MIGRATE_LINT.name: "By default for merge requests and on the default branch, whose Code Quality report merge "
    "requests are compared with.",
    SCHEMA_PLAN.name: "By default for merge requests and on the default branch.",
    MIGRATE_APPLY.name: "By default by hand, on the default branch.",
    MIGRATE_SET.name: "By default by hand, on the default branch.",
    SCHEMA_APPLY.name: "By default by hand, on the default branch.",
}
_HEAD = "# Made by scripts/generate.py from adapters/schema_ci/manifest.py; do not edit.\n"
_ELSEWHERE = frozenset({"token", "cloud-token", "check-run"})
"""Inputs that the template does not take: tokens are no inputs, since those stand in the pipeline's file."""


class _JobInput(msgspec.Struct, frozen=True, kw_only=True):
    """An input of the template that is about the job, not about the action."""

    name: str
    description: str
    default: str | list[dict[str, str]]
    regex: str = ""


def _job_inputs(action: Action) -> tuple[_JobInput, ...]:
    return (
        _JobInput(
            name="job-name",
            description=(
                f"Name of the job; with dev-image, the job is called NAME{SERVICE_SUFFIX}."
                if _develops(action)
                else "Name of the job."
            ),
            default="schema-lint" if action is MIGRATE_LINT else component(action),
            regex=r"^[A-Za-z0-9][A-Za-z0-9 _.:/-]*$",
        ),
        _JobInput(
            name="stage", description="Stage of the job.", default="test", regex=r"^\.?[A-Za-z0-9][A-Za-z0-9 _.:/-]*$"
        ),
        _JobInput(
            name="image",
            description="Image of the job. By default that of this version; use a mirror of it where that is needed.",
            default=f"{IMAGE}:{__version__}",
            regex=r"^[A-Za-z0-9_./:@${}-]+$",
        ),
        _JobInput(
            name="rules",
            description=f"When the job runs. {_WHEN[action.name]}",
            default=_RULES[action.name],
        ),
        _JobInput(
            name="token-variable",
            description="Name (not value) of the masked variable with the token for notes, threads and statuses. "
            "Without that variable, only artifacts are written.",
            default=DEFAULT_TOKEN_VARIABLE,
            regex=r"^[A-Za-z_][A-Za-z0-9_]*$",
        ),
        *(_development_image() if _develops(action) else ()),
        *(_environment() if action.name in _DEPLOYING else ()),
    )


def _develops(action: Action) -> bool:
    """Whether the action takes a development database."""
    return any(item.name == "dev-url" for item in action.inputs)


def _development_image() -> Iterator[_JobInput]:
    yield _JobInput(
        name="dev-image",
        description="PostgreSQL image (postgres:17) to run beside the job as the development database. When empty, "
        "dev-url counts, or else the embedded PostgreSQL.",
        default="",
        regex=r"^[A-Za-z0-9_./:@${}-]*$",
    )


def _environment() -> Iterator[_JobInput]:
    yield _JobInput(
        name="environment",
        description="GitLab environment of the job; protect it to have deployments approved. Jobs of one run in turn.",
        default="production",
        regex=r"^[A-Za-z0-9][A-Za-z0-9 _.:/${}-]*$",
    )


def files() -> dict[str, str]:
    """The files, by their path in the repository."""
    templates = {f"{TEMPLATES}/{component(action)}.yml": template(action) for action in _ACTIONS}
    return {**templates, f"{DIRECTORY}/README.md": readme()}


def component(action: Action) -> str:
    """The component's name, which can hold no slash."""
    return action.name.replace("/", "-")


def template(action: Action) -> str:
    """The template of an action."""
    return _HEAD + "\n".join([*_header(action), "---", *_jobs(action)]) + "\n"


def _action_inputs(action: Action) -> tuple[Input, ...]:
    return tuple(item for item in action.inputs if item.name not in _ELSEWHERE)


def _header(action: Action) -> Iterator[str]:
    yield "spec:"
    yield "  inputs:"
    for job_input in _job_inputs(action):
        yield f"    {job_input.name}:"
        yield f"      description: {json.dumps(job_input.description)}"
        if isinstance(job_input.default, list):
            yield "      type: array"
        yield f"      default: {json.dumps(job_input.default)}"
        if job_input.regex:
            yield f"      regex: '{job_input.regex}'"
    for item in _action_inputs(action):
        yield f"    {item.name}:"
        yield f"      description: {json.dumps(_description(item))}"
        yield from _typed(item)


def _description(item: Input) -> str:
    return f"{item.description} Give it as the name of a masked variable, $NAME." if item.secret else item.description


def _typed(item: Input) -> Iterator[str]:
    if item.kind == "list":
        yield "      type: array"
        yield f"      default: {json.dumps(item.default.splitlines())}"
    elif item.kind == "boolean":
        yield "      type: boolean"
        yield f"      default: {item.default}"
    else:
        yield f"      default: {json.dumps(item.default)}"
    if item.kind == "choice":
        yield f"      options: {json.dumps([*([] if item.default else ['']), *item.choices])}"
    if item.kind == "number":
        yield "      regex: '^[0-9]*$'"  # a number could not be left empty


def _jobs(action: Action) -> Iterator[str]:
    base = '".schema-action:$[[ inputs.job-name ]]"'
    yield f"{base}:"
    yield '  stage: "$[[ inputs.stage ]]"'
    yield "  image:"
    yield '    name: "$[[ inputs.image ]]"'
    yield '    entrypoint: [""]'
    if action.name in _DEPLOYING:
        yield "  environment:"
        yield '    name: "$[[ inputs.environment ]]"'
        yield '  resource_group: "$[[ inputs.environment ]]"'
    yield "  variables:"
    yield f'    {TOKEN_VARIABLE}: "$[[ inputs.token-variable ]]"'
    if _develops(action):
        yield '    SCHEMA_ACTION_DEV_IMAGE: "$[[ inputs.dev-image ]]"'
    for item in _action_inputs(action):
        # A variable is a text: with the line break, an array is put into one instead of taking its place.
        yield f"    {variable(item.name)}: {'|' if item.kind == 'list' else '>-'}"
        yield f"      $[[ inputs.{item.name} ]]"
    yield "  script:"
    yield f"    - schema-action-ci {action.name}"
    yield "  artifacts:"
    yield "    when: always"
    yield "    paths:"
    yield f"      - {REPORTS}/"
    yield "    reports:"
    if action is MIGRATE_LINT:
        yield f"      codequality: {CODE_QUALITY}"
        yield f"      junit: {JUNIT}"
    yield f"      dotenv: {OUTPUTS}"
    yield ""
    yield '"$[[ inputs.job-name ]]":'
    yield f"  extends: {base}"
    if not _develops(action):
        yield "  rules:"
        yield "    - $[[ inputs.rules ]]"
        return
    yield from _rules("!=")
    yield ""
    yield f'"$[[ inputs.job-name ]]{SERVICE_SUFFIX}":'
    yield f"  extends: {base}"
    yield "  services:"
    # By the variable: a job without a service's name is refused, even one that never runs.
    yield "    - name: $SCHEMA_ACTION_DEV_IMAGE"
    yield "      alias: schema-action-dev"
    yield "      variables:"
    yield "        POSTGRES_DB: dev"
    yield "        POSTGRES_USER: dev"
    yield "        POSTGRES_HOST_AUTH_METHOD: trust"
    yield "  variables:"
    yield f"    SCHEMA_ACTION_DEV_URL: {SERVICE_URL}"
    yield from _rules("==")


def _rules(never_when: str) -> Iterator[str]:
    yield "  rules:"
    yield f'    - if: $SCHEMA_ACTION_DEV_IMAGE {never_when} ""'
    yield "      when: never"
    yield "    - $[[ inputs.rules ]]"


def readme() -> str:
    """The component project's page."""
    lines = [
        "<!-- Made by scripts/generate.py; do not edit. -->",
        "# schema-action for GitLab",
        "",
        "CI/CD components that run every new database migration on a throwaway database and say in the merge request",
        "what it does there: one note that is kept up to date, threads on the changed lines that resolve themselves, a",
        "commit status, and reports.",
        "",
        "```yaml",
        "include:",
        f"  - component: $CI_SERVER_FQDN/{GITLAB_COMPONENTS}/{component(MIGRATE_LINT)}@{__version__.split('.')[0]}",
        "    inputs:",
        "      dir: file://migrations",
        "      dev-image: postgres:17",
        "```",
        "",
        f"Notes, threads and statuses need a project access token in the masked variable `{DEFAULT_TOKEN_VARIABLE}`;",
        f"without it, artifacts are written. [The guide]({DOCUMENTATION}/gitlab.md) has pipelines to copy, the token's",
        "rights, forks, schedules and troubleshooting.",
        "",
    ]
    for action in _ACTIONS:
        lines += [f"## {component(action)}", "", action.summary, "", *_tables(action)]
    lines += [
        "## License",
        "",
        "Apache License 2.0. This project is made from its source repository; report problems there.",
        "",
    ]
    return "\n".join(lines)


def _tables(action: Action) -> Iterator[str]:
    yield "| input | default | meaning |"
    yield "| --- | --- | --- |"
    for job_input in _job_inputs(action):
        shown = job_input.default if isinstance(job_input.default, str) else json.dumps(job_input.default)
        default = f"`{shown}`" if job_input.default else ""
        yield f"| `{job_input.name}` | {default} | {job_input.description} |".replace("||", r"\|\|")
    for item in _action_inputs(action):
        default = f"`{item.default}`" if item.default else ""
        choices = f" One of {', '.join(f'`{choice}`' for choice in item.choices)}." if item.choices else ""
        kind = " An array." if item.kind == "list" else ""
        yield f"| `{item.name}` | {default} | {_description(item)}{choices}{kind} |"
    yield ""
    yield "Later jobs get these variables from the dotenv report:"
    yield ""
    yield "| variable | meaning |"
    yield "| --- | --- |"
    for output in action.outputs:
        yield f"| `{PREFIX}{output.name.upper().replace('-', '_')}` | {output.description} |"
    yield ""
