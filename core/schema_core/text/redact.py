"""Keeps secrets out of everything that is printed, written or sent.

A secret is found by its value, in every spelling that one of our sinks or a URL could give it, and by its place: the
password of a URL, of a ``key=value`` connection string and of a ``PASSWORD '…'`` clause.
"""

from __future__ import annotations

import base64
import re
from urllib.parse import unquote, unquote_plus

MASK = "***"

_SHORTEST = 3
"""Shorter secrets are removed only where a password stands: anywhere else they would shred every report."""

_EVERYDAY_WORDS = frozenset({"password", "postgres", "postgresql", "public", "root", "test"})
"""Default passwords of throwaway servers that are also words of our reports: treated like short ones."""

_SECRET_PARAMETERS = frozenset({"password", "passwd", "pwd", "sslpassword", "passfile", "secret", "token"})

_URL = re.compile(r"(?<![A-Za-z0-9+.\-])[A-Za-z0-9+.\-]+://[^\s\"<>`]+")
_QUERY = re.compile(r"\?[^=&\s?@/#:]+=")
_PARAMETER = re.compile(r"(?<=[?&])([^=&?#]*)=([^&]*)")
_HOST_ONLY = re.compile(r"[\w.\-\[\]%,]*(?::[\d,:]*)?(?:[/?#]|$)")
_CONNECTION_WORD = re.compile(r"(?i)\b(?:dbname|host|hostaddr|port|service|user)\s*=")
_CONNECTION_STRING = re.compile(
    r"(?i)\b(password|passwd|pwd|sslpassword|passfile)(\s*=\s*)('(?:[^'\\]|\\.)*'?|(?:\\.|[^\s&'])(?:\\.|[^\s&])*)"
)
_KEYS = ("passw", "passfile", "pwd")
"""Every key of a connection string's secrets, and the clause's word, hold one of these."""
_CLAUSE = re.compile(r"(?i)(?<![A-Za-z0-9_])(password\s+E?)('(?:[^']|'')+'?)")
_SCHEME = re.compile(r"[A-Za-z0-9+.\-]*://|[A-Za-z][A-Za-z0-9+.\-]*:/+(?=[^@]*:[^@]*@)")

_BASE64 = r"[A-Za-z0-9+/_\-]"

_patterns: dict[str, tuple[re.Pattern[str], ...]] = {}


def remember_secret(value: str) -> None:
    """Remove this value from everything that ``redact`` sees from now on, in all its spellings."""
    for line in {value, value.strip(), *value.splitlines()}:
        if len(line) >= _SHORTEST and line.lower() not in _EVERYDAY_WORDS and line != MASK and line not in _patterns:
            _patterns[line] = tuple(re.compile(pattern) for pattern in (_spelled(line), *_base64(line)))


def redact(text: str) -> str:
    """The text without remembered secrets and without passwords in URLs, connection strings and SQL clauses."""
    for patterns in tuple(_patterns.values()):
        for pattern in patterns:
            text = pattern.sub(MASK, text)
    if "://" in text:
        text = _URL.sub(lambda match: _masked_url(match[0])[0], text)
    folded = text.casefold()
    if not any(word in folded for word in _KEYS):
        return text  # quickly, for texts of megabytes
    if _CONNECTION_WORD.search(text) is not None:
        text = _CONNECTION_STRING.sub(rf"\1\2{MASK}", text)
    return _CLAUSE.sub(rf"\1'{MASK}'", text)


def redact_url(url: str) -> str:
    """A URL or ``key=value`` connection string without its secrets, which are remembered; never raises."""
    text, secrets = _masked_url(url)
    if "://" not in text:
        secrets += [_unquoted(match[3]) for match in _CONNECTION_STRING.finditer(text)]
        text = _CONNECTION_STRING.sub(rf"\1\2{MASK}", text)
    for secret in secrets:
        for form in (secret, unquote(secret), unquote_plus(secret)):
            remember_secret(form)
    return redact(text)


