"""The Code Insights report and the build status, at their limits and with hostile texts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bitbucket_step import TOKEN
from fake_bitbucket import FakeBitbucket, Json
from fake_bitbucket_server import BitbucketServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema_ci.context import RunContext
from schema_ci.platforms import bitbucket_api
from schema_ci.platforms.bitbucket_api import BitbucketApi, Credentials
from schema_ci.platforms.bitbucket_insights import publish_report, publish_status, report_id
from schema_ci.platforms.protocol import Status
from schema_ci.publish.lint_publication import LintPublication
from schema_core.schema.findings import Finding, Severity
from schema_core.schema.observations import StatementError
from schema_core.schema.results import FileReport, LintResult
from schema_core.schema.statements import Position, Span
from schema_core.text.redact import remember_secret
from schema_core.text.terminal import terminal, terminal_block

CONTEXT = RunContext(
    event="branches", repository="acme/shop", commit="a" * 40, run_url="https://bitbucket.org/acme/shop/1", root="/"
)
BEARER = Credentials(authorization=f"Bearer {TOKEN}", personal=False)
STATUS = Status(state="failure", name="schema-action migrate/lint (db)", description="FAILED", url="https://x.test/1")


@pytest.fixture
def api(fake: FakeBitbucket) -> Iterator[BitbucketApi]:
    api = BitbucketApi("acme/shop", BEARER)
    yield api
    api.close()


def _finding(number: int, severity: Severity = "warning", message: str = "It locks", file: str = "1.sql") -> Finding:
    at = Position(number, number + 1, 1)
    return Finding(
        code="DS103",
        rule="drop-column",
        severity=severity,
        message=message,
        file=file,
        span=Span(at, at),
        statement=None,
        certainty="observed",
        effect="Readers wait.",
        instead="Wait yourself.",
    )


def _publication(*findings: Finding, key: str = "db", error: StatementError | None = None) -> LintPublication:
    files = tuple(
        FileReport(name=name, change="added", findings=tuple(item for item in findings if item.file == name))
        for name in dict.fromkeys(finding.file for finding in findings)
    )
    result = LintResult(
        tool_version="1",
        verdict="failed",
        fail_on="error",
        directory="file://db",
        server=None,
        base_files=1,
        files=files,
        error=error,
    )
    return LintPublication(
        action="migrate/lint",
        key=key,
        result=result,
        path_prefix="db",
        context=CONTEXT,
        reports="schema-action-reports",
    )


def _sent(fake: FakeBitbucket, publication: LintPublication) -> list[Json]:
    return list(fake.reports[CONTEXT.commit, report_id(publication)].annotations.values())


def test_the_gravest_thousand_are_annotated_a_hundred_at_a_time(fake: FakeBitbucket, api: BitbucketApi) -> None:
    findings = [_finding(number, "error" if number == 1500 else "notice") for number in range(1501)]
    publication = _publication(*findings)

    publish_report(api, publication)

    sent = _sent(fake, publication)
    assert len(sent) == 1000
    assert (sent[0]["line"], sent[0]["severity"]) == (1501, "HIGH")
    assert [item["line"] for item in sent[1:4]] == [1, 2, 3]
    details = fake.reports[CONTEXT.commit, report_id(publication)].fields["details"]
    assert details.endswith("The gravest 1,000 of 1,501 are annotated.")
    posts = [request for request in fake.requests if request.method == "POST"]
    assert [len(request.body) for request in posts] == [100] * 10


def test_a_directory_that_cannot_be_looked_at_has_no_file(fake: FakeBitbucket, api: BitbucketApi) -> None:
    publication = _publication(error=StatementError(message="atlas.sum is missing"))

    publish_report(api, publication)

    (annotation,) = _sent(fake, publication)
    assert annotation["severity"] == "CRITICAL"
    assert "path" not in annotation
    assert "line" not in annotation


@pytest.mark.parametrize("name", ["a\nb.sql", "\u202egpj.sql", f"{'x' * 2001}.sql"])
def test_a_path_that_would_have_to_be_changed_is_left_out(fake: FakeBitbucket, api: BitbucketApi, name: str) -> None:
    publication = _publication(_finding(1, file=name))

    publish_report(api, publication)

    (annotation,) = _sent(fake, publication)
    assert "path" not in annotation


def test_keys_have_reports_of_their_own(fake: FakeBitbucket, api: BitbucketApi) -> None:
    for key in ("db", "db/other", "db\0other", "d" * 900):
        publish_report(api, _publication(_finding(1), key=key))

    assert len(fake.reports) == 4


def test_a_status_fits_whatever_its_name_is(fake: FakeBitbucket, api: BitbucketApi) -> None:
    name = f"schema-action migrate/lint ({'d' * 900})"
    status = Status(state="success", name=name, description="x" * 900, url="")

    publish_status(api, CONTEXT, status, "feature")
    publish_status(api, CONTEXT, STATUS, "b" * 300)

    first, second = fake.statuses.values()
    assert first["url"] == CONTEXT.run_url
    assert (first["state"], len(first["name"]), len(first["description"])) == ("SUCCESSFUL", 255, 255)
    assert "refname" not in second


def test_a_secret_is_removed_even_where_a_text_is_cut(fake: FakeBitbucket, api: BitbucketApi) -> None:
    secret = "hunter22-the-password"
    remember_secret(secret)
    for length in range(419, 450, 5):
        publication = _publication(_finding(1, message=f"{'x' * length}{secret}"), key=str(length))
        publish_report(api, publication)
        assert "hunter" not in str(_sent(fake, publication))


texts = st.text(
    st.one_of(st.characters(), st.sampled_from("\x1b[]()<>`*_@#:\n\r\0\u202e\u200b\\'\"|&")), min_size=0, max_size=600
)


@given(message=texts, key=texts, branch=texts)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hostile_texts_reach_bitbucket_visible_and_within_its_limits(message: str, key: str, branch: str) -> None:
    fake = FakeBitbucket()
    fake.accept_access_token(TOKEN)
    with BitbucketServer(fake) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bitbucket_api, "API", server.url)
        api = BitbucketApi("acme/shop", BEARER)
        publication = _publication(_finding(1, "error", message), key=key)
        publish_report(api, publication)
        publish_status(
            api, CONTEXT, Status(state="failure", name=publication.title, description=message, url=""), branch
        )
        api.close()

    assert fake.violations == []
    report = fake.reports[CONTEXT.commit, report_id(publication)]
    (annotation,) = report.annotations.values()
    (status,) = fake.statuses.values()
    for text in (report.fields["title"], report.fields["details"], annotation["summary"], annotation["details"]):
        assert terminal_block(text) == text
    for text in (status["name"], status["description"], status.get("refname", "")):
        assert terminal(text) == text
