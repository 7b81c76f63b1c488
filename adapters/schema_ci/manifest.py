"""Every action with its inputs and outputs, once.

The files that a platform reads (``action.yml``, the component's template, ``pipe.yml``) and the tables of the
documentation are made from this, and the code reads its inputs by it.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from schema_core.schema.errors import UserError
from schema_core.schema.results import FailOn
from schema_core.text.truncate import shorten

CommentMode = Literal["always", "changes", "failures", "off"]
"""When an action comments: always, when there are new files, when the verdict is bad, or never."""

Kind = Literal["text", "list", "number", "boolean", "choice"]


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """One input of an action.

    A ``list`` has one value a line. ``choices`` are the values of a ``choice``. ``default`` is what counts when the
    input is not given or empty. ``ignored`` is set for inputs of the incumbent that mean nothing here: they are taken,
    and a value is answered by a notice with this text. ``refused`` is set for those whose value cannot be honoured yet.
    """

    name: str
    description: str
    kind: Kind = "text"
    default: str = ""
    choices: tuple[str, ...] = ()
    secret: bool = False
    ignored: str = ""
    refused: str = ""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """One output of an action; its value is one line."""

    name: str
    description: str


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One action; ``name`` is a path like ``migrate/lint``."""

    name: str
    title: str
    summary: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]

    def input(self, name: str) -> Input:
        """The input of this name; a KeyError for an unknown one is a defect of ours."""
        return {item.name: item for item in self.inputs}[name]


_NO_CLOUD = "there is no registry and no account here; the files are compared with the base of the pull request"
_PROJECT_FILE = "the project file is not read yet; remove it and give the values as inputs"

_WORKING_DIRECTORY = Input(
    name="working-directory",
    description="Directory to run in, relative to the root of the repository.",
    default=".",
)
_TOKEN = Input(
    name="token",
    description="Token for comments, notes and statuses. On GitHub the job's own token; elsewhere a masked variable.",
    secret=True,
)
_PROJECT_FILE_INPUTS = (
    Input(name="config", description="Project file. Not read yet.", refused=_PROJECT_FILE),
    Input(name="env", description="Environment of the project file. Not read yet.", refused=_PROJECT_FILE),
    Input(name="vars", description="Variables of the project file. Not read yet.", refused=_PROJECT_FILE),
)

MIGRATE_LINT = Action(
    name="migrate/lint",
    title="Lint migrations",
    summary="Runs the new migration files on a throwaway database and reports what they do there.",
    inputs=(
        _WORKING_DIRECTORY,
        Input(
            name="dir",
            description="The migration directory, relative to the working directory.",
            default="file://migrations",
        ),
        Input(
            name="dev-url",
            description="URL of an empty development database. Without one, the embedded PostgreSQL is used.",
            secret=True,
        ),
        Input(
            name="git-base",
            description="Files that the merge base with this git ref lacks are new. By default the base of the pull or "
            "merge request, or what a push started from.",
        ),
        Input(name="git-dir", description="The git repository, relative to the working directory.", default="."),
        Input(name="latest", kind="number", description="The last N files are new, whatever git says."),
        Input(
            name="fail-on",
            kind="choice",
            choices=get_args(FailOn),
            default="error",
            description="The job fails from this severity on.",
        ),
        Input(
            name="severity",
            kind="list",
            description="Severities of codes, one CODE=error|warning|notice|off a line.",
        ),
        Input(
            name="comment",
            kind="choice",
            choices=get_args(CommentMode),
            default="always",
            description="When to comment: always, when there are new files, when the verdict is bad, or never (no "
            "suggestions and threads either).",
        ),
        Input(
            name="label",
            description="Tells comments of several jobs on one pull request apart. By default the directory.",
        ),
        Input(
            name="check-run",
            kind="boolean",
            default="false",
            description="On GitHub, also make a check run (takes the permission checks: write).",
        ),
        _TOKEN,
        *_PROJECT_FILE_INPUTS,
        Input(name="dir-name", description="Accepted and ignored: there is no registry.", ignored=_NO_CLOUD),
        Input(name="tag", description="Accepted and ignored: there is no registry.", ignored=_NO_CLOUD),
        Input(name="cloud-token", description="Accepted and ignored.", ignored=_NO_CLOUD, secret=True),
        Input(
            name="revisions-schema",
            description="Accepted and ignored: lint reads no revisions.",
            ignored="lint reads no revisions",
        ),
    ),
    outputs=(
        Output(name="verdict", description="`passed` or `failed`."),
        Output(name="files", description="Number of new files."),
        Output(name="errors", description="Number of errors, files that do not run included."),
        Output(name="warnings", description="Number of warnings."),
        Output(name="notices", description="Number of notices."),
        Output(name="reports", description="Directory with the reports as files, relative to the repository's root."),
        Output(name="json", description="The JSON report, a path relative to the repository's root."),
        Output(name="sarif", description="The SARIF report, a path relative to the repository's root."),
        Output(name="url", description="Address of the comment, or of the run when there is none."),
    ),
)

COMMENT = Action(
    name="comment",
    title="Comment for a run without rights",
    summary="Posts the comment that a run for a fork left in its artifact, in a workflow that has the right to.",
    inputs=(
        Input(
            name="bundle",
            description="Directory of the downloaded artifact, relative to the root of the repository.",
            default="schema-action-reports",
        ),
        _TOKEN,
    ),
    outputs=(Output(name="url", description="Address of the comment."),),
)

ACTIONS = (MIGRATE_LINT, COMMENT)


def action_named(name: str) -> Action:
    """The action of this name; raises UserError, naming all, for another one."""
    for action in ACTIONS:
        if action.name == name:
            return action
    known = ", ".join(action.name for action in ACTIONS)
    raise UserError(f"There is no action {shorten(name, 60)!r}; use one of {known}.")
