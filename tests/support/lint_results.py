"""Lint results as the engine makes them, built around real text so that every offset is right."""

from __future__ import annotations

from collections.abc import Callable

from schema_core.schema.changes import Alter, Create, Drop
from schema_core.schema.findings import Finding, Fix, TextEdit
from schema_core.schema.objects import Column, Index, IndexPart, Table, UniqueConstraint
from schema_core.schema.observations import Evidence, IndexBuild, Lock, Observation, Rewrite, Scan, StatementError
from schema_core.schema.ref import Ref
from schema_core.schema.results import FileReport, LintResult, Notice, ServerInfo, StatementReport, Suppression
from schema_core.schema.statements import Statement
from schema_core.sqltext.source import SourceText

MakeResult = Callable[..., LintResult]


def statements_of(source: SourceText, *texts: str) -> list[Statement]:
    found = []
    at = 0
    for text in texts:
        start = source.data.index(text.encode(), at)
        at = start + len(text.encode())
        found.append(Statement(text=text, span=source.span(start, at)))
    return found


def make(name: str = "users", extra: str = "", file: str = "20260101120000_unique_email.sql") -> LintResult:
    """A failing result whose table is called ``name`` and whose free texts carry ``extra``."""
    quoted = '"' + name.replace('"', '""') + '"'
    unique = f"ALTER TABLE {quoted}\n  ADD CONSTRAINT users_email_key UNIQUE (email); -- {extra}"
    index = f"CREATE INDEX users_name_idx ON {quoted} (name);"
    create = "CREATE TABLE orders (id bigint PRIMARY KEY);"
    source = SourceText(file, f"-- ünïcode comment\n{unique}\n\n  {index}\n{create}\n".encode())
    first, second, third = statements_of(source, unique, index, create)
    table = Ref("table", "public", None, name)
    key = Ref("unique constraint", "public", name, "users_email_key")
    new_index = Ref("index", "public", name, "users_name_idx")
    column = Ref("column", "public", name, "email")
    orders = Ref("table", "public", None, "orders")
    locks = Evidence(source="pg_locks", detail=f"AccessExclusiveLock on {name} {extra}")
    exclusive = Lock(
        ref=table, mode="ACCESS EXCLUSIVE", strength=8, blocks_reads=True, blocks_writes=True, evidence=(locks,)
    )
    share = Lock(ref=table, mode="SHARE", strength=5, blocks_reads=False, blocks_writes=True, evidence=(locks,))
    concurrently = f"CREATE INDEX CONCURRENTLY users_name_idx ON {quoted} (name);"
    removed, added = f"  {index}".split("\n"), f"  {concurrently}".split("\n")
    patch = f"--- a/{file}\n+++ b/{file}\n@@ -5,{len(removed)} +5,{len(added)} @@\n"
    patch += "".join([*(f"-{line}\n" for line in removed), *(f"+{line}\n" for line in added)])
    report = FileReport(
        name=file,
        change="added",
        statements=(
            StatementReport(
                statement=first,
                observation=Observation(
                    certainty="observed",
                    in_transaction=True,
                    duration_ms=1.25,
                    locks=(exclusive,),
                    rewrites=(Rewrite(ref=table, evidence=(Evidence(source="relfilenode", detail="1 -> 2"),)),),
                    scans=(Scan(ref=table, purpose="verify", evidence=(locks,)),),
                    index_builds=(IndexBuild(ref=new_index, table=table),),
                    changes=(
                        Create(object=UniqueConstraint(ref=key, columns=("email",))),
                        Drop(object=Column(ref=column, position=2, type="text", nullable=True)),
                        Alter(
                            before=Column(ref=column, position=2, type="text", nullable=True),
                            after=Column(ref=column, position=2, type="text", nullable=False),
                        ),
                    ),
                ),
            ),
            StatementReport(
                statement=second,
                observation=Observation(
                    certainty="documented",
                    in_transaction=False,
                    duration_ms=0.5,
                    locks=(share,),
                    changes=(Create(object=Index(ref=new_index, parts=(IndexPart(column="name"),))),),
                ),
            ),
            StatementReport(
                statement=third,
                observation=Observation(
                    certainty="observed",
                    in_transaction=True,
                    duration_ms=0.1,
                    changes=(
                        Create(object=Table(ref=orders)),
                        Create(
                            object=Column(
                                ref=Ref("column", "public", "orders", "id"), position=1, type="bigint", nullable=False
                            )
                        ),
                    ),
                ),
            ),
        ),
        findings=(
            Finding(
                code="MF101",
                rule="unique-constraint",
                severity="error",
                message=f"Adding a unique constraint to {name} blocks it while an index is built {extra}",
                file=file,
                span=first.span,
                statement=0,
                certainty="observed",
                subjects=(key,),
                evidence=(locks,),
                effect="Reads and writes wait until the index is built over all rows.",
                instead="Build the index with CREATE UNIQUE INDEX CONCURRENTLY and add the constraint USING INDEX.",
                documentation="https://example.org/rules/MF101.md",
            ),
            Finding(
                code="PG101",
                rule="index-not-concurrent",
                severity="warning",
                message=f"The index on {name} is built without CONCURRENTLY",
                file=file,
                span=second.span,
                statement=1,
                certainty="documented",
                subjects=(new_index,),
                effect="Writes wait.",
                instead="Write CREATE INDEX CONCURRENTLY.",
                fix=Fix(
                    title="Build the index concurrently",
                    edits=(TextEdit(file=file, span=second.span, text=concurrently),),
                    lock_before="SHARE",
                    lock_after="SHARE UPDATE EXCLUSIVE",
                    patch=patch,
                ),
            ),
        ),
        suppressed=(
            Suppression(
                finding=Finding(
                    code="DS103",
                    rule="drop-column",
                    severity="error",
                    message=f"Drops {name}.email {extra}",
                    file=file,
                    span=first.span,
                    statement=0,
                    certainty="observed",
                ),
                directive="atlas:nolint DS103",
                position=first.span.start,
            ),
        ),
    )
    return LintResult(
        tool_version="0.1.0",
        verdict="failed",
        fail_on="error",
        directory="file://db/migrations",
        server=ServerInfo(engine="postgres", version="18.6", major=18),
        base_files=12,
        files=(report,),
        notices=(Notice(message=f"The suppression {extra} matches nothing", file=file, position=first.span.start),),
        duration_ms=12.5,
    )


