"""The reports as files, for artifacts."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from schema_ci.checkout_files import write_in
from schema_ci.publish.drawing import whole_report
from schema_ci.publish.publication import Publication
from schema_core.report.surroundings import Address
from schema_core.text.redact import redact

DIRECTORY = "schema-action-reports"
"""Below the root of the repository. Not hidden: upload-artifact leaves hidden files out."""

WHOLE = "report.md"
"""What a comment leaves out for want of room is found here."""


def reports_directory(key: str) -> str:
    """The directory of a key's reports, below the root of the repository."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", redact(key)).strip("-")[:40]
    return f"{DIRECTORY}/{name or 'reports'}-{sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def write_reports(publication: Publication, root: Path, address: Address) -> None:
    """Write every report format; raises OSError."""
    # git must not offer the reports for a commit.
    write_in(root, f"{DIRECTORY}/.gitignore", "*\n")
    for name, text in publication.files().items():
        write_in(root, f"{publication.reports}/{name}", text)
    write_in(root, f"{publication.reports}/{WHOLE}", whole_report(publication, address))
