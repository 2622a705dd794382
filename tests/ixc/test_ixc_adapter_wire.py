"""Over real HTTP, and through bad weather."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from erp_bridge.core.errors import BridgeError, Malformed, Uncertain
from erp_bridge.core.model import Arquivo, Movimentacao, Status
from erp_bridge.sandbox.faults import Faults
from erp_bridge.sandbox.ixc import IxcSimulator
from erp_bridge.sandbox.server import Server
from erp_bridge.sandbox.world import generate
from erp_bridge.transport.network import Network
from ixc.ixc_box import NOW, Box, adapter, collect
from support.clock import FakeClock

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class RealBox(Box):
    """The same over a socket."""

    def __init__(self, server: Server, sim: IxcSimulator) -> None:
        self.clock = FakeClock()
        self.sim = sim
        self.network = Network(clock=self.clock)
        self.erp = adapter(self.network, url=server.url, token=sim.token)


async def test_a_ticket_from_opening_to_closing_over_real_http() -> None:
    sim = IxcSimulator(generate(1, clients=5, left=3, right=0, now=NOW))
    with Server(sim.app) as server:
        box = RealBox(server, sim)
        async with box.erp as erp:
            before = await collect(erp.changed_since(LONG_AGO, clientes=False))
            ticket = await box.open_ticket(descricao="Acentuação: ção, ãõ, 😀\nsegunda linha")
            id = ticket.id or ""
            assert ticket.descricao == "Acentuação: ção, ãõ, 😀\nsegunda linha"
            await erp.take_over(id)
            await erp.add_movement(id, Movimentacao(texto="Técnico a caminho"))
            await erp.attach(id, Arquivo(nome="foto.jpg"), b"\x00\xff" * 1000)
            await erp.update(id, endereco="Rua São João, 10")
            assert (await erp.solve(id, "Resolvido")).status is Status.SOLUCIONADO
            assert [m.status for m in await erp.movements(id)] == [Status.EM_PROGRESSO, None, Status.SOLUCIONADO]
            assert before.cursor is not None
            page = await collect(erp.changed_since(before.cursor, clientes=False))
            assert id in {ticket.id for ticket in page}
            assert len(page.movimentacoes[id]) == 3


async def test_a_reply_lost_on_a_real_wire() -> None:
    faults = Faults()
    sim = IxcSimulator(generate(1, clients=5, left=0, right=0, now=NOW), faults=faults)
    with Server(sim.app) as server:
        box = RealBox(server, sim)
        async with box.erp as erp:
            protocolo = await erp.reserve_protocolo()
            faults.once("lost_reply", match="POST su_ticket")
            with pytest.raises(Uncertain):
                await box.open_ticket(protocolo=protocolo)
            found = await erp.find_by_protocolo(protocolo or "")
            assert found is not None
            assert found.protocolo == protocolo


async def test_the_address_of_something_else() -> None:
    async def app(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b"<!doctype html><html><body>Ola</body></html>"})  # type: ignore[operator]

    with Server(app) as server:  # type: ignore[arg-type]
        async with adapter(Network(clock=FakeClock()), url=server.url) as erp:
            with pytest.raises(Malformed, match="url"):
                await erp.get("1")


async def test_reading_through_bad_weather() -> None:
    """Every third request meets a fault; what is read in the end is whole."""
    box = Box(generate(1, clients=10, left=40, right=0, now=NOW), keys={"page_size": 5})
    calm = await collect(box.erp.changed_since(LONG_AGO, clientes=False))
    box.sim.app._faults = Faults(
        "html=0.1,reset_before=0.1,lost_reply=0.05,truncate=0.05,half=0.05,status=503:0.05,shift_pages=0.5", seed=7
    )
    for _ in range(30):
        try:
            page = await collect(box.erp.changed_since(LONG_AGO, clientes=False))
            break
        except BridgeError:
            continue
    else:
        pytest.fail("the feed was never read to its end")
    assert [ticket.id for ticket in page] == [ticket.id for ticket in calm]
    assert page.movimentacoes == calm.movimentacoes


async def test_writing_through_bad_weather_doubles_nothing() -> None:
    """Ten tickets, each tried until it is there. Before a repetition the reserved number is looked up."""
    box = Box(generate(1, clients=10, left=0, right=0, now=NOW))
    subject, client = box.novo().assunto, box.client()
    box.sim.app._faults = Faults("html=0.15,reset_before=0.1,lost_reply=0.2,truncate=0.1,status=504:0.1", seed=5)
    uncertain = 0
    for number in range(10):
        protocolo = None
        for _ in range(60):
            try:
                protocolo = protocolo or await box.erp.reserve_protocolo()
                if await box.erp.find_by_protocolo(protocolo or "") is None:
                    novo = box.novo(titulo=f"Ticket {number}", protocolo=protocolo, assunto=subject, cliente=client)
                    await box.erp.create(novo)
                break
            except Uncertain:
                uncertain += 1
            except BridgeError:
                continue
        else:
            pytest.fail(f"ticket {number} was never opened")
    assert uncertain
    assert sorted(row["titulo"] for row in box.tickets.values()) == sorted(f"Ticket {n}" for n in range(10))
