"""Adapters that are broken where things go wrong, where records come in crowds, and where silence is due."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from erp_bridge.core.adapter import Page
from erp_bridge.core.errors import BridgeError, Malformed, Unavailable, Uncertain
from erp_bridge.core.model import (
    Arquivo,
    Atendimento,
    Cliente,
    Movimentacao,
    Status,
    Vinculo,
)
from erp_bridge.transport.reply import Reply
from testing.flaws import breaks
from testing.toy_adapter import ToyAdapter
from testing.toy_erp import TOKEN

# --- reading in bad weather


def blind(check: str, takes_for_nobody: Callable[[Reply], bool]) -> None:
    """An adapter for which such an answer to a search of clients means that there is no such client."""

    class Blind(ToyAdapter):
        async def find_client(self, documento: str) -> Cliente | None:
            reply = await self._client.send(
                "POST", "call", operation="clients", writes=False, json={"op": "clients", "documento": documento},
                ok_statuses=range(300, 600),
            )  # fmt: skip
            return None if takes_for_nobody(reply) else await super().find_client(documento)

    breaks(check)(Blind)


blind("http.credentials", lambda reply: reply.status in (401, 403))
blind("http.overloaded", lambda reply: reply.status == 504)
blind("http.throttled", lambda reply: reply.status == 429)
blind("http.redirect", lambda reply: reply.status == 302)
blind("http.broken", lambda reply: reply.status == 500)
blind("http.error_page", lambda reply: reply.status == 200 and reply.is_html)
blind("http.empty", lambda reply: reply.status == 200 and not reply.content)
blind("http.other_json", lambda reply: reply.status == 200 and reply.content.startswith(b'["'))
blind("http.half", lambda reply: reply.looks == "broken JSON")


@breaks("http.cut")
class BrokenOffIsNobody(ToyAdapter):
    async def find_client(self, documento: str) -> Cliente | None:
        try:
            return await super().find_client(documento)
        except Unavailable as error:
            if "broke off" in error.message:
                return None
            raise


@breaks("http.refused")
class NoConnectionIsMalformed(ToyAdapter):
    async def find_client(self, documento: str) -> Cliente | None:
        try:
            return await super().find_client(documento)
        except Unavailable as error:
            raise (Malformed(error.message) if "no connection" in error.message else error) from None


@breaks("http.retry_after")
class ImpatientPings(ToyAdapter):
    """Each ping goes through a client of its own, which nobody told to rest."""

    def __init__(self, settings: Any, network: Any) -> None:
        super().__init__(settings, network)
        self._network = network

    async def ping(self) -> str:
        from erp_bridge.transport.network import Network

        apart = Network(clock=self._clock, wire=self._network._wire)
        other = ToyAdapter(self._settings, apart)
        text = await other.ping()
        self._client.requests += other.requests
        return text


@breaks("http.recovers")
class GivesUp(ToyAdapter):
    failed = 0

    async def ping(self) -> str:
        if self.failed >= 3:
            raise Unavailable("it has failed so often")
        try:
            return await super().ping()
        except Unavailable:
            self.failed += 1
            raise


# --- writing in bad weather


class Optimist(ToyAdapter):
    """What fails in ``harmless`` is told as if nothing had been written."""

    harmless: tuple[str, ...] = ()

    def told(self, error: BridgeError) -> BridgeError:
        if isinstance(error, Uncertain) and any(words in error.message for words in self.harmless):
            return Unavailable(error.message)
        return error


class OptimistCreating(Optimist):
    async def create(self, novo: Atendimento) -> Atendimento:
        try:
            return await super().create(novo)
        except BridgeError as error:
            raise self.told(error) from error


class OptimistSaying(Optimist):
    async def add_movement(self, id: str, movimentacao: Movimentacao) -> Movimentacao:
        try:
            return await super().add_movement(id, movimentacao)
        except BridgeError as error:
            raise self.told(error) from error


@breaks("create.lost_reply")
class LostMeansNotCreated(OptimistCreating):
    harmless = ("was lost",)


@breaks("create.bad_answer")
class PageMeansNotCreated(OptimistCreating):
    harmless = ("HTML",)


@breaks("create.line_dead")
class UnreadMeansNotCreated(ToyAdapter):
    async def read_back(self, id: str) -> Atendimento:
        try:
            return await super().read_back(id)
        except Uncertain as error:
            if isinstance(error.__cause__, Unavailable):
                raise error.__cause__ from None
            raise


@breaks("message.lost_reply", "posting.lost_reply")
class LostMeansNotSaid(OptimistSaying):
    harmless = ("was lost",)


@breaks("message.bad_answer")
class PageMeansNotSaid(OptimistSaying):
    harmless = ("HTML",)


@breaks("status.lost_reply")
class LostMeansNotSet(Optimist):
    harmless = ("was lost",)

    async def set_status(self, id: str, status: Status, *, movimentacao: Movimentacao | None = None) -> Atendimento:
        try:
            return await super().set_status(id, status, movimentacao=movimentacao)
        except BridgeError as error:
            raise self.told(error) from error


# --- many at once


@breaks("bulk.requests")
class EachByItself(ToyAdapter):
    async def get_many(self, ids: Sequence[str]) -> Page:
        pages = [await super(EachByItself, self).get_many([id]) for id in ids]
        return Page(tuple(t for page in pages for t in page), {}, tuple(u for page in pages for u in page.unreadable))


@breaks("bulk.clients")
class ForgetsConnections(ToyAdapter):
    async def contracts_of(self, cliente_ids: Sequence[str]) -> dict[str, dict[str, list[Vinculo]]]:
        return {id: {} for id in cliente_ids}


@breaks("bulk.files")
class FilesOfTheFirstOnly(ToyAdapter):
    async def files_of(self, ids: Sequence[str]) -> dict[str, list[Arquivo]]:
        return await super().files_of(ids[:1])


class Archiving(ToyAdapter):
    """Spoils the pages of the archive."""

    def spoilt(self, page: Page) -> Page:
        raise NotImplementedError

    async def tickets_between(self, *args: Any, **kwargs: Any) -> AsyncIterator[Page]:
        async for page in super().tickets_between(*args, **kwargs):
            yield self.spoilt(page)


@breaks("archive.window")
class OpenOnesOnly(Archiving):
    def spoilt(self, page: Page) -> Page:
        return replace(page, atendimentos=tuple(t for t in page if t.status is not Status.SOLUCIONADO))


@breaks("archive.resumed")
class FromTheBeginningAgain(ToyAdapter):
    async def tickets_between(
        self, desde: datetime | None, ate: datetime | None, *, status: Status | None = None, apos: str = ""
    ) -> AsyncIterator[Page]:
        async for page in super().tickets_between(desde, ate, status=status):
            yield page


@breaks("posting.ticket")
class BeginsInAnotherStatus(ToyAdapter):
    async def post_ticket(self, novo: Atendimento) -> Atendimento:
        return (await super().post_ticket(novo)).model_copy(update={"status": Status.PENDENTE})


@breaks("posting.ticket_lost")
class LostMeansNotOpened(Optimist):
    harmless = ("was lost",)

    async def post_ticket(self, novo: Atendimento) -> Atendimento:
        try:
            return await super().post_ticket(novo)
        except BridgeError as error:
            raise self.told(error) from error


@breaks("posting.message")
class NamesAnotherMessage(ToyAdapter):
    async def post_movement(self, atendimento: Atendimento, movimentacao: Movimentacao) -> str | None:
        return f"{await super().post_movement(atendimento, movimentacao)}0"


@breaks("posting.status")
class PostsNoStatus(ToyAdapter):
    async def post_status(self, id: str, status: Status) -> None:
        await self.ping()


@breaks("posting.lost_reply")
class LostMeansNotPosted(Optimist):
    harmless = ("was lost",)

    async def post_movement(self, atendimento: Atendimento, movimentacao: Movimentacao) -> str | None:
        try:
            return await super().post_movement(atendimento, movimentacao)
        except BridgeError as error:
            raise self.told(error) from error


# --- secrecy


@breaks("secrets.hidden")
class LogsItsToken(ToyAdapter):
    async def ping(self) -> str:
        logging.getLogger("toy").debug("asking with %s", TOKEN)
        return await super().ping()


@breaks("people.hidden")
class LogsWhomItLooksFor(ToyAdapter):
    async def find_client(self, documento: str) -> Cliente | None:
        logging.getLogger("toy").info("looking for %s", documento)
        return await super().find_client(documento)
