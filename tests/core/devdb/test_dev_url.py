import pytest

from schema_core.devdb.dev_url import ContainerUrl, DevUrl, EmbeddedUrl, ServerUrl, parse_dev_url
from schema_core.schema.errors import UserError


def embedded(engine: str, major: int | None = None, database: str | None = None, query: str = "") -> EmbeddedUrl:
    return EmbeddedUrl(engine=engine, major=major, database=database, query=query)


def container(
    engine: str, image: str | None = None, tag: str = "", database: str | None = None, query: str = ""
) -> ContainerUrl:
    return ContainerUrl(engine=engine, image=image, tag=tag, database=database, query=query)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("embedded://postgres", embedded("postgres")),
        ("embedded://postgres/", embedded("postgres")),
        ("embedded://postgres/17", embedded("postgres", 17)),
        ("EMBEDDED://postgres/17/my%20app?search_path=a", embedded("postgres", 17, "my app", "search_path=a")),
        ("docker://postgres", container("postgres", tag="latest")),
        ("docker://postgres/16", container("postgres", tag="16")),
        (
            "docker://postgres/16-alpine/dev?search_path=public",
            container("postgres", None, "16-alpine", "dev", "search_path=public"),
        ),
        ("docker+postgres://_/postgis/postgis:14-3.4/dev", container("postgres", "postgis/postgis:14-3.4", "", "dev")),
        ("docker+postgres://_/postgres:16", container("postgres", "postgres:16")),
        ("docker+postgres://_/mine", container("postgres", "mine")),
        ("docker+postgres://postgis/postgis:14-3.4/dev", container("postgres", "postgis/postgis:14-3.4", "", "dev")),
        (
            "docker+postgres://ghcr.example/org/image:tag/dev",
            container("postgres", "ghcr.example/org/image:tag", "", "dev"),
        ),
        ("docker+postgres://localhost:5000/pg:16/dev", container("postgres", "localhost:5000/pg:16", "", "dev")),
        ("docker+postgres://_/pg@sha256:abc/dev", container("postgres", "pg@sha256:abc", "", "dev")),
        ("postgres://u:p@h/db?search_path=a", ServerUrl(url="postgres://u:p@h/db?search_path=a")),
    ],
)
def test_what_a_url_asks_for(url: str, expected: DevUrl) -> None:
    assert parse_dev_url(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "postgres",
        "embedded://",
        "embedded://postgres/seventeen",
        "embedded://postgres/17/a/b",
        "embedded://postgres//a",
        "docker://",
        "docker://postgres/16/dev/more",
        "docker+postgres://",
        "docker+postgres://_",
        "docker+postgres://_/postgis/postgis:14/dev/more",
    ],
)
def test_a_malformed_url_is_one_sentence_with_an_example(url: str) -> None:
    with pytest.raises(UserError, match="://"):
        parse_dev_url(url)
