"""Development databases beside the image: a service of the job, and a container of its own by the engine's socket."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from checkout import Checkout
from container_engine import Engine, Finished

SOCKET = "/var/run/docker.sock"
WORKSPACE = "/github/workspace"
NEW = "CREATE TABLE orders (id bigint PRIMARY KEY);\n"

Make = Callable[..., Checkout]


@pytest.fixture
def network(engine: Engine) -> Iterator[str]:
    with engine.network() as name:
        yield name


@pytest.fixture
def engine_socket(engine: Engine) -> str:
    """Where the engine's socket is on this machine."""
    host = engine.docker("context", "inspect", "--format", "{{.Endpoints.docker.Host}}")
    path = host.removeprefix("unix://")
    if path == host or not Path(path).exists():
        pytest.skip(f"the engine has no socket on this machine ({host})")
    return path


def lint(engine: Engine, image: str, made: Checkout, dev_url: str, *options: str) -> Finished:
    return engine.try_docker(
        *("run", "--rm", "--volume", f"{made.path}:{WORKSPACE}", "--workdir", WORKSPACE),
        *("--env", f"SCHEMA_ACTION_DEV_URL={dev_url}", *options, image, "migrate/lint"),
    )


def started_containers(engine: Engine) -> str:
    return engine.docker("ps", "--all", "--quiet", "--filter", "label=schema-action")


def test_a_service_is_reached_by_its_name(
    engine: Engine, container_image: str, postgres_image: str, checkout: Make, network: str
) -> None:
    options = ("--network", network, "--network-alias", "db", "--env", "POSTGRES_PASSWORD=secret-word")
    ready = ("pg_isready", "--host", "127.0.0.1")
    with engine.service(postgres_image, *options, wait=ready):
        url = "postgres://postgres:secret-word@db:5432/postgres"
        done = lint(engine, container_image, checkout(NEW), url, "--network", network)
        assert done.code == 0, done.output
        assert "PostgreSQL 18" in done.stdout
        assert "secret-word" not in done.output


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_localhost_that_is_the_container_itself_names_the_service_s_name(
    engine: Engine, container_image: str, checkout: Make, host: str
) -> None:
    """By the command line, which waits for nothing."""
    url = f"postgres://postgres:secret-word@{host}:5432/postgres"
    done = engine.try_docker(
        *("run", "--rm", "--volume", f"{checkout(NEW).path}:{WORKSPACE}", "--workdir", WORKSPACE),
        *("--entrypoint", "schema-action", container_image, "migrate", "lint", "--latest", "1", "--dev-url", url),
    )
    assert done.code == 2
    assert f"{host} is the container that schema-action runs in" in done.stderr
    assert "services" in done.stderr
    assert "secret-word" not in done.output


def test_without_an_engine_docker_says_what_to_use_instead(
    engine: Engine, container_image: str, checkout: Make
) -> None:
    done = lint(engine, container_image, checkout(NEW), "docker://postgres/18/dev")
    assert done.code == 2
    assert "embedded://postgres" in done.stderr
    assert "service of the job" in done.stderr
    assert SOCKET in done.stderr


@pytest.mark.parametrize("where", ["bridge", "own", "host"])
def test_the_engine_s_socket_gives_a_container_beside_ours(
    engine: Engine,
    container_image: str,
    postgres_image: str,
    checkout: Make,
    network: str,
    engine_socket: str,
    where: str,
) -> None:
    """On the usual network, on the network of a job with services, and on the machine's own as act has it."""
    options = ("--network", network if where == "own" else where, "--volume", f"{engine_socket}:{SOCKET}")
    tag = postgres_image.partition(":")[2]
    done = lint(engine, container_image, checkout(NEW), f"docker://postgres/{tag}/dev", *options)
    assert done.code == 0, done.output
    assert "PostgreSQL 18" in done.stdout
    assert started_containers(engine) == ""
