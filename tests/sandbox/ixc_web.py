"""A plain HTTP client for the simulated IXC, a clock that moves when told, and small ERPs to talk to."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from erp_bridge.sandbox.ixc import IxcSimulator

LIST = {"ixcsoft": "listar"}
MORNING = datetime(2026, 9, 1, 11, 0, tzinfo=UTC)  # 08:00 in São Paulo


class Clock:
    """Stands still until told to go on."""

    def __init__(self, moment: datetime = MORNING) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class Web:
    """Speaks to a simulator in process. ``rows`` is the usual way to list; ``ask`` gives the whole reply."""

    def __init__(self, sim: IxcSimulator, token: str = "") -> None:
        self.sim = sim
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(sim.app),
            base_url="http://ixc/webservice/v1",
            headers=basic(token or sim.token),
        )

    async def ask(self, table: str, **listing: Any) -> Any:
        return (await self.page(table, **listing)).json()

    async def page(self, table: str, **listing: Any) -> httpx2.Response:
        body = {"page": "1", "rp": "100", "sortname": f"{table}.id", "sortorder": "asc"} | listing
        return await self.http.post(f"/{table}", json=body, headers=LIST)

    async def rows(self, table: str, *filters: tuple[str, str, str], **listing: Any) -> list[dict[str, str]]:
        grid = [{"TB": f"{table}.{column}", "OP": oper, "P": value} for column, oper, value in filters]
        return (await self.ask(table, grid_param=json.dumps(grid), **listing)).get("registros", [])

    async def ids(self, table: str, *filters: tuple[str, str, str], **listing: Any) -> list[str]:
        return [row["id"] for row in await self.rows(table, *filters, **listing)]

    async def one(self, table: str, id_: str) -> dict[str, str]:
        (row,) = await self.rows(table, ("id", "=", id_))
        return row

    async def post(self, path: str, **fields: Any) -> Any:
        return (await self.http.post(f"/{path}", json=fields)).json()

    async def put(self, path: str, fields: dict[str, Any]) -> Any:
        return (await self.http.put(f"/{path}", json=fields)).json()

    async def delete(self, path: str) -> Any:
        return (await self.http.delete(f"/{path}")).json()


def basic(token: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(token.encode()).decode()}


def small_erp(**options: Any) -> tuple[IxcSimulator, Clock, Web]:
    """One client, two subjects (the second demands a login and a contract), two departments, and no tickets."""
    clock = Clock()
    sim = IxcSimulator(now=clock, **options)
    people = sim.people
    people.add("cliente", razao="João Ávila", cnpj_cpf="529.982.247-25", fone="(49) 3300-0001", email="j@example.com")
    people.add("cliente_contrato", id_cliente="1")
    people.add("radusuarios", id_cliente="1", id_contrato="1", login="joao1", latitude="-27.1")
    people.add("su_oss_assunto", assunto="Lentidão")
    people.add("su_oss_assunto", assunto="Sem conexão", login_obrigatorio="S", contrato_obrigatorio="S")
    people.add("su_ticket_setor", setor="Suporte")
    people.add("su_ticket_setor", setor="Financeiro")
    people.add("usuarios", nome="Aline")
    people.add("wfl_processo", descricao="Visita")
    return sim, clock, Web(sim)


def ticket_form(**changes: str) -> dict[str, str]:
    """What is needed to open a ticket, and nothing else."""
    return {
        "tipo": "C",
        "id_cliente": "1",
        "id_assunto": "1",
        "titulo": "Lentidão à noite",
        "id_ticket_setor": "1",
        "prioridade": "M",
        "menssagem": "Só à noite.\r\nPede retorno.",
        "su_status": "N",
    } | changes
