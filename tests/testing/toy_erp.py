"""A small ERP over HTTP that can do everything the contract knows of: what broken adapters are tried against.

One address, ``POST /call`` with ``{"op": …, …}`` and a bearer token; rows are dicts of texts, times local without zone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

from erp_bridge.core.text import fold

ZONE = ZoneInfo("America/Sao_Paulo")
TOKEN = "chave-de-teste-8841"
Row = dict[str, Any]


class Refusal(Exception):
    """The ERP says no."""


class ToyErp:
    """``app`` is its ASGI application; the methods named ``op_…`` are its calls."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.tickets: dict[str, Row] = {}
        self.messages: list[Row] = []
        self.files: list[Row] = []
        self._numbers = 1000
        self.clients = [
            {"id": "55", "documento": "52998224725", "nome": "Patrícia Lopes Silva", "ativo": True},
            {"id": "56", "documento": "11144477735", "nome": "Patrick Souza", "ativo": True},
        ]
        for client in ("55", "56"):
            self.op_create({"cliente": client, "titulo": "Antigo", "texto": "Aberto no balcão", "status": "A"})

    async def app(self, scope: Row, receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        status, answer = self._answer(dict(scope["headers"]), body)
        date = format_datetime(self._now().astimezone(UTC), usegmt=True).encode()
        headers = [(b"content-type", b"application/json"), (b"date", date)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    def _answer(self, headers: dict[bytes, bytes], body: bytes) -> tuple[int, Row]:
        if headers.get(b"authorization") != f"Bearer {TOKEN}".encode():
            return 401, {"error": "who are you?"}
        asked = json.loads(body)
        try:
            return 200, {"rows": getattr(self, f"op_{asked.pop('op')}")(**asked)}
        except Refusal as said:
            return 422, {"error": str(said)}

    def stamp(self) -> str:
        return self._now().astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")

    def touch(self, id: str, **columns: Any) -> Row:
        row = self.tickets[id]
        row |= {**columns, "alterado_em": self.stamp(), "versao": row["versao"] + 1}
        return row

    def _number(self) -> str:
        self._numbers += 1
        return str(self._numbers)

    # --- tickets

    def op_ping(self) -> list[Row]:
        return [{"name": "Toy"}]

    def op_reserve(self) -> list[Row]:
        return [{"protocolo": f"2026{self._number()}"}]

    def op_create(self, row: Row) -> list[Row]:
        id = self._number()
        new = {"protocolo": f"2026{id}", "aberto_em": self.stamp(), "status": "N", **row}
        self.tickets[id] = {**new, "id": id, "alterado_em": self.stamp(), "encerrado_em": "", "versao": 1}
        return [{"id": id}]

    def op_update(self, id: str, columns: Row, versao: int | None = None) -> list[Row]:
        if id not in self.tickets:
            raise Refusal("no such ticket")
        if versao is not None and self.tickets[id]["versao"] != versao:
            raise Refusal("overtaken")
        if columns.get("status") in ("S", "C"):
            columns = {**columns, "encerrado_em": self.stamp()}
        return [self.touch(id, **columns)]

    def op_list(self, **by: Any) -> list[Row]:
        """By ids, protocolo, client, change stamp, or those open; above an id, in its order, at most so many."""
        found = sorted(self.tickets.values(), key=lambda row: int(row["id"]))
        if "ids" in by:
            found = [row for row in found if row["id"] in by["ids"]]
        if "protocolo" in by:
            found = [row for row in found if row["protocolo"] == by["protocolo"]]
        if "client" in by:
            found = [row for row in found if row["cliente"] == by["client"]]
        if "since" in by:
            found = [row for row in found if row["alterado_em"] >= by["since"]]
        if by.get("open"):
            found = [row for row in found if row["status"] not in ("S", "C")]
        return [row for row in found if int(row["id"]) > by.get("after", 0)][: by.get("limit", 1000)]

    # --- messages, files

    def op_say(self, id: str, texto: str, privada: bool = True, status: str = "", autor: str = "API") -> list[Row]:
        if id not in self.tickets:
            raise Refusal("no such ticket")
        number = str(len(self.messages) + 1)
        self.messages.append(
            {"id": number, "ticket": id, "texto": texto, "privada": privada, "status": status, "autor": autor,
             "data": self.stamp()}
        )  # fmt: skip
        self.touch(id)
        if status:
            self.op_update(id, {"status": status})
        return [{"id": number}]

    def op_messages(self, ids: list[str]) -> list[Row]:
        return [row for row in self.messages if row["ticket"] in ids]

    def op_attach(self, id: str, nome: str, descricao: str, dados: str) -> list[Row]:
        number = str(len(self.files) + 1)
        self.files.append({"id": number, "ticket": id, "nome": nome, "descricao": descricao, "dados": dados})
        self.touch(id)
        return [{"id": number}]

    def op_files(self, id: str) -> list[Row]:
        return [{k: v for k, v in row.items() if k != "dados"} for row in self.files if row["ticket"] == id]

    def op_download(self, file: str) -> list[Row]:
        return [row for row in self.files if row["id"] == file]

    def op_orders(self, id: str) -> list[Row]:
        return []

    # --- clients, lists

    def op_clients(self, documento: str = "", texto: str = "", ids: tuple[str, ...] = ()) -> list[Row]:
        digits = re.sub(r"\D", "", documento)
        return [
            row for row in self.clients
            if (digits and row["documento"] == digits) or (texto and fold(texto) in fold(str(row["nome"])))
            or row["id"] in ids
        ]  # fmt: skip

    def op_contracts(self, client: str) -> list[Row]:
        fields = ("contrato", "login", "plano", "etiqueta", "ponto_roteamento")
        return [{"campo": campo, "id": f"{campo[0]}{client}", "nome": f"{campo} de {client}"} for campo in fields]

    def op_terms(self, kind: str) -> list[Row]:
        return [{"id": f"{kind[0]}{number}", "nome": f"{kind} {number}"} for number in (1, 2, 3)]

    # --- what people do

    def person_edits(self, id: str) -> None:
        self.touch(id, titulo="Mudado no balcão")

    def person_writes(self, id: str, texto: str) -> None:
        self.op_say(id, texto, autor="Maria")

    def person_spoils(self, id: str) -> None:
        self.touch(id, status="?")