def clean() -> LintResult:
    source = SourceText("2.sql", b"ALTER TABLE users VALIDATE CONSTRAINT c;\n")
    (statement,) = statements_of(source, "ALTER TABLE users VALIDATE CONSTRAINT c;")
    lock = Lock(
        ref=Ref("table", None, None, "users"),
        mode="SHARE UPDATE EXCLUSIVE",
        strength=4,
        blocks_reads=False,
        blocks_writes=False,
        evidence=(Evidence(source="pg_locks", detail="ShareUpdateExclusiveLock on users"),),
    )
    observation = Observation(certainty="observed", in_transaction=True, duration_ms=1, locks=(lock,))
    report = StatementReport(statement=statement, observation=observation)
    return LintResult(
        tool_version="0.1.0",
        verdict="passed",
        fail_on="error",
        directory="file://migrations",
        server=ServerInfo(engine="postgres", version="18.6", major=18),
        base_files=1,
        files=(FileReport(name="2.sql", change="added", statements=(report,)),),
    )


def broken() -> LintResult:
    """The second statement does not replay, the third never ran."""
    second = "ALTER TABLE users\n\tADD COLUMN ä text, ADD COLUMN x nonsense;"
    source = SourceText("3.sql", f"SELECT 1;\n{second}\nSELECT 2;\n".encode())
    statements = statements_of(source, "SELECT 1;", second, "SELECT 2;")
    at = source.position(source.data.index(b"nonsense"))
    error = StatementError(
        message='type "nonsense" does not exist', code="42704", detail="No such type.", hint="Try text.", position=at
    )
    fine = Observation(certainty="observed", in_transaction=True, duration_ms=0.2)
    failed = Observation(certainty="observed", in_transaction=True, duration_ms=0, error=error)
    reports = tuple(
        StatementReport(statement=statement, observation=observation)
        for statement, observation in zip(statements, (fine, failed, None), strict=True)
    )
    return LintResult(
        tool_version="0.1.0",
        verdict="failed",
        fail_on="error",
        directory="file://migrations",
        server=ServerInfo(engine="postgres", version="18.6", major=18),
        base_files=0,
        files=(FileReport(name="3.sql", change="edited", statements=reports, error=error),),
    )


def mismatch() -> LintResult:
    """The sum file does not match, so that nothing was looked at."""
    return LintResult(
        tool_version="0.1.0",
        verdict="failed",
        fail_on="error",
        directory="file://migrations",
        server=None,
        base_files=3,
        error=StatementError(message="checksum mismatch: 2.sql was edited", hint="Run 'schema-action migrate hash'."),
        error_file="atlas.sum",
    )
