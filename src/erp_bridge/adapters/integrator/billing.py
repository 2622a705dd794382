"""Open invoices of a client. Booking a discount has no public call: its carrier is a screen of the desktop program."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from erp_bridge.adapters.integrator import times
from erp_bridge.adapters.integrator.client import IntegratorClient
from erp_bridge.adapters.integrator.settings import IntegratorSettings
from erp_bridge.adapters.integrator.wire import InvoiceRow
from erp_bridge.core.billing import Fatura, money
from erp_bridge.core.clock import Clock

#: The call wants a span of due days. What is older is no longer a matter of an invoice to discount.
BACK, AHEAD = timedelta(days=5 * 365), timedelta(days=2 * 365)


class Billing:
    """What one tenant tells of its clients' invoices."""

    def __init__(self, settings: IntegratorSettings, client: IntegratorClient, clock: Clock) -> None:
        self._settings = settings
        self._client = client
        self._clock = clock

    async def invoices(self, cliente_id: str) -> list[Fatura]:
        """Those with something left to pay (``Saldo``). Which plan one is for the call does not say."""
        today = self._clock.now().astimezone(self._settings.timezone).date()
        rows = await self._client.client_invoices(cliente_id, today - BACK, today + AHEAD)
        found = [self._invoice(InvoiceRow.model_validate(row)) for row in rows]
        return sorted((one for one in found if one.aberto > 0), key=lambda one: (one.vencimento or date.max, one.id))

    def _invoice(self, row: InvoiceRow) -> Fatura:
        due = times.read(row.data_ven, self._settings.timezone)
        valor, aberto = money(row.valor) or Decimal(), money(row.saldo)
        return Fatura(
            id=row.codfat,
            vencimento=due.date() if due else None,
            valor=valor,
            aberto=valor if aberto is None else aberto,
            descricao=row.histo_fat,
        )
