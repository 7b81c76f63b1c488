"""The parts of a PostgreSQL URL that we read or change; libpq understands the rest.

``search_path`` is not libpq's: it names the one schema that a session is about (the reference's schema scope). Neither
is ``environment=none``, which stands in the URLs of servers that we start: libpq's variables (PGPORT, PGSERVICE,
PGOPTIONS) are about the user's own servers and would lead astray or change what a migration does.

The URL is cut where libpq cuts it, and what is not changed stays byte for byte: decoding and encoding a parameter again
would turn the ``+`` of a password into a blank.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, unquote, unquote_plus

from schema_core.schema.errors import UserError
from schema_core.text.redact import end_of_userinfo, redact_url

_APART = "environment=none"


class _Parts(NamedTuple):
    server: str
    """Everything in front of the database's slash."""
    database: str
    """As it is written, without its slash."""
    parameters: tuple[str, ...]
    """``name=value``, as they are written."""

    def url(self) -> str:
        path = f"{self.server}/{self.database}"
        return f"{path}?{'&'.join(self.parameters)}" if self.parameters else path


def check(url: str) -> None:
    """Raise UserError for a URL of which libpq would take a piece of the password for something else.

    It would then name that piece in its error.
    """
    rest = url.partition("://")[2]
    if _end_of_userinfo(rest) != end_of_userinfo(rest):
        raise UserError(
            f"The URL {redact_url(url)} can be read in two ways: percent-encode '@' (%40) and '/' (%2F) in its user, "
            "password and database."
        )


def schema_of(url: str) -> str | None:
    """The schema that the URL's ``search_path`` names; None for the whole database."""
    items = (item.partition("=") for item in _cut(url).parameters)
    named = [value for name, _, value in items if unquote(name) == "search_path"]
    return unquote_plus(named[-1]) or None if named else None


def scope_query(url: str) -> str:
    """``search_path=…`` as it is written in the URL; empty for the whole database."""
    named = [item for item in _cut(url).parameters if unquote(item.partition("=")[0]) == "search_path"]
    return named[-1] if named and schema_of(url) is not None else ""


def with_database(url: str, name: str) -> str:
    """The same server, user and schema, another database."""
    return _without(url, "dbname")._replace(database=quote(name, safe="")).url()


def for_libpq(url: str) -> str:
    """The URL as libpq takes it, for the whole database."""
    return _without(url, "search_path", "environment").url()


def apart(url: str) -> str:
    """The same URL, whose connections take nothing from the environment."""
    parts = _cut(url)
    return parts._replace(parameters=(*parts.parameters, _APART)).url()


def is_apart(url: str) -> bool:
    """Whether connections by the URL take nothing from the environment."""
    return _APART in _cut(url).parameters


def _cut(url: str) -> _Parts:
    scheme, separator, rest = url.partition("://")
    userinfo = rest[: _end_of_userinfo(rest) + 1]
    address, _, query = rest[len(userinfo) :].partition("?")
    host, _, database = address.partition("/")
    return _Parts(f"{scheme}{separator}{userinfo}{host}", database, tuple(filter(None, query.split("&"))))


def _end_of_userinfo(rest: str) -> int:
    """Where libpq sees the end of user and password: at the first ``@``, when no slash stands before it."""
    at = rest.find("@")
    return at if "/" not in rest[: max(at, 0)] else -1


def _without(url: str, *names: str) -> _Parts:
    parts = _cut(url)
    kept = tuple(item for item in parts.parameters if unquote(item.partition("=")[0]) not in names)
    return parts._replace(parameters=kept)
