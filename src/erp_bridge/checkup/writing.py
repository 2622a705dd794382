"""The one part of an examination that writes: a comment on a test ticket that somebody has named."""

from __future__ import annotations

from erp_bridge.checkup.findings import Examined, State
from erp_bridge.core.adapter import Adapter
from erp_bridge.core.model import Movimentacao, Visibilidade
from erp_bridge.core.text import same_but_for_losses
from erp_bridge.i18n import N_, _


async def test(seen: Examined, erp: Adapter, id: str) -> None:
    """A comment must arrive whole and must not move the ticket's status."""
    topic = N_("write test")
    text = _('Write test of erp_bridge: accents áéíõç, an emoji 👍, a "quotation".')
    before = await erp.get(id)
    sent = await erp.add_movement(id, Movimentacao(texto=text, visibilidade=Visibilidade.PRIVADA))
    after = await erp.get(id)
    if after.status is not before.status:
        advice = _('set comment_status = "repeat" in [erp.{name}]', name=erp.name)
        moved = _("the comment moved the status from {before} to {after}", before=before.status, after=after.status)
        seen.say(topic, State.ERROR, moved, advice)
    elif sent.texto == text:
        seen.say(topic, State.OK, _("the comment arrived whole and left the status as it was"))
    elif same_but_for_losses(text, sent.texto):
        advice = _("nothing need be done: the bridge takes such losses for no change")
        lost = _("the comment arrived with characters replaced: {text}", text=sent.texto)
        seen.say(topic, State.WARNING, lost, advice)
    else:
        advice = _("read it on the ERP's screen: if it is damaged there too, ask the ERP's support about its charset")
        seen.say(topic, State.ERROR, _("the comment arrived as another text: {text}", text=sent.texto), advice)
