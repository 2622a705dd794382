"""The ``database_url`` taken apart. An error here quotes nothing of it: any piece may be a piece of the password."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

from erp_bridge.core.errors import ConfigError
from erp_bridge.core.settings import parse_duration

_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
_OPTIONS = ("host", "schema", "sslmode", "sslrootcert", "lag", "allow_write_user")
_SSL = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_FORM = (
    "database_url is not of the form postgresql://USER:PASSWORD@HOST:PORT/DATABASE?OPTION=VALUE; "
    "signs of the password other than letters and digits are written as %40, %2F and so on"
)


@dataclass(frozen=True)
class Address:
    """Where the database is, and how it is to be read. ``host`` may be the folder of a socket."""

    user: str
    password: str = field(repr=False)
    host: str
    port: int
    database: str
    schema: str | None = None
    sslmode: str = "prefer"
    sslrootcert: str | None = None
    lag: timedelta = timedelta(0)
    allow_write_user: bool = False


def parse(url: str, erp: str) -> Address:
    """Raises ``ConfigError``."""
    try:
        parts = urlsplit(url)
        port = parts.port
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError:
        _wrong(_FORM, erp)
    database = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in _SCHEMES or not parts.username or not database or "/" in database or parts.fragment:
        _wrong(_FORM, erp)
    if set(options) - set(_OPTIONS):
        _wrong(f"database_url has an option that is not known; known are {', '.join(_OPTIONS)}", erp)
    sslmode = options.get("sslmode") or ("verify-full" if options.get("sslrootcert") else "prefer")
    if sslmode not in _SSL:
        _wrong(f"database_url: sslmode is one of {', '.join(_SSL)}", erp)
    if options.get("allow_write_user", "0") not in ("0", "1"):
        _wrong("database_url: allow_write_user is 1 or 0", erp)
    try:
        lag = parse_duration(options.get("lag") or "0s")
    except ValueError as error:
        _wrong(f"database_url: lag: {error}", erp)
    return Address(
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        host=options.get("host") or parts.hostname or "localhost",
        port=port or 5432,
        database=database,
        schema=options.get("schema") or None,
        sslmode=sslmode,
        sslrootcert=options.get("sslrootcert") or None,
        lag=lag,
        allow_write_user=options.get("allow_write_user") == "1",
    )


def _wrong(text: str, erp: str) -> NoReturn:
    raise ConfigError(text, erp=erp) from None
