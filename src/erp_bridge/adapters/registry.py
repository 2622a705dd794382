"""Finds adapters by name through the entry-point group ``erp_bridge.adapters``; the built-in ones use it as well."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from pydantic import ValidationError

from erp_bridge.core.adapter import Adapter
from erp_bridge.core.errors import ConfigError
from erp_bridge.core.settings import ErpSettings
from erp_bridge.transport.network import Network

GROUP = "erp_bridge.adapters"


@dataclass(frozen=True)
class Plugin:
    """What an entry point of the group names: the keys an ERP's table may have, and how to open it."""

    settings: type[ErpSettings]
    open: Callable[[Any, Network], Adapter]

    @property
    def required(self) -> tuple[str, ...]:
        """The keys that an ERP's table cannot do without, in their order.

        Told by the settings themselves when they are given nothing: some keys have a default only so that they can
        say in their own words why there can be none.
        """
        try:
            self.settings.model_validate({})
        except ValidationError as error:
            lacking = {str(found["loc"][0]) for found in error.errors() if found["loc"]}
            return tuple(key for key in self.settings.model_fields if key in lacking)
        return ()


@cache
def names() -> tuple[str, ...]:
    """The adapters that are installed here."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


@cache
def plugin(name: str) -> Plugin:
    """The adapter of that name. Raises ``ConfigError`` naming the nearest known one."""
    for point in entry_points(group=GROUP, name=name):
        found = point.load()
        if not isinstance(found, Plugin):
            raise ConfigError(f"the entry point {name!r} of {GROUP} is not an adapter plugin")
        return found
    near = difflib.get_close_matches(name, names(), n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(names())}"
    raise ConfigError(f"there is no adapter {name!r}{hint}")


def connect(erp: str | ErpSettings, /, *, network: Network | None = None, **keys: object) -> Adapter:
    """An ERP to be used in ``async with``: by adapter name and the keys of an ``[erp.X]`` table, or by its settings.

    Raises ``ConfigError`` (also pydantic's ``ValidationError`` for wrong keys) before any request.
    """
    if isinstance(erp, ErpSettings):
        settings = erp
    else:
        settings = plugin(erp).settings.model_validate({"name": erp, "adapter": erp, **keys})
    return plugin(settings.adapter).open(settings, network or Network())
