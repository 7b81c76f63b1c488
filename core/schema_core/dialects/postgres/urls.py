"""The parts of a PostgreSQL URL that we read or change; libpq understands the rest.

``search_path`` is not libpq's: it names the one schema that a session is about (the reference's schema scope).
"""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit


def database_of(url: str) -> str:
    """The database that the URL names; empty when it names none."""
    parts = urlsplit(url)
    named = dict(parse_qsl(parts.query)).get("dbname")
    return named if named is not None else unquote(parts.path.lstrip("/"))


def schema_of(url: str) -> str | None:
    """The schema that the URL's ``search_path`` names; None for the whole database."""
    return dict(parse_qsl(urlsplit(url).query)).get("search_path") or None


def with_database(url: str, name: str) -> str:
    """The same server, user and schema, another database."""
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "dbname"]
    return urlunsplit(parts._replace(path="/" + quote(name, safe=""), query=urlencode(query, quote_via=quote)))


def without_schema(url: str) -> str:
    """The URL as libpq takes it, for the whole database."""
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "search_path"]
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote)))
