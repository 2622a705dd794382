"""Where whole tickets come from: all in which the API and the database differ for whoever reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from erp_bridge.adapters.voalle.wire import EntryRow, Whole


class Source(Protocol):
    """Tickets of one tenant, each with its history, for that is where its text stands."""

    @property
    def hidden(self) -> frozenset[str]: ...  # fields of the model that it cannot show
    @property
    def lag(self) -> timedelta: ...  # what was written may take so long to show
    @property
    def requests(self) -> int: ...  # beside those of the HTTP client
    @property
    def clock_offset(self) -> timedelta | None: ...  # the source's clock minus ours

    async def open(self) -> None: ...
    async def aclose(self) -> None: ...

    async def about(self) -> str:
        """What to tell people of this way of reading; empty where there is nothing to tell."""
        ...

    async def tickets(self, ids: Sequence[str], *, titles: bool = True) -> list[Whole]:
        """Those of them that exist; without their titles where those are not wanted and cost a request."""
        ...

    async def by_protocolo(self, protocolo: str) -> Whole | None: ...
    async def of_client(self, client_id: str) -> list[Whole]:
        """All of that client's, newest first."""
        ...

    async def history(self, id: str) -> list[EntryRow]:
        """All entries of one ticket; none where there is no such ticket."""
        ...
