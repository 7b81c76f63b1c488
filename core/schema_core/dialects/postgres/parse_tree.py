"""The server's own grammar, read through postgast, as protobuf trees."""

from __future__ import annotations

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb


def normalized(text: str) -> str | None:
    """The text with a parameter in place of each constant of a query; None when the grammar refuses it."""
    try:
        return str(postgast.normalize(text))
    except postgast.PgQueryError:
        return None


def parse(text: str) -> pb.ParseResult | None:
    """The parse tree of a text; None when the grammar refuses it.

    None also for an expression or a UNION that is nested about fifty levels deep or more (a long chain of ``||`` is):
    protobuf reads no message deeper than one hundred levels.
    """
    try:
        return postgast.parse(text)
    except (postgast.PgQueryError, DecodeError):
        return None
