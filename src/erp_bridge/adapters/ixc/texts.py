"""Long texts of IXC: as they are stored, without the bridge's footer. Pure.

HTML in a text stays (quirk 29): a text that is read differently than it was written would look like somebody's edit.
"""

from __future__ import annotations

from erp_bridge.adapters.ixc.values import plain
from erp_bridge.core import footer
from erp_bridge.core.footer import Footer


def read(stored: str) -> tuple[str, Footer | None]:
    """The text, and the footer if there is one, also where an editor has turned its line ends into tags."""
    text, found = footer.split(stored)
    if found is None and (freed := plain(stored)) != stored:
        body, found = footer.split(freed)
        if found is not None:
            return body, found
    return text, found
