"""Names and addresses of the project on the web, in one place."""

from __future__ import annotations

ORGANISATION = "org"
REPOSITORY = f"https://github.com/{ORGANISATION}/schema-action"
DOCUMENTATION = f"{REPOSITORY}/blob/main/docs"
IMAGE = f"ghcr.io/{ORGANISATION}/schema-action"
"""The image that every platform runs, without a tag."""
GITLAB_COMPONENTS = f"{ORGANISATION}/schema-action"
"""The path of the component project on a GitLab instance."""


def rule_page(code: str) -> str:
    """The address of a rule's documentation."""
    return f"{DOCUMENTATION}/rules/{code}.md"


def json_schema_address(name: str) -> str:
    """The address of a published JSON Schema (``lint``)."""
    return f"{REPOSITORY}/raw/main/docs/schemas/{name}.schema.json"
