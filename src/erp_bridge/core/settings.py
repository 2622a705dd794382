"""The keys of an ``[erp.X]`` table that every ERP shares, and the value types they use.

An adapter extends :class:`ErpSettings` with its own keys, in its own ``settings.py``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    field_validator,
)
from pydantic_core import CoreSchema, core_schema

from erp_bridge.core.errors import ConfigError

#: The lists of terms that a tenant maps to canonical names.
VOCABULARY_KINDS = (
    "assunto", "departamento", "status", "prioridade", "origem", "canal", "status_complementar",
    "processo", "responsavel", "etiqueta",
)  # fmt: skip

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_duration(text: object) -> timedelta:
    """``"250ms"``, ``"30s"``, ``"5m"``, ``"24h"``, ``"90d"`` or a number of seconds, as a duration."""
    if isinstance(text, timedelta):
        return text
    if isinstance(text, int | float) and not isinstance(text, bool):
        text = f"{text:f}s"
    match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(ms|s|m|h|d)\s*", text) if isinstance(text, str) else None
    if match is None:
        raise ValueError('a duration is a number and a unit: "500ms", "30s", "5m", "24h" or "7d"')
    try:
        return timedelta(seconds=float(match[1]) * _UNITS[match[2]])
    except OverflowError:
        raise ValueError("a duration of that many days is out of reach") from None


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]


def _zone(name: object) -> object:
    if isinstance(name, str):
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError('not a known time zone; in Brazil for example "America/Sao_Paulo"') from None
    return name


Zone = Annotated[ZoneInfo, BeforeValidator(_zone), PlainSerializer(str)]


class Secret:
    """A secret by reference (``env:NAME``, ``file:PATH``, ``keyring:SERVICE/USER``) or, from code only, by value.

    Its text is shown by :meth:`reveal` and nowhere else: not by ``repr``, not in logs, not in JSON.
    """

    __slots__ = ("_base", "_text")
    _REFERENCE: ClassVar = re.compile(r"(env|file|keyring):(.+)", re.DOTALL)

    def __init__(self, text: str, base: Path | None = None) -> None:
        self._text = text
        self._base = base

    @property
    def is_reference(self) -> bool:
        return self._REFERENCE.fullmatch(self._text) is not None

    @property
    def file(self) -> Path | None:
        """The file that a ``file:`` reference names."""
        kind, _, name = self._text.partition(":")
        return (self._base or Path()) / name if kind == "file" and name else None

    def relative_to(self, base: Path) -> Secret:
        """The same secret, with ``file:`` paths taken from ``base``."""
        return Secret(self._text, base)

    def reveal(self) -> str:
        """The secret itself. Raises ``ConfigError`` when what it refers to is not there."""
        match = self._REFERENCE.fullmatch(self._text)
        if match is None:
            return self._text
        kind, name = match.groups()
        if kind == "env":
            if not os.environ.get(name):
                raise ConfigError(f"the environment variable {name} is not set")
            return os.environ[name]
        if self.file is not None:
            try:
                return self.file.read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ConfigError(f"the secret file {name} cannot be read: {error.strerror}") from None
            except UnicodeDecodeError:
                raise ConfigError(f"the secret file {name} holds no text in UTF-8") from None
        return _from_keyring(name)

    def __repr__(self) -> str:
        return f"Secret({self._text!r})" if self.is_reference else "Secret('***')"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.plain_serializer_function_ser_schema(repr)
        )

    @classmethod
    def _validate(cls, value: object) -> Secret:
        if isinstance(value, Secret):
            return value
        if isinstance(value, str) and value:
            return cls(value)
        raise ValueError('a secret is a reference: "env:NAME", "file:PATH" or "keyring:SERVICE/USER"')


def _from_keyring(name: str) -> str:
    service, _, user = name.partition("/")
    try:
        import keyring
    except ImportError:
        raise ConfigError("keyring: needs the extra erp-bridge[keyring]") from None
    found = keyring.get_password(service, user)
    if found is None:
        raise ConfigError(f"the keyring holds nothing for {name}")
    return str(found)


class Settings(BaseModel):
    """Frozen, and closed against misspelt keys."""

    # An error must not repeat its input: that may be an address with a password in it, or a bare secret.
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, hide_input_in_errors=True)


class ErpSettings(Settings):
    """One ``[erp.X]`` table; ``name`` is the X."""

    name: str = Field(default="erp", pattern=r"^[A-Za-z0-9_.-]+$")
    adapter: str
    url: str
    timezone: Zone
    requests_per_minute: int = Field(default=300, gt=0)
    max_concurrency: int = Field(default=4, gt=0, le=20)
    page_size: int = Field(default=200, gt=0, le=5000)
    timeout: Duration = Field(default=timedelta(seconds=30), gt=timedelta())
    verify: bool | str = True
    settle: Duration = timedelta(seconds=10)
    overlap: Duration = timedelta(minutes=30)
    max_text: int = Field(default=60_000, ge=500)
    charset: str = "utf-8"
    vocab: Mapping[str, Mapping[str, str]] = {}

    @field_validator("url")
    @classmethod
    def _plain_url(cls, url: str) -> str:
        if not re.match(r"https?://[^/\s]+", url):
            raise ValueError('an address starts with "https://" (or "http://") and a host')
        if "@" in url.split("/", 3)[2]:
            raise ValueError("an address holds no user or password; use the keys for them, by reference")
        return url.rstrip("/")

    @field_validator("vocab")
    @classmethod
    def _known_kinds(cls, vocab: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, str]]:
        for kind in vocab:
            if kind not in VOCABULARY_KINDS:
                raise ValueError(f"{kind!r} is no kind of vocabulary; known are {', '.join(VOCABULARY_KINDS)}")
        return vocab

    @property
    def settled_after(self) -> timedelta:
        """``settle``, but never less than the time a write may still be under way."""
        return max(self.settle, self.timeout)
