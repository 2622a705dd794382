"""Reads ``bridge.toml``: finds it, checks all of it, and says everything that is wrong in one go."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path as File
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from erp_bridge.adapters import registry
from erp_bridge.config import checks, lines
from erp_bridge.config.lines import Path
from erp_bridge.config.model import Config, NotifySettings, PairSettings, ServiceSettings, StateSettings
from erp_bridge.config.problems import Findings, InvalidConfig, Problem, keys_of, nearest_word
from erp_bridge.core.errors import ConfigError
from erp_bridge.core.settings import ErpSettings, Secret

VARIABLE = "ERP_BRIDGE_CONFIG"
DEFAULT = "bridge.toml"

Table = TypeVar("Table", bound=BaseModel)

_TABLES = ("state", "erp", "pair", "service", "notify")


def find(path: str | os.PathLike[str] | None = None) -> File:
    """The file to read: the one named, else that of ``ERP_BRIDGE_CONFIG``, else ``./bridge.toml``."""
    return File(path or os.environ.get(VARIABLE) or DEFAULT)


def load(path: str | os.PathLike[str] | None = None) -> Config:
    """The configuration of that file. Raises ``InvalidConfig`` with every problem in it."""
    file = find(path)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"there is no file {file}: write one with `erp-bridge init` or name it with --config"
        ) from None
    except OSError as error:
        raise ConfigError(f"the file {file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"the file {file} is not UTF-8 text: save it as UTF-8") from None
    return loads(text, file)


def loads(text: str, file: File = File(DEFAULT)) -> Config:
    """The configuration that a text holds; relative paths in it are taken from the folder of ``file``."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidConfig(file, [_syntax(str(error), text)]) from None
    found = Findings(lines.index(text))
    config = _Reader(data, file, found).read()
    if found.problems or config is None:
        raise InvalidConfig(file, found.problems)
    return config


def _syntax(message: str, text: str) -> Problem:
    """The parser's complaint; its line comes along in its text."""
    match = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", message, re.DOTALL)
    line = int(match[2]) if match and match[2] else text.count("\n") + 1
    return Problem("", line, f"this is not TOML: {match[1] if match else message}")


class _Reader:
    def __init__(self, data: dict[str, Any], file: File, found: Findings) -> None:
        self.data = data
        self.file = file
        self.folder = file.absolute().parent
        self.found = found

    def read(self) -> Config | None:
        for key in self.data:
            if key not in _TABLES:
                self.found.say((key,), "there is no such table", wrong=key, known=_TABLES)
        checks.no_password_in_addresses(self.data, self.found)
        state = self._table(StateSettings, ("state",), self.data.get("state", {}))
        service = self._table(ServiceSettings, ("service",), self.data.get("service", {}))
        notify = self._table(NotifySettings, ("notify",), self.data.get("notify", {}))
        erps = {name: self._erp(name, keys) for name, keys in self._named("erp")}
        pairs = {name: self._pair(name, keys) for name, keys in self._named("pair")}
        if not erps:
            self.found.say(("erp",), "no ERP is configured: write a table [erp.NAME]")
        checks.known_partners(self._named("pair"), tuple(erps), self.found)
        if len(self.found) or state is None or service is None or notify is None:
            return None
        known_pairs = {name: pair for name, pair in pairs.items() if pair is not None}
        checks.no_cycles(known_pairs, self.found)
        return Config(
            path=self.file.absolute(),
            state=state,
            erp={name: erp for name, erp in erps.items() if erp is not None},
            pair=known_pairs,
            service=service,
            notify=notify,
        )

    def _named(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        """The tables ``[kind.NAME]``; what is no table is reported."""
        group = self.data.get(kind, {})
        if not isinstance(group, dict):
            self.found.say((kind,), f"must be tables: [{kind}.NAME]")
            return []
        named = []
        for name, keys in group.items():
            if isinstance(keys, dict):
                named.append((name, keys))
            else:
                self.found.say((kind, name), f"must be a table: [{kind}.NAME]")
        return named

    def _erp(self, name: str, keys: dict[str, Any]) -> ErpSettings | None:
        at = ("erp", name)
        checks.vocabulary(keys.get("vocab"), at, self.found)
        settings = self._settings_of(keys.get("adapter"), at)
        erp = self._table(settings, at, keys, name=name)
        if erp is not None and isinstance(erp.verify, str):
            return erp.model_copy(update={"verify": str(self.folder / erp.verify)})
        return erp

    def _settings_of(self, adapter: object, at: Path) -> type[ErpSettings]:
        """The keys that this adapter knows; of a misspelt one, those of the adapter that was probably meant."""
        known = registry.names()
        if not isinstance(adapter, str):
            return ErpSettings
        if adapter not in known:
            self.found.say((*at, "adapter"), "there is no such adapter", wrong=adapter, known=known)
            return registry.plugin(nearest_word(adapter, known) or known[0]).settings
        return registry.plugin(adapter).settings

    def _pair(self, name: str, keys: dict[str, Any]) -> PairSettings | None:
        checks.pair_words(keys, ("pair", name), self.found)
        return self._table(PairSettings, ("pair", name), keys, name=name)

    def _table(self, model: type[Table], at: Path, keys: object, *, name: str | None = None) -> Table | None:
        """One table as its model; ``None`` when something is wrong with it. ``name`` is the X of ``[erp.X]``."""
        if not isinstance(keys, Mapping):
            self.found.say(at, "must be a table")
            return None
        if name is not None and "name" in keys:
            self.found.say((*at, "name"), "there is no such key", wrong="name", known=keys_of(model))
        checks.secrets_by_reference(model, keys, at, self.found)
        before = len(self.found)
        try:
            table = model.model_validate({**keys, **({"name": name} if name else {})}, context={"folder": self.folder})
        except ValidationError as error:
            self.found.say_all(error, model, keys, at)
            return None
        secrets = {key: value.relative_to(self.folder) for key, value in iter(table) if isinstance(value, Secret)}
        return table.model_copy(update=secrets) if len(self.found) == before else None
