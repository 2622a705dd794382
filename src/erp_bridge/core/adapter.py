"""What an ERP must offer to take part: the contract between the adapters below and the engine above.

An adapter is any object of this shape; there is no base class to inherit from. What it cannot do it leaves out of
``capabilities``, and the method then raises :class:`~erp_bridge.core.errors.Unsupported` before any request.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from erp_bridge.core.billing import Fatura, Lancamento, OrdemDesconto, Requisicao
from erp_bridge.core.model import (
    Arquivo,
    Atendimento,
    Cliente,
    Instante,
    Movimentacao,
    OrdemServico,
    Status,
    Termo,
    Vinculo,
)
from erp_bridge.core.rules import ParametrosAtendimento


class Capability(StrEnum):
    """One thing an ERP can be asked to do. The names are those of the adapter's methods."""

    CHANGED_SINCE = "changed_since"
    OPEN_TICKETS = "open_tickets"
    GET = "get"
    FIND_BY_PROTOCOLO = "find_by_protocolo"
    TICKETS_OF_CLIENT = "tickets_of_client"
    CREATE = "create"
    UPDATE = "update"
    MOVEMENTS = "movements"
    ADD_MOVEMENT = "add_movement"
    MOVEMENT_STATUS = "movement_status"  # a status is set by the message that says so
    SET_STATUS = "set_status"
    FORWARD = "forward"
    SET_LABEL = "set_label"
    FILES = "files"
    FILES_OF = "files_of"  # then it is a `ListingFiles` adapter
    ATTACH = "attach"
    DOWNLOAD = "download"  # then it is a `Downloading` adapter
    WORK_ORDERS = "work_orders"
    FIND_CLIENT = "find_client"
    SEARCH_CLIENTS = "search_clients"
    CONTRACTS = "contracts"
    VOCABULARY = "vocabulary"
    PARAMETERS = "parameters"
    INSPECT = "inspect"  # then it is an `Inspecting` adapter
    TICKETS_BETWEEN = "tickets_between"  # then it is an `Archive`
    GET_MANY = "get_many"  # it takes many ids in one request, not one request for each
    POST_MOVEMENT = "post_movement"  # then it is a `Posting` adapter
    POST_TICKET = "post_ticket"  # then it is an `Opening` adapter
    CLIENTS_BY_DOCUMENTS = "clients_by_documents"  # then it is a `Directory`
    CONTRACT_FEE = "contract_fee"  # with any of these three it is a `Billing` adapter
    INVOICES = "invoices"
    BOOK_DISCOUNT = "book_discount"


class Idempotency(StrEnum):
    """How an adapter can prove whether a lost create was carried out."""

    PROTOCOLO = "protocolo"  # a number reserved first, sent with the record, found again by it
    LISTING = "listing"  # a listing that shows a new record at once
    SEARCH = "search"  # a search that shows it after `lag`
    NONE = "none"


@dataclass(frozen=True)
class FieldSupport:
    """What an adapter can do with one field of the model."""

    read: bool = False
    create: bool = False
    change: bool = False


class Cursor(BaseModel):
    """Where reading goes on: the newest stamp seen in the ERP, the record it stood on, and marks of further feeds.

    ``marcas`` holds ids or stamps by feed name (for example ``su_mensagens`` → last message id). It is made by an
    adapter, stored as JSON and handed back unread; it never holds a time of our own clock.
    """

    model_config = ConfigDict(frozen=True)

    instante: Instante
    id: str = ""
    marcas: Mapping[str, str] = {}


@dataclass(frozen=True)
class Unreadable:
    """A record that could not be translated: its id, the field, and the raw code that has no meaning here."""

    id: str
    campo: str
    codigo: str


