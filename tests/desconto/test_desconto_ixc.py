"""The money of an IXC: fee of a contract, open invoices, and a discount on the invoices that are still to be made."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from desconto.provedor import DISCOUNTS, ITEMS, booked, fee, with_one_contract
from erp_bridge.core.adapter import Capability
from erp_bridge.core.billing import OrdemDesconto, mark
from erp_bridge.core.errors import NotFound, Refused, Uncertain, Unseen, Unsupported
from ixc.ixc_box import Box

SERVICO = {"via": "servico", "id_produto": "77", "id_unidade": "1"}
CONTRATO = {"via": "contrato"}


class Books(Box):
    """An IXC with a client who has one contract."""

    def __init__(self, **keys: Any) -> None:
        super().__init__(keys=keys)
        _, self.client_id, self.contract = with_one_contract(self.world, common=False)[0]
        self.fee = fee(self.world, self.contract)

    def order(self, **changes: Any) -> OrdemDesconto:
        values = {
            "erp": "matriz", "atendimento": "12", "cliente": self.client_id, "contrato": self.contract,
            "valor": "0.90", "dia": date(2026, 9, 15),
        }  # fmt: skip
        return OrdemDesconto.model_validate(values | changes)

    async def book(self, **changes: Any) -> Any:
        return await self.erp.book_discount(await self.erp.discount_request(self.order(**changes)))

    def bill(self) -> Decimal:
        """The amount of the contract's next invoice."""
        return Decimal(self.sim.tables["fn_areceber"][self.sim.people.bill(self.contract)]["valor"])

    def product(self, **columns: str) -> str:
        return self.sim.people.add("vd_contratos_produtos", columns)


@pytest.fixture
async def item() -> AsyncIterator[Books]:
    """Discounts are items of the next invoice."""
    books = Books(desconto=SERVICO)
    async with books.erp:
        yield books


@pytest.fixture
async def contract() -> AsyncIterator[Books]:
    """Discounts stand on the contract until a day."""
    books = Books(desconto=CONTRATO)
    async with books.erp:
        yield books


class TestFee:
    async def test_of_the_plan(self, item: Books) -> None:
        assert await item.erp.contract_fee(item.contract) == item.fee

    async def test_products_of_the_contract_itself_count_too(self, item: Books) -> None:
        item.sim.people.edit("cliente_contrato", item.contract, id_vd_contrato="0")
        item.product(id_contrato=item.contract, valor_unit="40.00", qtde="2.00000")
        item.product(id_contrato=item.contract, valor_unit="50.00", valor_liquido="45.50")
        item.product(id_contrato="999999", valor_unit="1000.00")
        assert await item.erp.contract_fee(item.contract) == Decimal("125.50")

    async def test_only_the_service_that_can_fail_counts(self, item: Books) -> None:
        plan = item.sim.tables["cliente_contrato"][item.contract]["id_vd_contrato"]
        item.product(id_vd_contrato=plan, tipo="TV", valor_unit="60.00")
        assert await item.erp.contract_fee(item.contract) == item.fee

    async def test_without_a_price_it_is_not_known(self, item: Books) -> None:
        item.sim.people.edit("cliente_contrato", item.contract, id_vd_contrato="0")
        assert await item.erp.contract_fee(item.contract) is None

    async def test_a_version_that_does_not_tell(self, item: Books) -> None:
        item.sim.options.unavailable = ("vd_contratos_produtos",)
        assert await item.erp.contract_fee(item.contract) is None

    async def test_of_no_contract(self, item: Books) -> None:
        with pytest.raises(NotFound):
            await item.erp.contract_fee("999999")


