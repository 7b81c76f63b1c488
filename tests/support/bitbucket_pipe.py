"""Runs an image as Pipelines runs it: as a pipe, which is a container beside the step, or as the step's own.

Nobody publishes what Pipelines does here; the options are those of the ``docker container run`` that it prints at the
top of every pipe's log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bitbucket_step import Done, Step
from container_engine import Engine

STEP_HOST = "host.docker.internal"


@dataclass
class Pipe:
    """The line ``pipe: docker://image`` of a step; ``storage`` is a directory for the pipe's own files."""

    engine: Engine
    image: str
    storage: Path

    def run(self, step: Step, variables: Mapping[str, str | Sequence[str]]) -> Done:
        """Run the pipe; only the step's own variables and the listed ones reach it."""
        given = {
            **step.variables,
            "BITBUCKET_DOCKER_HOST_INTERNAL": "10.0.0.1",
            "BITBUCKET_PIPE_STORAGE_DIR": str(self.storage),
            "BITBUCKET_PIPE_SHARED_STORAGE_DIR": str(self.storage),
            "DOCKER_HOST": f"tcp://{STEP_HOST}:2375",
            **_listed(variables),
        }
        done = self.engine.try_docker(
            *("container", "run", "--rm", "--workdir", str(step.clone)),
            *(word for path in (step.clone, self.storage) for word in ("--volume", f"{path}:{path}")),
            *("--add-host", f"{STEP_HOST}:host-gateway"),
            *(word for name in given if name != "DOCKER_HOST" for word in ("--env", name)),
            # By its value, or docker itself would talk to it.
            *("--env", f"DOCKER_HOST={given.pop('DOCKER_HOST')}"),
            self.image,
            environment=given,
        )
        return Done(done.code, done.stdout, done.stderr, step.clone / ".schema-action/outputs.sh")


def run_script(
    engine: Engine, image: str, step: Step, services: str, lines: Sequence[str], variables: Mapping[str, str]
) -> Done:
    """Run a script in a step whose image this is; the container ``services`` shares its network."""
    given = {**step.variables, **variables}
    done = engine.try_docker(
        *("container", "run", "--rm", "--workdir", str(step.clone), "--network", f"container:{services}"),
        *("--volume", f"{step.clone.parent}:{step.clone.parent}", "--entrypoint", "/bin/sh"),
        *(word for name in given for word in ("--env", name)),
        *(image, "-euc", "\n".join(lines)),
        environment=given,
    )
    return Done(done.code, done.stdout, done.stderr, step.clone / ".schema-action/outputs.sh")


def _listed(variables: Mapping[str, str | Sequence[str]]) -> dict[str, str]:
    """Variables as they reach a pipe: a list as its length and its items, everything else as text."""
    found: dict[str, str] = {}
    for name, value in variables.items():
        if isinstance(value, str):
            found[name] = value
        else:
            found |= {f"{name}_{number}": item for number, item in enumerate(value)}
            found[f"{name}_COUNT"] = str(len(value))
    return found
