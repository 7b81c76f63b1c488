"""The module of each action; imported only when it runs."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from schema_ci.declarations import Action
from schema_ci.platforms.protocol import Platform


def run_action(action: Action, platform: Platform) -> int:
    """Run the action and return the exit code; raises UserError."""
    module = import_module(f"schema_ci.actions.{action.name.replace('/', '_')}")
    return cast("int", module.run(action, platform))
