"""A discount request on its way between two ERPs: the block in form, the amounts on the twin, the decision back."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from desconto.pedidos import request
from desconto.provedor import BLOCO, fee, open_request, with_one_contract
from erp_bridge.core.footer import split
from erp_bridge.sync.desconto.pedidos import Leitor, Pedido
from erp_bridge.sync.desconto.quantias import linha
from support.pair import SimulatedPair

IN_FORM = """Descrição: Rompimento externo - poste derrubado na BR
Data ocorrido: 10/09/2026
Hora da abertura do chamado: 08:00
Hora do retorno do sinal da internet: 14:31
Período para dar desconto:
Protocolo OPA: OPA202612345"""


class Pair(SimulatedPair):
    """A pair with a request on the left."""

    def __init__(self, folder: Path, right_kind: str = "integrator", text: str = BLOCO) -> None:
        super().__init__(folder, right_kind=right_kind, left=4, right=3)
        self.document, self.client, self.contract = with_one_contract(self.world)[0]
        self.ticket = open_request(self.left, self.client, self.contract, text=text)

    async def carried(self) -> str:
        """The first pass; the twin's id."""
        await self.sync()
        return (await self.links())[self.ticket]

    async def silent(self) -> None:
        """A full pass that has nothing to say but what waited before."""
        self.clock.advance(3600)
        rows = (await self.sync(full=True)).rows
        assert [row for row in rows if row.action != "quarantine"] == []

    def twin_text(self, twin: str) -> str:
        row = self.right_tickets()[twin]
        return str(row["menssagem"] if "menssagem" in row else row["descri_oco"]).replace("\r\n", "\n")

    async def request(self, erp: str, id: str) -> Pedido:
        async with self.bridge() as bridge:
            return await Leitor(await bridge.erp(erp)).pedido(id)


