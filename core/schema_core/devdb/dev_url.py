"""What a development database URL asks for."""

from __future__ import annotations

import re
from urllib.parse import unquote

import msgspec

from schema_core.schema.errors import UserError

_MAJOR = re.compile(r"\d{1,3}")
_ENGINE = re.compile(r"[a-z0-9]+")


class EmbeddedUrl(msgspec.Struct, frozen=True, kw_only=True):
    """``embedded://ENGINE[/MAJOR[/DATABASE]]``."""

    engine: str
    major: int | None
    database: str | None
    query: str


class ContainerUrl(msgspec.Struct, frozen=True, kw_only=True):
    """``docker://ENGINE/TAG[/DATABASE]`` (no ``image``) or ``docker+ENGINE://[REGISTRY/]IMAGE:TAG[/DATABASE]``."""

    engine: str
    image: str | None
    tag: str
    database: str | None
    query: str


class ServerUrl(msgspec.Struct, frozen=True, kw_only=True):
    """A database on a server that is there."""

    url: str


DevUrl = EmbeddedUrl | ContainerUrl | ServerUrl


def parse_dev_url(url: str) -> DevUrl:
    """Read a development database URL; raises UserError for one that is malformed."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise UserError(
            "A development database URL starts with its scheme, as in embedded://postgres/18 or postgres://…."
        )
    scheme = scheme.lower()
    rest, _, query = rest.partition("?")
    segments = [unquote(segment) for segment in rest.strip("/").split("/")] if rest.strip("/") else []
    if scheme == "embedded":
        return _embedded(segments, query)
    if scheme == "docker":
        return _official(segments, query)
    if scheme.startswith("docker+"):
        return _image(scheme.removeprefix("docker+"), segments, query)
    return ServerUrl(url=url)


def _embedded(segments: list[str], query: str) -> EmbeddedUrl:
    form = "an embedded development database is written embedded://postgres, embedded://postgres/18 or embedded://postgres/18/NAME"
    if not 1 <= len(segments) <= 3 or not all(segments) or not _ENGINE.fullmatch(segments[0]):
        raise UserError(f"The development database URL is malformed; {form}.")
    if len(segments) > 1 and not _MAJOR.fullmatch(segments[1]):
        raise UserError(f"The major version {segments[1]!r} in the development database URL is not a number; {form}.")
    return EmbeddedUrl(
        engine=segments[0],
        major=int(segments[1]) if len(segments) > 1 else None,
        database=segments[2] if len(segments) > 2 else None,
        query=query,
    )


def _official(segments: list[str], query: str) -> ContainerUrl:
    if not 1 <= len(segments) <= 3 or not all(segments):
        raise UserError("The development database URL is malformed; a container is written docker://postgres/18/dev.")
    engine, tag, database = (*segments, None, None)[:3]
    return ContainerUrl(engine=str(engine), image=None, tag=tag or "latest", database=database, query=query)


def _image(engine: str, segments: list[str], query: str) -> ContainerUrl:
    """The image ends at the segment that has a tag or a digest; a registry's port is in the first segment only."""
    if segments and segments[0] == "_":
        segments = segments[1:]
        first = 0
    else:
        first = 1
    if not segments or not all(segments):
        raise UserError(
            "The development database URL is malformed; an image is written "
            "docker+postgres://_/postgis/postgis:18-3.6/dev, with the registry in place of the underscore if any."
        )
    end = next((at for at in range(first, len(segments)) if re.search("[:@]", segments[at])), None)
    if end is None:
        end = 0 if re.search("[:@]", segments[0]) and len(segments) <= 2 else len(segments) - 1
    if len(segments) > end + 2:
        raise UserError(
            "The development database URL is malformed; after the image comes at most the name of one database, "
            "as in docker+postgres://_/postgis/postgis:18-3.6/dev."
        )
    database = segments[end + 1] if len(segments) > end + 1 else None
    return ContainerUrl(engine=engine, image="/".join(segments[: end + 1]), tag="", database=database, query=query)
