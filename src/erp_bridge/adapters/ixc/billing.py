"""The fee of a contract, open invoices, and discounts: of a contract until a day, or one item on the next invoice.

There is no call that discounts an invoice which is there already. Both ways change invoices that are still to be made;
which of them an installation wants, and its products, stand in ``[erp.X.desconto]``.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from erp_bridge.adapters.ixc.client import IxcClient, Where, row_id
from erp_bridge.adapters.ixc.replies import Row
from erp_bridge.adapters.ixc.settings import DescontoSettings, IxcSettings
from erp_bridge.adapters.ixc.values import brazilian_day, day, present
from erp_bridge.adapters.ixc.wire import ContratoRecord, DescontoRecord, FaturaRecord, ItemRecord, ProdutoRecord
from erp_bridge.core.adapter import Capability
from erp_bridge.core.billing import Fatura, Lancamento, OrdemDesconto, Requisicao, carries, money
from erp_bridge.core.errors import AuthError, Malformed, NotFound, Refused, Unavailable, Uncertain, Unseen, Unsupported

CONTRACTS, PRODUCTS, INVOICES = "cliente_contrato", "vd_contratos_produtos", "fn_areceber"
DISCOUNTS, ITEMS = "cliente_contrato_descontos", "cliente_contrato_servicos"

#: What ``via`` leads to.
TABLES: Mapping[str, str] = {"contrato": DISCOUNTS, "servico": ITEMS}
_CENT = Decimal("0.01")
_INTERNET = "I"


class Billing:
    """What one installation knows of its clients' money."""

    def __init__(self, settings: IxcSettings, client: IxcClient) -> None:
        self._settings = settings
        self._client = client

    async def fee(self, contrato_id: str) -> Decimal | None:
        """The price of the contract's internet products; of all its products where none is marked as such."""
        products = await self._products(contrato_id)
        internet = [product for product in products if product.tipo == _INTERNET]
        prices = [price for product in internet or products if (price := _price(product)) is not None]
        return sum(prices, Decimal()).quantize(_CENT, ROUND_HALF_UP) if any(prices) else None

    async def invoices(self, cliente_id: str, contrato_id: str | None) -> list[Fatura]:
        """Open and shown to collection: neither received nor cancelled, and ``liberado``."""
        rows = await self._of_client(
            cliente_id, Where("liberado", "=", "S"), Where("status", "!=", "C"), Where("status", "!=", "R")
        )
        found = [_invoice(row) for row in rows]
        own = [one for one in found if contrato_id is None or one.contrato in (None, contrato_id)]
        return sorted(own, key=lambda one: (one.vencimento or date.max, len(one.id), one.id))

    async def request(self, ordem: OrdemDesconto) -> Requisicao:
        desconto = self._configured()
        table = TABLES[desconto.via]
        body = await (self._item(ordem, desconto) if table == ITEMS else self._discount(ordem, desconto))
        return Requisicao(method="POST", path=table, body=body)

    async def book(self, requisicao: Requisicao) -> Lancamento:
        self._configured()
        if requisicao.path not in (DISCOUNTS, ITEMS):
            raise ValueError(f"a discount is not booked in {requisicao.path}")
        id = await self._client.insert(requisicao.path, requisicao.body)
        done = f"discount {id} was booked in {requisicao.path}"
        try:
            row = await self._client.one(requisicao.path, id)
        except (Unavailable, AuthError, Malformed, Refused, Unsupported) as error:
            text = f"{done}, but could not be read back ({error.message}): look at it before repeating anything"
            raise Uncertain(text, erp=self._settings.name, operation=error.operation) from None
        if row is None:  # success can mean nothing (quirk 15)
            text = f"the ERP says that it booked discount {id} in {requisicao.path}, but does not show it"
            raise Unseen(text, erp=self._settings.name, operation=f"insert {requisicao.path}")
        return _booked(requisicao.path, row)

    async def find(self, contrato_id: str, marca: str) -> list[Lancamento]:
        """In both tables: the way of booking may have been another one when it was done."""
        configured = TABLES[self._configured().via]
        found = []
        for table in (configured, *(other for other in TABLES.values() if other != configured)):
            own = Where("id_contrato", "=", contrato_id)
            rows = await self._client.all(table, own, optional=table != configured)
            found += [_booked(table, row) for row in rows if carries(_text(row), marca)]
        return found

    # --- the two ways ------------------------------------------------------------------------------------------

    async def _item(self, ordem: OrdemDesconto, desconto: DescontoSettings) -> dict[str, str]:
        """One item, taken off the next invoice once: ``repetir`` V, one time."""
        body = {
            "id_contrato": ordem.contrato,
            "tipo_acres_desc": "D",
            "id_produto": desconto.id_produto or "",
            "descricao": ordem.descricao,
            "id_unidade": desconto.id_unidade or "",
            "quantidade": "1",
            "valor_unitario": f"{ordem.valor:.2f}",
            "valor_total": f"{ordem.valor:.2f}",
            "repetir": "V",
            "repetir_qtde": "1",
            "data": brazilian_day(ordem.dia),
            "status": "A",
            "status_nf21": "A",
        }
        if desconto.id_vd_contrato_produtos:
            body["id_produto_contrato_vinc"] = desconto.id_vd_contrato_produtos
        return body

    async def _discount(self, ordem: OrdemDesconto, desconto: DescontoSettings) -> dict[str, str]:
        """On a product of the contract until a day. Never without one: an empty day means for ever."""
        product = await self._product(ordem, desconto)
        until = ordem.validade or await self._next_due(ordem)
        if until is None:
            raise self._refused(
                "the contract has no invoice from which the day of the next one could be told: say until when the "
                "discount is to stand"
            )
        if until < ordem.dia:
            raise self._refused(f"the discount would end on {until:%d/%m/%Y}, before it begins: give a later day")
        price = _price(product)
        share = ordem.valor * 100 / price if price else None
        return {
            "id_contrato": ordem.contrato,
            "id_vd_contrato_produtos": product.id,
            "descricao": ordem.descricao,
            "valor": f"{ordem.valor:.2f}",
            "data_validade": brazilian_day(until),
            "percentual": f"{share:.6f}" if share is not None else "",
        }

    async def _product(self, ordem: OrdemDesconto, desconto: DescontoSettings) -> ProdutoRecord:
        """The configured one; without it the contract's only internet product."""
        products = await self._products(ordem.contrato)
        wanted = desconto.id_vd_contrato_produtos
        if wanted:
            named = next((product for product in products if product.id == wanted), None)
            if named is None and products:
                raise self._refused(
                    f"contract {ordem.contrato} has no product {wanted}: correct id_vd_contrato_produtos, or leave it "
                    "out to take the contract's own internet product"
                )
            return named or ProdutoRecord(id=wanted)
        internet = [product for product in products if product.tipo == _INTERNET] or products
        if len(internet) != 1:
            raise self._refused(
                f"contract {ordem.contrato} has {len(internet)} products that the discount could be for: name one in "
                "id_vd_contrato_produtos"
            )
        return internet[0]

    async def _next_due(self, ordem: OrdemDesconto) -> date | None:
        """When the first invoice that is still to be made will be due: a month after the last one that is there."""
        rows = [FaturaRecord.of(row) for row in await self._of_client(ordem.cliente)]
        of_contract = [row for row in rows if _contract_of(row) in (None, ordem.contrato) and row.status != "C"]
        last = max((due for row in of_contract if (due := day(row.data_vencimento))), default=None)
        if last is None:
            return None
        months = 1
        while (due := _later(last, months)) < ordem.dia:
            months += 1
        return due

    # --- reading -----------------------------------------------------------------------------------------------

    async def _products(self, contrato_id: str) -> list[ProdutoRecord]:
        """The products of a contract: its own, and those of its plan. A table of either kind may be out of reach."""
        row = await self._client.one(CONTRACTS, contrato_id)
        if row is None:
            text = f"there is no contract {contrato_id}, or the token's user may not see it"
            raise NotFound(text, erp=self._settings.name, operation=f"list {CONTRACTS}")
        rows = await self._client.all(PRODUCTS, Where("id_contrato", "=", contrato_id), optional=True)
        plan = present(ContratoRecord.of(row).id_vd_contrato)
        if plan:
            rows += await self._client.all(PRODUCTS, Where("id_vd_contrato", "=", plan), optional=True)
        return list({row_id(row): ProdutoRecord.of(row) for row in rows}.values())

    async def _of_client(self, cliente_id: str, *more: Where) -> list[Row]:
        if not cliente_id.isdecimal():
            return []
        return await self._client.all(INVOICES, Where("id_cliente", "=", cliente_id), *more)

    def _configured(self) -> DescontoSettings:
        if self._settings.desconto is None:
            raise Unsupported(self._settings.name, Capability.BOOK_DISCOUNT)
        return self._settings.desconto

    def _refused(self, text: str) -> Refused:
        return Refused(text, erp=self._settings.name)