def _masked_url(url: str) -> tuple[str, list[str]]:
    """The URL with its password and secret parameters masked, and what was masked."""
    scheme = _SCHEME.match(url)
    start = scheme.end() if scheme is not None else 0
    secrets: list[str] = []
    head, rest = url[:start], url[start:]
    at = end_of_userinfo(rest)
    if at >= 0:
        user, colon, password = rest[:at].partition(":")
        if colon and password:
            secrets.append(password)
            rest = f"{user}:{MASK}{rest[at:]}"

    def masked(match: re.Match[str]) -> str:
        if unquote(match[1]).strip().lower() not in _SECRET_PARAMETERS or not match[2]:
            return match[0]
        secrets.append(match[2])
        return f"{match[1]}={MASK}"

    return head + _PARAMETER.sub(masked, rest), [secret for secret in secrets if secret != MASK]


def end_of_userinfo(rest: str) -> int:
    """Where the userinfo of a URL without its scheme ends, -1 when it has none.

    Passwords with raw ``@``, ``/``, ``#`` or ``?`` are common mistakes, so the last ``@`` in front of the parameters
    counts, wherever an exact parser would stop.
    """
    query = _QUERY.search(rest)
    at = rest.rfind("@", 0, query.start() if query else len(rest))
    if at < 0 and query is not None and _HOST_ONLY.match(rest) is None:
        at = rest.rfind("@")
    return at


def _unquoted(value: str) -> str:
    """The value of a connection string's parameter without its quotes and backslashes."""
    if value.startswith("'"):
        value = value[1:].removesuffix("'")
    return re.sub(r"\\(.)", r"\1", value)


def _spelled(value: str) -> str:
    """A pattern for the value, each character percent-encoded, escaped for JSON, SQL, HTML or a shell, or as it is."""
    return "".join(_character(character) for character in value)


def _character(character: str) -> str:
    spellings = [re.escape(character)]
    octets = character.encode("utf-8", "surrogatepass")
    spellings.append("".join(f"%{_any_case(f'{octet:02x}')}" for octet in octets))
    units = character.encode("utf-16-be", "surrogatepass")
    spellings.append("".join(rf"\\u{_any_case(units[i : i + 2].hex())}" for i in range(0, len(units), 2)))
    if not character.isalnum():
        spellings[0:0] = _ESCAPES.get(character, ())
        spellings.insert(0, rf"\\{re.escape(character)}")
        spellings.append(f"&#0*{ord(character)};")
        spellings.append(f"&#[xX]0*{_any_case(f'{ord(character):x}')};")
    return f"(?:{'|'.join(spellings)})"


_ESCAPES = {
    " ": (r"\+",),
    "'": ("''", r"'\\''", "'\"'\"'", "&apos;"),
    '"': ('""', "&quot;"),
    "&": ("&amp;",),
    "<": ("&lt;",),
    ">": ("&gt;",),
    "\n": (r"\\n", r"\\x0a"),
    "\r": (r"\\r", r"\\x0d"),
    "\t": (r"\\t", r"\\x09"),
    "\x1b": (r"\\x1b",),
}


def _any_case(digits: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)


def _base64(value: str) -> list[str]:
    """Patterns for the value inside base64 text, at each of the three places where a byte can begin."""
    octets = value.encode("utf-8", "surrogatepass")
    patterns = []
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + octets).decode().rstrip("=")
        # A character of base64 that the bytes around the value also decide is unknown, but gives away bits of it.
        first = (0, 2, 3)[before]
        after = (before + len(octets)) % 3
        core = encoded[first : len(encoded) - (1 if after else 0)]
        if len(core) < 4:
            continue
        spelled = re.escape(core).replace(r"\+", r"[+\-]").replace("/", "[/_]")
        patterns.append((f"{_BASE64}?" if before else "") + spelled + (f"{_BASE64}?={{0,2}}" if after else ""))
    return patterns
