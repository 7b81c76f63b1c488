"""A server that takes webhooks and answers as it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class WebhookServer:
    """What arrived, and what is answered: the statuses in their order, then 200."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.received: list[dict[str, Any]] = []
        self.answers: list[int] = []


@contextmanager
def webhook_server() -> Iterator[WebhookServer]:
    """A server on a port of its own; its address has a secret in its path."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/json"
            found.received.append(json.loads(body))
            self.send_response(found.answers.pop(0) if found.answers else 200)
            self.send_header("Retry-After", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = WebhookServer(f"http://127.0.0.1:{server.server_port}/services/T0/B0/xoxSECRETxox")
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
