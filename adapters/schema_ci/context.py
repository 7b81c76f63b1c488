"""What a run is about, in words that no platform owns."""

from __future__ import annotations

import msgspec


class PullRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A pull or merge request. ``head`` is the newest commit of its branch, never a merge commit made for the run."""

    number: int
    url: str
    head: str
    base_branch: str
    base: str | None = None
    """The base branch's commit, as far as the platform says."""
    from_fork: bool = False


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """What the new files are found against: a commit, the branch that it is on, or both; without, the main branch."""

    commit: str | None = None
    branch: str | None = None


class RunContext(msgspec.Struct, frozen=True, kw_only=True):
    """One run of an action.

    ``event`` is the platform's own word. ``commit`` is what statuses, links and comments are about. ``run`` grows with
    time (number of the run, attempt), so that an older run can be told from a newer one.
    """

    event: str
    repository: str
    """``owner/name``, empty where there is none (local)."""
    commit: str
    commit_url: str = ""
    run: tuple[int, int] = (0, 0)
    run_url: str = ""
    pull_request: PullRequest | None = None
    from_fork: bool = False
    """Whether a run for a fork started this one, which may be about its code."""
    base: Base | None = None
    job: str = ""
    """The job's name."""
    root: str
    """The root of the checkout, absolute."""
