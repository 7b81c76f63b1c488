"""The client of Bitbucket's API: which credentials, what is sent again, what is never followed."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from bitbucket_step import TOKEN
from fake_bitbucket import FakeBitbucket

from schema_ci.platforms import bitbucket_api
from schema_ci.platforms.bitbucket_api import BitbucketApi, BitbucketError, Credentials, credentials_in
from schema_core.text.redact import remember_secret

COMMENTS = "/pullrequests/7/comments"
BEARER = Credentials(authorization=f"Bearer {TOKEN}", personal=False)


@pytest.fixture
def api(fake: FakeBitbucket) -> Iterator[BitbucketApi]:
    api = BitbucketApi("acme/shop", BEARER)
    yield api
    api.close()


@contextmanager
def answering(monkeypatch: pytest.MonkeyPatch, answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A server of nobody in place of the API."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        do_POST = do_GET  # noqa: N815 - the names in the standard library

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - likewise
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/2.0"
        monkeypatch.setattr(bitbucket_api, "API", address)
        yield address
        server.shutdown()


def _says(handler: BaseHTTPRequestHandler, status: int, body: str, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body.encode())), "Connection": "close", **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body.encode())


@pytest.mark.parametrize(
    ("variables", "token", "authorization"),
    [
        ({}, None, None),
        ({"BITBUCKET_ACCESS_TOKEN": "a1b2"}, None, "Bearer a1b2"),
        ({"BITBUCKET_ACCESS_TOKEN": "a1b2"}, "input", "Bearer input"),
        ({"ATLASSIAN_ACCOUNT_EMAIL": "k@e.org", "ATLASSIAN_API_TOKEN": "t"}, None, "Basic a0BlLm9yZzp0"),
        (
            {"BITBUCKET_ACCESS_TOKEN": "a1b2", "ATLASSIAN_ACCOUNT_EMAIL": "k@e.org", "ATLASSIAN_API_TOKEN": "t"},
            None,
            "Bearer a1b2",
        ),
        ({"BITBUCKET_ACCESS_TOKEN": "  "}, "", None),
        (
            {"BITBUCKET_ACCESS_TOKEN": "${BITBUCKET_ACCESS_TOKEN}", "ATLASSIAN_API_TOKEN": "$ATLASSIAN_API_TOKEN"},
            None,
            None,
        ),
    ],
)
def test_the_order_of_credentials(variables: Mapping[str, str], token: str | None, authorization: str | None) -> None:
    found = credentials_in(variables, token)

    assert (found.authorization if found is not None else None) == authorization
    assert found is None or found.personal is authorization.startswith("Basic")


@pytest.mark.parametrize(
    ("given", "missing"),
    [("ATLASSIAN_ACCOUNT_EMAIL", "ATLASSIAN_API_TOKEN"), ("ATLASSIAN_API_TOKEN", "ATLASSIAN_ACCOUNT_EMAIL")],
)
def test_half_a_pair_names_the_other_half(given: str, missing: str) -> None:
    with pytest.raises(BitbucketError) as error:
        credentials_in({given: "value"}, None)
    assert error.value.remedy == f"Pass {missing}."


def test_pages_are_followed_to_the_end(fake: FakeBitbucket, api: BitbucketApi) -> None:
    for number in range(250):
        fake.write_comment(str(number), fake.robot)

    assert [item["content"]["raw"] for item in api.pages(COMMENTS)] == [str(number) for number in range(250)]
    assert len(fake.requests) == 3


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/2.0/x?page=2",
        "http://127.0.0.1:1/2.0/x",
        "//evil.example/2.0/x",
        "/1.0/x",
        "https://api.bitbucket.org@evil.example/2.0/x",
        17,
    ],
)
def test_a_page_on_another_server_is_not_fetched(monkeypatch: pytest.MonkeyPatch, address: object) -> None:
    import json

    asked: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        _says(handler, 200, json.dumps({"values": [{}], "next": address}))

    with answering(monkeypatch, answer):
        api = BitbucketApi("acme/shop", BEARER)
        with pytest.raises(BitbucketError, match="another server"):
            list(api.pages(COMMENTS))
        api.close()
    assert len(asked) == 1


def test_a_redirect_is_never_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked.append(handler.path)
        _says(handler, 302, "", Location="/2.0/elsewhere")

    with answering(monkeypatch, answer):
        api = BitbucketApi("acme/shop", BEARER)
        with pytest.raises(BitbucketError, match="answered 302"):
            api.get("/anything")
        api.close()
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("body", "words"), [("<html>", "no JSON"), ("[]", "no object"), ("", "no object"), ('"x"', "no object")]
)
def test_an_answer_that_makes_no_sense_is_an_error(monkeypatch: pytest.MonkeyPatch, body: str, words: str) -> None:
    with answering(monkeypatch, lambda handler: _says(handler, 200, body)):
        api = BitbucketApi("acme/shop", BEARER)
        with pytest.raises(BitbucketError, match=words):
            api.get("/anything")
        api.close()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"error": {"message": "No scope\\nfor you"}}', "Bitbucket answered 403 (No scope for you)."),
        ('{"error": "x"}', "Bitbucket answered 403."),
        ("<html>", "Bitbucket answered 403."),
        ('{"error": {"message": "%s"}}' % ("x" * 900), f"Bitbucket answered 403 ({'x' * 199}…)."),
    ],
)
def test_the_servers_words_are_told(monkeypatch: pytest.MonkeyPatch, body: str, words: str) -> None:
    with answering(monkeypatch, lambda handler: _says(handler, 403, body)):
        api = BitbucketApi("acme/shop", BEARER)
        with pytest.raises(BitbucketError) as error:
            api.get("/anything")
        api.close()
    assert error.value.problem == words
    assert "scope" in error.value.remedy


def test_a_secret_in_the_servers_words_is_removed_before_they_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    remember_secret("hunter22-the-password")
    body = '{"error": {"message": "%shunter22-the-password"}}' % ("x" * 190)
    with answering(monkeypatch, lambda handler: _says(handler, 403, body)):
        api = BitbucketApi("acme/shop", BEARER)
        with pytest.raises(BitbucketError, match=r"x\*\*\*\)"):
            api.get("/anything")
        api.close()


@pytest.mark.parametrize(
    ("status", "times", "repeatable", "sent"),
    [
        (429, 1, False, 2),
        (502, 1, False, 1),
        (409, 1, False, 1),
        (502, 1, True, 2),
        (502, 9, True, 4),
        (400, 1, True, 1),
    ],
)
def test_what_creates_is_sent_again_only_when_it_was_not_begun(
    fake: FakeBitbucket, api: BitbucketApi, waits: list[float], status: int, times: int, repeatable: bool, sent: int
) -> None:
    fake.fail_next("POST", "/comments$", status, times=times)
    with suppress(BitbucketError):
        api.post(COMMENTS, {"content": {"raw": "text"}}, repeatable=repeatable)
    assert len(fake.requests) == sent
    assert len(waits) == sent - 1
    assert fake.requests[-1].status == (status if times > 1 or sent == 1 else 201)


@pytest.mark.parametrize("address", ["nonsense://x", "socks5://localhost:1", "http://[::"])
def test_a_proxy_that_cannot_be_used_is_named(
    fake: FakeBitbucket, api: BitbucketApi, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", address)
    with pytest.raises(BitbucketError, match="cannot be used"):
        api.get("/pullrequests/7")


def test_a_server_that_hangs_up_is_asked_again(
    fake: FakeBitbucket, api: BitbucketApi, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setattr(bitbucket_api, "API", f"http://127.0.0.1:{nobody.getsockname()[1]}/2.0")
        unreachable = BitbucketApi("acme/shop", BEARER)
        with pytest.raises(BitbucketError, match="cannot be reached") as error:
            unreachable.post(COMMENTS, {"content": {"raw": "text"}}, repeatable=False)
        unreachable.close()
    assert error.value.status == 0
    assert waits == [1.0, 2.0, 3.0]


def test_a_proxy_that_is_not_there_is_not_waited_for(waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setattr(bitbucket_api, "PROXY_PORT", nobody.getsockname()[1])
        api = BitbucketApi("acme/shop", None)
        with pytest.raises(BitbucketError, match="proxy of Pipelines at http://localhost") as error:
            api.delete("/commit/abc/reports/1")
        api.close()
    assert "BITBUCKET_ACCESS_TOKEN" in error.value.remedy
    assert waits == []


def test_the_proxy_is_asked_whatever_proxies_the_environment_names(
    fake: FakeBitbucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "api.bitbucket.org")
    api = BitbucketApi("acme/shop", None)
    api.put(f"/commit/{'a' * 40}/reports/1", {"title": "t", "details": "d", "report_type": "BUG"})
    with pytest.raises(BitbucketError, match="403"):
        list(api.pages(COMMENTS))
    api.close()
    assert {request.way for request in fake.requests} == {"proxy"}


def test_what_is_gone_already_is_deleted(fake: FakeBitbucket, api: BitbucketApi) -> None:
    api.delete(f"{COMMENTS}/17")
    fake.fail_next("DELETE", "/comments/", 403)
    with pytest.raises(BitbucketError):
        api.delete(f"{COMMENTS}/17")
