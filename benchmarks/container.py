"""A lint run in the image against an empty container, and what has to be downloaded for it.

Takes an engine that holds the base image; without one there are no rows.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from measuring import processes

ROOT = Path(__file__).parents[1]
BASE = "python:3.13-slim"
REPEAT = 7
WORKSPACE = "/github/workspace"

_WITHOUT_DATABASE = """
import sys, threading, time

began = time.perf_counter()
import psycopg
from schema_ci.main import run
from schema_core.dialects.postgres import server

main, spent, deep = threading.current_thread(), 0, 0

def counted(function):
    def call(*arguments, **named):
        global spent, deep
        if threading.current_thread() is not main:
            return function(*arguments, **named)
        deep, started = deep + 1, time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            deep -= 1
            if not deep:
                spent += time.perf_counter() - started
    return call

server.start_server = counted(server.start_server)
server.Server.stop = counted(server.Server.stop)
psycopg.connect = counted(psycopg.connect)
psycopg.Connection.wait = counted(psycopg.Connection.wait)
run(["migrate/lint"])
print(spent / (time.perf_counter() - began), file=sys.stderr)
"""
"""The same run, which says what part of its time it started, awaited and stopped the server."""


def measure() -> list[tuple[str, str, str, str, str]]:
    """Two rows: name, ours, peer, what ours adds, aim."""
    if subprocess.run(["docker", "image", "inspect", BASE], check=False, capture_output=True).returncode != 0:
        print(f"no engine with {BASE}: not measured", file=sys.stderr)
        return []
    image = _docker("build", "--quiet", str(ROOT))
    with tempfile.TemporaryDirectory() as directory:
        shop = Path(directory) / "shop"
        subprocess.run([sys.executable, ROOT / "examples/shop/build.py", shop], check=True, stdout=subprocess.DEVNULL)
        run = ["docker", "run", "--rm", "--network", "none", "--volume", f"{shop}:{WORKSPACE}", "--workdir", WORKSPACE]
        run += ["--env", "SCHEMA_ACTION_FAIL_ON=never"]
        runs = processes(
            {
                "ours": [*run, image, "migrate/lint"],
                "peer": [*run, "--entrypoint", "/bin/true", image],
            },
            repeat=REPEAT,
        )
        python = [*run, "--entrypoint", "/opt/venv/bin/python", image, "-I", "-c", _WITHOUT_DATABASE]
        part = median(_last_number(python) for _ in range(REPEAT))
    total, empty = runs["ours"].seconds, runs["peer"].seconds
    database = (total - empty) * part
    size, base = _compressed(image), _compressed(BASE)
    return [
        (
            "lint of the shop in the image, without the database's work / an empty container",
            f"{total - database:.2f} s of {total:.2f} s",
            f"{empty:.2f} s",
            f"+{total - database - empty:.2f} s",
            "1.5 s",
        ),
        (
            f"the image, compressed / its base, {BASE}",
            f"{size:.0f} MB",
            f"{base:.0f} MB",
            f"+{size - base:.0f} MB",
            "250 MB",
        ),
    ]


def _docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout.strip()


def _last_number(command: list[str]) -> float:
    done = subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return float(done.stderr.splitlines()[-1])


def _compressed(image: str) -> float:
    """The size of all layers as a registry would send them, in MB."""
    with subprocess.Popen(["docker", "save", image], stdout=subprocess.PIPE) as saved:
        packed = subprocess.Popen(["gzip", "-c"], stdin=saved.stdout, stdout=subprocess.PIPE)
        assert packed.stdout is not None
        size = 0
        while chunk := packed.stdout.read(1 << 20):
            size += len(chunk)
        packed.wait()
    return size / 1e6


if __name__ == "__main__":
    print(measure())
