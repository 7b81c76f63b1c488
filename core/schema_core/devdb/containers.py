"""Development databases in containers, by the ``docker`` program (or one that answers to its commands)."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from schema_core.devdb.dev_url import ContainerUrl
from schema_core.devdb.own_container import in_container, own_container_id
from schema_core.dialects.protocol import Dialect
from schema_core.schema.errors import UserError
from schema_core.text.redact import remember_secret

LABEL = "schema-action"
"""Label of every container that we start."""

_NAME_FILE = "container"
_SOCKET = Path("/var/run/docker.sock")
_NO_NETWORK_OF_ITS_OWN = frozenset({"default", "bridge", "host", "none"})
_READY_SECONDS = 60.0
_POLL_SECONDS = 0.1


@contextmanager
def running_container(
    wanted: ContainerUrl, dialect: Dialect, runtime: Path, notify: Callable[[str], None]
) -> Iterator[str]:
    """Run a container and give the URL of its database; it is removed at the end, however the block ends.

    The container's name is written into the run's directory first, so that ``remove_leftover`` finds it when this
    process is killed. Raises UserError when there is no docker, no image, or the server does not answer.
    """
    container = dialect.container
    if container is None:
        raise UserError(f"{dialect.title} needs no container; use --dev-url embedded://{dialect.name}.")
    docker = _docker()
    database = wanted.database or container.database
    password = secrets.token_urlsafe(18)
    remember_secret(password)
    name = f"{LABEL}-{secrets.token_hex(6)}"
    image = wanted.image or f"{container.image}:{wanted.tag}"
    host, published = _published_on()
    values = {"password": password, "database": database}
    environment = {key: value.format(**values) for key, value in container.environment.items()}
    command = [
        *(docker, "run", "--detach", "--rm", "--name", name, "--label", LABEL),
        *(word for key in environment for word in ("--env", key)),
        *("--publish", f"{published}::{container.port}", *_beside_us(docker), image),
        *(container.arguments if wanted.image is None else ()),
    ]
    (runtime / _NAME_FILE).write_text(name)
    notify(f"Starting a container of {image}.")
    try:
        _start(command, image, environment)
        port = _host_port(docker, name, container.port)
        places = [(host, port), *((inner, container.port) for inner in _inner_addresses(docker, name))]
        urls = [container.url.format(host=where, port=number, **values) for where, number in places]
        yield _first_ready(urls, dialect, docker, name, image)
    finally:
        _remove(docker, name)


def remove_leftover(runtime: Path) -> None:
    """Remove the container of a killed run, named in its directory."""
    with contextlib.suppress(OSError, UserError):
        name = (runtime / _NAME_FILE).read_text().strip()
        if name.startswith(f"{LABEL}-"):
            _remove(_docker(), name)


def _docker() -> str:
    found = shutil.which("docker")
    if found is None:
        raise UserError(
            "A docker:// development database needs the docker program, which is not here; "
            "use an embedded one, as in --dev-url embedded://postgres, or the URL of an empty database on a server."
        )
    return found


def _start(command: list[str], image: str, environment: Mapping[str, str]) -> None:
    try:
        _call(command, f"The container of {image} could not be started", environment)
    except UserError as error:
        if str(_SOCKET) not in str(error) or _SOCKET.exists() or not in_container():
            raise
        raise UserError(
            "A docker:// development database needs a Docker engine, and none can be reached from the container that "
            "schema-action runs in: use --dev-url embedded://postgres instead, or run the database as a service of "
            f"the job and give its URL, or mount the engine's socket (--volume {_SOCKET}:{_SOCKET})."
        ) from error


def _beside_us(docker: str) -> tuple[str, ...]:
    """Arguments that put a container into our own one's network, when that is not the engine's usual one.

    Containers of different networks do not reach each other, and a CI job with services gets a network of its own.
    """
    own = own_container_id()
    if own is None:
        return ()
    try:
        form = "{{.HostConfig.NetworkMode}}"
        mode = _call([docker, "inspect", "--format", form, own], "Our own container could not be inspected").strip()
    except UserError:  # the engine is another one than ours
        return ()
    return () if mode in _NO_NETWORK_OF_ITS_OWN or mode.startswith("container:") else ("--network", mode)


def _published_on() -> tuple[str, str]:
    """The host to connect to and the address to publish on: our own loopback, unless the engine is elsewhere."""
    endpoint = urlsplit(os.environ.get("DOCKER_HOST", ""))
    if endpoint.scheme in {"tcp", "ssh", "http", "https"} and endpoint.hostname not in {None, "localhost", "127.0.0.1"}:
        return str(endpoint.hostname), "0.0.0.0"  # noqa: S104 - the engine's machine is reached over its network only
    return "127.0.0.1", "127.0.0.1"


def _host_port(docker: str, name: str, port: int) -> int:
    answer = _call([docker, "port", name, f"{port}/tcp"], "The container's port could not be read")
    return int(answer.splitlines()[0].rpartition(":")[2])


def _inner_addresses(docker: str, name: str) -> list[str]:
    """The container's own addresses: the way in when we are in a container beside it."""
    form = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
    return _call([docker, "inspect", "--format", form, name], "The container could not be inspected").split()


def _first_ready(urls: list[str], dialect: Dialect, docker: str, name: str, image: str) -> str:
    """The first URL at which the server answers, apart from the environment."""
    limit = time.monotonic() + _READY_SECONDS
    while True:
        for url in urls:
            try:
                dialect.connect(dialect.apart(f"{url}?connect_timeout=2")).close()
            except UserError as error:
                reason = error
            else:
                return dialect.apart(url)
        if _call([docker, "ps", "--quiet", "--filter", f"name={name}"], "The engine does not answer").strip() == "":
            raise UserError(
                f"The container of {image} ended by itself; run it by hand to see why, or use another --dev-url."
            )
        if time.monotonic() > limit:
            raise UserError(f"The container of {image} did not answer within {_READY_SECONDS:.0f} seconds: {reason}")
        time.sleep(_POLL_SECONDS)


def _call(command: list[str], failure: str, environment: Mapping[str, str] | None = None) -> str:
    """Run docker and return its output; secrets go by environment, because a command line is seen by everybody."""
    result = subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    if result.returncode != 0:
        lines = result.stderr.strip().splitlines() or ["no message"]
        # The last line is often only an offer of help.
        reason = next((line for line in lines if "error" in line.lower() or line.startswith("docker:")), lines[-1])
        raise UserError(
            f"{failure}: {reason}; without docker, use an embedded one, as in --dev-url embedded://postgres."
        )
    return result.stdout


def _remove(docker: str, name: str) -> None:
    """Remove a container with its volumes, in a session of its own so that a second Ctrl-C doesn't stop it."""
    subprocess.run(
        [docker, "rm", "--force", "--volumes", name],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
