"""A discount is booked once: whatever is killed, lost, doubled or said by people in between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, Literal

import pytest

from desconto.provedor import CONTRATO, DISCOUNTS, ITEMS, SERVICO, booked, fee, open_request, with_one_contract
from erp_bridge.core.billing import mark
from erp_bridge.core.errors import BridgeError, Refused, Unavailable, Unsupported
from erp_bridge.sandbox.world import generate
from erp_bridge.sync.desconto import ledger
from erp_bridge.sync.desconto.booking import Escolha, Estado, Lancador, Situacao
from erp_bridge.sync.desconto.pedidos import Leitor
from erp_bridge.sync.store.intents import Operation
from erp_bridge.sync.store.lease import PairHeld, hold
from erp_bridge.sync.store.waiting import Kind
from faults.bench import SETTLE, Bench, RealBridge
from faults.wire import Kill
from support.pair import START, SimulatedPair
from support.quick import QuickBridge

APPROVAL = "Desconto aprovado: R$ 0,90"
SIZES = {"clients": 40, "left": 4, "right": 3}


class House(SimulatedPair):
    """One IXC that books, with an approved request in it, and an Integrator beside it."""

    def __init__(self, folder: Path, *, right_kind: str = "integrator", **matriz: str) -> None:
        both = {"filial": SERVICO} if right_kind == "ixc" else {}
        erps = {"matriz": SERVICO | {"settle": '"5s"'} | matriz, **both}
        super().__init__(folder, erps=erps, right_kind=right_kind, **SIZES)
        self.document, self.client, self.contract = with_one_contract(self.world)[0]
        self.ticket = open_request(self.left, self.client, self.contract)

    def approve(self, text: str = APPROVAL) -> None:
        self.left.people.comment(self.ticket, text)

    @asynccontextmanager
    async def desk(self, erp: str = "matriz") -> AsyncIterator[Lancador]:
        async with self.bridge() as bridge:
            yield Lancador(bridge, await bridge.erp(erp))

    async def book(self, escolha: Escolha | None = None, *, ticket: str = "", erp: str = "matriz") -> Situacao:
        """``desconto book``, as a new process would run it."""
        async with self.desk(erp) as desk:
            return await book(desk, ticket or self.ticket, escolha)

    async def look(self) -> Situacao:
        async with self.desk() as desk:
            return await desk.situacao(self.ticket)

    def notices(self) -> list[str]:
        """What was written into the ticket about the booking."""
        return [m["mensagem"] for m in self.left_messages(self.ticket) if "/desconto prot" in m["mensagem"]]


async def book(desk: Lancador, ticket: str, escolha: Escolha | None = None) -> Situacao:
    """What the command does."""
    seen = await desk.situacao(ticket)
    if seen.estado is not Estado.NAO_LANCADO:
        return await desk.concluir(ticket)
    return await desk.lancar(await desk.preparar(ticket, escolha or Escolha()))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


class TestBooking:
    async def test_once(self, house: House) -> None:
        house.approve()
        first = await house.book()
        assert first.estado is Estado.LANCADO
        assert first.lancamento is not None
        assert (first.lancamento.onde, first.lancamento.valor) == (ITEMS, Decimal("0.90"))
        again = await house.book()
        assert (again.estado, again.lancamento, again.repetidos) == (Estado.LANCADO, first.lancamento, ())
        [row] = booked(house.left)
        assert (row["id_contrato"], row["valor_total"]) == (house.contract, "0.90")
        assert mark("matriz", house.ticket) in row["descricao"]

    async def test_the_ticket_says_so_once(self, house: House) -> None:
        house.approve()
        assert (await house.book()).avisado is True
        await house.book()
        [notice] = house.notices()
        assert notice.startswith(f"{APPROVAL}\nObservação: lançado em matriz ({ITEMS} 1)")
        async with house.desk() as desk:
            decided = (await desk.leitor.pedido(house.ticket)).decidido
        assert decided is not None
        assert (decided.decisao.aprovado, decided.decisao.valor) == (True, Decimal("0.90"))
        assert house.left_tickets()[house.ticket]["su_status"] == "N"

    async def test_on_the_contract_until_a_day(self, tmp_path: Path) -> None:
        house = House(tmp_path, **CONTRATO)
        house.approve()
        await house.book(Escolha(validade=date(2026, 11, 1)))
        [row] = booked(house.left)
        assert (row["data_validade"], row["valor"]) == ("2026-11-01", "0.90")

    async def test_looking_writes_nothing(self, house: House) -> None:
        house.approve()
        before = house.left.snapshot()
        assert (await house.look()).estado is Estado.NAO_LANCADO
        async with house.desk() as desk:
            await desk.preparar(house.ticket, Escolha())
        assert house.left.snapshot() == before

    async def test_an_erp_without_it(self, house: House) -> None:
        async with house.bridge() as bridge:
            with pytest.raises(Unsupported):
                Lancador(bridge, await bridge.erp("filial"))

    async def test_a_contract_that_the_ticket_does_not_name(self, house: House) -> None:
        house.ticket = open_request(house.left, house.client)
        house.approve()
        await house.book()
        assert [row["id_contrato"] for row in booked(house.left)] == [house.contract]

    async def test_several_contracts_and_none_named(self, house: House) -> None:
        plan = house.left.tables["cliente_contrato"][house.contract]["id_vd_contrato"]
        house.left.people.add("cliente_contrato", id_cliente=house.client, id_vd_contrato=plan)
        house.ticket = open_request(house.left, house.client)
        house.approve()
        with pytest.raises(Refused, match="no single active one"):
            await house.book()

    async def test_a_ticket_that_is_no_request(self, house: House) -> None:
        house.ticket = house.left.people.open_ticket(id_cliente=house.client)
        with pytest.raises(Refused, match="no discount request"):
            await house.book()


class TestWhatIsBooked:
    async def test_nothing_without_a_decision(self, house: House) -> None:
        with pytest.raises(Refused, match="no decision yet"):
            await house.book()

    @pytest.mark.parametrize("text", ["Desconto negado\nMotivo: avisado antes", "desconto aprovado?", "vou verificar"])
    async def test_nothing_without_an_approval(self, house: House, text: str) -> None:
        house.approve(text)
        with pytest.raises(Refused):
            await house.book()
        assert booked(house.left) == []

    async def test_the_last_decision_counts(self, house: House) -> None:
        house.approve()
        house.approve("Desconto negado\nMotivo: aprovado por engano")
        with pytest.raises(Refused, match="was refused"):
            await house.book()
        house.approve("Desconto aprovado: R$ 0,50")
        await house.book()
        assert booked(house.left)[0]["valor_total"] == "0.50"

    async def test_the_amount_is_the_decisions_own(self, house: House) -> None:
        house.approve()
        with pytest.raises(Refused, match=r"says 0.90, not 5"):
            await house.book(Escolha(valor=Decimal(5)))

    async def test_an_approval_without_an_amount(self, house: House) -> None:
        """6 h 31 min are 391 minutes or 7 hours: who decides must say which."""
        house.approve("Desconto aprovado")
        with pytest.raises(Refused, match="how much"):
            await house.book()
        async with house.desk() as desk:
            amounts = (await desk.leitor.pedido(house.ticket)).quantias
        way = next(way for way in amounts if way == "por_hora")
        await house.book(Escolha(politica=way))
        assert booked(house.left)[0]["valor_total"] == f"{amounts[way].valor}"

    async def test_approved_by_whoever_books(self, house: House) -> None:
        await house.book(Escolha(aprovar=True, valor=Decimal("0.40")))
        assert booked(house.left)[0]["valor_total"] == "0.40"
        assert house.notices()[0].startswith("Desconto aprovado: R$ 0,40")

    async def test_never_more_than_the_fee(self, house: House) -> None:
        most = fee(house.world, house.contract)
        with pytest.raises(Refused, match="more than the monthly fee"):
            await house.book(Escolha(aprovar=True, valor=most + 1))
        await house.book(Escolha(aprovar=True, valor=most))

    async def test_a_refusal_is_said_and_books_nothing(self, house: House) -> None:
        async with house.desk() as desk:
            await desk.recusar(house.ticket, "interrupção avisada")
            decided = (await desk.leitor.pedido(house.ticket)).decidido
            assert decided is not None
            assert (decided.decisao.aprovado, decided.decisao.motivo) == (False, "interrupção avisada")
        house.approve()
        await house.book()
        async with house.desk() as desk:
            with pytest.raises(Refused, match="cannot be refused now"):
                await desk.recusar(house.ticket, "tarde demais")


class TestLostReplies:
    async def test_a_lost_reply_is_looked_up(self, house: House) -> None:
        house.approve()
        house.left.faults.once("lost_reply", match=f"POST {ITEMS}")
        assert (await house.book()).estado is Estado.LANCADO
        assert len(booked(house.left)) == 1
        assert len(house.notices()) == 1

    async def test_a_request_that_never_arrived(self, house: House) -> None:
        house.approve()
        house.left.faults.once("reset_before", match=f"POST {ITEMS}")
        with pytest.raises(Unavailable, match="nothing was booked"):
            await house.book()
        assert (await house.look()).estado is Estado.NAO_LANCADO
        assert booked(house.left) == []
        assert (await house.book()).estado is Estado.LANCADO

    async def test_a_refusal_is_no_doubt(self, house: House) -> None:
        house.approve()
        house.left.faults.once("refuse", match=f"POST {ITEMS}", message="Produto inativo!")
        with pytest.raises(Refused, match="Produto inativo"):
            await house.book()
        assert (await house.look()).estado is Estado.NAO_LANCADO
        await house.book()
        assert len(booked(house.left)) == 1

    async def test_a_lost_store_doubles_nothing(self, house: House) -> None:
        house.approve()
        await house.book()
        for file in house.folder.glob("bridge.db*"):
            file.unlink()
        assert (await house.book()).estado is Estado.LANCADO
        assert (len(booked(house.left)), len(house.notices())) == (1, 1)

    async def test_the_notice_may_get_lost_too(self, house: House) -> None:
        house.approve()
        house.left.faults.once("lost_reply", match="POST su_mensagens")
        first = await house.book()
        assert (first.estado, first.avisado) == (Estado.LANCADO, False)
        assert (await house.book()).avisado is True
        assert (len(booked(house.left)), len(house.notices())) == (1, 1)

    async def test_a_booking_that_somebody_took_back(self, house: House) -> None:
        house.approve()
        await house.book()
        house.left.people.delete(ITEMS, booked(house.left)[0]["id"])
        again = await house.book()
        assert (again.estado, again.sumiu) == (Estado.LANCADO, True)
        assert booked(house.left) == []

    async def test_two_records_with_one_mark_are_shown(self, house: House) -> None:
        house.approve()
        await house.book()
        house.left.people.add(ITEMS, house.left.tables[ITEMS][1].full() | {"id": ""})
        assert [one.id for one in (await house.book()).repetidos] == ["2"]


class TestDoubts:
    """Success that shows nothing: only a person can say what became of it."""

    @pytest.fixture
    async def doubtful(self, house: House) -> House:
        house.approve()
        house.left.faults.once("noop", match=f"POST {ITEMS}")
        assert (await house.book()).estado is Estado.EM_DUVIDA
        return house

    async def test_it_waits_for_a_person(self, doubtful: House) -> None:
        [item] = await doubtful.ask(lambda bridge: bridge.waiting(Kind.DOUBT))
        assert (item["ticket"], item["code"]) == (doubtful.ticket, ledger.UNPROVEN)
        assert f"desconto book matriz {doubtful.ticket}" in item["reason"]
        assert (await doubtful.book()).estado is Estado.EM_DUVIDA
        assert booked(doubtful.left) == []

    async def test_there_was_none(self, doubtful: House) -> None:
        await self.settle(doubtful, None)
        assert (await doubtful.book()).estado is Estado.LANCADO
        assert len(booked(doubtful.left)) == 1
        assert await doubtful.ask(lambda bridge: bridge.waiting(Kind.DOUBT)) == []

    async def test_there_was_one(self, doubtful: House) -> None:
        await self.settle(doubtful, "77")
        found = await doubtful.book()
        assert found.estado is Estado.LANCADO
        assert found.lancamento is not None
        assert found.lancamento.id == "77"
        assert booked(doubtful.left) == []
        assert await doubtful.ask(lambda bridge: bridge.waiting(Kind.DOUBT)) == []

    async def test_it_shows_itself_after_all(self, doubtful: House) -> None:
        text = f"Desconto em fatura {mark('matriz', doubtful.ticket)}"
        doubtful.left.people.add(ITEMS, id_contrato=doubtful.contract, descricao=text, valor_total="0.90")
        assert (await doubtful.book()).estado is Estado.LANCADO
        assert await doubtful.ask(lambda bridge: bridge.waiting(Kind.DOUBT)) == []

    async def test_passes_leave_it_alone(self, doubtful: House) -> None:
        """A doubt about money is no doubt about a twin: no pass adopts what a person says of it."""
        await self.settle(doubtful, "77")
        await doubtful.sync()
        async with doubtful.bridge() as bridge:
            with bridge.db.read() as tx:
                entry = ledger.entry(tx, "matriz", doubtful.ticket)
        assert entry is not None
        assert (entry.state, entry.decision) == ("doubt", "77")

    async def test_where_nothing_can_be_looked_up(self, house: House) -> None:
        house.approve()

        def hide() -> None:
            house.left.options.unavailable = (ITEMS, DISCOUNTS)

        house.left.faults.once("hook", match=f"POST {ITEMS}", after=hide)
        house.left.faults.once("lost_reply", match=f"POST {ITEMS}")
        assert (await house.book()).estado is Estado.EM_DUVIDA
        house.left.options.unavailable = ()
        assert (await house.book()).estado is Estado.LANCADO
        assert len(booked(house.left)) == 1

    @staticmethod
    async def settle(house: House, twin: str | None) -> None:
        [item] = await house.ask(lambda bridge: bridge.waiting(Kind.DOUBT))
        await house.ask(lambda bridge: bridge.settle_doubt(item["id"], twin))


class TestTwins:
    """One request may stand in two ERPs that both book."""

    @pytest.fixture
    async def twins(self, tmp_path: Path) -> tuple[House, str]:
        house = House(tmp_path, right_kind="ixc")
        house.approve()
        await house.sync()
        return house, (await house.links())[house.ticket]

    async def test_booked_in_one_it_is_not_booked_in_the_other(self, twins: tuple[House, str]) -> None:
        house, twin = twins
        await house.book()
        with pytest.raises(Refused, match=f"ticket {twin} is {house.ticket} in matriz"):
            await house.book(ticket=twin, erp="filial")
        assert booked(house.right) == []

    async def test_also_after_the_store_was_lost(self, twins: tuple[House, str]) -> None:
        house, twin = twins
        await house.book()
        for file in house.folder.glob("bridge.db*"):
            file.unlink()
        await house.sync()  # finds the twins again by their footers
        with pytest.raises(Refused, match="look at that one first"):
            await house.book(ticket=twin, erp="filial")
        assert booked(house.right) == []

    async def test_an_approval_travels(self, twins: tuple[House, str]) -> None:
        house, twin = twins
        await house.book(ticket=twin, erp="filial")
        assert (booked(house.left), len(booked(house.right))) == ([], 1)


class TestOneWriter:
    async def test_a_second_process_is_told(self, house: House) -> None:
        house.approve()
        async with house.bridge() as bridge, house.desk() as desk:
            with hold(bridge.db, ledger.LEASE), pytest.raises(PairHeld):
                await book(desk, house.ticket)
        assert booked(house.left) == []

    async def test_a_pass_does_not_hold_it_up(self, house: House) -> None:
        house.approve()
        async with house.bridge() as bridge, house.desk() as desk:
            with hold(bridge.db, "suporte"):
                assert (await book(desk, house.ticket)).estado is Estado.LANCADO

    async def test_passes_never_book(self, house: House) -> None:
        house.approve()
        await house.sync()
        house.clock.advance(3600)
        await house.sync(full=True)
        assert booked(house.left) == []

    async def test_a_forgotten_client_leaves_nothing_in_the_store(self, house: House) -> None:
        house.approve()
        await house.book()
        async with house.bridge() as bridge:
            await bridge.forget(house.document)
            with bridge.db.read() as tx:
                assert ledger.entry(tx, "matriz", house.ticket) is None
                assert ledger.entry(tx, "matriz", house.ticket, Operation.MOVEMENT) is None
        assert (await house.book()).estado is Estado.LANCADO
        assert len(booked(house.left)) == 1


# --- killed at any moment --------------------------------------------------------------------------------------


class Desk(RealBridge):
    """The command as a process that can be killed: it books the ticket that it is told."""

    async def sync(self, **options: Any) -> Any:
        if self._bridge is None:
            self._bridge = QuickBridge(self._bench.config, self._bench.network())
        desk = Lancador(self._bridge, await self._bridge.erp("matriz"))
        if options.get("look"):
            return await desk.situacao(options["ticket"])
        return await book(desk, options["ticket"])


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    world = generate(1, clients=150, left=2, right=2, now=START)
    made = Bench(world=world, runner=Desk, erps={"matriz": SERVICO})
    yield made
    made.close()


def approved(bench: Bench) -> tuple[str, str]:
    """A new approved request, and its contract."""
    people = with_one_contract(bench.world, common=False)
    _, client, contract = people[len(bench.left.tables["su_ticket"]) % len(people)]
    ticket = open_request(bench.left, client, contract)
    bench.left.people.comment(ticket, APPROVAL)
    return ticket, contract


def with_mark(bench: Bench, ticket: str) -> int:
    return sum(mark("matriz", ticket) in row["descricao"] for row in booked(bench.left))


def notices(bench: Bench, ticket: str) -> int:
    return sum("/desconto prot" in row["mensagem"] for row in bench.left_messages(ticket))


def after(bench: Bench, **options: Any) -> Situacao:
    """The command again, which nothing disturbs."""
    found: Any = bench.sync_once(**options)
    assert isinstance(found, Situacao), getattr(bench, "last_error", None)
    return found


@pytest.mark.parametrize("when", ["before", "after", "late"])
def test_killed_at_every_request(bench: Bench, when: Literal["before", "after", "late"]) -> None:
    """One discount or none; which of the two is known after the restart; and in the end there is one.

    Only a write can arrive late; a read that does changes nothing, and one that was answered no more than one that was
    never sent.
    """
    writes = when != "before"
    fates = set()
    for at in count(1):
        ticket, _ = approved(bench)
        if bench.sync_once(Kill(at=at, when=when, writes=writes), ticket=ticket) is not None:
            break
        bench.advance(1)
        seen = after(bench, ticket=ticket, look=True)
        there = with_mark(bench, ticket)
        assert there == (seen.estado is Estado.LANCADO), (at, when, seen)
        assert seen.estado is not Estado.EM_DUVIDA
        fates.add(there)
        final = after(bench, ticket=ticket)
        assert (final.estado, final.repetidos, final.avisado) == (Estado.LANCADO, (), True), (at, when)
        assert (with_mark(bench, ticket), notices(bench, ticket)) == (1, 1), (at, when)
    assert at > (2 if writes else 20)
    assert fates == ({1} if writes else {0, 1})


@pytest.mark.parametrize("gap", [0.0, SETTLE / 2])
def test_killed_again_and_again(bench: Bench, gap: float) -> None:
    """Also a command that is called while the killed one's request is still under way books nothing twice."""
    ticket, _ = approved(bench)
    for at in (6, 9, 11, 14, 8, 12):
        bench.sync_once(Kill(at=at, when="late", late_by=4.0), ticket=ticket)
        bench.advance(gap)
        assert with_mark(bench, ticket) <= 1
    assert after(bench, ticket=ticket).estado is Estado.LANCADO
    bench.advance(30)
    assert (with_mark(bench, ticket), notices(bench, ticket)) == (1, 1)


