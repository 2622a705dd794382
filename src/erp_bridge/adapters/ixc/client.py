"""The endpoints of IXC's web service: listings, inserts, whole-record edits, actions, uploads.

Listings are not read by page numbers: while people work, rows enter and leave what was asked for, and pages shift
under the reader (quirk 22). Instead each request asks for the rows with an id above the last one read, sorted by id.
A row's id never changes, so none can be missed or come twice, however long the reading takes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from erp_bridge.adapters.ixc import replies
from erp_bridge.adapters.ixc.replies import Asked, Listing, NotUnderstood, Row
from erp_bridge.adapters.ixc.settings import IxcSettings, basic_token
from erp_bridge.core.errors import Malformed, Unavailable, Uncertain, Unsupported
from erp_bridge.transport.network import Network

#: A read answered with the error page or with broken JSON is repeated: under load that passes.
_READ_ATTEMPTS = 3
_PAUSE = 0.5
#: How long a table that is not offered is left alone, in seconds.
_ASK_AGAIN = 3600.0


class Where(NamedTuple):
    """One condition of a listing; several are joined by "and" (there is no "or")."""

    column: str  # without the table
    oper: str
    value: str

    @classmethod
    def among(cls, column: str, values: Sequence[str]) -> Where:
        """``IN``; for a single value ``=``, since ``IN`` then fails (quirk 23)."""
        return cls(column, "=", values[0]) if len(values) == 1 else cls(column, "IN", ",".join(values))


class IxcClient:
    """One installation's web service."""

    def __init__(self, settings: IxcSettings, network: Network) -> None:
        token = settings.token.reveal().strip()
        basic = basic_token(token)
        self._secrets = (token, basic)
        self._settings = settings
        self._clock = network.clock
        self._not_offered_until: dict[str, float] = {}
        self._http = network.client(
            settings,
            base_url=settings.base_url,
            headers={"Authorization": f"Basic {basic}"},
            secrets=self._secrets,
        )

    @property
    def user_id(self) -> str:
        """The ERP user whose token this is."""
        return base64.b64decode(self._secrets[1]).decode().partition(":")[0]

    @property
    def requests(self) -> int:
        return self._http.requests

    @property
    def clock_offset(self) -> timedelta | None:
        return self._http.clock_offset

    def erp_time(self, ours: datetime) -> datetime | None:
        """A time of our clock as the ERP's clock showed it; None while nothing is known of the latter."""
        offset = self._http.clock_offset
        return None if offset is None else ours + offset

    async def aclose(self) -> None:
        await self._http.aclose()

    async def pages(self, table: str, *where: Where, after: int = 0) -> AsyncIterator[list[Row]]:
        """Rows by ascending id, all with an id above ``after``; no page is empty."""
        size = self._settings.page_size
        while True:
            page = await self._list(table, where, after=after, size=size)
            ids = [row_id(row) for row in page.rows]
            new = {id: row for id, row in zip(ids, page.rows, strict=True) if id > after}
            if page.rows and not new:
                raise self._wrong(table, "gives the same rows again although only newer ones were asked for")
            complete = len(page.rows) >= page.total if page.total is not None else len(page.rows) < size
            if not complete and ids != sorted(ids):
                raise self._wrong(table, "does not sort its rows by id")
            if new:
                yield [new[id] for id in sorted(new)]
                after = max(new)
            if complete or not new:
                return

    async def all(self, table: str, *where: Where, after: int = 0, optional: bool = False) -> list[Row]:
        """Every matching row. An ``optional`` table may be one that this version or user does not offer (quirk 32)."""

        async def read() -> list[Row]:
            return [row async for page in self.pages(table, *where, after=after) for row in page]

        return await (self._if_offered(table, read) if optional else read())

    async def among(self, table: str, column: str, values: Sequence[str], *, optional: bool = False) -> list[Row]:
        """The rows whose ``column`` is one of ``values``, in as few requests as the page size allows."""
        wanted = sorted({value for value in values if value.isdecimal()}, key=int)
        size = self._settings.page_size
        found: list[Row] = []
        for start in range(0, len(wanted), size):
            found += await self.all(table, Where.among(column, wanted[start : start + size]), optional=optional)
        return found

    async def count(self, table: str, *where: Where) -> int | None:
        """How many rows match; None where the ERP does not say."""
        return (await self._list(table, where, after=0, size=1)).total

    async def among_texts(self, table: str, column: str, values: Sequence[str], *where: Where) -> list[Row]:
        """The same for values that are no numbers; none of them may hold a comma."""
        size = self._settings.page_size
        found: list[Row] = []
        for start in range(0, len(values), size):
            found += await self.all(table, Where.among(column, values[start : start + size]), *where)
        return found

    async def one(self, table: str, id: str) -> Row | None:
        """The row with that id, or None."""
        if not id.isdecimal():
            return None
        body = self._listing(table, Where("id", "=", id), (), size=1)
        page = await self._read(table, body)
        return next((row for row in page.rows if row_id(row) == int(id)), None)

    async def first(
        self,
        table: str,
        *where: Where,
        limit: int,
        sort: str = "id",
        newest: bool = False,
        optional: bool = False,
    ) -> list[Row]:
        """The first rows in that order; for look-ups that need no more."""
        body = self._listing(table, Where("id", ">", "0"), where, size=limit, sort=sort, descending=newest)

        async def read() -> list[Row]:
            return (await self._read(table, body)).rows[:limit]

        return await (self._if_offered(table, read) if optional else read())

    async def _if_offered(self, table: str, read: Callable[[], Awaitable[list[Row]]]) -> list[Row]:
        if self._clock.monotonic() < self._not_offered_until.get(table, 0.0):
            return []
        try:
            return await read()
        except Unsupported:
            self._not_offered_until[table] = self._clock.monotonic() + _ASK_AGAIN
            return []

    async def insert(self, table: str, record: Mapping[str, str]) -> str:
        """Create a row; its id. Never with ``ixcsoft: listar``: that would list instead (quirk 5)."""
        operation = f"insert {table}"
        return self._named(await self._write("POST", table, operation, json=record), operation)

    async def replace(self, table: str, id: str, record: Mapping[str, str]) -> None:
        """Edit a row; ``record`` must be whole, since what it lacks may be blanked (quirk 12)."""
        await self._write("PUT", f"{table}/{id}", f"edit {table}", json=record)

    async def action(self, name: str, body: Mapping[str, str]) -> str:
        """Press a button of the ERP's screen."""
        return await self._write("POST", name, name, json=body)

    async def upload(self, table: str, form: Mapping[str, str], part: str, name: str, data: bytes) -> str:
        operation = f"upload {table}"
        id = await self._write("POST", table, operation, form=form, files={part: (name, data)})
        return self._named(id, operation)

    async def reserve_protocolo(self) -> str:
        """A number never given before. Not repeated by itself; one that got lost harms nobody."""
        name = "gerar_protocolo_atendimento"
        asked = self._asked(name, name)
        try:
            reply = await self._http.send("POST", name, operation=name, writes=True, json={})
        except Uncertain as error:
            text = f"no protocolo could be reserved, and nothing was written ({error.message})"
            raise Unavailable(text, erp=error.erp, operation=name) from None
        return replies.protocolo(reply, asked)

    async def _list(self, table: str, where: Sequence[Where], *, after: int, size: int) -> Listing:
        return await self._read(table, self._listing(table, Where("id", ">", str(after)), where, size=size))

    def _listing(
        self,
        table: str,
        main: Where,
        more: Sequence[Where],
        *,
        size: int,
        sort: str = "id",
        descending: bool = False,
    ) -> dict[str, str]:
        """Every value is text, every field carries its table, ``grid_param`` is JSON in a text."""
        body = {
            "qtype": f"{table}.{main.column}",
            "query": main.value,
            "oper": main.oper,
            "page": "1",
            "rp": str(size),
            "sortname": f"{table}.{sort}",
            "sortorder": "desc" if descending else "asc",
        }
        if more:
            grid = [{"TB": f"{table}.{item.column}", "OP": item.oper, "P": item.value} for item in more]
            body["grid_param"] = json.dumps(grid)
        return body

    async def _read(self, table: str, body: Mapping[str, str]) -> Listing:
        operation = f"list {table}"
        asked = self._asked(table, operation)

        for attempt in range(1, _READ_ATTEMPTS + 1):
            reply = await self._http.send(
                "POST", table, operation=operation, writes=False, json=body, headers={"ixcsoft": "listar"},
                ascii_json=self._settings.ascii_json,
            )  # fmt: skip
            try:
                return replies.listing(reply, asked)
            except NotUnderstood as failure:
                if attempt == _READ_ATTEMPTS or 400 <= reply.status < 500:
                    raise failure.error from None
                await self._clock.sleep(_PAUSE * 2**attempt)
        raise AssertionError("unreachable")

    async def _write(
        self,
        method: str,
        path: str,
        operation: str,
        *,
        json: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> str:
        reply = await self._http.send(
            method, path, operation=operation, writes=True, json=json, form=form, files=files,
            ascii_json=self._settings.ascii_json,
        )  # fmt: skip
        return replies.written(reply, self._asked(path.partition("/")[0], operation))

    def _named(self, id: str, operation: str) -> str:
        if id:
            return id
        text = "the ERP says that it stored the record but not under which id: look for it before repeating it"
        raise Uncertain(text, erp=self._settings.name, operation=operation)

    def _asked(self, what: str, operation: str) -> Asked:
        return Asked(self._settings.name, what, operation, self._settings.charset, self._hide)

    def _hide(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _wrong(self, table: str, what: str) -> Malformed:
        text = f"the listing {what}: the address may lead to something in between, or to an unknown version"
        return Malformed(text, erp=self._settings.name, operation=f"list {table}")


def row_id(row: Row) -> int:
    """A row's id as a number; 0 where it has none."""
    text = str(row.get("id", "")).strip()
    return int(text) if text.isascii() and text.isdecimal() else 0
