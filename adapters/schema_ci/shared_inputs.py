"""Inputs that several actions have; each means the same everywhere, since one file at the root takes all of them."""

from __future__ import annotations

from typing import get_args

from schema_ci.declarations import CommentMode, Input, WebhookMode
from schema_core.schema.results import FailOn

NO_CLOUD = "there is no registry and no account here; the files are compared with the base of the pull request"
_PROJECT_FILE = "the project file is not read yet; remove it and give the values as inputs"
_PLATFORMS_APPROVAL = "nothing is waited for: approval is the platform's, and the input plan carries it"

WORKING_DIRECTORY = Input(
    name="working-directory",
    description="Directory to run in, relative to the root of the repository.",
    default=".",
)
TOKEN = Input(
    name="token",
    description="Token for comments, notes and statuses. On GitHub the job's own token; elsewhere a masked variable.",
    secret=True,
)
PROJECT_FILE = (
    Input(name="config", description="Project file. Not read yet.", refused=_PROJECT_FILE),
    Input(name="env", description="Environment of the project file. Not read yet.", refused=_PROJECT_FILE),
    Input(name="vars", description="Variables of the project file. Not read yet.", refused=_PROJECT_FILE),
)
CLOUD_TOKEN = Input(name="cloud-token", description="Accepted and ignored.", ignored=NO_CLOUD, secret=True)
DIRECTORY = Input(
    name="dir",
    description="The migration directory, relative to the working directory.",
    default="file://migrations",
)
DEV_URL = Input(
    name="dev-url",
    description="URL of an empty development database. Without one, an embedded one of the engine is used.",
    secret=True,
)
FAIL_ON = Input(
    name="fail-on",
    kind="choice",
    choices=get_args(FailOn),
    default="error",
    description="The job fails from this severity on.",
)
COMMENT = Input(
    name="comment",
    kind="choice",
    choices=get_args(CommentMode),
    default="always",
    description="When to comment: always, when there are new files or changes, when the verdict is bad, or never (no "
    "suggestions and threads either).",
)
LABEL = Input(
    name="label",
    description="Tells comments, statuses and reports of several jobs on one pull request or commit apart. By default "
    "the directory, or the desired state.",
)
URL = Input(name="url", description="The database to change.", secret=True)
TO = Input(
    name="to",
    kind="list",
    description="The desired state: SQL files, a directory (relative to the working directory), or a database.",
    secret=True,
)
SCOPE = (
    Input(name="schema", kind="list", description="Only these schemas."),
    Input(name="include", kind="list", description="Only what fits one of these patterns of schema.object.child."),
    Input(name="exclude", kind="list", description="Not what fits one of these patterns, as in public.tmp_*."),
)
PLANNING = (
    Input(
        name="rename",
        kind="list",
        description="What was renamed, as in users.name=full_name; users.name= says that it was dropped.",
    ),
    Input(
        name="policy",
        kind="list",
        description="Gentler ways to change tables in use: concurrent_index, not_valid, not_null.",
    ),
)
DRY_RUN = Input(
    name="dry-run", kind="boolean", default="false", description="Say what would be done, and change nothing."
)
TRANSACTION_MODE = Input(
    name="tx-mode",
    kind="choice",
    choices=("file", "all", "none"),
    default="file",
    description="A transaction for each file, one for all, or none. A plan counts as one file.",
)
LOCK = (
    Input(
        name="lock-name",
        default="atlas_migrate_execute",
        description="The lock that keeps other runs away from the database.",
    ),
    Input(
        name="lock-timeout",
        default="10s",
        description="How long to wait for another run to release that lock, as in 10s or 1m.",
    ),
)
REVISIONS_SCHEMA = Input(
    name="revisions-schema", description="Schema of the revisions table. Linting reads no revisions and ignores it."
)
WEBHOOK = (
    Input(
        name="webhook-url",
        secret=True,
        description="Address that is told how the run ended, in Slack's format of incoming webhooks.",
    ),
    Input(
        name="webhook-on",
        kind="choice",
        choices=get_args(WebhookMode),
        default="failure",
        description="When to tell it: when the run did not do what it should, when it did, or always.",
    ),
)
WAITING = (
    Input(name="wait-interval", description="Accepted and ignored.", ignored=_PLATFORMS_APPROVAL),
    Input(name="wait-timeout", description="Accepted and ignored.", ignored=_PLATFORMS_APPROVAL),
)
