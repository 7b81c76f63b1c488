"""Start-up: our smallest command against importing the library that every command needs."""

from __future__ import annotations

import sys
from pathlib import Path

from measuring import processes


def measure() -> list[tuple[str, str, str, str, str]]:
    """One row: name, ours, peer, ratio, aim."""
    ours = str(Path(sys.executable).with_name("schema-action"))
    runs = processes({"ours": [ours, "version"], "peer": [sys.executable, "-c", "import typer"]}, repeat=15)
    ratio = runs["ours"].seconds / runs["peer"].seconds
    return [
        (
            "`version` / `import typer`",
            f"{runs['ours'].seconds * 1000:.0f} ms",
            f"{runs['peer'].seconds * 1000:.0f} ms",
            f"{ratio:.2f}",
            "2",
        )
    ]


if __name__ == "__main__":
    print(measure())
