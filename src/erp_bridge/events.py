"""What a program that embeds the engine may listen to; see :class:`Events`. Needs the extra ``server``."""

from __future__ import annotations

from erp_bridge.sync.events import Adopted, Created, Events, PassEnded, Updated, Waiting
from erp_bridge.sync.side import Side
from erp_bridge.sync.store.waiting import Kind

__all__ = ["Adopted", "Created", "Events", "Kind", "PassEnded", "Side", "Updated", "Waiting"]
