"""What differs between two configurations, in lines for the log: names of keys, never their secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from erp_bridge.config import Config
from erp_bridge.core.errors import ConfigError
from erp_bridge.core.settings import Secret

#: Keys that hold a secret without being of that kind: whoever knows such an address may write to it.
_SECRET = (("notify", "webhook"), ("notify", "command"))


def difference(old: Config, new: Config) -> list[str]:
    """``pair.suporte.interval: 60 → 30``, a line each; ``+`` and ``-`` before tables that came or went."""
    before, after = _tables(old), _tables(new)
    lines = [f"+ {name}" for name in after if name not in before]
    lines += [f"- {name}" for name in before if name not in after]
    for name, table in after.items():
        lines += _keys(name, before.get(name), table)
    return sorted(lines)


def refuse_what_needs_a_restart(old: Config, new: Config) -> None:
    """Raises ``ConfigError`` for what a running daemon cannot change."""
    for what, before, after in (
        ("state", _plain(old.state), _plain(new.state)),
        ("service.bind", old.service.bind, new.service.bind),
    ):
        if before != after:
            raise ConfigError(f"{what} has changed: that takes a restart; nothing was reloaded")


def _tables(config: Config) -> dict[str, dict[str, Any]]:
    found = {f"erp.{name}": _plain(erp) for name, erp in config.erp.items()}
    found |= {f"pair.{name}": _plain(pair) for name, pair in config.pair.items()}
    return found | {"service": _plain(config.service), "notify": _plain(config.notify)}


def _plain(settings: Any) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in type(settings).model_fields}


def _keys(table: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Iterator[str]:
    for key, value in after.items() if before is not None else ():
        was = before.get(key) if before else None
        if was != value:
            secret = (table, key) in _SECRET
            yield f"{table}.{key}: " + ("*** → ***" if secret else f"{_shown(was)} → {_shown(value)}")


def _shown(value: Any) -> str:
    if isinstance(value, Secret):
        return "***"
    if isinstance(value, Mapping):
        return f"{len(value)} entries"
    return str(value)
