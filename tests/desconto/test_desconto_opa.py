"""A conversation of Opa! Suite, looked up by its protocolo."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest

from erp_bridge.adapters.opa import Conversa, OpaClient, OpaSettings
from erp_bridge.adapters.opa.conversa import read
from erp_bridge.core.errors import AuthError, Malformed, Refused
from erp_bridge.core.settings import Secret
from erp_bridge.sandbox.opa import OpaSimulator
from erp_bridge.transport.network import Network
from support.clock import FakeClock

ZONE = ZoneInfo("America/Sao_Paulo")
TALK = {
    "_id": "64f0a1", "protocolo": "OPA202512345", "date": "2025-05-01T13:00:00.000Z",
    "fim": "2025-05-01T13:20:00.000Z", "status": "F", "setor": "5d1", "id_cliente": "5f2", "id_atendente": "5e3",
    "canal": "whatsapp",
}  # fmt: skip
USERS = [{"_id": f"5e{n}", "nome": name, "tipo": "user"} for n, name in enumerate(("Ana", "Bia", "Caio", "Dora"))]


@pytest.fixture
def sim() -> OpaSimulator:
    return OpaSimulator([dict(TALK)], [*USERS, {"_id": "b0", "nome": "Robô", "tipo": "bot"}])


def client(sim: OpaSimulator, app: Any = None, **keys: Any) -> OpaClient:
    wire = httpx2.ASGITransport(app=app or sim.app)
    settings = OpaSettings.model_validate(
        {"url": "https://opa.example.net", "token": Secret(sim.token), "timezone": "America/Sao_Paulo", **keys}
    )
    return OpaClient(settings, Network(clock=FakeClock(), wire=lambda url: wire))


async def look(sim: OpaSimulator, protocolo: str = "OPA202512345", **keys: Any) -> Conversa | None:
    async with client(sim, **keys) as opa:
        return await opa.conversa(protocolo)


async def test_channel_agent_and_times(sim: OpaSimulator) -> None:
    found = await look(sim)
    assert found is not None
    assert (found.id, found.protocolo, found.status) == ("64f0a1", "OPA202512345", "finalizado")
    assert (found.canal, found.agente) == ("whatsapp", "Dora")
    assert found.inicio == datetime(2025, 5, 1, 10, tzinfo=ZONE)
    assert found.fim == datetime(2025, 5, 1, 10, 20, tzinfo=ZONE)
    assert (
        found.em_palavras(ZONE)
        == "Atendimento Opa! OPA202512345, canal whatsapp, agente Dora, de 01/05/2025 10:00 a 10:20"
    )


async def test_the_request(sim: OpaSimulator) -> None:
    await look(sim)
    assert sim.requests == [
        ("atendimento", {"filter": {"protocolo": "OPA202512345"}, "options": {"limit": 10, "skip": 0}}),
        ("usuario", {"filter": {"tipo": "user"}, "options": {"limit": 1000, "skip": 0}}),
    ]


@pytest.mark.parametrize("typed", ["opa202512345", " OPA 2025-12345 ", "Opa: 202512345", "OPA202512345."])
async def test_a_protocolo_as_typed(sim: OpaSimulator, typed: str) -> None:
    found = await look(sim, typed)
    assert found is not None
    assert found.id == "64f0a1"


async def test_a_protocolo_of_another_form(sim: OpaSimulator) -> None:
    sim.atendimentos.append(TALK | {"_id": "1", "protocolo": "2025-77"})
    found = await look(sim, "2025-77")
    assert found is not None
    assert found.id == "1"


@pytest.mark.parametrize("unknown", ["OPA99", "", "   "])
async def test_no_such_conversation(sim: OpaSimulator, unknown: str) -> None:
    assert await look(sim, unknown) is None


@pytest.mark.parametrize("agent", [None, "", "gone"])
async def test_the_bot_is_no_agent(sim: OpaSimulator, agent: str | None) -> None:
    sim.atendimentos[0]["id_atendente"] = agent
    found = await look(sim)
    assert found is not None
    assert found.agente is None
    assert "agente" not in found.em_palavras(ZONE)


async def test_a_list_that_ignores_paging_ends(sim: OpaSimulator) -> None:
    sim.atendimentos[0]["id_atendente"] = "gone"
    await look(sim)
    assert [resource for resource, _ in sim.requests] == ["atendimento", "usuario", "usuario"]


async def test_a_wrong_token(sim: OpaSimulator) -> None:
    with pytest.raises(AuthError):
        await look(sim, token=Secret("another"))


async def test_a_refusal_under_http_200(sim: OpaSimulator) -> None:
    sim.refusal = "Serviço em manutenção"
    with pytest.raises(Refused, match="Serviço em manutenção"):
        await look(sim)


async def test_a_body_lost_on_the_way(sim: OpaSimulator) -> None:
    """A proxy that drops the body of a GET: no wrong conversation is shown for it."""

    async def proxy(scope: Any, receive: Any, send: Any) -> None:
        async def nothing() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        await sim.app(scope, nothing, send)

    async with client(sim, proxy) as opa:
        with pytest.raises(Refused, match="not allowed"):
            await opa.conversa("OPA202512345")


@pytest.mark.parametrize(
    "url", ["https://opa.example.net", "https://opa.example.net/", "https://opa.example.net/api/v1"]
)
async def test_the_address_may_lead_to_the_api(sim: OpaSimulator, url: str) -> None:
    assert await look(sim, url=url) is not None


@pytest.mark.parametrize("body", [b"[]", b'{"data": []}', b'{"status": "success", "data": ["x"]}', b"<html></html>"])
async def test_what_is_no_list(sim: OpaSimulator, body: bytes) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    async with client(sim, app) as opa:
        with pytest.raises(Malformed):
            await opa.conversa("OPA1234")


@pytest.mark.parametrize(
    "changes", [{"date": None, "fim": ""}, {"date": 5}, {"date": "01/05/2025"}, {"canal": None}, {"_id": None}]
)
def test_odd_records_crash_nothing(changes: dict[str, Any]) -> None:
    found = read(TALK | changes, {}, ZONE)
    assert found.em_palavras(ZONE).startswith("Atendimento Opa! OPA202512345")


def test_a_time_without_offset_is_local() -> None:
    assert read(TALK | {"date": "2025-05-01 13:00:00"}, {}, ZONE).inicio == datetime(2025, 5, 1, 13, tzinfo=ZONE)


def test_over_midnight_the_day_is_said_twice() -> None:
    words = read(TALK | {"fim": "2025-05-02T13:20:00.000Z"}, {}, ZONE).em_palavras(ZONE)
    assert words.endswith("de 01/05/2025 10:00 a 02/05/2025 10:20")