class TestInvoices:
    async def test_open_ones_of_the_contract(self, item: Books) -> None:
        rows = item.sim.tables["fn_areceber"]
        expected = {
            id for id, row in rows.items()
            if row["id_cliente"] == item.client_id and row["status"] in ("A", "P") and row["liberado"] == "S"
        }  # fmt: skip
        found = await item.erp.invoices(item.client_id, item.contract)
        assert {int(one.id) for one in found} == expected
        assert len(found) == 1
        assert (found[0].aberto, found[0].contrato) == (item.fee, item.contract)
        assert found[0].vencimento == date(2026, 9, 10)

    async def test_hidden_received_and_cancelled_ones_are_none(self, item: Books) -> None:
        before = await item.erp.invoices(item.client_id)
        for status, shown in (("R", "S"), ("C", "S"), ("A", "N")):
            item.sim.people.add("fn_areceber", id_cliente=item.client_id, status=status, liberado=shown, valor="5.00")
        assert await item.erp.invoices(item.client_id) == before

    async def test_the_contract_may_stand_in_three_columns(self, item: Books) -> None:
        item.sim.people.delete("fn_areceber", (await item.erp.invoices(item.client_id))[0].id)
        for column in ("id_contrato", "id_contrato_avulso", "id_contrato_principal"):
            item.sim.people.add("fn_areceber", {"id_cliente": item.client_id, column: item.contract, "valor": "5.00"})
        item.sim.people.add("fn_areceber", id_cliente=item.client_id, id_contrato="999999", valor="7.00")
        found = await item.erp.invoices(item.client_id, item.contract)
        assert [one.contrato for one in found] == [item.contract] * 3
        assert len(await item.erp.invoices(item.client_id)) == 4

    async def test_nothing_is_written(self, item: Books) -> None:
        before = item.sim.snapshot()
        await item.erp.invoices(item.client_id, item.contract)
        await item.erp.contract_fee(item.contract)
        await item.erp.discount_request(item.order())
        await item.erp.find_discounts(item.contract, mark("matriz", "12"))
        assert item.sim.snapshot() == before


class TestOneItem:
    async def test_the_request(self, item: Books) -> None:
        request = await item.erp.discount_request(item.order())
        assert (request.method, request.path) == ("POST", ITEMS)
        assert request.body == {
            "id_contrato": item.contract,
            "tipo_acres_desc": "D",
            "id_produto": "77",
            "descricao": "Desconto em fatura [ref matriz 12/desconto]",
            "id_unidade": "1",
            "quantidade": "1",
            "valor_unitario": "0.90",
            "valor_total": "0.90",
            "repetir": "V",
            "repetir_qtde": "1",
            "data": "15/09/2026",
            "status": "A",
            "status_nf21": "A",
        }
        await item.erp.book_discount(request)
        assert item.sim.sent[-1] == (f"POST {ITEMS}", dict(request.body))  # what was shown is what was sent

    async def test_it_is_taken_off_one_invoice(self, item: Books) -> None:
        booking = await item.book()
        assert (booking.onde, booking.valor) == (ITEMS, Decimal("0.90"))
        assert item.bill() == item.fee - Decimal("0.90")
        assert item.bill() == item.fee

    async def test_the_product_of_the_plan_may_be_named(self, item: Books) -> None:
        async with item.open(desconto=SERVICO | {"id_vd_contrato_produtos": 9}) as erp:
            assert (await erp.discount_request(item.order())).body["id_produto_contrato_vinc"] == "9"


class TestUntilADay:
    async def test_the_request(self, contract: Books) -> None:
        request = await contract.erp.discount_request(contract.order())
        plan = contract.sim.tables["cliente_contrato"][contract.contract]["id_vd_contrato"]
        assert (request.method, request.path) == ("POST", DISCOUNTS)
        assert request.body == {
            "id_contrato": contract.contract,
            "id_vd_contrato_produtos": plan,
            "descricao": "Desconto em fatura [ref matriz 12/desconto]",
            "valor": "0.90",
            "data_validade": "10/10/2026",  # the open invoice is due on 10/09: the next one is still to be made
            "percentual": f"{90 / contract.fee:.6f}",
        }

    async def test_it_is_taken_off_one_invoice(self, contract: Books) -> None:
        booking = await contract.book()
        assert (booking.onde, booking.valor) == (DISCOUNTS, Decimal("0.90"))
        assert contract.bill() == contract.fee - Decimal("0.90")
        assert contract.bill() == contract.fee

    async def test_a_day_of_ones_own(self, contract: Books) -> None:
        request = await contract.erp.discount_request(contract.order(validade=date(2026, 12, 1)))
        assert request.body["data_validade"] == "01/12/2026"
        with pytest.raises(Refused, match="later day"):
            await contract.erp.discount_request(contract.order(validade=date(2026, 9, 14)))

    async def test_never_for_ever(self, contract: Books) -> None:
        """An empty day means for ever, so without an invoice to count from somebody must say until when."""
        for id in list(contract.sim.tables["fn_areceber"]):
            contract.sim.people.delete("fn_areceber", id)
        with pytest.raises(Refused, match="until when"):
            await contract.erp.discount_request(contract.order())

    async def test_after_long_silence_the_next_day_to_come_counts(self, contract: Books) -> None:
        request = await contract.erp.discount_request(contract.order(dia=date(2027, 1, 31)))
        assert request.body["data_validade"] == "10/02/2027"

    async def test_of_several_products_one_must_be_named(self, contract: Books) -> None:
        second = contract.product(id_contrato=contract.contract, valor_unit="10.00")
        with pytest.raises(Refused, match="2 products"):
            await contract.erp.discount_request(contract.order())
        async with contract.open(desconto=CONTRATO | {"id_vd_contrato_produtos": second}) as erp:
            body = (await erp.discount_request(contract.order())).body
        assert (body["id_vd_contrato_produtos"], body["percentual"]) == (second, "9.000000")

    async def test_a_product_of_another_contract_is_refused(self, contract: Books) -> None:
        async with contract.open(desconto=CONTRATO | {"id_vd_contrato_produtos": "999"}) as erp:
            with pytest.raises(Refused, match="no product 999"):
                await erp.discount_request(contract.order())


