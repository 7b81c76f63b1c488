"""The fake of Bitbucket's API itself: it must refuse what the real one refuses, and remember what it is told."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import trustme
from fake_bitbucket import CONTRACT, FakeBitbucket
from fake_bitbucket_server import HOST, BitbucketServer, CredentialFreeProxy

TOKEN = {"Authorization": "Bearer of-the-robot"}
COMMENTS = "/repositories/acme/shop/pullrequests/7/comments"
COMMIT = f"/repositories/acme/shop/commit/{'a' * 40}"
REPORT = f"{COMMIT}/reports/schema-action-1"
NEW_REPORT = {"title": "Lint", "details": "2 errors", "report_type": "BUG"}


@pytest.fixture
def fake() -> FakeBitbucket:
    fake = FakeBitbucket()
    fake.accept_access_token("of-the-robot")
    return fake


@pytest.fixture
def api(fake: FakeBitbucket) -> Iterator[httpx.Client]:
    with BitbucketServer(fake) as server, httpx.Client(base_url=server.url, headers=TOKEN) as client:
        yield client


@pytest.fixture
def proxy(fake: FakeBitbucket) -> Iterator[httpx.Client]:
    with CredentialFreeProxy(fake, port=0) as server:
        address = f"http://127.0.0.1:{server.port}"
        with httpx.Client(base_url=f"http://{HOST}/2.0", proxy=address, trust_env=False) as client:
            yield client


def _annotation(number: int) -> dict[str, object]:
    return {"external_id": f"a{number}", "annotation_type": "BUG", "summary": "Locks", "path": "1.sql", "line": 1}


def test_the_contract_is_a_valid_description() -> None:
    from openapi_spec_validator import validate

    validate(json.loads(CONTRACT.read_text(encoding="utf-8")))


def test_a_comment_is_created_changed_and_deleted(fake: FakeBitbucket, api: httpx.Client) -> None:
    created = api.post(COMMENTS, json={"content": {"raw": "one"}})
    assert created.status_code == 201
    address = f"{COMMENTS}/{created.json()['id']}"
    assert api.put(address, json={"content": {"raw": "two"}}).json()["content"]["raw"] == "two"
    assert api.delete(address).status_code == 204
    assert api.get(address).status_code == 404
    listed = api.get(COMMENTS).json()["values"]
    assert [(comment["deleted"], comment["content"]["raw"]) for comment in listed] == [(True, "")]
    assert fake.shown_comments() == []
    assert fake.violations == []


def test_only_its_author_changes_a_comment(fake: FakeBitbucket, api: httpx.Client) -> None:
    other = fake.write_comment("mine", fake.account("mallory"))
    assert api.put(f"{COMMENTS}/{other['id']}", json={"content": {"raw": "ours"}}).status_code == 403
    assert fake.shown_comments()[0]["content"]["raw"] == "mine"


def test_lists_have_ten_items_a_page_unless_asked_for_more(fake: FakeBitbucket, api: httpx.Client) -> None:
    for number in range(103):
        fake.write_comment(str(number), fake.robot)
    assert len(api.get(COMMENTS).json()["values"]) == 10
    first = api.get(COMMENTS, params={"pagelen": 100}).json()
    rest = api.get(first["next"]).json()
    assert [len(first["values"]), len(rest["values"]), "next" in rest] == [100, 3, False]
    assert fake.violations == []
    assert api.get(COMMENTS, params={"pagelen": 101}).status_code == 400
    assert fake.violations


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (COMMENTS, {"content": {"raw": ""}}),
        (COMMENTS, {"content": {"raw": "text"}, "unknown": 1}),
        (COMMENTS, {"content": {"raw": "text"}, "inline": {"to": 3}}),
        (f"{COMMIT}/statuses/build", {"key": "k" * 41, "state": "FAILED", "url": "https://x.test"}),
        (f"{COMMIT}/statuses/build", {"key": "k", "state": "failure", "url": "https://x.test"}),
        (f"{COMMIT}/statuses/build", {"key": "k", "state": "FAILED"}),
        (f"{REPORT}/annotations", [_annotation(number) for number in range(101)]),
        (f"{REPORT}/annotations", [_annotation(1) | {"summary": "s" * 451}]),
        (f"{REPORT}/annotations", [_annotation(1) | {"line": 0}]),
        (f"{REPORT}/annotations", [_annotation(1) | {"severity": "ERROR"}]),
    ],
)
def test_what_breaks_the_contract_is_refused_and_noted(
    fake: FakeBitbucket, api: httpx.Client, path: str, body: object
) -> None:
    api.put(REPORT, json=NEW_REPORT).raise_for_status()
    assert fake.violations == []
    assert api.post(path, json=body).status_code == 400
    assert len(fake.violations) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"report_type": "LINT"},
        {"result": "WARNING"},
        {"data": [{"type": "NUMBER", "title": "Files", "value": "three"}]},
        {"data": [{"type": "NUMBER", "title": "Files", "value": 3}] * 11},
        {"link": "no address"},
    ],
)
def test_a_report_that_breaks_the_contract_is_refused(
    fake: FakeBitbucket, api: httpx.Client, change: dict[str, object]
) -> None:
    assert api.put(REPORT, json=NEW_REPORT | change).status_code == 400
    assert len(fake.violations) == 1


def test_annotations_stay_when_their_report_is_put_again_and_go_when_it_is_deleted(
    fake: FakeBitbucket, api: httpx.Client
) -> None:
    assert api.post(f"{REPORT}/annotations", json=[_annotation(1)]).status_code == 404
    api.put(REPORT, json=NEW_REPORT).raise_for_status()
    api.post(f"{REPORT}/annotations", json=[_annotation(1)]).raise_for_status()
    api.put(REPORT, json=NEW_REPORT).raise_for_status()
    assert len(api.get(f"{REPORT}/annotations").json()["values"]) == 1
    assert api.delete(REPORT).status_code == 204
    assert api.delete(REPORT).status_code == 404
    assert fake.reports == {}
    assert fake.violations == []


def test_a_report_holds_a_thousand_annotations(fake: FakeBitbucket, api: httpx.Client) -> None:
    api.put(REPORT, json=NEW_REPORT).raise_for_status()
    for start in range(0, 1000, 100):
        batch = [_annotation(number) for number in range(start, start + 100)]
        api.post(f"{REPORT}/annotations", json=batch).raise_for_status()
    assert api.post(f"{REPORT}/annotations", json=[_annotation(1000)]).status_code == 400
    assert api.post(f"{REPORT}/annotations", json=[_annotation(999)]).status_code == 200


def test_a_status_of_the_same_key_replaces_the_first(fake: FakeBitbucket, api: httpx.Client) -> None:
    for state in ("INPROGRESS", "FAILED"):
        body = {"key": "lint", "state": state, "url": "https://x.test/1", "refname": "feature"}
        assert api.post(f"{COMMIT}/statuses/build", json=body).status_code == 201
    assert [status["state"] for status in fake.statuses.values()] == ["FAILED"]
    assert fake.violations == []


def test_credentials_decide_what_may_be_done(fake: FakeBitbucket, api: httpx.Client) -> None:
    fake.accept_access_token("that reads", "repository")
    fake.accept_api_token("kim@example.com", "secret")
    basic = httpx.BasicAuth("kim@example.com", "secret")
    assert api.get(COMMENTS, headers={"Authorization": "Bearer of nobody"}).status_code == 401
    assert api.get(COMMENTS, headers={"Authorization": "Bearer that reads"}).status_code == 403
    assert api.get("/user").status_code == 401  # an access token is nobody's account
    assert api.get("/user", auth=basic).json()["display_name"] == "kim"
    assert api.get(COMMENTS, auth=basic).status_code == 200
    assert api.get("/repositories/acme/other/pullrequests/7/comments").status_code == 404
    assert api.get("/repositories/acme/shop/pullrequests/8/comments").status_code == 404
    assert api.get("/repositories/acme/shop/pullrequests/7").json()["state"] == "OPEN"


def test_a_failure_is_answered_as_often_as_asked_for(fake: FakeBitbucket, api: httpx.Client) -> None:
    fake.fail_next("GET", "/comments$", 429, headers={"Retry-After": "3"}, times=2)
    answers = [api.get(COMMENTS) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "3"
    fake.fail_next("POST", "/comments$", 502, body=b"<html>", after=True)
    assert api.post(COMMENTS, json={"content": {"raw": "text"}}).status_code == 502
    assert len(fake.shown_comments()) == 1
    assert fake.violations == []


def test_another_run_can_be_faster(fake: FakeBitbucket, api: httpx.Client) -> None:
    fake.before("POST", "/comments$", lambda: fake.write_comment("first", fake.robot) and None)
    api.post(COMMENTS, json={"content": {"raw": "second"}}).raise_for_status()
    api.post(COMMENTS, json={"content": {"raw": "third"}}).raise_for_status()
    assert [comment["content"]["raw"] for comment in fake.shown_comments()] == ["first", "second", "third"]


def test_the_proxy_lends_credentials_for_insights_and_statuses_only(fake: FakeBitbucket, proxy: httpx.Client) -> None:
    assert proxy.put(REPORT, json=NEW_REPORT).status_code == 200
    body = {"key": "lint", "state": "FAILED", "url": "https://x.test/1"}
    assert proxy.post(f"{COMMIT}/statuses/build", json=body).status_code == 201
    assert proxy.get(COMMENTS).status_code == 403
    assert proxy.get("/user").status_code == 403
    assert proxy.put(REPORT, json=NEW_REPORT, headers=TOKEN).status_code == 401
    assert {request.way for request in fake.requests} == {"proxy"}
    assert fake.violations == []


def test_the_proxy_serves_nobody_else(fake: FakeBitbucket, proxy: httpx.Client) -> None:
    assert proxy.get("http://example.com/2.0/user").status_code == 403
    assert fake.requests == []


def test_a_program_that_knows_only_the_real_address_reaches_it_through_the_tunnel(
    fake: FakeBitbucket, tmp_path: Path
) -> None:
    with BitbucketServer(fake, trustme.CA()) as server:
        environment = server.tunnel_environment(tmp_path)
        trusted = ssl.create_default_context(cafile=environment["SSL_CERT_FILE"])
        with httpx.Client(proxy=environment["HTTPS_PROXY"], verify=trusted, headers=TOKEN) as client:
            for number in range(11):
                fake.write_comment(str(number), fake.robot)
            first = client.get(f"https://{HOST}/2.0{COMMENTS}").json()
            assert first["next"].startswith(f"https://{HOST}/2.0{COMMENTS}?")
            assert len(client.get(first["next"]).json()["values"]) == 1
            with pytest.raises(httpx.ProxyError):
                client.get("https://example.com/")
        assert server.strangers == ["example.com:443"]
    assert {request.way for request in fake.requests} == {"tunnel"}
