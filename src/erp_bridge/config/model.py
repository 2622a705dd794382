"""The tables of ``bridge.toml`` that are not an ERP's: state, pairs, service, notify; and the whole that they make."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, field_validator

from erp_bridge.core.settings import Duration, ErpSettings, Secret, Settings

#: Kinds by which a pair can be narrowed to some tickets, and kinds that may have a name to fall back on.
SCOPE_KINDS = ("departamento", "assunto")
FALLBACK_KINDS = ("assunto", "departamento", "status", "prioridade")

#: The fields that are merged one by one, and so may have a policy of their own.
POLICY_FIELDS = (
    "status", "prioridade", "assunto", "departamento", "responsavel", "titulo", "descricao",
    "canal", "status_complementar", "interacao_pendente", "data_reservada", "melhor_horario", "endereco",
)  # fmt: skip

_SQLITE = "sqlite:///"
_POSTGRES = "postgresql+psycopg://"


class Direction(StrEnum):
    """Which way a pair carries tickets."""

    BOTH = "both"
    LEFT_TO_RIGHT = "left-to-right"
    RIGHT_TO_LEFT = "right-to-left"


class Policy(StrEnum):
    """Who is right when both sides have changed one field to different values."""

    NEWEST = "newest"
    LEFT = "left"
    RIGHT = "right"
    ASK = "ask"


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta():
        raise ValueError("a duration here is longer than zero")
    return value


def _day(value: object) -> object:
    if isinstance(value, datetime):
        raise ValueError("a day without an hour is meant here: since = 2026-01-01")  # noqa: TRY004
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("a day is written as since = 2026-01-01")
    return value


LongerThanZero = Annotated[Duration, AfterValidator(_positive)]
Day = Annotated[date, BeforeValidator(_day)]


class StateSettings(Settings):
    """``[state]``: where the bridge keeps what it knows, and the key of its digests."""

    url: str = "sqlite:///bridge.db"
    key: Secret | None = None
    _folder: Path = PrivateAttr(default=Path())

    def model_post_init(self, context: Any, /) -> None:
        if isinstance(context, dict) and "folder" in context:
            self._folder = context["folder"]

    @field_validator("url")
    @classmethod
    def _known_store(cls, url: str) -> str:
        if not url.startswith((_SQLITE, _POSTGRES)) and not Secret(url).is_reference:
            raise ValueError('a store begins with "sqlite:///" or "postgresql+psycopg://", or is a reference to one')
        return url

    def database_url(self) -> str:
        """The store's address, references resolved and SQLite's path taken from the configuration's folder."""
        url = Secret(self.url, self._folder).reveal()
        if url.startswith(_SQLITE):
            return f"{_SQLITE}{(self._folder / url.removeprefix(_SQLITE)).absolute()}"
        return url

    @property
    def sqlite_file(self) -> Path | None:
        """The store's file; ``None`` on PostgreSQL."""
        url = self.database_url()
        return Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None

    @property
    def key_file(self) -> Path | None:
        """The file of the digest key, to be made when it is not there; ``None`` when the key lives elsewhere."""
        if self.key is None:
            store = self.sqlite_file
            return store.with_suffix(".key") if store else (self._folder / "bridge.key").absolute()
        return self.key.file.absolute() if self.key.file else None


class PairSettings(Settings):
    """One ``[pair.X]`` table; ``name`` is the X."""

    name: str = Field(default="pair", pattern=r"^[A-Za-z0-9_.-]+$")
    left: str
    right: str
    enabled: bool = True
    direction: Direction = Direction.BOTH
    since: Day | None = None
    interval: LongerThanZero = timedelta(seconds=60)
    full_every: LongerThanZero = timedelta(hours=24)
    max_changes: int = Field(default=1000, ge=0)
    max_create: int = Field(default=1000, ge=0)
    reopen: Literal["never", "allow"] = "never"
    adopt: Literal["protocolo", "footer", "off"] = "protocolo"
    unknown_client: Literal["quarantine", "skip"] = "quarantine"
    forward: bool = False
    trigger: tuple[Literal["processo", "mensagem_padrao"], ...] = ()
    scope: Mapping[str, tuple[str, ...]] = {}
    fallback: Mapping[str, str] = {}
    policy: Mapping[str, Policy] = {}
    transform: str | None = Field(default=None, pattern=r"^[A-Za-z_][\w.]*(:[A-Za-z_]\w*)?$")

    def policy_of(self, campo: str) -> Policy:
        """Who wins when both sides have changed that field."""
        return self.policy.get(campo) or self.policy.get("default") or Policy.NEWEST

    def carries(self, *, to_right: bool) -> bool:
        """Whether tickets travel that way."""
        other = Direction.RIGHT_TO_LEFT if to_right else Direction.LEFT_TO_RIGHT
        return self.direction is not other


class ServiceSettings(Settings):
    """``[service]``: where the daemon listens, and the token that its pages ask for."""

    bind: str = Field(default="127.0.0.1:8080", pattern=r"^\S+:\d{1,5}$")
    token: Secret | None = None


class NotifySettings(Settings):
    """``[notify]``: whom to tell when something waits for a person."""

    command: str | tuple[str, ...] | None = None
    webhook: str | None = None  # an address, or a reference to one
    secret: Secret | None = None

    @field_validator("webhook")
    @classmethod
    def _address(cls, webhook: str | None) -> str | None:
        if webhook is not None and not re.match(r"https?://", webhook) and not Secret(webhook).is_reference:
            raise ValueError('an address starts with "https://" (or "http://") and a host')
        return webhook


@dataclass(frozen=True)
class Config:
    """A whole ``bridge.toml``, checked."""

    path: Path
    state: StateSettings
    erp: Mapping[str, ErpSettings]
    pair: Mapping[str, PairSettings]
    service: ServiceSettings
    notify: NotifySettings

    @property
    def folder(self) -> Path:
        """What relative paths in the file are taken from."""
        return self.path.parent
