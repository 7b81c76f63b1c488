"""A page per action with its inputs and outputs."""

from __future__ import annotations

from schema_ci.declarations import Action, Input
from schema_ci.manifest import ACTIONS

DIRECTORY = "docs/actions"


def files() -> dict[str, str]:
    """The pages, by their path in the repository."""
    return {f"{DIRECTORY}/{action.name.replace('/', '-')}.md": page(action) for action in ACTIONS}


def page(action: Action) -> str:
    """The page of an action."""
    lines = [
        f"# {action.name}",
        "",
        action.summary,
        "",
        "On GitHub, inputs stand under `with:`; GitLab's component takes them as `inputs:`. In Bitbucket's pipe and",
        f"everywhere else they are variables: `{variable('fail-on')}` is the input `fail-on`.",
        "",
        "## Inputs",
        "",
        "| input | default | meaning |",
        "| --- | --- | --- |",
        *(row(item, item.name) for item in action.inputs),
        "",
        "## Outputs",
        "",
        "| output | meaning |",
        "| --- | --- |",
        *(f"| `{item.name}` | {item.description} |" for item in action.outputs),
        "",
    ]
    return "\n".join(lines)


def variable(name: str) -> str:
    """The variable that holds an input where inputs have no place of their own."""
    return f"SCHEMA_ACTION_{name.upper().replace('-', '_')}"


def row(item: Input, name: str) -> str:
    """The row of an input in a table of name, default and meaning."""
    default = f"`{item.default}`" if item.default else ""
    notes = {
        "list": " One value a line.",
        "boolean": " `true` or `false`.",
        "choice": f" One of {', '.join(f'`{choice}`' for choice in item.choices)}.",
    }.get(item.kind, "")
    secret = " Secret." if item.secret else ""
    meaning = f"{item.description}{notes}{secret}".replace("|", r"\|")
    return f"| `{name}` | {default} | {meaning} |"