@pytest.fixture(params=["integrator", "ixc"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Pair:
    return Pair(tmp_path, request.param)


async def test_the_block_is_in_form_on_the_twin_only(pair: Pair) -> None:
    before = pair.left_tickets()[pair.ticket]["menssagem"]
    twin = await pair.carried()
    text, _ = split(pair.twin_text(twin))
    assert IN_FORM in text
    await pair.silent()
    assert pair.left_tickets()[pair.ticket]["menssagem"] == before
    assert IN_FORM in pair.twin_text(twin)


async def test_the_amounts_stand_in_the_twins_footer(pair: Pair) -> None:
    price = fee(pair.world, pair.contract)
    twin = await pair.carried()
    _, footer = split(pair.twin_text(twin))
    assert footer is not None
    by_minute, by_hour = (f"{amount:.2f}".replace(".", ",") for amount in (price * 391 / 43200, price * 7 / 720))
    assert (
        f"Desconto calculado: por minuto R$ {by_minute} · por hora R$ {by_hour} "
        f"(391 min, mensalidade R$ {price:.2f})".replace(f"{price:.2f}", f"{price:.2f}".replace(".", ","))
    ) in footer.notas
    await pair.silent()


async def test_the_decision_comes_back(pair: Pair) -> None:
    twin = await pair.carried()
    pair.clock.advance(60)
    pair.right.people.comment(twin, "Desconto aprovado: R$ 0,83\nObservação: na próxima fatura")
    await pair.sync()
    decided = (await pair.request("matriz", pair.ticket)).decidido
    assert decided is not None
    assert (decided.decisao.aprovado, decided.decisao.valor) == (True, Decimal("0.83"))
    assert decided.decisao.motivo == "na próxima fatura"
    assert decided.autor  # the person on the other side, not the bridge's own user
    await pair.silent()


async def test_the_twin_is_a_request_too(pair: Pair) -> None:
    found = await pair.request("filial", await pair.carried())
    assert found.leitura.solicitacao.protocolo_opa == "OPA202612345"
    assert found.leitura.nao_lido == ("Período para dar desconto",)


async def test_a_corrected_block_travels_in_form(tmp_path: Path) -> None:
    pair = Pair(tmp_path, "ixc", text=BLOCO.replace("14:31", ""))
    twin = await pair.carried()
    assert "calculado" not in pair.twin_text(twin)  # without its end an interruption comes to nothing yet
    pair.clock.advance(60)
    pair.left.people.set_field(pair.ticket, menssagem=BLOCO)
    await pair.sync()
    assert IN_FORM in pair.twin_text(twin)
    await pair.silent()


async def test_an_edit_of_the_twin_goes_back(tmp_path: Path) -> None:
    pair = Pair(tmp_path, "ixc")
    twin = await pair.carried()
    pair.clock.advance(60)
    text = pair.twin_text(twin).replace("14:31", "15:00")
    pair.right.people.set_field(twin, menssagem=text)
    await pair.sync()
    assert (
        pair.left_tickets()[pair.ticket]["menssagem"]
        .replace("\r\n", "\n")
        .startswith(IN_FORM.replace("14:31", "15:00"))
    )
    await pair.silent()


async def test_a_lost_store_finds_the_twin_and_stays_silent(pair: Pair) -> None:
    before = pair.left_tickets()[pair.ticket]["menssagem"]
    twin = await pair.carried()
    for file in pair.folder.glob("bridge.db*"):
        file.unlink()
    await pair.sync()
    assert (await pair.links())[pair.ticket] == twin
    await pair.silent()
    assert pair.left_tickets()[pair.ticket]["menssagem"] == before
    assert IN_FORM in pair.twin_text(twin)


async def test_a_lost_reply_at_the_creation(tmp_path: Path) -> None:
    pair = Pair(tmp_path, "ixc")
    before = pair.left_tickets()[pair.ticket]["menssagem"]
    pair.right.faults.once("lost_reply", match="POST su_ticket", count=20)
    await pair.sync()
    pair.clock.advance(60)
    pair.right.faults.clear()
    await pair.sync()
    assert IN_FORM in pair.twin_text((await pair.links())[pair.ticket])
    await pair.silent()
    assert pair.left_tickets()[pair.ticket]["menssagem"] == before


async def test_what_cannot_be_read_stays_as_it_was_typed(tmp_path: Path) -> None:
    odd = BLOCO.replace("08h00", "ontem cedo")
    pair = Pair(tmp_path, text=odd)
    text = pair.twin_text(await pair.carried())
    assert "ontem cedo" in text
    assert "calculado" not in text
    await pair.silent()


async def test_a_fee_that_the_erp_does_not_tell_is_no_obstacle(pair: Pair) -> None:
    for simulator in {pair.left, pair.right} - ({pair.right} if not hasattr(pair.right, "options") else set()):
        simulator.options.unavailable = ("vd_contratos_produtos", "su_canal_atendimento")
    assert "calculado" not in pair.twin_text(await pair.carried())
    await pair.silent()


async def test_from_an_erp_without_fees_that_of_the_twin_counts(tmp_path: Path) -> None:
    pair = Pair(tmp_path)
    right = next(c for c in pair.world.right.clientes if c.documento == pair.document)
    ticket = pair.right.people.open_ticket(
        codcli=str(right.id), codocop="01TIPODESC", codcar="01CARFINAN", descri_oco=BLOCO
    )
    await pair.sync()
    links = {there: here for here, there in (await pair.links()).items()}
    _, footer = split(pair.left_tickets()[links[ticket]]["menssagem"])
    assert footer is not None
    price = f"{fee(pair.world, pair.contract):.2f}".replace(".", ",")
    assert any(note.startswith("Desconto calculado:") and price in note for note in footer.notas)
    await pair.silent()


async def test_other_tickets_cost_nothing_and_stay_as_they_are(tmp_path: Path) -> None:
    pair = Pair(tmp_path, "ixc")
    other = pair.left.people.open_ticket(id_cliente=pair.client, menssagem=BLOCO, id_assunto="34", id_ticket_setor="4")
    await pair.sync()
    text, footer = split(pair.twin_text((await pair.links())[other]))
    assert text.strip() == BLOCO
    assert footer is not None
    assert not any("calculado" in note for note in footer.notas)
    assert pair.left.count("list vd_contratos_produtos") == 2  # of the one request: its own products, and its plan's


def test_the_line_says_how_it_was_counted() -> None:
    from erp_bridge.sync.desconto.pedidos import quantias

    assert linha(quantias(request(), Decimal("99.90"))) == (
        "Desconto calculado: por minuto R$ 0,83 · por hora R$ 0,83 (360 min, mensalidade R$ 99,90)"
    )
    planned = request(motivo=None, programada=True)
    assert linha(quantias(planned, Decimal("99.90"))) == (
        "Desconto calculado: manutenção programada R$ 3,33 (360 min, mensalidade R$ 99,90)"
    )
    assert quantias(request(retorno_sinal=None), Decimal("99.90")) == {}
