"""Every action with its inputs and outputs, once.

The files that a platform reads (``action.yml``, the component's template, ``pipe.yml``) and the tables of the
documentation are made from this, and the code reads its inputs by it.
"""

from __future__ import annotations

import msgspec

from schema_ci import shared_inputs as shared
from schema_ci.declarations import Action, Input, Output
from schema_core.schema.errors import UserError
from schema_core.text.truncate import shorten

_REPORTS = (
    Output(name="reports", description="Directory with the reports as files, relative to the repository's root."),
    Output(name="json", description="The JSON report, a path relative to the repository's root."),
)
_STATUS = Output(
    name="status",
    description="`synced` when there was nothing to do, `planned` when it was only planned (or a dry run), `applied`, "
    "`failed`, or `declined` when it needs a review.",
)
_CURRENT = Output(
    name="current", description="The version before migrate/apply, or after migrate/set; empty without revisions."
)
_ERROR = Output(name="error", description="What went wrong, in one line; empty otherwise.")
_FINDINGS = (
    Output(name="errors", description="Number of errors, files that do not run included."),
    Output(name="warnings", description="Number of warnings."),
    Output(name="notices", description="Number of notices."),
)

MIGRATE_LINT = Action(
    name="migrate/lint",
    title="Lint migrations",
    summary="Runs the new migration files on a throwaway database and reports what they do there.",
    inputs=(
        shared.WORKING_DIRECTORY,
        shared.DIRECTORY,
        shared.DEV_URL,
        Input(
            name="git-base",
            description="Files that the merge base with this git ref lacks are new. By default the base of the pull or "
            "merge request, or what a push started from.",
        ),
        Input(name="git-dir", description="The git repository, relative to the working directory.", default="."),
        Input(name="latest", kind="number", description="The last N files are new, whatever git says."),
        shared.FAIL_ON,
        Input(
            name="severity",
            kind="list",
            description="Severities of codes, one CODE=error|warning|notice|off a line.",
        ),
        shared.COMMENT,
        shared.LABEL,
        Input(
            name="check-run",
            kind="boolean",
            default="false",
            description="On GitHub, also make a check run (takes the permission checks: write).",
        ),
        shared.TOKEN,
        *shared.PROJECT_FILE,
        Input(name="dir-name", description="Accepted and ignored: there is no registry.", ignored=shared.NO_CLOUD),
        Input(name="tag", description="Accepted and ignored: there is no registry.", ignored=shared.NO_CLOUD),
        shared.CLOUD_TOKEN,
        msgspec.structs.replace(shared.REVISIONS_SCHEMA, ignored="lint reads no revisions"),
    ),
    outputs=(
        Output(name="verdict", description="`passed` or `failed`."),
        Output(name="files", description="Number of new files."),
        *_FINDINGS,
        *_REPORTS,
        Output(name="sarif", description="The SARIF report, a path relative to the repository's root."),
        Output(name="url", description="Address of the comment, or of the run when there is none."),
    ),
)

MIGRATE_APPLY = Action(
    name="migrate/apply",
    title="Apply migrations",
    summary="Runs the migration files that a database lacks, each once, and writes down what was done.",
    inputs=(
        shared.WORKING_DIRECTORY,
        shared.URL,
        shared.DIRECTORY,
        Input(name="amount", kind="number", description="How many files to run at most; all by default."),
        Input(name="to-version", description="The last file to run."),
        shared.TRANSACTION_MODE,
        Input(
            name="exec-order",
            kind="choice",
            choices=("linear", "linear-skip", "non-linear"),
            default="linear",
            description="What to do about files that came in before applied ones: refuse, leave out, or run them.",
        ),
        Input(name="baseline", description="On the first run: the database has this version and all before it."),
        Input(
            name="allow-dirty",
            kind="boolean",
            default="false",
            description="On the first run: run the files beside what is there.",
        ),
        Input(
            name="store-files",
            kind="boolean",
            default="false",
            description="Keep the text of each applied file in the database, beside its revision.",
        ),
        shared.REVISIONS_SCHEMA,
        shared.DRY_RUN,
        *shared.LOCK,
        shared.LABEL,
        *shared.WEBHOOK,
        shared.TOKEN,
        *shared.PROJECT_FILE,
        shared.CLOUD_TOKEN,
    ),
    outputs=(
        _STATUS,
        _CURRENT,
        Output(name="target", description="The version that the run led to, or was to lead to."),
        Output(name="applied_count", description="Number of files that were applied."),
        Output(name="pending_count", description="Number of files that were to be run and were not."),
        *_REPORTS,
        _ERROR,
    ),
)

