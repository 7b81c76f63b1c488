"""The container that this process runs in, if any: what it is called, and what ``localhost`` means there."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

_MARKS = ("/.dockerenv", "/run/.containerenv")
_MOUNTS = "/proc/self/mountinfo"
_IDENTITY = re.compile(r"containers/([0-9a-f]{64})/")
"""The engine mounts hosts and resolv.conf from the container's own directory."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SECONDS = 2


def in_container() -> bool:
    """Whether this process runs in a container (of Docker, Podman or Kubernetes)."""
    return "KUBERNETES_SERVICE_HOST" in os.environ or any(Path(mark).exists() for mark in _MARKS)


def own_container_id() -> str | None:
    """The id by which the engine knows our container; None outside of one, or where it cannot be told."""
    try:
        found = _IDENTITY.search(Path(_MOUNTS).read_text())
    except OSError:
        return None
    return found[1] if found is not None else None


def localhost_hint(url: str, port: int) -> str:
    """What to write instead of a ``localhost`` that is this container; empty when that is not what is wrong.

    ``port`` is the one that a URL without a port means.
    """
    try:
        parts = urlsplit(url)
        host, number = parts.hostname or "", parts.port or port
    except ValueError:
        return ""
    if host not in _LOOPBACK or not in_container() or not _is_silent(host, number):
        return ""
    return (
        f"{host} is the container that schema-action runs in, where nothing listens on port {number}: "
        "name the service and its own port instead (GitHub: the key under services, as in "
        "postgres://…@postgres:5432/…; GitLab: its alias; a Bitbucket pipe: host.docker.internal), or use "
        "--dev-url embedded://postgres."
    )


def _is_silent(host: str, port: int) -> bool:
    """Whether nothing listens; a name may stand for addresses that the container does not have."""
    try:
        socket.create_connection((host, port), _SECONDS).close()
    except OSError:
        return True
    return False
