"""The ``database_url`` taken apart. An error here quotes nothing of it: any piece may be a piece of the password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

from erp_bridge.core.errors import ConfigError
from erp_bridge.core.settings import parse_duration

#: The schema's name in every installation seen.
USUAL_SCHEMA = "ispintegrator"

_SCHEMES = ("mysql", "mysql+pymysql", "mariadb", "mariadb+pymysql")
_CHARSETS = ("utf8mb4", "utf8", "latin1")
_OPTIONS = ("unix_socket", "charset", "ssl_ca", "ssl_check_hostname", "allow_write_user", "lag")
_FORM = (
    "database_url is not of the form mysql+pymysql://USER:PASSWORD@HOST:PORT/SCHEMA?OPTION=VALUE; "
    "signs of the password other than letters and digits are written as %40, %2F and so on"
)


@dataclass(frozen=True)
class Address:
    """Where the database is, and how it is to be read."""

    user: str
    password: str = field(repr=False)
    host: str
    port: int
    schema: str
    unix_socket: str | None = None
    charset: str = "utf8mb4"
    ssl_ca: str | None = None
    ssl_check_hostname: bool = True
    allow_write_user: bool = False
    lag: timedelta = timedelta(0)


def parse(url: str, erp: str) -> Address:
    """Raises ``ConfigError``."""
    try:
        parts = urlsplit(url)
        port = parts.port
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError:
        _wrong(_FORM, erp)
    schema = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in _SCHEMES or not parts.username or "/" in schema or parts.fragment:
        _wrong(_FORM, erp)
    if set(options) - set(_OPTIONS):
        _wrong(f"database_url has an option that is not known; known are {', '.join(_OPTIONS)}", erp)
    charset = options.get("charset") or _CHARSETS[0]
    if charset not in _CHARSETS:
        _wrong(f"database_url: charset is one of {', '.join(_CHARSETS)}", erp)
    return Address(
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        host=parts.hostname or "localhost",
        port=port or 3306,
        schema=schema or USUAL_SCHEMA,
        unix_socket=options.get("unix_socket") or None,
        charset=charset,
        ssl_ca=options.get("ssl_ca") or None,
        ssl_check_hostname=_yes(options, "ssl_check_hostname", erp, default=True),
        allow_write_user=_yes(options, "allow_write_user", erp, default=False),
        lag=_duration(options, "lag", erp),
    )


def _yes(options: Mapping[str, str], name: str, erp: str, *, default: bool) -> bool:
    value = options.get(name, "").lower()
    if value not in ("", "1", "true", "yes", "0", "false", "no"):
        _wrong(f"database_url: {name} is 1 or 0", erp)
    return value in ("1", "true", "yes") if value else default


def _duration(options: Mapping[str, str], name: str, erp: str) -> timedelta:
    try:
        return parse_duration(options.get(name) or "0s")
    except ValueError as error:
        _wrong(f"database_url: {name}: {error}", erp)


def _wrong(text: str, erp: str) -> NoReturn:
    raise ConfigError(text, erp=erp) from None
