"""What planning must ask the ERPs beside the feeds: terms, clients, connections, parameters. Each asked once a pass."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeVar, cast

from erp_bridge.core.adapter import Adapter, Capability, Directory
from erp_bridge.core.errors import Unsupported
from erp_bridge.core.model import Cliente, Termo, Vinculo
from erp_bridge.core.rules import ParametrosAtendimento
from erp_bridge.core.vocabulary import Vocabulary
from erp_bridge.sync.carry import CONNECTIONS, Found, Party
from erp_bridge.sync.fields import TERMS
from erp_bridge.sync.side import Both

T = TypeVar("T")

#: Kinds that planning looks terms up in; `prioridade` and `status` are enumerations of the model.
KINDS = TERMS


class Lookups:
    """One ERP's answers during one pass; each question is put once."""

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter
        self._answers: dict[tuple[str, str], asyncio.Task[object]] = {}

    @property
    def asked(self) -> int:
        """Questions whose answers are remembered."""
        return len(self._answers)

    async def vocabularies(self) -> Mapping[str, Vocabulary]:
        found = await asyncio.gather(*(self._once("vocabulary", kind, self._vocabulary) for kind in KINDS))
        return dict(zip(KINDS, found, strict=True))

    async def ahead(self, documentos: Iterable[str | None]) -> None:
        """Put the questions about these clients together, where the ERP answers them so."""
        clients = await self.clients_ahead(documentos)
        if not clients or not self._takes_connections():
            return
        directory = cast(Directory, self.adapter)
        ids = {some[0].id for some in clients.values() if len(some) == 1}
        unknown = sorted(id for id in ids if id and ("contracts", id) not in self._answers)
        for id, conexoes in (await directory.contracts_of(unknown) if unknown else {}).items():
            self._answers["contracts", id] = asyncio.ensure_future(_said(conexoes))

    async def clients_ahead(self, documentos: Iterable[str | None]) -> Mapping[str, list[Cliente]]:
        """As :meth:`ahead`, of the clients alone; those that were not known yet."""
        if Capability.CLIENTS_BY_DOCUMENTS not in self.adapter.capabilities:
            return {}
        new = sorted({d for d in documentos if d and ("client", d) not in self._answers})
        clients = await cast(Directory, self.adapter).clients_by_documents(new) if new else {}
        for documento, some in clients.items():
            self._answers["client", documento] = asyncio.ensure_future(_said(some))
        return clients

    async def clients(self, documento: str) -> list[Cliente]:
        """The active clients of a document."""
        return await self._once("client", documento, self.adapter.clients_by_document)

    async def found(self, documento: str | None) -> Found:
        """The active clients of a document and, when there is exactly one, its connections."""
        if not documento:
            return Found()
        clientes = await self.clients(documento)
        if len(clientes) != 1 or clientes[0].id is None or not self._takes_connections():
            return Found(clientes)
        conexoes: Mapping[str, list[Vinculo]] = await self._once("contracts", clientes[0].id, self.adapter.contracts)
        return Found(clientes, conexoes)

    async def parameters(self, assunto: Termo | None) -> ParametrosAtendimento:
        """What the ERP demands of tickets with that subject of its own."""
        if Capability.PARAMETERS not in self.adapter.capabilities:
            return ParametrosAtendimento()
        return await self._once(
            "parameters", (assunto and assunto.id) or "", lambda id: self.adapter.parameters(id or None)
        )

    def _takes_connections(self) -> bool:
        fields = self.adapter.fields
        return Capability.CONTRACTS in self.adapter.capabilities and any(
            campo in fields and fields[campo].create for campo in CONNECTIONS
        )

    async def _vocabulary(self, kind: str) -> Vocabulary:
        try:
            return Vocabulary(await self.adapter.vocabulary(kind))
        except Unsupported:
            return Vocabulary()

    async def _once(self, question: str, about: str, ask: Callable[[str], Awaitable[T]]) -> T:
        key = (question, about)
        if key not in self._answers:
            self._answers[key] = asyncio.ensure_future(_run(ask, about))
            self._answers[key].add_done_callback(_heard)
        try:
            return cast("T", await asyncio.shield(self._answers[key]))
        except BaseException:
            self._answers.pop(key, None)  # a failure is no answer: the next ticket asks again
            raise


async def vocabularies(lookups: Both[Lookups]) -> Both[Mapping[str, Vocabulary]]:
    """The terms of both ERPs, asked for at the same time."""
    left, right = await asyncio.gather(lookups.left.vocabularies(), lookups.right.vocabularies())
    return Both(left, right)


async def _said(answer: object) -> object:
    return answer


def _heard(answer: asyncio.Task[object]) -> None:
    """Whoever asked may have been cancelled meanwhile: then nobody is left for a failure to be told to."""
    if not answer.cancelled():
        answer.exception()


async def _run(ask: Callable[[str], Awaitable[T]], about: str) -> object:
    return await ask(about)


def party(adapter: Adapter, vocab: Mapping[str, Vocabulary] | None = None) -> Party:
    """The adapter's declarations as plain data for planning."""
    return Party(
        erp=adapter.name,
        fields=adapter.fields,
        capabilities=adapter.capabilities,
        statuses=adapter.statuses,
        max_text=adapter.max_text,
        vocab=vocab or {},
        zone=adapter.timezone,
    )
