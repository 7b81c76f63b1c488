"""Git's own server for fetches over HTTP, one request at a time."""

from __future__ import annotations

import os
import subprocess
from email.parser import BytesParser
from pathlib import Path
from urllib.parse import SplitResult

from werkzeug.datastructures import Headers


def git_answer(
    repository: Path, method: str, address: SplitResult, headers: Headers, body: bytes | None
) -> tuple[int, dict[str, str], bytes]:
    """What ``git http-backend`` answers for the repository, whatever path in front names it; it can only be read."""
    below = next(part for part in ("/info/refs", "/git-upload-pack", "") if address.path.endswith(part))
    variables = {
        "GIT_PROJECT_ROOT": str(repository),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/.git{below}",
        "QUERY_STRING": address.query,
        "REQUEST_METHOD": method,
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "HTTP_CONTENT_ENCODING": headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": headers.get("Git-Protocol", ""),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
    }
    done = subprocess.run(
        ["git", "http-backend"],
        input=body or b"",
        env={"PATH": os.environ["PATH"], "CONTENT_LENGTH": str(len(body or b"")), **variables},
        capture_output=True,
        check=True,
    )
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    told = dict(BytesParser().parsebytes(head).items())
    status = int(told.pop("Status", "200").split()[0])
    return status, told, content
