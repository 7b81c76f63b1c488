"""Outputs as a dotenv report, which hands them to later jobs.

GitLab takes letters, digits and ``_`` in a name, no quotes, blanks or line breaks in a value, no empty lines, and 5 KB
in all; in later jobs it expands ``$`` (docs.gitlab.com/ci/yaml/artifacts_reports, "artifacts:reports:dotenv"). The file
can be downloaded, so nothing secret may be in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from schema_ci.checkout_files import write_in
from schema_core.text.redact import redact

PREFIX = "SCHEMA_ACTION_OUTPUT_"
_VALUE = re.compile(r"[A-Za-z0-9_./:?#&=%@+,~!*()\[\]\-]*")
_LARGEST = 5 * 1024


def write_outputs(root: Path, name: str, outputs: Iterable[tuple[str, str]]) -> list[str]:
    """Write the file ``name`` below ``root``; return the names that it cannot hold. Raises OSError."""
    lines: list[str] = []
    left_out: list[str] = []
    size = 0
    for output, value in outputs:
        line = f"{PREFIX}{re.sub(r'[^A-Z0-9]', '_', output.upper())}={value}\n"
        if _VALUE.fullmatch(value) is None or redact(value) != value or size + len(line) > _LARGEST:
            left_out.append(output)
            continue
        lines.append(line)
        size += len(line)
    write_in(root, name, "".join(lines))
    return left_out
