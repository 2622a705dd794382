"""Where a tenant's rows come from: all in which its saved queries and its database differ for whoever reads them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Protocol

from erp_bridge.adapters.integrator.envelope import RowData
from erp_bridge.core.adapter import Capability


class Source(Protocol):
    """Rows of one tenant, columns by name in lower case. What is not in ``offers`` is not to be asked for.

    A row may lack columns that this tenant does not have; a list comes back empty where there is none to read.
    """

    @property
    def offers(self) -> frozenset[Capability]: ...  # what can be read
    @property
    def hidden(self) -> frozenset[str]: ...  # fields of the model that no row can show
    @property
    def dates_comments(self) -> bool: ...  # whether a new comment brings its ticket into ``changed``
    @property
    def lag(self) -> timedelta: ...  # rows may be so old
    @property
    def requests(self) -> int: ...  # beside those of the HTTP client
    @property
    def clock_offset(self) -> timedelta | None: ...  # the source's clock minus ours

    async def open(self) -> None:
        """Look at what is there, where that is not known from the configuration alone."""
        ...

    async def aclose(self) -> None: ...

    async def about(self) -> str:
        """What to tell people of this way of reading; empty where there is nothing to tell."""
        ...

    def changed(self, desde: str, apos: str = "") -> AsyncIterator[list[RowData]]:
        """Tickets opened, closed, changed or commented since that local time, in pages by ``codoco`` above ``apos``."""
        ...

    def open_tickets(self) -> AsyncIterator[list[RowData]]:
        """Every ticket without a solving date, in pages."""
        ...

    async def tickets(self, codocos: Sequence[str]) -> list[RowData]: ...
    async def by_protocolo(self, numero_oco: str) -> list[RowData]: ...
    async def of_client(self, codcli: str) -> list[RowData]: ...  # newest first

    async def comments(self, codocos: Sequence[str]) -> list[RowData]:
        """The comments of these tickets, oldest first; ``codocos`` are in ascending order."""
        ...

    async def work_orders(self, codoco: str) -> list[RowData]: ...

    async def clients(self, documento: str) -> list[RowData]: ...
    async def search_clients(self, texto: str, limite: int) -> list[RowData]: ...
    async def plans(self, codcli: str) -> list[RowData]: ...

    async def types(self) -> list[RowData]: ...
    async def categories(self) -> list[RowData]: ...
    async def roles(self) -> list[RowData]: ...
