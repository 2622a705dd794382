"""Writes the bridge's messages: copies of people's words, and its own where a field cannot be carried. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from erp_bridge.core import blocks
from erp_bridge.core.adapter import Capability
from erp_bridge.core.footer import Footer, Ref, fit
from erp_bridge.core.model import Atendimento, Movimentacao, Status, Visibilidade
from erp_bridge.core.text import same_but_for_losses
from erp_bridge.sync import fields
from erp_bridge.sync.carry import Party
from erp_bridge.sync.plan import Attach, Send
from erp_bridge.sync.side import Both, Side

NOBODY = "-"  # the author's place in a footer when the ERP does not tell

#: Before the visibility that a message of the past had where it was written.
VISIBILITY = "Visibilidade"

#: Kept free beside a twin's text for what its ERP may write around it: labels of the form's blocks.
MARGIN = 200


@dataclass(frozen=True)
class Scribe:
    """Words from one side of a pair to the other; ``side`` is always the one they come from."""

    parties: Both[Party]
    zones: Both[ZoneInfo]
    quiet: bool = False  # nothing that a client may be told of: history

    def footer(
        self,
        side: Side,
        source: Atendimento,
        part: str = "",
        autor: str | None = None,
        instante: datetime | None = None,
    ) -> Footer:
        """Where the words come from, who wrote them and when, in the source's local time."""
        erp, when = self.parties[side].erp, instante or source.aberto_em
        stamp = when.astimezone(self.zones[side]).strftime("%d/%m/%Y %H:%M") if when else NOBODY
        return Footer(
            ref=Ref(erp=erp, id=source.id or "", part=part or None),
            protocolo=source.protocolo,
            assinatura=f"{' '.join((autor or NOBODY).split())} · {stamp} · {erp}",
        )

    def cut(self, side: Side, twin: Atendimento) -> tuple[Atendimento, str]:
        """The twin with as much of its text as the target holds, and the rest."""
        # the title leads the text where the ERP has no field for it, and the form's blocks follow: leave them room
        form = len(blocks.join("", twin.script, twin.primeiro_contato))
        room = self.parties[side.other].max_text - len(twin.titulo) - form - MARGIN
        footer = twin.footer
        while footer is not None and footer.notas and len(str(footer)) > room // 2:
            footer = footer.model_copy(update={"notas": footer.notas[:-1]})  # the marker must stay; a note need not
        head, rest = fit(twin.descricao, footer, room)
        return twin.model_copy(update={"descricao": head, "footer": footer}), rest

    def rest(self, side: Side, source: Atendimento, text: str) -> list[Send]:
        """What did not fit into the twin, as messages."""
        if not text:
            return []
        footer = self.footer(side, source, "d2", None, source.aberto_em)
        message = Movimentacao(texto=text, visibilidade=Visibilidade.PRIVADA, footer=footer)
        *some, last = self._pieces(side, "d2", message)
        return [*some, replace(last, settles=("descricao",))]

    def copies(self, side: Side, source: Atendimento, movements: Sequence[Movimentacao]) -> list[Send | Attach]:
        """People's messages in their order, and their files. What has no known visibility is written as private."""
        travels = Capability.DOWNLOAD in self.parties[side].capabilities
        travels = travels and Capability.ATTACH in self.parties[side.other].capabilities
        sends: list[Send | Attach] = []
        for movement in sorted(movements, key=_order):
            if not movement.texto.strip():
                continue
            footer = self.footer(side, source, movement.id or "", movement.autor, movement.instante)
            seen = movement.visibilidade or Visibilidade.PRIVADA
            if self.quiet and seen is not Visibilidade.PRIVADA:
                footer = footer.model_copy(update={"notas": (f"{VISIBILITY}: {seen.value}",)})
                seen = Visibilidade.PRIVADA
            copy = Movimentacao(texto=movement.texto, visibilidade=seen, status=movement.status, footer=footer)
            pieces = self._pieces(side, movement.id or "", copy)
            if movement.arquivo is not None and travels and len(pieces) == 1:
                sends.append(Attach(side.other, movement.arquivo, pieces[0]))
            else:
                sends += pieces
        return sends

    def begun(
        self, side: Side, source: Atendimento, movements: Sequence[Movimentacao], delivered: Collection[str]
    ) -> list[Movimentacao]:
        """Those of which some pieces arrived and others did not; ``delivered`` are the markers on the other side."""
        begun = []
        for movement in movements:
            parts = {copy.part for copy in self.copies(side, source, [movement])}
            if 0 < len(parts.intersection(delivered)) < len(parts):
                begun.append(movement)
        return begun

    def told(self, side: Side, source: Atendimento, target: Atendimento, campo: str) -> Send:
        """A change of a field that the other side cannot hold, in one line."""
        party, other = self.parties[side], self.parties[side.other]
        after = fields.words(_named(party, source, campo), campo)
        before = fields.words(_named(other, target, campo), campo) if other.supports(campo).read else ""
        shift = f"{before} → {after}" if before not in ("", "-") else after
        return self.own(side, source, f"{fields.changed_label(campo)} em {party.erp}: {shift}", (campo,))

    def status(self, side: Side, source: Atendimento, status: Status) -> Send:
        """A status that arrives without words of its own."""
        reported = source.status or status
        return self.own(side, source, f"Status em {self.parties[side].erp}: {reported.value}", ("status",), status)

    def own(
        self, side: Side, source: Atendimento, text: str, settles: tuple[str, ...], status: Status | None = None
    ) -> Send:
        """A message of the bridge; its marker is numbered when it is sent."""
        stamp = source.alterado_em or source.encerrado_em or source.aberto_em
        footer = self.footer(side, source, "", None, stamp)
        message = Movimentacao(texto=text, visibilidade=Visibilidade.PRIVADA, status=status, footer=footer)
        return Send(side.other, "", message, status, settles)

    def _pieces(self, side: Side, part: str, copy: Movimentacao) -> list[Send]:
        """One message, or several when the target holds less; each piece has a marker of its own."""
        pieces: list[Send] = []
        text = copy.texto
        while text or not pieces:
            name = part if not pieces else f"{part}.{len(pieces) + 1}"
            footer = _marked(copy.footer, name)
            head, text = fit(text, footer, self.parties[side.other].max_text)
            message = copy.model_copy(update={"texto": head, "footer": footer})
            pieces.append(Send(side.other, name, message, completes="" if text else part))
        return pieces


