"""Long texts of IXC: as they are stored, without the bridge's footer and the blocks of a ticket's form. Pure.

HTML in a text stays (quirk 29): a text that is read differently than it was written would look like somebody's edit.
"""

from __future__ import annotations

from erp_bridge.adapters.ixc.values import plain
from erp_bridge.core import blocks, footer
from erp_bridge.core.footer import Footer
from erp_bridge.core.model import PerguntaResposta, PrimeiroContato
from erp_bridge.core.text import clean


def read(stored: str) -> tuple[str, Footer | None]:
    """The text, and the footer if there is one, also where an editor has turned its line ends into tags."""
    text, found = footer.split(stored)
    if found is None and (freed := plain(stored)) != stored:
        body, found = footer.split(freed)
        if found is not None:
            return body, found
    return text, found


def read_form(stored: str) -> tuple[str, tuple[PerguntaResposta, ...], PrimeiroContato | None, Footer | None]:
    """A ticket's text, its script, its first contact and its footer: IXC has one column for all four.

    What stands in texts comes back fit for any ERP (``core.text.clean``).
    """
    if "[" not in stored and "&" not in stored:  # footers and blocks have a bracket, or what an editor made of it
        return clean(stored), (), None, None
    text, rodape = read(stored)
    body, script, contato = blocks.split(text)
    if not script and contato is None and (freed := plain(text)) != text:
        found = blocks.split(freed)
        if found[1] or found[2] is not None:  # an editor has turned the blocks' line ends into tags
            body, script, contato = found
    return clean(body), script, contato, rodape