class TestFindingItAgain:
    @pytest.mark.parametrize("keys", [SERVICO, CONTRATO])
    async def test_by_its_mark_in_either_table(self, item: Books, keys: dict[str, str]) -> None:
        booking = await item.book()
        async with item.open(desconto=keys) as erp:
            assert await erp.find_discounts(item.contract, item.order().marca) == [booking]

    async def test_the_whole_mark_counts(self, item: Books) -> None:
        await item.book(atendimento="123")
        assert await item.erp.find_discounts(item.contract, mark("matriz", "12")) == []
        assert await item.erp.find_discounts(item.contract, mark("matri", "123")) == []
        assert len(await item.erp.find_discounts(item.contract, mark("matriz", "123"))) == 1

    async def test_in_capitals(self, item: Books) -> None:
        id = (await item.book()).id
        row = item.sim.tables[ITEMS][id]
        row["descricao"] = row["descricao"].upper()
        assert [one.id for one in await item.erp.find_discounts(item.contract, mark("matriz", "12"))] == [id]

    async def test_on_its_contract_only(self, item: Books) -> None:
        await item.book()
        assert await item.erp.find_discounts("999999", mark("matriz", "12")) == []

    async def test_a_table_that_is_not_offered_proves_nothing(self, item: Books) -> None:
        item.sim.options.unavailable = (ITEMS,)
        with pytest.raises(Unsupported):
            await item.erp.find_discounts(item.contract, mark("matriz", "12"))
        item.sim.options.unavailable = (DISCOUNTS,)  # where nothing is booked here
        assert await item.erp.find_discounts(item.contract, mark("matriz", "12")) == []

    async def test_a_lost_reply_is_uncertain_and_found(self, item: Books) -> None:
        item.sim.faults.once("lost_reply", match=f"POST {ITEMS}")
        with pytest.raises(Uncertain):
            await item.book()
        assert len(await item.erp.find_discounts(item.contract, mark("matriz", "12"))) == 1

    async def test_success_that_did_nothing(self, item: Books) -> None:
        item.sim.faults.once("noop", match=f"POST {ITEMS}")
        with pytest.raises(Unseen):
            await item.book()
        assert booked(item.sim) == []


class TestSettings:
    async def test_without_them_nothing_is_booked(self) -> None:
        books = Books()
        async with books.erp as erp:
            assert Capability.BOOK_DISCOUNT not in erp.capabilities
            assert {Capability.CONTRACT_FEE, Capability.INVOICES} <= erp.capabilities
            for call in (
                erp.discount_request(books.order()),
                erp.find_discounts(books.contract, mark("matriz", "12")),
            ):
                with pytest.raises(Unsupported):
                    await call
            assert erp.requests == 0

    def test_an_item_needs_its_product(self) -> None:
        with pytest.raises(ValidationError, match="id_produto and id_unidade"):
            Books(desconto={"via": "servico"})

    def test_there_are_two_ways(self) -> None:
        with pytest.raises(ValidationError, match="via"):
            Books(desconto={"via": "baixa"})
