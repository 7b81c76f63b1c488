"""Plan files: what ``schema plan`` writes, and what has to be true of it when it is applied."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import msgspec

from schema_core.schema.errors import UserError
from schema_core.schema.plans import Policy
from schema_core.schema.results import SCHEMA_VERSION, PlanDigests, ServerInfo

_AGAIN = "Make the plan again with 'schema-action schema plan' and have it looked at"


class PlanFile(msgspec.Struct, frozen=True, kw_only=True):
    """What counts of a plan file. Its SQL does not: the plan is made again."""

    schema_version: int
    server: ServerInfo
    digests: PlanDigests
    renames: tuple[str, ...] = ()
    policies: tuple[Policy, ...] = ()


def read_plan_file(path: Path) -> PlanFile:
    """Read a plan file; raises UserError for what is none, or one of a later version."""
    try:
        file = msgspec.json.decode(path.read_bytes(), type=PlanFile)
    except OSError as error:
        raise UserError(f"The plan file {path} cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is no plan file of 'schema-action schema plan': {error}.") from error
    if file.schema_version > SCHEMA_VERSION:
        raise UserError(f"The plan file {path} was written by a later version of schema-action; update this one.")
    return file


def plan_digest(digests: PlanDigests, *, engine: str, major: int) -> str:
    """One digest for all that has to be the same when a plan is made again, for people to hand on."""
    parts = (engine, str(major), digests.before, digests.after, digests.statements)
    return f"sha256:{sha256(chr(0).join(parts).encode()).hexdigest()}"


def require_digest(wanted: str, digest: str) -> None:
    """Raise UserError unless the plan that was made again is the one that was looked at."""
    if wanted != digest:
        raise UserError(
            f"The plan is not the one that was looked at ({wanted}): its digest is {digest} now, because the database, "
            f"the desired state or the development database is another. {_AGAIN}."
        )


def require_same(file: PlanFile, digests: PlanDigests, *, engine: str, major: int) -> None:
    """Raise UserError, saying what differs, unless the plan that was made again is the one of the file."""
    if (file.server.engine, file.server.major) != (engine, major):
        raise UserError(
            f"The plan was proven on {file.server.engine} {file.server.major} and is now on {engine} {major}; use the "
            "same development database (--dev-url) as for 'schema-action schema plan'."
        )
    if file.digests.before != digests.before:
        raise UserError(f"The database is not the one that the plan was made for, or has changed since. {_AGAIN}.")
    if file.digests.after != digests.after:
        raise UserError(f"The desired state is not the one that the plan was made for. {_AGAIN}.")
    if file.digests.statements != digests.statements:
        raise UserError(f"Planning again gives other statements than those of the plan file. {_AGAIN}.")
