"""A ``database_url`` taken apart. An error here quotes nothing of it: any piece may be a piece of the password."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

from erp_bridge.core.errors import ConfigError
from erp_bridge.core.settings import parse_duration

_FORM = (
    "database_url is not of the form {form}?OPTION=VALUE; "
    "signs of the password other than letters and digits are written as %40, %2F and so on"
)


@dataclass(frozen=True)
class DatabaseUrl:
    """Its pieces. ``name`` is what stands behind the host; of ``options`` each adapter knows its own."""

    erp: str
    user: str
    password: str = field(repr=False)
    host: str | None
    port: int | None
    name: str
    options: Mapping[str, str] = field(repr=False)

    @classmethod
    def parse(cls, url: str, erp: str, *, form: str, schemes: Collection[str], options: Collection[str]) -> DatabaseUrl:
        """``form`` is how a right one looks, up to the options. Raises ``ConfigError``."""
        try:
            parts = urlsplit(url)
            port = parts.port
            given = dict(parse_qsl(parts.query, keep_blank_values=True))
        except ValueError:
            raise ConfigError(_FORM.format(form=form), erp=erp) from None
        name = unquote(parts.path.removeprefix("/"))
        if parts.scheme not in schemes or not parts.username or "/" in name or parts.fragment:
            raise ConfigError(_FORM.format(form=form), erp=erp)
        if set(given) - set(options):
            known = ", ".join(options)
            raise ConfigError(f"database_url has an option that is not known; known are {known}", erp=erp)
        return cls(erp, unquote(parts.username), unquote(parts.password or ""), parts.hostname, port, name, given)

    def text(self, option: str) -> str | None:
        """None where it is not given, or empty."""
        return self.options.get(option) or None

    def choice(self, option: str, known: Collection[str], default: str) -> str:
        """One of ``known``. Raises ``ConfigError``."""
        value = self.text(option) or default
        if value not in known:
            self._wrong(option, f" is one of {', '.join(known)}")
        return value

    def flag(self, option: str, *, default: bool) -> bool:
        """1 or 0, or a word for them. Raises ``ConfigError``."""
        value = self.options.get(option, "").lower()
        if value not in ("", "1", "true", "yes", "0", "false", "no"):
            self._wrong(option, " is 1 or 0")
        return value in ("1", "true", "yes") if value else default

    def duration(self, option: str) -> timedelta:
        """``"30s"`` and so on; nothing where it is not given. Raises ``ConfigError``."""
        try:
            return parse_duration(self.text(option) or "0s")
        except ValueError as error:
            self._wrong(option, f": {error}")

    def _wrong(self, option: str, why: str) -> NoReturn:
        raise ConfigError(f"database_url: {option}{why}", erp=self.erp) from None