@dataclass(frozen=True)
class Page:
    """A piece of a feed. Iterating gives its tickets.

    ``movimentacoes`` holds what the feed itself showed, by ticket id: it may be part of a ticket's history only.
    ``cursor`` is set where reading may go on from here later; on feeds that are not sorted, on the last page alone.
    """

    atendimentos: tuple[Atendimento, ...] = ()
    movimentacoes: Mapping[str, tuple[Movimentacao, ...]] = field(default_factory=dict)
    unreadable: tuple[Unreadable, ...] = ()
    cursor: Cursor | None = None

    def __iter__(self) -> Iterator[Atendimento]:
        return iter(self.atendimentos)


class Adapter(Protocol):
    """One ERP, seen through the canonical model.

    Reading raises ``Unavailable``, ``AuthError``, ``Refused`` or ``Malformed``; writing also ``Uncertain``.
    All instants are aware. Every text is given and taken without its footer; the footer travels in ``.footer``.
    """

    @property
    def name(self) -> str: ...  # the name of its [erp.X] table
    @property
    def kind(self) -> str: ...  # "ixc", "integrator", …
    @property
    def timezone(self) -> ZoneInfo: ...
    @property
    def capabilities(self) -> frozenset[Capability]: ...
    @property
    def fields(self) -> Mapping[str, FieldSupport]: ...
    @property
    def statuses(self) -> frozenset[Status]: ...  # those that set_status can reach
    @property
    def idempotency(self) -> Idempotency: ...
    @property
    def lag(self) -> timedelta: ...  # a record may take so long to show in look-ups
    @property
    def settle(self) -> timedelta: ...  # a lost write counts as not executed only after this
    @property
    def max_text(self) -> int: ...  # characters, footer included
    @property
    def max_concurrency(self) -> int: ...
    @property
    def requests(self) -> int: ...  # HTTP requests made so far
    @property
    def clock_offset(self) -> timedelta | None: ...  # the ERP's clock minus ours, from its Date header

    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *exc: object) -> None: ...

    async def ping(self) -> str:
        """One cheap authenticated read; returns what to tell the user of the ERP."""
        ...

    def changed_since(self, desde: datetime | Cursor, *, clientes: bool = True) -> AsyncIterator[Page]:
        """Tickets opened, changed, moved or commented since then. With ``clientes=False`` no client is looked up."""
        ...

    def open_tickets(self, *, clientes: bool = True) -> AsyncIterator[Page]:
        """Every ticket that is open now. Its pages carry no cursor."""
        ...

    async def with_clients(self, atendimentos: Sequence[Atendimento]) -> list[Atendimento]:
        """The same tickets with ``cliente.documento`` filled in, in as few requests as the ERP allows."""
        ...

    async def get(self, id: str) -> Atendimento:
        """One ticket. Raises ``NotFound``, and ``Malformed`` when it cannot be translated."""
        ...

    async def get_many(self, ids: Sequence[str]) -> Page:
        """Several tickets; missing ones are left out, untranslatable ones stand in ``unreadable``."""
        ...

    async def find_by_protocolo(self, protocolo: str) -> Atendimento | None:
        """The ticket with exactly that protocolo, or None."""
        ...

    async def tickets_of_client(
        self, cliente_id: str, *, status: Status | None = None, order: str | None = None
    ) -> list[Atendimento]:
        """A client's tickets, all or those of one status; ``order`` is "status" or "titulo"."""
        ...

    async def reserve_protocolo(self) -> str | None:
        """A protocolo to send with the next create, or None where the ERP numbers tickets by itself."""
        ...

    async def create(self, novo: Atendimento) -> Atendimento:
        """Complete, validate, send and read back a new ticket; returns it as stored, with ``id`` and ``protocolo``.

        Raises ``ValidationFailed`` before anything is sent, and ``Uncertain`` when the outcome is unknown.
        """
        ...

    async def update(self, id: str, *, expected: str | None = None, **campos: object) -> Atendimento:
        """Change fields of a ticket; with ``expected`` only while its ``versao`` is still that one (else Refused)."""
        ...

    async def movements(self, id: str) -> list[Movimentacao]:
        """The whole history of a ticket, oldest first."""
        ...

    async def movements_of(self, ids: Sequence[str]) -> dict[str, list[Movimentacao]]:
        """``movements`` of several tickets in as few requests as the ERP allows; an entry for each id."""
        ...

    async def add_movement(self, id: str, movimentacao: Movimentacao) -> Movimentacao:
        """Write a message; a ``status`` in it sets that status in the same write. Returns it as stored, with its id."""
        ...

    async def set_status(self, id: str, status: Status, *, movimentacao: Movimentacao | None = None) -> Atendimento:
        """Bring the ticket to ``status``, with ``movimentacao`` as the message that says so where the ERP wants one."""
        ...

    async def take_over(self, id: str) -> Atendimento:
        """Take the ticket into work: ``em_progresso``."""
        ...

    async def forward(self, id: str, departamento: Termo, responsavel: Termo | None = None) -> Atendimento:
        """Hand the ticket to another department, and there to a person where the ERP can."""
        ...

    async def pause(self, id: str, motivo: str) -> Atendimento:
        """Set ``pendente`` with a reason. Raises ``ValidationFailed`` without one."""
        ...

    async def solve(self, id: str, texto: str) -> Atendimento:
        """Set ``solucionado`` with the text that says how."""
        ...

    async def cancel(self, id: str, motivo: str) -> Atendimento:
        """Set ``cancelado``, which no call takes back. Raises ``ValidationFailed`` without a reason."""
        ...

    async def set_label(self, id: str, etiqueta: Vinculo) -> Atendimento:
        """Put a service tag on the ticket (Voalle only)."""
        ...

    async def files(self, id: str) -> list[Arquivo]:
        """The files of a ticket; sizes in bytes where the ERP tells them."""
        ...

    async def attach(self, id: str, arquivo: Arquivo, dados: bytes) -> Arquivo:
        """Attach a file; returns it as stored. Limits of size and kind are the ERP's own (``Refused``)."""
        ...

    async def work_orders(self, id: str) -> list[OrdemServico]:
        """The work orders of a ticket. Read only: nothing here sends a technician."""
        ...

    async def find_client(self, documento: str) -> Cliente | None:
        """The active client with that CPF or CNPJ, with or without punctuation; None when there is none."""
        ...

    async def clients_by_document(self, documento: str) -> list[Cliente]:
        """Every active client with that CPF or CNPJ."""
        ...

    async def search_clients(self, texto: str, limite: int = 20) -> list[Cliente]:
        """Clients by a part of their name. Raises ``ValidationFailed`` (``busca-curta``) for too short a text."""
        ...

    async def contracts(self, cliente_id: str) -> dict[str, list[Vinculo]]:
        """The client's connections by field of the model: ``contrato``, ``login``, ``plano``, if the ERP has them."""
        ...

    async def vocabulary(self, kind: str) -> list[Termo]:
        """The ERP's terms of that kind with their canonical names; configured lines first, in the file's order."""
        ...

    async def parameters(self, assunto_id: str | None) -> ParametrosAtendimento:
        """What the ERP demands of tickets with that subject, for :func:`erp_bridge.validate`."""
        ...


