"""SQLite URLs: ``sqlite://file.db?_fk=1``, ``sqlite://file:shop.db?mode=ro``, ``sqlite://dev?mode=memory``."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode

import msgspec

from schema_core.schema.errors import UserError

_ON, _OFF = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
_MODES = ("ro", "rw", "rwc", "memory")
_FOREIGN_KEYS = ("_fk", "_foreign_keys")
_TIMEOUTS = ("_busy_timeout", "_timeout")
_SYNCHRONOUS = ("_sync", "_synchronous")
_LEVELS = ("off", "normal", "full", "extra")
_KNOWN = frozenset({"mode", "cache", "immutable", *_FOREIGN_KEYS, *_TIMEOUTS, *_SYNCHRONOUS})
_FORM = "a SQLite database is written sqlite://file.db or sqlite:///directory/file.db"


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """Where a database is and how its connections are set up.

    ``path`` is None for a database in memory. ``foreign_keys`` is None when the URL leaves it to SQLite, whose default
    is not to enforce them.
    """

    path: Path | None
    read_only: bool = False
    immutable: bool = False
    foreign_keys: bool | None = None
    busy_timeout_ms: int = 5000
    synchronous: str | None = None

    def file_uri(self) -> str:
        """The URI by which SQLite opens the file without ever making one that is not there."""
        if self.path is None:
            return "file::memory:"
        immutable = "&immutable=1" if self.immutable else ""
        return f"file:{quote(str(self.path.absolute()))}?mode={'ro' if self.read_only else 'rw'}{immutable}"

    def url(self) -> str:
        """A URL of this location."""
        options = {}
        if self.foreign_keys is not None:
            options["_fk"] = "1" if self.foreign_keys else "0"
        if self.synchronous is not None:
            options["_sync"] = self.synchronous
        if self.path is None:
            options["mode"] = "memory"
        place = "memory" if self.path is None else quote(str(self.path.absolute()))
        return f"sqlite://{place}{'?' if options else ''}{urlencode(options)}"


def parse(url: str) -> Location:
    """Read a URL; raises UserError for one that is malformed or asks for what is not supported."""
    _, _, rest = url.partition("://")
    place, _, query = rest.partition("?")
    path = unquote(place).removeprefix("file:")
    options = dict(parse_qsl(query, keep_blank_values=True))
    unknown = sorted(set(options) - _KNOWN)
    if unknown:
        raise UserError(f"The option {unknown[0]!r} of a SQLite URL is not known; use {', '.join(sorted(_KNOWN))}.")
    mode = options.get("mode", "rw")
    if mode not in _MODES:
        raise UserError(f"mode={mode} in a SQLite URL is none of {', '.join(_MODES)}.")
    in_memory = mode == "memory" or path == ":memory:"
    if not path and not in_memory:
        raise UserError(f"The SQLite URL names no file; {_FORM}.")
    if "\0" in path:
        raise UserError(f"The SQLite URL holds a NUL character; {_FORM}.")
    return Location(
        path=None if in_memory else Path(path),
        read_only=mode == "ro",
        immutable=_switch(options, ("immutable",)) or False,
        foreign_keys=_switch(options, _FOREIGN_KEYS),
        busy_timeout_ms=_milliseconds(options),
        synchronous=_level(options),
    )


def beside(url: str, name: str) -> str:
    """The URL of a database with this name in the same directory, with the same options."""
    location = parse(url)
    directory = Path() if location.path is None else location.path.parent
    return msgspec.structs.replace(location, path=directory / _file_name(name)).url()


def _file_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", name) + ".db"


def _first(options: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((options[name] for name in names if name in options), None)


def _switch(options: dict[str, str], names: tuple[str, ...]) -> bool | None:
    value = _first(options, names)
    if value is None:
        return None
    if value.lower() not in (*_ON, *_OFF):
        raise UserError(f"{names[0]}={value} in a SQLite URL is neither 1 nor 0.")
    return value.lower() in _ON


def _level(options: dict[str, str]) -> str | None:
    value = _first(options, _SYNCHRONOUS)
    if value is not None and value.lower() not in _LEVELS:
        raise UserError(f"{_SYNCHRONOUS[0]}={value} in a SQLite URL is none of {', '.join(_LEVELS)}.")
    return value.lower() if value is not None else None


def _milliseconds(options: dict[str, str]) -> int:
    value = _first(options, _TIMEOUTS) or "5000"
    if not value.isdecimal() or len(value) > 9:
        raise UserError(f"{_TIMEOUTS[0]}={value} in a SQLite URL is no number of milliseconds.")
    return int(value)