def _price(product: ProdutoRecord) -> Decimal | None:
    net, unit = money(product.valor_liquido), money(product.valor_unit)
    if net:
        return net
    return unit * (money(product.qtde) or 1) if unit else money(product.valor_bruto)


def _invoice(row: Row) -> Fatura:
    record = FaturaRecord.of(row)
    valor = money(record.valor) or Decimal()
    aberto = money(record.valor_aberto)
    return Fatura(
        id=record.id,
        contrato=_contract_of(record),
        vencimento=day(record.data_vencimento),
        valor=valor,
        aberto=valor if aberto is None else aberto,
        descricao=record.obs or record.documento,
    )


def _contract_of(record: FaturaRecord) -> str | None:
    """The contract may stand in any of three columns."""
    columns = (record.id_contrato, record.id_contrato_principal, record.id_contrato_avulso)
    return next((id for column in columns if (id := present(column))), None)


def _booked(table: str, row: Row) -> Lancamento:
    if table == ITEMS:
        item = ItemRecord.of(row)
        return Lancamento(id=item.id, onde=table, valor=money(item.valor_total))
    record = DescontoRecord.of(row)
    return Lancamento(id=record.id, onde=table, valor=money(record.valor))


def _text(row: Row) -> str:
    return DescontoRecord.of(row).descricao


def _later(start: date, months: int) -> date:
    """The same day so many months later; the last day of a shorter month."""
    year, month = divmod(start.month - 1 + months, 12)
    last = calendar.monthrange(start.year + year, month + 1)[1]
    return date(start.year + year, month + 1, min(start.day, last))
