"""Puts a ``FakeBitbucket`` on the network, in the three ways that a run in Pipelines can reach the real one.

* ``url``: plain HTTP, for tests that can name the address;
* ``tunnel_environment``: an ordinary HTTPS proxy that ends TLS itself with a certificate of a test authority, so that a
  program that knows only ``https://api.bitbucket.org`` talks to the fake;
* ``CredentialFreeProxy``: what Pipelines runs on port 29418. It takes plain HTTP requests for api.bitbucket.org and
  adds credentials; the step's clone fetches from bitbucket.org through it.
"""

from __future__ import annotations

import errno
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import trustme
from api_contract import Request
from fake_bitbucket import FakeBitbucket, Way
from git_over_http import git_answer
from werkzeug.datastructures import Headers

HOST = "api.bitbucket.org"
GIT_HOST = "bitbucket.org"
PROXY_PORT = 29418


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    _tls = False

    def do_CONNECT(self) -> None:
        """End TLS here and go on with the requests inside."""
        if self.path != f"{HOST}:443" or self.server.certificate is None:
            self.server.strangers.append(self.path)
            self.send_error(403)
            return
        self.send_response(200)
        self.end_headers()
        self.connection = self.server.certificate.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb", self.rbufsize)
        self.wfile = self.connection.makefile("wb", 0)
        self._tls, self.close_connection = True, False

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        target = urlsplit(self.path)
        headers = Headers(list(self.headers.items()))
        if self.server.repository is not None and target.netloc == GIT_HOST:
            self.server.fetches += 1
            self._send(*git_answer(self.server.repository, self.command, target, headers, body))
            return
        host = target.netloc or self.headers.get("Host", "")
        way: Way = "proxy" if target.netloc else "tunnel" if self._tls else "direct"
        if (way == "proxy") is not self.server.credential_free or (way != "direct" and host != HOST):
            self.server.strangers.append(self.path)
            self.send_error(403)
            return
        request = Request(self.command, target.path, target.query, headers, body)
        base_url = f"{'https' if self._tls else 'http'}://{host}"
        self._send(*self.server.fake.answer(request, way, base_url))

    def _send(self, status: int, answered: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in answered.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the names in the standard library

    def finish(self) -> None:
        """Close what was opened for the tunnel; the server knows only the socket below it."""
        super().finish()
        if self._tls:
            self.connection.close()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the name in the standard library
        """Stay silent: ``FakeBitbucket.requests`` has it all."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(
        self,
        fake: FakeBitbucket,
        address: tuple[str, int],
        certificate: ssl.SSLContext | None,
        *,
        credential_free: bool,
    ) -> None:
        self.fake = fake
        self.certificate = certificate
        self.credential_free = credential_free
        self.repository: Path | None = None
        self.fetches = 0
        self.strangers: list[str] = []
        """Requests for anything but api.bitbucket.org, or in a way that this server is not for."""
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client may hang up at any time; a defect of ours shows as an answer that never comes."""


class _Serving:
    """Serves as long as the ``with`` block runs."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def strangers(self) -> list[str]:
        """Targets of requests that were not for this server."""
        return self._server.strangers

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class BitbucketServer(_Serving):
    """The API on a free port; ``host`` is 0.0.0.0 for containers."""

    def __init__(self, fake: FakeBitbucket, authority: trustme.CA | None = None, host: str = "127.0.0.1") -> None:
        context = None
        self._authority = authority
        if authority is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert(HOST).configure_cert(context)
        super().__init__(_Server(fake, (host, 0), context, credential_free=False))

    @property
    def url(self) -> str:
        """The address of the API, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}/2.0"

    def tunnel_environment(self, directory: Path, host: str = "127.0.0.1") -> dict[str, str]:
        """Variables with which a process that knows us as ``host`` reaches us as https://api.bitbucket.org."""
        assert self._authority is not None
        certificate = directory / "authority.pem"
        self._authority.cert_pem.write_to_path(str(certificate))
        return {"HTTPS_PROXY": f"http://{host}:{self.port}", "NO_PROXY": "", "SSL_CERT_FILE": str(certificate)}


class CredentialFreeProxy(_Serving):
    """The proxy of Pipelines: on its own fixed port, or on a free one with ``port=0``."""

    def __init__(
        self,
        fake: FakeBitbucket,
        port: int = PROXY_PORT,
        host: str = "127.0.0.1",
        repository: Path | None = None,
    ) -> None:
        """``repository`` is what every address on bitbucket.org leads to."""
        server = _bound(fake, (host, port))
        server.repository = repository
        super().__init__(server)

    @property
    def fetches(self) -> int:
        """How many requests git has made."""
        return self._server.fetches


def _bound(fake: FakeBitbucket, address: tuple[str, int]) -> _Server:
    """The fixed port is one for the whole machine: wait until another test process gives it up."""
    last = time.monotonic() + 120
    while True:
        try:
            return _Server(fake, address, None, credential_free=True)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > last:
                raise
            time.sleep(0.05)