@dataclass(frozen=True)
class Notice:
    """What an adapter found out about the rights and settings of its own user; all is well where it has no advice.

    ``lacks``: what the adapter could do, but this user may not.
    """

    topic: str
    message: str
    advice: str = ""
    lacks: frozenset[Capability] = frozenset()


class ListingFiles(Adapter, Protocol):
    """An adapter that lists the files of many tickets at once: one that has ``Capability.FILES_OF``."""

    async def files_of(self, ids: Sequence[str]) -> dict[str, list[Arquivo]]:
        """``files`` of several tickets in as few requests as the ERP allows."""
        ...


class Downloading(Adapter, Protocol):
    """An adapter that can read the content of a file: one that has ``Capability.DOWNLOAD``."""

    async def download(self, id: str, arquivo: Arquivo) -> bytes:
        """The content of a file that ``files(id)`` named. Raises ``NotFound`` when it is no longer there."""
        ...


class Archive(Adapter, Protocol):
    """An adapter that lists the past in the order of its ids: one that has ``Capability.TICKETS_BETWEEN``.

    What belongs to the tickets of a page is read for all of them at once.
    """

    def tickets_between(
        self, desde: datetime | None, ate: datetime | None, *, status: Status | None = None, apos: str = ""
    ) -> AsyncIterator[Page]:
        """Tickets opened from ``desde`` on and before ``ate``, by ascending id above ``apos``, open or closed.

        Without their clients' documents (see ``with_clients``) and without a cursor: the last id is one.
        """
        ...

    async def count_between(
        self, desde: datetime | None, ate: datetime | None, *, status: Status | None = None
    ) -> int | None:
        """How many those are; None where only listing them would tell."""
        ...

    async def openers(self, ids: Sequence[str]) -> dict[str, str]:
        """Who opened those tickets, by name; a ticket of which the ERP does not tell is left out."""
        ...

    async def work_orders_of(self, ids: Sequence[str]) -> dict[str, list[OrdemServico]]:
        """``work_orders`` of several tickets in as few requests as the ERP allows."""
        ...


