"""A good adapter for the toy ERP. It claims everything; each flaw of ``flaws.py`` spoils one thing in it."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from erp_bridge.core import footer as marks
from erp_bridge.core.adapter import Capability, Cursor, FieldSupport, Idempotency, Notice, Page, Unreadable
from erp_bridge.core.errors import (
    BridgeError,
    Malformed,
    NotFound,
    Overtaken,
    Refused,
    Uncertain,
    Unsupported,
    ValidationFailed,
)
from erp_bridge.core.model import (
    Arquivo,
    Atendimento,
    Cliente,
    Movimentacao,
    OrdemServico,
    Status,
    Termo,
    TipoMovimentacao,
    Vinculo,
    Visibilidade,
)
from erp_bridge.core.rules import ParametrosAtendimento, complete, validate, validate_movimentacao
from erp_bridge.core.settings import ErpSettings, Secret
from erp_bridge.core.text import fold
from erp_bridge.transport.network import Network

CODES = {Status.NOVO: "N", Status.PENDENTE: "P", Status.EM_PROGRESSO: "A", Status.SOLUCIONADO: "S",
         Status.CANCELADO: "C"}  # fmt: skip
_STATUS = {code: status for status, code in CODES.items()}
_OVERLAP = timedelta(seconds=5)
_READ, _FULL = FieldSupport(read=True), FieldSupport(read=True, create=True, change=True)
_READ_ONLY = ("id", "protocolo", "aberto_em", "alterado_em", "encerrado_em", "versao")
#: Fields that are stored as the model writes them in JSON; the others are columns of their own.
_PLAIN = tuple(
    name for name in Atendimento.model_fields
    if name not in (*_READ_ONLY, "cliente", "descricao", "status", "footer", "codigos", "contato")
)  # fmt: skip
#: What it does with money is not the kit's to try.
BILLING = frozenset({Capability.CONTRACT_FEE, Capability.INVOICES, Capability.BOOK_DISCOUNT})
FIELDS: Mapping[str, FieldSupport] = {
    **{name: FieldSupport() for name in Atendimento.model_fields},
    **dict.fromkeys(_READ_ONLY, _READ),
    **dict.fromkeys((*_PLAIN, "descricao", "status", "departamento"), _FULL),
    **dict.fromkeys(("tipo", "cliente", "contato"), FieldSupport(read=True, create=True)),
}


class ToySettings(ErpSettings):
    token: Secret


class ToyAdapter:
    kind = "toy"
    capabilities = frozenset(Capability) - BILLING
    fields = FIELDS
    statuses = frozenset(Status) - {Status.NOVO}
    idempotency = Idempotency.PROTOCOLO
    lag = timedelta(0)
    settle = timedelta(0)
    max_concurrency = 4

    def __init__(self, settings: ToySettings, network: Network) -> None:
        self._settings = settings
        self._clock = network.clock
        token = settings.token.reveal()
        self._client = network.client(settings, headers={"authorization": f"Bearer {token}"})

    @property
    def name(self) -> str:
        return self._settings.name

    @property
    def timezone(self) -> ZoneInfo:
        return self._settings.timezone

    @property
    def max_text(self) -> int:
        return self._settings.max_text

    @property
    def requests(self) -> int:
        return self._client.requests

    @property
    def clock_offset(self) -> timedelta | None:
        return self._client.clock_offset

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._client.aclose()

    # --- one request

    async def call(self, op: str, *, writes: bool = False, **args: Any) -> list[dict[str, Any]]:
        reply = await self._client.send("POST", "call", operation=op, writes=writes, json={"op": op, **args})
        try:
            answer = reply.json()
            if reply.status == 422:
                said = str(answer["error"])
                raise Overtaken(said, erp=self.name) if said == "overtaken" else Refused(said, erp=self.name)
            if reply.status != 200 or not isinstance(answer, dict) or not isinstance(answer.get("rows"), list):
                raise reply.malformed()
        except Malformed as error:
            raise Uncertain(error.message, erp=self.name) if writes else error from None
        return answer["rows"]

    # --- translation

    def instant(self, text: str) -> datetime | None:
        return datetime.fromisoformat(text).replace(tzinfo=self.timezone).astimezone(UTC) if text else None

    def read(self, row: Mapping[str, Any], clients: Mapping[str, Cliente] | None = None) -> Atendimento | Unreadable:
        status = _STATUS.get(row["status"])
        if status is None:
            return Unreadable(row["id"], "status", row["status"])
        text, footer = self.split(row["texto"])
        cliente = Cliente(id=row["cliente"]) if row["cliente"] else None
        return Atendimento.model_validate({
            **{name: row[name] for name in _PLAIN if name in row},
            "id": row["id"], "protocolo": row["protocolo"], "status": status, "descricao": text, "footer": footer,
            "cliente": (clients or {}).get(row["cliente"], cliente), "contato": row.get("contato"),
            **{name: self.instant(row[name]) for name in ("aberto_em", "alterado_em", "encerrado_em")},
            "versao": str(row["versao"]),
        })  # fmt: skip

    def split(self, text: str) -> tuple[str, marks.Footer | None]:
        return marks.split(text)

    def write(self, ticket: Atendimento, names: Sequence[str]) -> dict[str, Any]:
        row = {
            name: value for name, value in ticket.model_dump(mode="json").items() if name in names and name in _PLAIN
        }
        if "descricao" in names:
            row["texto"] = self.fitting(marks.join(ticket.descricao, ticket.footer))
        if "contato" in names and ticket.contato:
            row["contato"] = ticket.contato.model_dump(mode="json")
        if "status" in names and ticket.status:
            row["status"] = CODES[ticket.status]
        return row

    def fitting(self, text: str) -> str:
        if len(text) > self.max_text:
            raise Refused("too long", erp=self.name)
        return text

    # --- reading

    async def ping(self) -> str:
        return str((await self.call("ping"))[0]["name"])

    async def page(self, rows: Sequence[Mapping[str, Any]], *, clientes: bool = True) -> Page:
        known = await self.clients({row["cliente"] for row in rows}) if clientes and rows else {}
        read = [self.read(row, known) for row in rows]
        return Page(
            atendimentos=tuple(item for item in read if isinstance(item, Atendimento)),
            unreadable=tuple(item for item in read if isinstance(item, Unreadable)),
        )

    async def clients(self, ids: set[str]) -> dict[str, Cliente]:
        rows = await self.call("clients", ids=sorted(filter(None, ids)))
        return {row["id"]: Cliente(id=row["id"], documento=row["documento"], nome=row["nome"]) for row in rows}

    async def pages(self, *, first: int = 0, **by: Any) -> AsyncIterator[list[dict[str, Any]]]:
        after = first
        while rows := await self.call("list", after=after, limit=self._settings.page_size, **by):
            yield rows
            after = int(rows[-1]["id"])

    async def changed_since(self, desde: datetime | Cursor, *, clientes: bool = True) -> AsyncIterator[Page]:
        since = desde.instante if isinstance(desde, Cursor) else desde
        newest = since
        floor = (since - _OVERLAP).astimezone(self.timezone).strftime("%Y-%m-%d %H:%M:%S")
        async for rows in self.pages(since=floor):
            page = await self.page(rows, clientes=clientes)
            told = await self.movements_of([ticket.id or "" for ticket in page])
            newest = max([newest, *(stamp for row in rows if (stamp := self.instant(row["alterado_em"])))])
            yield Page(page.atendimentos, {id: tuple(m) for id, m in told.items()}, page.unreadable)
        yield Page(cursor=Cursor(instante=newest))

    async def open_tickets(self, *, clientes: bool = True) -> AsyncIterator[Page]:
        async for rows in self.pages(open=True):
            yield await self.page(rows, clientes=clientes)

    async def tickets_between(
        self, desde: datetime | None, ate: datetime | None, *, status: Status | None = None, apos: str = ""
    ) -> AsyncIterator[Page]:
        async for rows in self.pages(first=int(apos or 0)):
            page = await self.page(rows)
            kept = [
                ticket
                for ticket in page
                if ticket.aberto_em
                and (desde is None or desde <= ticket.aberto_em)
                and (ate is None or ticket.aberto_em < ate)
                and status in (None, ticket.status)
            ]
            yield Page(tuple(kept), {}, page.unreadable)

    async def openers(self, ids: Sequence[str]) -> dict[str, str]:
        return {}

    async def work_orders_of(self, ids: Sequence[str]) -> dict[str, list[OrdemServico]]:
        return {id: await self.work_orders(id) for id in ids}

    async def with_clients(self, atendimentos: Sequence[Atendimento]) -> list[Atendimento]:
        known = await self.clients({t.cliente.id for t in atendimentos if t.cliente and t.cliente.id})
        return [t.model_copy(update={"cliente": known.get(t.cliente.id or "")}) if t.cliente else t
                for t in atendimentos]  # fmt: skip

    async def get(self, id: str) -> Atendimento:
        page = await self.get_many([id])
        for found in page:
            return found
        for bad in page.unreadable:
            raise Malformed(f"{bad.campo}: {bad.codigo}", erp=self.name)
        raise NotFound(f"there is no ticket {id}", erp=self.name)

    async def get_many(self, ids: Sequence[str]) -> Page:
        return await self.page(await self.call("list", ids=list(ids)))

    async def find_by_protocolo(self, protocolo: str) -> Atendimento | None:
        for found in await self.page(await self.call("list", protocolo=protocolo)):
            return found
        return None

    async def tickets_of_client(
        self, cliente_id: str, *, status: Status | None = None, order: str | None = None
    ) -> list[Atendimento]:
        found = list(await self.page(await self.call("list", client=cliente_id)))
        found = [ticket for ticket in found if status is None or ticket.status is status]
        return sorted(found, key=lambda ticket: fold(ticket.titulo)) if order == "titulo" else found

    async def movements(self, id: str) -> list[Movimentacao]:
        return (await self.movements_of([id]))[id]

    async def movements_of(self, ids: Sequence[str]) -> dict[str, list[Movimentacao]]:
        found: dict[str, list[Movimentacao]] = {id: [] for id in ids}
        for row in await self.call("messages", ids=list(ids)):
            found[row["ticket"]].append(self.read_message(row))
        return found

    def read_message(self, row: Mapping[str, Any]) -> Movimentacao:
        text, footer = self.split(row["texto"])
        return Movimentacao(
            id=f"m{row['id']}", atendimento_id=row["ticket"], texto=text, footer=footer, autor=row["autor"],
            instante=self.instant(row["data"]), status=_STATUS.get(row["status"]),
            visibilidade=Visibilidade.PRIVADA if row["privada"] else Visibilidade.PUBLICA,
        )  # fmt: skip

    # --- writing

    async def reserve_protocolo(self) -> str | None:
        return str((await self.call("reserve"))[0]["protocolo"])

    async def create(self, novo: Atendimento) -> Atendimento:
        novo = complete(novo)
        if novo.footer is None and (broken := validate(novo)):
            raise ValidationFailed(broken, erp=self.name)
        row = self.write(novo, [name for name, able in self.fields.items() if able.create])
        row |= {"cliente": novo.cliente.id if novo.cliente else ""}
        if novo.protocolo:
            row["protocolo"] = novo.protocolo
        return await self.read_back((await self.call("create", writes=True, row=row))[0]["id"])

    async def read_back(self, id: str) -> Atendimento:
        try:
            return await self.get(id)
        except BridgeError as error:
            raise Uncertain(f"ticket {id} was written: {error.message}", erp=self.name) from error

    async def update(self, id: str, *, expected: str | None = None, **campos: object) -> Atendimento:
        for name in campos:
            if not self.fields[name].change:
                raise Unsupported(self.name, f"changing {name}")
        ticket = Atendimento.model_validate(campos)
        if "descricao" in campos:
            ticket = ticket.model_copy(update={"footer": await self.marker(id)})
        columns = self.write(ticket, list(campos))
        await self.call("update", writes=True, id=id, columns=columns, versao=int(expected) if expected else None)
        return await self.read_back(id)

    async def marker(self, id: str) -> marks.Footer | None:
        return (await self.get(id)).footer

    async def add_movement(self, id: str, movimentacao: Movimentacao) -> Movimentacao:
        if not movimentacao.texto.strip():
            raise Refused("a message needs a text", erp=self.name)
        rows = await self.call(
            "say", writes=True, id=id, texto=self.fitting(marks.join(movimentacao.texto, movimentacao.footer)),
            privada=movimentacao.visibilidade is not Visibilidade.PUBLICA,
            status=CODES[movimentacao.status] if movimentacao.status else "",
        )  # fmt: skip
        return movimentacao.model_copy(update={"id": f"m{rows[0]['id']}", "atendimento_id": id})

    async def post_ticket(self, novo: Atendimento) -> Atendimento:
        return await self.create(novo)

    async def post_movement(self, atendimento: Atendimento, movimentacao: Movimentacao) -> str | None:
        return (await self.add_movement(atendimento.id or "", movimentacao)).id

    async def post_status(self, id: str, status: Status) -> None:
        await self.call("update", writes=True, id=id, columns={"status": CODES[status]})

    async def set_status(self, id: str, status: Status, *, movimentacao: Movimentacao | None = None) -> Atendimento:
        if movimentacao is not None:
            await self.add_movement(id, movimentacao.model_copy(update={"status": status}))
        else:
            await self.call("update", writes=True, id=id, columns={"status": CODES[status]})
        return await self.read_back(id)

    async def act(self, id: str, tipo: TipoMovimentacao, status: Status, texto: str) -> Atendimento:
        words = Movimentacao(tipo=tipo, texto=texto)
        if broken := validate_movimentacao(words, (await self.get(id)).status):
            raise ValidationFailed(broken, erp=self.name)
        return await self.set_status(id, status, movimentacao=words if texto else None)

    async def take_over(self, id: str) -> Atendimento:
        return await self.act(id, TipoMovimentacao.ASSUMIDO, Status.EM_PROGRESSO, "")

    async def pause(self, id: str, motivo: str) -> Atendimento:
        return await self.act(id, TipoMovimentacao.PAUSADO, Status.PENDENTE, motivo)

    async def solve(self, id: str, texto: str) -> Atendimento:
        return await self.act(id, TipoMovimentacao.SOLUCIONADO, Status.SOLUCIONADO, texto)

    async def cancel(self, id: str, motivo: str) -> Atendimento:
        return await self.act(id, TipoMovimentacao.CANCELADO, Status.CANCELADO, motivo)

    async def forward(self, id: str, departamento: Termo, responsavel: Termo | None = None) -> Atendimento:
        return await self.update(id, departamento=departamento)

    async def set_label(self, id: str, etiqueta: Vinculo) -> Atendimento:
        return await self.update(id, etiqueta=etiqueta)

    # --- the rest

    async def files(self, id: str) -> list[Arquivo]:
        return [Arquivo(id=row["id"], nome=row["nome"]) for row in await self.call("files", id=id)]

    async def files_of(self, ids: Sequence[str]) -> dict[str, list[Arquivo]]:
        return {id: await self.files(id) for id in ids}

    async def attach(self, id: str, arquivo: Arquivo, dados: bytes) -> Arquivo:
        content = base64.b64encode(dados).decode()
        given = {"nome": arquivo.nome, "descricao": arquivo.descricao or "", "dados": content}
        rows = await self.call("attach", writes=True, id=id, **given)
        return arquivo.model_copy(update={"id": rows[0]["id"]})

    async def download(self, id: str, arquivo: Arquivo) -> bytes:
        return base64.b64decode((await self.call("download", file=arquivo.id))[0]["dados"])

    async def work_orders(self, id: str) -> list[OrdemServico]:
        return [OrdemServico(id=row["id"]) for row in await self.call("orders", id=id)]

    async def find_client(self, documento: str) -> Cliente | None:
        return next(iter(await self.clients_by_document(documento)), None)

    async def clients_by_document(self, documento: str) -> list[Cliente]:
        rows = await self.call("clients", documento=documento)
        return [Cliente(id=row["id"], documento=row["documento"], nome=row["nome"]) for row in rows]

    async def search_clients(self, texto: str, limite: int = 20) -> list[Cliente]:
        rows = (await self.call("clients", texto=texto))[:limite]
        return [Cliente(id=row["id"], documento=row["documento"], nome=row["nome"]) for row in rows]

    async def contracts(self, cliente_id: str) -> dict[str, list[Vinculo]]:
        rows = await self.call("contracts", client=cliente_id)
        return {row["campo"]: [Vinculo(id=row["id"], nome=row["nome"], ativo=True)] for row in rows}

    async def clients_by_documents(self, documentos: Sequence[str]) -> dict[str, list[Cliente]]:
        return {documento: await self.clients_by_document(documento) for documento in documentos}

    async def contracts_of(self, cliente_ids: Sequence[str]) -> dict[str, dict[str, list[Vinculo]]]:
        return {id: await self.contracts(id) for id in cliente_ids}

    async def vocabulary(self, kind: str) -> list[Termo]:
        return [Termo(id=row["id"], nome=row["nome"]) for row in await self.call("terms", kind=kind)]

    async def parameters(self, assunto_id: str | None) -> ParametrosAtendimento:
        return ParametrosAtendimento()

    async def inspect(self) -> list[Notice]:
        return []
