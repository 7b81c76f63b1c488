"""The acceptance scripts in ``tests/scripts``, each a test of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from acceptance import Script

SCRIPTS = Path(__file__).parent / "scripts"


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=str(path.relative_to(SCRIPTS))) for path in sorted(SCRIPTS.rglob("*.txtar"))]
)
def test_script(path: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    text = path.read_bytes().decode("utf-8")
    fixture = "sqlite_file" if path.parent.name == "sqlite" else "database"
    variables = {name: request.getfixturevalue(fixture) for name in ("DEV", "DATABASE") if f"${name}" in text}
    work = tmp_path / "work"
    work.mkdir()
    Script(text, work, variables).run()
