"""A small Hubsoft that behaves as the vendor's documents say and as their examples look.

It knows nothing of the adapter. What those documents leave open is marked "assumed".
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Sao_Paulo")
API = "/api/v1/integracao"
TOKEN_LASTS = 2_592_000  # 30 days
ADDED = " | ATENDIMENTO ABERTO VIA API"
STATUSES = {
    22: ("pendente", "Pendente"),
    20: ("aguardando_analise", "Aguardando Análise"),
    24: ("resolvido", "Resolvido"),
}
SAME = ("id_atendimento", "protocolo", "descricao_abertura", "rascunho", "deleted_at")
Answer = tuple[int, dict[str, Any]]


class FakeHubsoft:
    """``requests`` holds method and path of every call; ``tickets`` the records by id."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.credentials = {
            "grant_type": "password", "client_id": "3", "client_secret": "segredo-do-cliente",
            "username": "ponte@provedor.example", "password": "senha-da-ponte",
        }  # fmt: skip
        self.tokens: dict[str, datetime] = {}
        self.requests: list[str] = []
        self.tickets: dict[int, dict[str, Any]] = {}
        self.types = {109: "SEM ACESSO À INTERNET", 132: "FINANCEIRO"}
        self.clients = {
            1204: self.client(
                1204, "BIANCA COUTO", "52998224725", "37999112233", {11000: "FIBRA 300", 11001: "FIBRA 600"}
            ),
            577: self.client(577, "JÚLIO ANANIAS", "11144477735", "37988469145", {11883: "RÁDIO 10"}),
            900: self.client(900, "SEM TELEFONE", "39053344705", "", {12000: "FIBRA 100"}),
        }

    @staticmethod
    def client(code: int, name: str, document: str, telephone: str, services: dict[int, str]) -> dict[str, Any]:
        return {
            "id_cliente": code + 10_000, "codigo_cliente": code, "nome_razaosocial": name, "cpf_cnpj": document,
            "telefone_primario": telephone,
            "servicos": [
                {"id_cliente_servico": id, "nome": plan, "status": "Serviço Habilitado",
                 "status_prefixo": "servico_habilitado", "login": f"login{id}", "senha": f"senha-radius-{id}"}
                for id, plan in services.items()
            ],
        }  # fmt: skip

    # --- what people do at its screens -------------------------------------------------------------------------

    def revoke(self) -> None:
        """All tokens die before their time."""
        self.tokens.clear()

    def by_protocolo(self, protocolo: str) -> dict[str, Any]:
        return next(t for t in self.tickets.values() if t["protocolo"] == protocolo)

    def edit(self, protocolo: str) -> None:
        self.by_protocolo(protocolo)["descricao_abertura"] += " (conferido)"

    def rename_status(self, protocolo: str) -> None:
        self.by_protocolo(protocolo)["status"] = "Em Marte"

    def send_technician(self, protocolo: str) -> None:
        ticket = self.by_protocolo(protocolo)
        number = 300 + ticket["id_atendimento"]
        ticket["ordens"].append({"id_ordem_servico": number, "numero_ordem_servico": str(number), "status": "pendente"})

    def add(self, service: int = 11000, descricao: str = "Sem sinal", type: int = 109, opened: datetime | None = None,
            status: str = "Pendente") -> str:  # fmt: skip
        """A ticket as somebody there opens it; its protocolo."""
        moment = (opened or self.now()).astimezone(ZONE)
        number = 286 + len(self.tickets)
        self.tickets[number] = {
            "id_atendimento": number,
            "protocolo": f"{moment:%Y%m%d%H%M%S}{number % 10}" + ("" if number < 296 else str(number)),
            "service": service, "type": type, "descricao_abertura": descricao, "status": status, "opened": moment,
            "closed": None, "ordens": [], "contact": ("", "", ""), "rascunho": False, "deleted_at": None,
        }  # fmt: skip
        return str(self.tickets[number]["protocolo"])

    def close(self, protocolo: str, how: str = "concluido") -> None:
        ticket = self.by_protocolo(protocolo)
        ticket |= {"closed": self.now().astimezone(ZONE), "status_fechamento": how, "status": "Resolvido"}
        for order in ticket["ordens"]:
            order["status"] = "finalizado"

    # --- the server --------------------------------------------------------------------------------------------

    async def app(self, scope: dict[str, Any], receive: Callable[[], Any], send: Callable[[Any], Any]) -> None:
        """An ASGI application."""
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        query = {key: values[0] for key, values in parse_qs(scope["query_string"].decode()).items()}
        bearer = dict(scope["headers"]).get(b"authorization", b"").decode().removeprefix("Bearer ")
        self.requests.append(f"{scope['method']} {scope['path']}")
        status, answer = self.answer(scope["method"], scope["path"], query, json.loads(body or b"{}"), bearer)
        headers = [(b"content-type", b"application/json"), (b"date", format_datetime(self.now(), usegmt=True).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    def answer(self, method: str, path: str, query: dict[str, str], body: dict[str, Any], bearer: str) -> Answer:
        if (method, path) == ("POST", "/oauth/token"):
            return self.log_in(body)
        if self.tokens.get(bearer, datetime.min.replace(tzinfo=UTC)) <= self.now():
            return 401, {"message": "Unauthenticated."}
        match method, path.removeprefix(API).strip("/").split("/"):
            case "POST", ["atendimento", "paginado", size]:
                return self.paginated(int(size), int(query.get("page", "1")), body)
            case "POST", ["atendimento"]:
                return self.open(body)
            case "PUT", ["atendimento", number]:
                return self.change(int(number), body)
            case "GET", ["cliente", "atendimento"]:
                return self.of_client(query)
            case "GET", ["cliente"]:
                return self.find_clients(query)
            case "GET", ["configuracao", "tipo_atendimento"]:
                types = [{"id_tipo_atendimento": id, "descricao": name} for id, name in self.types.items()]
                return 200, {"status": "success", "msg": "Dados consultados com sucesso", "tipos_atendimento": types}
        return 404, {"message": ""}

    def log_in(self, body: dict[str, Any]) -> Answer:
        if body != self.credentials:
            return 401, {"error": "invalid_credentials", "message": "The user credentials were incorrect."}  # assumed
        token = f"eyJ0eXAiOiJKV1Qi{len(self.requests):06}"
        self.tokens[token] = self.now() + timedelta(seconds=TOKEN_LASTS)
        return 200, {
            "access_token": token,
            "expires_in": TOKEN_LASTS,
            "refresh_token": "def5020",
            "token_type": "Bearer",
        }

    def paginated(self, size: int, page: int, body: dict[str, Any]) -> Answer:
        first, last = date.fromisoformat(body["data_inicio"]), date.fromisoformat(body["data_fim"])
        if last < first:
            return refused("data_fim deve ser maior ou igual a data_inicio")
        chosen = [t for t in self.tickets.values() if first <= t["opened"].date() <= last]
        chosen.sort(key=lambda t: t["opened"], reverse=True)
        rows = [self.long_form(t) for t in chosen[(page - 1) * size : page * size]]
        pages = max(1, -(-len(chosen) // size))
        listing = {"current_page": page, "data": rows, "last_page": pages, "per_page": size, "total": len(chosen)}
        return 200, {"status": "success", "msg": "Dados consultados com sucesso", "atendimentos": listing}

    def of_client(self, query: dict[str, str]) -> Answer:
        limit = int(query.get("limit", "20"))
        if not 1 <= limit <= 50:
            return refused("limit: mínimo 1, máximo 50")
        by, value = query["busca"], query["termo_busca"]
        found = [
            t for t in self.tickets.values()
            if value == {
                "protocolo": t["protocolo"], "id_cliente_servico": str(t["service"]),
                "codigo_cliente": str(self.owner(t)["codigo_cliente"]), "cpf_cnpj": self.owner(t)["cpf_cnpj"],
            }[by]
        ]  # fmt: skip
        if query.get("apenas_pendente", "sim") == "sim":
            found = [t for t in found if not t["closed"]]
        if "data_inicio" in query:
            first, last = date.fromisoformat(query["data_inicio"]), date.fromisoformat(query["data_fim"])
            found = [t for t in found if first <= t["opened"].date() <= last]
        found.sort(key=lambda t: t["opened"], reverse=query.get("order_type") == "desc")
        rows = [self.short_form(t) for t in found[:limit]]
        return 200, {"status": "suscess", "msg": "Dados consultados com sucesso", "atendimentos": rows}

    def find_clients(self, query: dict[str, str]) -> Answer:
        by, value = query["busca"], query["termo_busca"]
        found = [
            client for client in self.clients.values()
            if (value.casefold() in client[by].casefold() if by == "nome_razaosocial" else str(client[by]) == value)
        ]  # fmt: skip
        if query.get("cancelado", "nao") == "nao":
            found = [{**c, "servicos": [s for s in c["servicos"] if s["status_prefixo"] != "cancelado"]} for c in found]
        found = found[: int(query.get("limit", "5"))]
        return 200, {"status": "success", "msg": "Dados consultados com sucesso", "clientes": found}

    def open(self, body: dict[str, Any]) -> Answer:
        missing = [key for key in ("id_cliente_servico", "descricao", "nome", "telefone") if not body.get(key)]
        if missing or not str(body.get("telefone")).isdigit():
            return refused(f"Campos obrigatórios: {', '.join(missing) or 'telefone'}")
        service = int(body["id_cliente_servico"])
        if not any(service == s["id_cliente_servico"] for c in self.clients.values() for s in c["servicos"]):
            return refused("Serviço do cliente não encontrado")
        type = int(body.get("id_tipo_atendimento") or 132)
        protocolo = self.add(service, body["descricao"] + ADDED, type, status="Aguardando Análise")
        ticket = self.by_protocolo(protocolo)
        ticket["contact"] = (body["nome"], body["telefone"], body.get("email", ""))
        if body.get("abrir_os"):
            self.send_technician(protocolo)
        words = f"Atendimento aberto com sucesso. Anote o protocolo: {protocolo}."
        return 200, {"status": "success", "msg": words, "atendimento": self.short_form(ticket)}

    def change(self, number: int, body: dict[str, Any]) -> Answer:
        if number not in self.tickets:
            return 404, {"status": "error", "msg": "Atendimento não encontrado"}
        if "fechar_atendimento" not in body or "parametros" not in body:
            return refused("Campos obrigatórios: fechar_atendimento, parametros")
        ticket = self.tickets[number]
        ticket["descricao_abertura"] = body.get("descricao", ticket["descricao_abertura"])
        if body["fechar_atendimento"]:
            self.close(ticket["protocolo"])
        return 200, {
            "status": "success",
            "msg": "Atendimento atualizado com sucesso",
            "atendimento": self.plain(ticket),
        }

    # --- how it shows a ticket ---------------------------------------------------------------------------------

    def owner(self, ticket: dict[str, Any]) -> dict[str, Any]:
        return next(
            c for c in self.clients.values() if any(ticket["service"] == s["id_cliente_servico"] for s in c["servicos"])
        )

    def plain(self, ticket: dict[str, Any]) -> dict[str, Any]:
        opened, closed = ticket["opened"], ticket["closed"]
        status = next((id for id, (_, words) in STATUSES.items() if words == ticket["status"]), 99)
        name, telephone, email = ticket["contact"]
        return {
            **{key: ticket[key] for key in SAME},
            "id_cliente_servico": ticket["service"], "id_tipo_atendimento": ticket["type"],
            "data_cadastro": f"{opened:%Y-%m-%d %H:%M:%S}", "data_cadastro_timestamp": int(opened.timestamp()) * 1000,
            "data_fechamento": f"{closed:%Y-%m-%d %H:%M:%S}" if closed else None,
            "data_fechamento_timestamp": int(closed.timestamp()) * 1000 if closed else None,
            "status_fechamento": ticket.get("status_fechamento"), "id_atendimento_status": status,
            "nome_contato": name, "telefone_contato": telephone, "email_contato": email,
            "ordem_servico_count": len(ticket["ordens"]), "anexos_count": 0,
        }  # fmt: skip

    def long_form(self, ticket: dict[str, Any]) -> dict[str, Any]:
        client, words = self.owner(ticket), ticket["status"]
        prefix = next((prefix for prefix, known in STATUSES.values() if known == words), "em_marte")
        return {
            **self.plain(ticket),
            "status": {"id_atendimento_status": 22, "prefixo": prefix, "descricao": words},
            "tipo_atendimento": {"id_tipo_atendimento": ticket["type"], "descricao": self.types[ticket["type"]]},
            "cliente_servico": {
                "id_cliente_servico": ticket["service"], "id_cliente": client["id_cliente"],
                "cliente": {key: client[key] for key in ("id_cliente", "codigo_cliente", "nome_razaosocial")},
            },
            "usuarios_responsaveis": [],
        }  # fmt: skip

    def short_form(self, ticket: dict[str, Any]) -> dict[str, Any]:
        client, opened, closed = self.owner(ticket), ticket["opened"], ticket["closed"]
        service = next(s for s in client["servicos"] if s["id_cliente_servico"] == ticket["service"])
        return {
            **{key: ticket[key] for key in ("id_atendimento", "protocolo", "descricao_abertura")},
            "tipo_atendimento": self.types[ticket["type"]], "usuario_abertura": "Master",
            "data_cadastro": f"{opened:%d/%m/%Y}", "data_fechamento": f"{closed:%d/%m/%Y}" if closed else None,
            "status_fechamento": ticket.get("status_fechamento"), "setor_responsavel": None, "status": ticket["status"],
            "cliente": {key: client[key] for key in ("codigo_cliente", "nome_razaosocial", "cpf_cnpj")},
            "servico": {"id_cliente_servico": str(ticket["service"]), "nome": service["nome"],
                        "status_prefixo": service["status_prefixo"]},
            "ordens_servico": [{**order, "data_cadastro": f"{opened:%d/%m/%Y %H:%M:%S}"} for order in ticket["ordens"]],
        }  # fmt: skip


def refused(words: str) -> Answer:
    """How a refusal looks is assumed: the documents show successes only."""
    return 422, {"status": "error", "msg": words}
