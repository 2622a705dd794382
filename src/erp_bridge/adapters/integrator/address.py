"""What a ``database_url`` of this adapter says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from erp_bridge.adapters.database_url import DatabaseUrl

#: The schema's name in every installation seen.
USUAL_SCHEMA = "ispintegrator"

_SCHEMES = ("mysql", "mysql+pymysql", "mariadb", "mariadb+pymysql")
_CHARSETS = ("utf8mb4", "utf8", "latin1")
_OPTIONS = ("unix_socket", "charset", "ssl_ca", "ssl_check_hostname", "allow_write_user", "lag")
_FORM = "mysql+pymysql://USER:PASSWORD@HOST:PORT/SCHEMA"


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
    """Raises ``ConfigError``, which quotes nothing of it."""
    parts = DatabaseUrl.parse(url, erp, form=_FORM, schemes=_SCHEMES, options=_OPTIONS)
    return Address(
        user=parts.user,
        password=parts.password,
        host=parts.host or "localhost",
        port=parts.port or 3306,
        schema=parts.name or USUAL_SCHEMA,
        unix_socket=parts.text("unix_socket"),
        charset=parts.choice("charset", _CHARSETS, _CHARSETS[0]),
        ssl_ca=parts.text("ssl_ca"),
        ssl_check_hostname=parts.flag("ssl_check_hostname", default=True),
        allow_write_user=parts.flag("allow_write_user", default=False),
        lag=parts.duration("lag"),
    )
