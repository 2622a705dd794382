"""Adapters that are broken where they write: tickets, fields, messages, statuses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from erp_bridge.core.errors import BridgeError, Uncertain
from erp_bridge.core.footer import Footer
from erp_bridge.core.model import (
    Arquivo,
    Atendimento,
    Movimentacao,
    OrdemServico,
    Status,
    Termo,
    TipoMovimentacao,
    Vinculo,
    Visibilidade,
)
from testing.flaws import breaks
from testing.flaws_reading import Creating, Reading
from testing.toy_adapter import ToyAdapter

# --- texts and markers


@breaks("create.read_back")
class AnswersWhatWasSent(ToyAdapter):
    async def create(self, novo: Atendimento) -> Atendimento:
        return (await super().create(novo)).model_copy(update={"versao": None})


@breaks("create.invalid")
class SendsAnything(ToyAdapter):
    async def create(self, novo: Atendimento) -> Atendimento:
        if novo.descricao:
            return await super().create(novo)
        return await super().create(novo.model_copy(update={"descricao": "-"}))


@breaks("text.emoji")
class ThreeByteDatabase(Creating):
    def spoilt(self, novo: Atendimento) -> dict[str, Any]:
        return {"descricao": re.sub("[\U00010000-\U0010ffff]", "?", novo.descricao)}


@breaks("text.line_ends")
class DoublesLineEnds(Creating):
    def spoilt(self, novo: Atendimento) -> dict[str, Any]:
        return {"descricao": novo.descricao.replace("\r\n", "\n\n")}


@breaks("text.markup")
class StripsTags(Creating):
    def spoilt(self, novo: Atendimento) -> dict[str, Any]:
        return {"descricao": re.sub("<[^>]+>", "", novo.descricao)}


@breaks("text.long")
class CutsAt60k(Creating):
    def spoilt(self, novo: Atendimento) -> dict[str, Any]:
        fits = len(novo.descricao) <= self.max_text
        return {"descricao": novo.descricao[:60_000] if fits else novo.descricao}


@breaks("text.too_long")
class CutsInSilence(Creating):
    def spoilt(self, novo: Atendimento) -> dict[str, Any]:
        return {"descricao": novo.descricao[: self.max_text - 500]}


@breaks("text.nothing")
class WordForNull(Reading):
    def spoilt(self, ticket: Atendimento) -> dict[str, Any]:
        return {"endereco": str(ticket.endereco)}


@breaks("footer.cut")
class LosesTheSignature(Reading):
    def spoilt(self, ticket: Atendimento) -> dict[str, Any]:
        return {"footer": ticket.footer.model_copy(update={"assinatura": ""})} if ticket.footer else {}


@breaks("footer.kept")
class OverwritesTheMarker(ToyAdapter):
    async def marker(self, id: str) -> Footer | None:
        return None


# --- fields


@breaks("fields.create")
class DropsAField(Creating):
    def spoilt(self, novo: Atendimento) -> dict[str, Any]:
        return {"canal": None}


@breaks("fields.change")
class DropsAChange(ToyAdapter):
    async def update(self, id: str, *, expected: str | None = None, **campos: object) -> Atendimento:
        campos.pop("canal", None)
        return await super().update(id, expected=expected, **campos)


@breaks("fields.alone")
class WritesMoreThanAsked(ToyAdapter):
    async def update(self, id: str, *, expected: str | None = None, **campos: object) -> Atendimento:
        return await super().update(id, expected=expected, **{"melhor_horario": "manha", **campos})


@breaks("fields.refused")
class ForgivesInSilence(ToyAdapter):
    async def update(self, id: str, *, expected: str | None = None, **campos: object) -> Atendimento:
        campos.pop("contato", None)
        return await super().update(id, expected=expected, **campos)


@breaks("update.expected")
class LastOneWins(ToyAdapter):
    async def update(self, id: str, *, expected: str | None = None, **campos: object) -> Atendimento:
        return await super().update(id, **campos)


# --- messages and statuses


class Hearing(ToyAdapter):
    """Spoils messages as they are read."""

    def spoilt(self, movement: Movimentacao) -> dict[str, Any]:
        raise NotImplementedError

    def read_message(self, row: Mapping[str, Any]) -> Movimentacao:
        movement = super().read_message(row)
        return movement.model_copy(update=self.spoilt(movement))


class Saying(ToyAdapter):
    """Spoils messages as they are written."""

    def spoilt(self, movement: Movimentacao) -> dict[str, Any]:
        raise NotImplementedError

    async def add_movement(self, id: str, movimentacao: Movimentacao) -> Movimentacao:
        return await super().add_movement(id, movimentacao.model_copy(update=self.spoilt(movimentacao)))


@breaks("message.read_back")
class ForgetsTheTicket(Hearing):
    def spoilt(self, movement: Movimentacao) -> dict[str, Any]:
        return {"atendimento_id": None}


@breaks("message.text")
class ShortColumn(Saying):
    def spoilt(self, movement: Movimentacao) -> dict[str, Any]:
        fits = len(movement.texto) <= self.max_text
        return {"texto": movement.texto[:4000] if fits else movement.texto}


@breaks("message.footer")
class LosesTheMessagesSignature(Hearing):
    def spoilt(self, movement: Movimentacao) -> dict[str, Any]:
        return {"footer": movement.footer.model_copy(update={"assinatura": ""})} if movement.footer else {}


@breaks("message.order")
class NewestFirst(ToyAdapter):
    async def movements_of(self, ids: Sequence[str]) -> dict[str, list[Movimentacao]]:
        return {id: found[::-1] for id, found in (await super().movements_of(ids)).items()}


@breaks("message.bulk")
class PoorInBulk(ToyAdapter):
    async def movements_of(self, ids: Sequence[str]) -> dict[str, list[Movimentacao]]:
        found = await super().movements_of(ids)
        if len(ids) == 1:
            return found
        return {id: [m.model_copy(update={"autor": None}) for m in own] for id, own in found.items()}


@breaks("message.time")
class TimesInAnotherZone(Hearing):
    def spoilt(self, movement: Movimentacao) -> dict[str, Any]:
        return {"instante": movement.instante - timedelta(hours=3)} if movement.instante else {}


@breaks("message.private")
class TellsTheClient(Saying):
    def spoilt(self, movement: Movimentacao) -> dict[str, Any]:
        return {"visibilidade": movement.visibilidade or Visibilidade.PUBLICA}


@breaks("message.keeps_status")
class CommentPauses(ToyAdapter):
    async def add_movement(self, id: str, movimentacao: Movimentacao) -> Movimentacao:
        said = await super().add_movement(id, movimentacao)
        if movimentacao.status is None:
            try:
                await self.call("update", writes=True, id=id, columns={"status": "P"})
            except BridgeError as error:
                raise Uncertain(error.message) from error
        return said


@breaks("message.status")
class StatusApart(ToyAdapter):
    async def add_movement(self, id: str, movimentacao: Movimentacao) -> Movimentacao:
        return await super().add_movement(id, movimentacao.model_copy(update={"status": None}))

    async def set_status(self, id: str, status: Status, *, movimentacao: Movimentacao | None = None) -> Atendimento:
        if movimentacao:
            await self.add_movement(id, movimentacao)
        return await super().set_status(id, status)


@breaks("message.refused")
class SaysNothingAloud(Saying):
    def spoilt(self, movement: Movimentacao) -> dict[str, Any]:
        return {"texto": movement.texto or "-"}


@breaks("status.set")
class NeverEnds(Reading):
    def spoilt(self, ticket: Atendimento) -> dict[str, Any]:
        return {"encerrado_em": None}


@breaks("status.words")
class WithoutWords(ToyAdapter):
    async def set_status(self, id: str, status: Status, *, movimentacao: Movimentacao | None = None) -> Atendimento:
        return await super().set_status(id, status)


@breaks("status.actions")
class PausesInstead(ToyAdapter):
    async def take_over(self, id: str) -> Atendimento:
        return await self.set_status(id, Status.PENDENTE)


@breaks("status.rules")
class NoMachine(ToyAdapter):
    async def act(self, id: str, tipo: TipoMovimentacao, status: Status, texto: str) -> Atendimento:
        return await self.set_status(id, status)


@breaks("forward.department")
class StaysWhereItIs(ToyAdapter):
    async def forward(self, id: str, departamento: Termo, responsavel: Termo | None = None) -> Atendimento:
        return await self.get(id)


@breaks("label.set")
class NoLabel(ToyAdapter):
    async def set_label(self, id: str, etiqueta: Vinculo) -> Atendimento:
        return await self.get(id)


@breaks("files.attached")
class LosesTheName(ToyAdapter):
    async def attach(self, id: str, arquivo: Arquivo, dados: bytes) -> Arquivo:
        return await super().attach(id, arquivo.model_copy(update={"nome": "arquivo"}), dados)


@breaks("files.listed")
class SomebodyElsesFiles(ToyAdapter):
    async def files(self, id: str) -> list[Arquivo]:
        return await super().files(id) or [Arquivo(id="0", nome="outro.pdf")]


@breaks("files.content")
class FilesAsText(ToyAdapter):
    async def download(self, id: str, arquivo: Arquivo) -> bytes:
        return (await super().download(id, arquivo)).decode("utf-8", "replace").encode()


@breaks("orders.listed")
class OrdersTwice(ToyAdapter):
    async def work_orders(self, id: str) -> list[OrdemServico]:
        return [*await super().work_orders(id), OrdemServico(id="1"), OrdemServico(id="1")]