MIGRATE_SET = Action(
    name="migrate/set",
    title="Set the version of a database",
    summary="Says which version of a migration directory a database is at; only the revisions table is changed.",
    inputs=(
        shared.WORKING_DIRECTORY,
        shared.URL,
        shared.DIRECTORY,
        Input(
            name="version",
            description="The version that the database is at, with all before it; the newest by default.",
        ),
        shared.REVISIONS_SCHEMA,
        *shared.LOCK,
        shared.TOKEN,
        *shared.PROJECT_FILE,
        shared.CLOUD_TOKEN,
    ),
    outputs=(_CURRENT,),
)

SCHEMA_PLAN = Action(
    name="schema/plan",
    title="Plan a change of a schema",
    summary="Plans how a database gets to a desired state, proves the plan, and shows it on the pull request.",
    inputs=(
        shared.WORKING_DIRECTORY,
        Input(name="from", kind="list", secret=True, description="The database that is to change; it is only read."),
        shared.TO,
        shared.DEV_URL,
        *shared.SCOPE,
        *shared.PLANNING,
        shared.FAIL_ON,
        shared.COMMENT,
        shared.LABEL,
        shared.TOKEN,
        *shared.PROJECT_FILE,
        Input(name="name", description="Accepted and ignored: a plan has a digest.", ignored=shared.NO_CLOUD),
        Input(name="schema-name", description="Accepted and ignored: there is no registry.", ignored=shared.NO_CLOUD),
        shared.CLOUD_TOKEN,
    ),
    outputs=(
        Output(name="verdict", description="`passed` or `failed`."),
        _STATUS,
        Output(name="plan", description="The plan file, a path relative to the repository's root."),
        Output(name="digest", description="The plan's digest, by which schema/apply knows it again."),
        Output(name="statements", description="Number of the plan's statements."),
        *_FINDINGS,
        *_REPORTS,
        Output(name="link", description="Address of the comment, or of the run when there is none."),
    ),
)

SCHEMA_APPLY = Action(
    name="schema/apply",
    title="Apply a schema",
    summary="Leads a database to a desired state by a plan that was proven, and that somebody agreed to.",
    inputs=(
        shared.WORKING_DIRECTORY,
        shared.URL,
        shared.TO,
        shared.DEV_URL,
        *shared.SCOPE,
        *shared.PLANNING,
        Input(
            name="plan",
            description="The plan that was looked at: a file that schema/plan wrote, relative to the repository's "
            "root, or its digest. Only a plan that is the same when it is made again is applied.",
        ),
        Input(
            name="auto-approve",
            kind="boolean",
            default="false",
            description="Apply a plan that nobody looked at. For jobs that the platform itself keeps for approval.",
        ),
        Input(
            name="lint-review",
            kind="choice",
            choices=("ALWAYS", "WARNING", "ERROR"),
            description="Which plans need the input plan: all, those with a warning or an error, or those with an "
            "error. By default all, and none with auto-approve.",
        ),
        Input(
            name="review-changes",
            kind="list",
            description="A plan with one of these changes needs the input plan, as in drop column or rename *.",
        ),
        Input(
            name="deny-changes",
            kind="list",
            description="A plan with one of these changes is refused, whoever looked at it.",
        ),
        shared.DRY_RUN,
        shared.TRANSACTION_MODE,
        *shared.LOCK,
        shared.LABEL,
        *shared.WEBHOOK,
        shared.TOKEN,
        *shared.PROJECT_FILE,
        *shared.WAITING,
        shared.CLOUD_TOKEN,
    ),
    outputs=(
        _STATUS,
        Output(name="digest", description="The plan's digest, by which schema/apply knows it again."),
        Output(name="statements", description="Number of the plan's statements."),
        *_REPORTS,
        _ERROR,
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
        shared.TOKEN,
    ),
    outputs=(Output(name="url", description="Address of the comment."),),
)

ACTIONS = (MIGRATE_LINT, MIGRATE_APPLY, MIGRATE_SET, SCHEMA_PLAN, SCHEMA_APPLY, COMMENT)


def action_named(name: str) -> Action:
    """The action of this name; raises UserError, naming all, for another one."""
    for action in ACTIONS:
        if action.name == name:
            return action
    known = ", ".join(action.name for action in ACTIONS)
    raise UserError(f"There is no action {shorten(name, 60)!r}; use one of {known}.")
