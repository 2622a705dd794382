"""What an adapter's author imports beside ``erp_bridge`` itself: settings, HTTP client, and building blocks.

The model, the errors and the contract come from ``erp_bridge``; this module adds what only adapters need. What stands
in ``__all__`` is public: it changes with a new major version only. Like there, every name is loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from erp_bridge.adapters.plain import PlainAdapter
    from erp_bridge.adapters.registry import Plugin
    from erp_bridge.core import blocks, documento, footer, text
    from erp_bridge.core.adapter import Archive, Downloading, Inspecting, Notice, Posting
    from erp_bridge.core.clock import Clock, SystemClock
    from erp_bridge.core.errors import Overtaken, Unseen
    from erp_bridge.core.footer import Footer, Ref
    from erp_bridge.core.rules import check_search, repair_for_twin
    from erp_bridge.core.settings import Duration, ErpSettings, Secret, Settings
    from erp_bridge.core.status import TERMINAL
    from erp_bridge.core.vocabulary import Vocabulary
    from erp_bridge.transport.client import HttpClient
    from erp_bridge.transport.network import Network
    from erp_bridge.transport.redact import redactor
    from erp_bridge.transport.reply import Reply

_HOME = {
    "erp_bridge.adapters.plain": "PlainAdapter",
    "erp_bridge.adapters.registry": "Plugin",
    "erp_bridge.core.adapter": "Archive Downloading Inspecting Notice Posting",
    "erp_bridge.core.clock": "Clock SystemClock",
    "erp_bridge.core.errors": "Overtaken Unseen",
    "erp_bridge.core.footer": "Footer Ref",
    "erp_bridge.core.rules": "check_search repair_for_twin",
    "erp_bridge.core.settings": "Duration ErpSettings Secret Settings",
    "erp_bridge.core.status": "TERMINAL",
    "erp_bridge.core.vocabulary": "Vocabulary",
    "erp_bridge.transport.client": "HttpClient",
    "erp_bridge.transport.network": "Network",
    "erp_bridge.transport.redact": "redactor",
    "erp_bridge.transport.reply": "Reply",
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names.split()}
#: Modules of small pure functions: ``footer.split``, ``blocks.join``, ``text.fold``, ``documento.is_valid`` ...
_SUBMODULES = {name: f"erp_bridge.core.{name}" for name in ("blocks", "documento", "footer", "text")}

__all__ = [
    "TERMINAL",
    "Archive",
    "Clock",
    "Downloading",
    "Duration",
    "ErpSettings",
    "Footer",
    "HttpClient",
    "Inspecting",
    "Network",
    "Notice",
    "Overtaken",
    "PlainAdapter",
    "Plugin",
    "Posting",
    "Ref",
    "Reply",
    "Secret",
    "Settings",
    "SystemClock",
    "Unseen",
    "Vocabulary",
    "blocks",
    "check_search",
    "documento",
    "footer",
    "redactor",
    "repair_for_twin",
    "text",
]


def __getattr__(name: str) -> object:
    if name in _SUBMODULES:
        return import_module(_SUBMODULES[name])
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