class Posting(Adapter, Protocol):
    """An adapter that can write without a look before and after: one that has ``Capability.POST_MOVEMENT``.

    For tickets that the bridge itself has made a moment ago, and of which nobody else knows yet. Whoever calls it
    reads back later, with other tickets at once, and believes nothing until then.
    """

    async def post_movement(self, atendimento: Atendimento, movimentacao: Movimentacao) -> str | None:
        """``add_movement`` on a ticket as it was read back; the new movement's id, where the reply names it."""
        ...

    async def post_status(self, id: str, status: Status) -> None:
        """``set_status`` without a message; where a status is set by a message, ``Unsupported``."""
        ...


class Opening(Adapter, Protocol):
    """An adapter that knows what a new ticket will look like: one that has ``Capability.POST_TICKET``.

    Whoever calls it reads back later, with other tickets at once, and believes nothing until then.
    """

    async def post_ticket(self, novo: Atendimento) -> Atendimento:
        """``create`` without a look after it: the ticket as it was sent, with its id and the status it begins in."""
        ...


class Directory(Adapter, Protocol):
    """An adapter that looks up many clients at once: one that has ``Capability.CLIENTS_BY_DOCUMENTS``."""

    async def clients_by_documents(self, documentos: Sequence[str]) -> dict[str, list[Cliente]]:
        """``clients_by_document`` of each of them, by the document as it was given."""
        ...

    async def contracts_of(self, cliente_ids: Sequence[str]) -> dict[str, dict[str, list[Vinculo]]]:
        """``contracts`` of each of them."""
        ...


class Billing(Adapter, Protocol):
    """An adapter that knows what clients pay: one with ``CONTRACT_FEE``, ``INVOICES`` or ``BOOK_DISCOUNT``.

    What it has no capability for raises ``Unsupported`` before any request. Booking is all that writes.
    """

    async def contract_fee(self, contrato_id: str) -> Decimal | None:
        """The monthly price of the internet service of that contract; None where the ERP does not tell."""
        ...

    async def invoices(self, cliente_id: str, contrato_id: str | None = None) -> list[Fatura]:
        """The client's open invoices, by the day they are due; with a contract, those of other ones left out."""
        ...

    async def discount_request(self, ordem: OrdemDesconto) -> Requisicao:
        """What would be sent for that order. Raises ``Refused`` where something is still to be said or configured."""
        ...

    async def book_discount(self, requisicao: Requisicao) -> Lancamento:
        """Send it, and read back what became of it. ``Unseen`` where the ERP said yes and does not show it."""
        ...

    async def find_discounts(self, contrato_id: str, marca: str) -> list[Lancamento]:
        """Every record on that contract that carries the mark, whichever way it was booked."""
        ...


class Inspecting(Adapter, Protocol):
    """An adapter that can look at its own user: one that has ``Capability.INSPECT``."""

    async def inspect(self) -> list[Notice]:
        """What the user may not see or do, as far as reading tells. In English, a line each; a few dozen requests."""
        ...
