"""What a ``database_url`` of this adapter says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from erp_bridge.adapters.database_url import DatabaseUrl
from erp_bridge.core.errors import ConfigError

_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
_OPTIONS = ("host", "schema", "sslmode", "sslrootcert", "lag", "allow_write_user")
_SSL = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_FORM = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"


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
    """Raises ``ConfigError``, which quotes nothing of it."""
    parts = DatabaseUrl.parse(url, erp, form=_FORM, schemes=_SCHEMES, options=_OPTIONS)
    if not parts.name:
        raise ConfigError(f"database_url names no database: {_FORM}", erp=erp)
    return Address(
        user=parts.user,
        password=parts.password,
        host=parts.text("host") or parts.host or "localhost",
        port=parts.port or 5432,
        database=parts.name,
        schema=parts.text("schema"),
        sslmode=parts.choice("sslmode", _SSL, "verify-full" if parts.text("sslrootcert") else "prefer"),
        sslrootcert=parts.text("sslrootcert"),
        lag=parts.duration("lag"),
        allow_write_user=parts.flag("allow_write_user", default=False),
    )