def behind(head: str, whole: str) -> str:
    """What of ``whole`` stands behind its stored beginning; "" when nothing does, or when ``head`` is another text."""
    if len("".join(head.split())) >= len("".join(whole.split())) or not same_but_for_losses(whole, head):
        return ""
    place = 0
    for char in "".join(head.split()):
        place = whole.find(char, place) + 1
        if place == 0:  # a character was lost in storage: nearly is near enough
            return whole[len(head) :]
    return whole[place:]


def joined(send: Send, status: Status) -> Send:
    """The same message, setting the status that its words explain."""
    message = send.movimentacao.model_copy(update={"status": status})
    return replace(send, movimentacao=message, status=status, settles=("status",))


def _named(party: Party, record: Atendimento, campo: str) -> Atendimento:
    if campo not in fields.TERMS:
        return record
    return record.model_copy(update={campo: party.named(campo, getattr(record, campo))})


def _marked(footer: Footer | None, part: str) -> Footer:
    if footer is None:
        raise ValueError("a message of the bridge has a footer")
    return footer.model_copy(update={"ref": footer.ref.model_copy(update={"part": part})})


def _order(movement: Movimentacao) -> tuple[bool, float, int, str]:
    """By time; files come last, since ERPs do not tell when they came."""
    id = movement.id or ""
    told = movement.instante.timestamp() if movement.instante else 0.0
    return (movement.arquivo is not None, told, len(id), id)
