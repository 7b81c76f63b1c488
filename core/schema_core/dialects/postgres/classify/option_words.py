"""Options in parse trees as words."""

from __future__ import annotations

from collections.abc import Iterable

from postgast import pg_query_pb2 as pb

_OFF = frozenset({"off", "false", "0", "no", "none"})


def flags(**given: bool) -> tuple[str, ...]:
    """The options that are given, with the names of the arguments in words (``if_exists`` is ``if exists``)."""
    return tuple(name.replace("_", " ") for name, is_given in given.items() if is_given)


def cascades(behavior: int) -> bool:
    """Whether CASCADE is written."""
    return bool(behavior == pb.DROP_CASCADE)


def switched_on(options: Iterable[pb.Node]) -> tuple[str, ...]:
    """Names of the options of a list that are not switched off, in lower case, as in ``(FULL, VERBOSE off)``."""
    return tuple(node.def_elem.defname.lower() for node in options if argument(node.def_elem).lower() not in _OFF)


def is_off(options: Iterable[pb.Node], name: str) -> bool:
    """Whether the option stands in the list and is switched off."""
    return any(node.def_elem.defname == name and argument(node.def_elem).lower() in _OFF for node in options)


def names(options: Iterable[pb.Node]) -> str | None:
    """Names of all options of a list, for people."""
    return ", ".join(node.def_elem.defname for node in options) or None


def argument(option: pb.DefElem) -> str:
    """The value of an option as text; empty when it has none or is more than a word or number."""
    return literal(option.arg)


def literal(node: pb.Node) -> str:
    """A word or number as text; empty for any other node."""
    match node.WhichOneof("node"):
        case "string":
            return str(node.string.sval)
        case "type_name":  # a bare word, as in (create_slot = off), is read as the name of a type
            return str(node.type_name.names[-1].string.sval)
        case "boolean":
            return "true" if node.boolean.boolval else "false"
        case "integer":
            return str(node.integer.ival)
        case "float":
            return str(node.float.fval)
        case _:
            return ""
