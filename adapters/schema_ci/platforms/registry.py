"""Finds the platform that we run on; imports that one only."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from schema_ci.platforms.protocol import Platform

_DETECTED_BY = (
    ("GITHUB_ACTIONS", "true", "github"),
    ("GITLAB_CI", "true", "gitlab"),
    ("BITBUCKET_BUILD_NUMBER", None, "bitbucket"),
)
"""Variable, its value (None: any but empty), module."""


def platform_of(environment: Mapping[str, str]) -> Platform:
    """The platform that set these variables; the local one when none did.

    Raises UserError when the platform's variables do not make sense.
    """
    name = "local"
    for variable, value, module in _DETECTED_BY:
        found = environment.get(variable, "")
        if found and value in (None, found.lower()):
            name = module
            break
    module_ = import_module(f"schema_ci.platforms.{name}")
    return cast("Platform", module_.open_platform(environment))
