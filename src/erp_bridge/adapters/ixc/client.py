"""The endpoints of IXC's web service: listings, inserts, whole-record edits, actions, uploads.

Listings are not read by page numbers: while people work, rows enter and leave what was asked for, and pages shift
under the reader (quirk 22). Instead each request asks for the rows with an id above the last one read, sorted by id.
A row's id never changes, so none can be missed or come twice, however long the reading takes.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial
from math import inf
from typing import NamedTuple, TypeVar

from erp_bridge.adapters.ixc import replies
from erp_bridge.adapters.ixc.replies import Asked, Listing, NotUnderstood, Row
from erp_bridge.adapters.ixc.settings import IxcSettings, basic_token
from erp_bridge.adapters.ixc.wire import R, Record
from erp_bridge.core.errors import Malformed, Unavailable, Uncertain, Unsupported
from erp_bridge.transport.network import Network
from erp_bridge.transport.reply import Reply

T = TypeVar("T", bound=Row | Record)
Read = Callable[[Reply, Asked], Listing[T]]

#: A read answered with the error page or with broken JSON is repeated: under load that passes.
_READ_ATTEMPTS = 3
_PAUSE = 0.5
#: So many pages must be left for them to be asked for side by side.
_LONG = 4
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

    def pages(self, table: str, *where: Where, after: int = 0) -> AsyncIterator[list[Row]]:
        """Rows by ascending id, all with an id above ``after``; no page is empty."""
        return self._pages(table, where, replies.listing, after)

    def records(self, kind: type[R], table: str, *where: Where, after: int = 0) -> AsyncIterator[list[R]]:
        """The same as records of that kind, for tables of which much is read."""
        return self._pages(table, where, partial(replies.records, kind=kind), after)

    async def _pages(self, table: str, where: Sequence[Where], read: Read[T], after: int) -> AsyncIterator[list[T]]:
        """One page after the other; where many are left, stretches of ids side by side."""
        many = _LONG * self._settings.page_size if self._settings.max_concurrency > 1 else inf
        left: int | None = None
        while left != 0:
            page, left = await self._after(table, where, read, after)
            if not page:
                return
            if left is None or left < many:
                yield page
                after = row_id(page[-1])
                continue
            async with aclosing(self._side_by_side(table, where, read, page, left)) as pages:
                async for some, after_it in pages:
                    yield some
                    after, left = row_id(some[-1]), after_it

    async def _side_by_side(
        self, table: str, where: Sequence[Where], read: Read[T], first: list[T], left: int
    ) -> AsyncGenerator[tuple[list[T], int | None], None]:
        """A page, and those of about the next ``left`` rows, each with what :meth:`_after` says of how many are left.

        Each request is for a stretch of ids that should hold one page; the last one is for whatever comes then. At a
        gap, and where more came than was thought, somebody else goes on. Twice as many are asked for as may be in
        flight (the limiter sees to that), so that the ERP is not left waiting while the caller works on a page.
        """
        size = self._settings.page_size
        after = row_id(first[-1])
        width = _width(size, len(first) / (after - row_id(first[0]) + 1))
        waiting: deque[tuple[range, asyncio.Task[tuple[list[T], int | None]]]] = deque()
        ended = False  # the last one is among them

        def ask(most: int) -> None:
            nonlocal after, ended
            while len(waiting) < most and not ended:
                ended = (len(waiting) + 1) * size >= left
                ids = range(after + 1, after + 1 + width)
                up_to = None if ended else ids[-1]
                waiting.append((ids, asyncio.create_task(self._after(table, where, read, after, up_to))))
                after = ids[-1]

        try:
            ask(self._settings.max_concurrency)  # not more yet: the caller may need something for the first page
            yield first, left
            while waiting:
                ids, task = waiting.popleft()
                page, more = await task
                if not page:
                    return
                if ended and not waiting:
                    yield page, more
                    return
                width = _width(size, (len(page) + (more or 0)) / len(ids))
                while page:
                    left -= len(page)
                    ask(2 * self._settings.max_concurrency)
                    await self._http.others_first()
                    yield page, None
                    if more == 0:
                        break
                    page, more = await self._after(table, where, read, row_id(page[-1]), ids[-1])
        finally:
            for _, task in waiting:
                task.cancel()
            await asyncio.gather(*(task for _, task in waiting), return_exceptions=True)

    async def _after(
        self, table: str, where: Sequence[Where], read: Read[T], after: int, up_to: int | None = None
    ) -> tuple[list[T], int | None]:
        """The next rows with an id above ``after``, sorted by it, and how many come behind them; None: some, maybe."""
        size = self._settings.page_size
        if up_to is not None:
            where = (*where, Where("id", "<=", str(up_to)))
        page = await self._list(table, where, read, after=after, size=size)
        ids, rows = [row_id(row) for row in page.rows], page.rows
        complete = len(rows) >= page.total if page.total is not None else len(rows) < size
        left = 0 if complete else None if page.total is None else page.total - len(rows)
        if ids == sorted({id for id in ids if id > after and (up_to is None or id <= up_to)}):
            return rows, left  # as nearly always: what was asked for, in order, and none twice
        new = {id: row for id, row in zip(ids, rows, strict=True) if id > after and (up_to is None or id <= up_to)}
        if not new and min(ids) <= after:
            raise self._wrong(table, "gives the same rows again although only newer ones were asked for")
        if not complete and ids != sorted(ids):
            raise self._wrong(table, "does not sort its rows by id")
        return [new[id] for id in sorted(new)], left

    async def all(self, table: str, *where: Where, after: int = 0, optional: bool = False) -> list[Row]:
        """Every matching row. An ``optional`` table may be one that this version or user does not offer (quirk 32)."""

        async def read() -> list[Row]:
            return [row async for page in self.pages(table, *where, after=after) for row in page]

        return await (self._if_offered(table, read) if optional else read())

    async def all_records(self, kind: type[R], table: str, *where: Where) -> list[R]:
        """The same as records of that kind."""
        return [row async for page in self.records(kind, table, *where) for row in page]

    async def among(self, table: str, column: str, values: Sequence[str], *, optional: bool = False) -> list[Row]:
        """The rows whose ``column`` is one of ``values``, in as few requests as the page size allows."""
        found: list[Row] = []
        for some in self._pieces(values):
            found += await self.all(table, Where.among(column, some), optional=optional)
        return found

    async def records_among(self, kind: type[R], table: str, column: str, values: Sequence[str]) -> list[R]:
        """The same as records of that kind."""
        found: list[R] = []
        for some in self._pieces(values):
            found += await self.all_records(kind, table, Where.among(column, some))
        return found

    def _pieces(self, values: Sequence[str]) -> Iterator[list[str]]:
        """Ids without doubles, so many at a time as a page has rows."""
        wanted = sorted({value for value in values if value.isdecimal()}, key=int)
        size = self._settings.page_size
        return (wanted[start : start + size] for start in range(0, len(wanted), size))

    async def count(self, table: str, *where: Where) -> int | None:
        """How many rows match; None where the ERP does not say."""
        return (await self._list(table, where, replies.listing, after=0, size=1)).total

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
        page = await self._read(table, body, replies.listing)
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
            return (await self._read(table, body, replies.listing)).rows[:limit]

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

    async def _list(self, table: str, where: Sequence[Where], read: Read[T], *, after: int, size: int) -> Listing[T]:
        return await self._read(table, self._listing(table, Where("id", ">", str(after)), where, size=size), read)

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

    async def _read(self, table: str, body: Mapping[str, str], read: Read[T]) -> Listing[T]:
        operation = f"list {table}"
        asked = self._asked(table, operation)

        for attempt in range(1, _READ_ATTEMPTS + 1):
            reply = await self._http.send(
                "POST", table, operation=operation, writes=False, json=body, headers={"ixcsoft": "listar"},
                ascii_json=self._settings.ascii_json,
            )  # fmt: skip
            try:
                return read(reply, asked)
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


def _width(size: int, density: float) -> int:
    """How many ids should hold one page. Where they are not dense, rather a little less than a page than more."""
    return size + int(0.8 * size * (1 / density - 1)) if density < 1 else size


def row_id(row: Row | Record) -> int:
    """A row's id as a number; 0 where it has none."""
    text = row.id.strip() if isinstance(row, Record) else str(row.get("id", "")).strip()
    return int(text) if text.isascii() and text.isdecimal() else 0
