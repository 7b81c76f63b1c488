"""Write the files that are made from code: JSON Schemas, the rules' pages, and what platforms read of the actions.

``python scripts/generate.py`` writes what differs and removes what is no longer made. With ``--check`` it writes
nothing, names what differs and exits 1.
"""

from __future__ import annotations

import sys
from pathlib import Path

from schema_ci.surfaces import bitbucket_pipe, docs_tables, github_action, gitlab_component
from schema_core.report.json_schema import RESULTS, published_schema
from schema_core.report.rule_pages import rule_pages

ROOT = Path(__file__).resolve().parents[1]
OWNED = ("docs/schemas", "docs/rules", "docs/actions", "gitlab-components/templates", "bitbucket-pipe")
"""Directories that hold nothing else."""
SURFACES = (bitbucket_pipe, docs_tables, github_action, gitlab_component)


def generated() -> dict[Path, str]:
    """Every generated file with its content."""
    pages = {ROOT / "docs/rules" / name: text for name, text in rule_pages().items()}
    schemas = {ROOT / f"docs/schemas/{name}.schema.json": published_schema(name) for name in RESULTS}
    surfaces = {ROOT / path: text for surface in SURFACES for path, text in surface.files().items()}
    return {**schemas, **pages, **surfaces}


def main(*, check: bool) -> int:
    """Compare or write; return the exit code."""
    wanted = generated()
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    left_over = [path for owned in OWNED for path in (ROOT / owned).glob("*") if path not in wanted]
    if check:
        for path in (*stale, *left_over):
            print(f"{path.relative_to(ROOT)} is not what the code makes; run 'make generate'.", file=sys.stderr)
        return 1 if stale or left_over else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    for path in left_over:
        path.unlink()
        print(f"removed {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(check=sys.argv[1:] == ["--check"]))