def test_killed_at_the_sending_it_waits_for_what_may_still_arrive(bench: Bench) -> None:
    ticket, _ = approved(bench)
    assert bench.sync_once(Kill(at=1, when="late", late_by=SETTLE - 1, writes=True), ticket=ticket) is None
    assert with_mark(bench, ticket) == 0
    assert after(bench, ticket=ticket).estado is Estado.LANCADO
    assert with_mark(bench, ticket) == 1


async def test_what_a_kill_leaves_is_listed(house: House) -> None:
    """``desconto list`` shows a booking that was cut off, from the store alone."""
    house.approve()
    async with house.desk() as desk:
        bridge = desk.bridge
        with hold(bridge.db, ledger.LEASE) as lease, bridge.db.write(lease.fence) as tx:
            ledger.note(
                tx, "matriz", house.ticket, Operation.DISCOUNT, contrato=house.contract, digest="", now=0.0,
                token=lease.fence.token,
            )  # fmt: skip
        with bridge.db.read() as tx:
            assert {ticket: entry.state for ticket, entry in ledger.entries(tx, "matriz").items()} == {
                house.ticket: "open"
            }
        [pedido] = [pedido async for pedido in Leitor(desk.erp).abertos() if pedido.id == house.ticket]
        assert pedido.contrato == house.contract
        with pytest.raises(BridgeError):
            await desk.leitor.pedido("999999")
