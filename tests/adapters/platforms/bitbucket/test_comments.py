"""Which comments are ours, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from bitbucket_step import TOKEN
from fake_bitbucket import FakeBitbucket

from schema_ci.context import PullRequest, RunContext
from schema_ci.platforms.bitbucket_api import BitbucketApi, BitbucketError, Credentials, credentials_in
from schema_ci.platforms.bitbucket_comments import BitbucketComments
from schema_ci.publish.marker import Marker

REQUEST = PullRequest(
    number=7, url="https://bitbucket.org/acme/shop/pull-requests/7", head="a" * 40, base_branch="main"
)
CONTEXT = RunContext(event="pull-requests", repository="acme/shop", commit="a" * 40, pull_request=REQUEST, root="/")
MARKED = Marker(action="migrate/lint", key="k", commit="a" * 40, run=(1, 1)).text(html=False)

Open = Callable[[Credentials], BitbucketComments]


@pytest.fixture
def opened(fake: FakeBitbucket) -> Iterator[Open]:
    apis: list[BitbucketApi] = []

    def open_with(credentials: Credentials) -> BitbucketComments:
        apis.append(BitbucketApi("acme/shop", credentials))
        return BitbucketComments(apis[-1], CONTEXT, REQUEST)

    yield open_with
    for api in apis:
        api.close()


@pytest.fixture
def comments(opened: Open) -> BitbucketComments:
    return opened(Credentials(authorization=f"Bearer {TOKEN}", personal=False))


def _person(fake: FakeBitbucket, *scopes: str) -> Credentials:
    fake.accept_api_token("kim@example.com", "secret", *scopes)
    credentials = credentials_in({"ATLASSIAN_ACCOUNT_EMAIL": "kim@example.com", "ATLASSIAN_API_TOKEN": "secret"}, None)
    assert credentials is not None
    return credentials


def test_an_access_token_finds_its_comments_by_what_it_may_change(
    fake: FakeBitbucket, comments: BitbucketComments
) -> None:
    for number in range(3):
        fake.write_comment(MARKED, fake.account("mallory"))
        fake.write_comment(f"{MARKED}\n{number}", fake.robot)
    fake.write_comment("unmarked, but ours", fake.robot)
    before = [comment["content"]["raw"] for comment in fake.shown_comments()]

    assert [comment.id for comment in comments.own()] == ["5002", "5004", "5006", "5007"]
    assert [comment.id for comment in comments.own()] == ["5002", "5004", "5006", "5007"]
    assert [comment["content"]["raw"] for comment in fake.shown_comments()] == before
    assert [request.status for request in fake.requests if request.method == "PUT"] == [403, 200]


def test_none_is_ours(fake: FakeBitbucket, comments: BitbucketComments) -> None:
    fake.write_comment("unmarked", fake.robot)
    fake.write_comment(MARKED, fake.account("mallory"))

    assert list(comments.own()) == []


def test_what_another_run_wrote_while_we_looked_is_not_undone(fake: FakeBitbucket, comments: BitbucketComments) -> None:
    ours = fake.write_comment(MARKED, fake.robot)

    def newer() -> None:
        ours["content"] = {"raw": "newer", "markup": "markdown"}

    fake.before("GET", "/comments/5001$", newer)
    list(comments.own())

    assert fake.shown_comments()[0]["content"]["raw"] == "newer"


def test_a_person_is_asked_for(fake: FakeBitbucket, opened: Open) -> None:
    comments = opened(_person(fake))
    fake.write_comment(MARKED, fake.robot)
    fake.write_comment("by Kim", fake.account("kim"))

    assert [comment.body for comment in comments.own()] == ["by Kim"]
    assert "PUT" not in {request.method for request in fake.requests}


def test_a_person_whose_token_may_not_say_who_it_is(fake: FakeBitbucket, opened: Open) -> None:
    comments = opened(_person(fake, "read:pullrequest:bitbucket"))
    fake.write_comment(MARKED, fake.account("kim"))

    assert [comment.id for comment in comments.own()] == ["5001"]


def test_drafts_replies_notes_on_lines_and_tombstones_are_no_conversation(
    fake: FakeBitbucket, comments: BitbucketComments
) -> None:
    fake.write_comment(MARKED, fake.robot, inline={"path": "a.sql", "to": 3})
    fake.write_comment(MARKED, fake.robot, parent={"id": 5001})
    fake.write_comment(MARKED, fake.robot, pending=True)
    fake.write_comment(MARKED, fake.robot, deleted=True)
    fake.write_comment(MARKED, fake.robot)

    assert [comment.id for comment in comments.own()] == ["5005"]


def test_a_created_comment_is_ours_from_then_on(fake: FakeBitbucket, comments: BitbucketComments) -> None:
    created = comments.create("unmarked")

    assert created.url == "https://bitbucket.org/acme/shop/pull-requests/7/_/diff#comment-5001"
    assert [comment.body for comment in comments.own()] == ["unmarked"]
    assert comments.update(created.id, "changed").body == "changed"
    comments.delete(created.id)
    comments.delete(created.id)
    assert list(comments.own()) == []


def test_a_comment_that_did_not_arrive_is_sent_again(
    fake: FakeBitbucket, comments: BitbucketComments, waits: list[float]
) -> None:
    fake.fail_next("POST", "/comments$", 500)

    assert comments.create("text").id == "5001"
    assert len(fake.comments[7]) == 1


def test_a_comment_that_never_arrives_is_an_error(
    fake: FakeBitbucket, comments: BitbucketComments, waits: list[float]
) -> None:
    fake.fail_next("POST", "/comments$", 500, times=9)

    with pytest.raises(BitbucketError, match="The comment was not posted: Bitbucket answered 500"):
        comments.create("text")
    assert [request.method for request in fake.requests].count("POST") == 3


def test_a_refused_comment_is_not_sent_again(fake: FakeBitbucket, comments: BitbucketComments) -> None:
    fake.fail_next("POST", "/comments$", 403)

    with pytest.raises(BitbucketError, match="The comment was not posted: Bitbucket answered 403"):
        comments.create("text")
    assert len(fake.requests) == 1
