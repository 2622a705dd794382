"""The calls this adapter makes, by name: the third-party API, and the internal list of the web pages.

Whether a call writes is said by the call, not by its verb: reads are POSTs too (quirk 6), and there is no DELETE
(quirk 8). Bodies are made by a JSON encoder, so the comments of the vendor's samples cannot slip in (quirk 7).
"""

from __future__ import annotations

import json as jsonlib
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from erp_bridge.adapters.voalle import envelope
from erp_bridge.adapters.voalle.envelope import Asked
from erp_bridge.adapters.voalle.settings import Call, VoalleSettings
from erp_bridge.adapters.voalle.token import Tokens
from erp_bridge.adapters.voalle.values import text
from erp_bridge.core.errors import Malformed, NotFound, Refused
from erp_bridge.transport.client import HttpClient, Reply
from erp_bridge.transport.network import Network

Raw = Mapping[str, object]

_INTERNAL_LIST = "api/v1/ServiceDesk/AssignmentIncidents/GetAllSolicitations"
#: A listing that never ends is a fault of the server's.
_MOST_PAGES = 20_000


class VoalleClient:
    """One tenant's calls."""

    def __init__(self, settings: VoalleSettings, network: Network) -> None:
        self._settings = settings
        self._tokens = Tokens(settings, network)
        self._user_token = settings.internal_token.reveal() if settings.internal_token else ""
        self._secrets = (*self._tokens.secrets, *([self._user_token] if self._user_token else []))
        self._http = network.client(settings, base_url=settings.api_base, secrets=self._secrets)
        self._internal = (
            network.client(settings, base_url=settings.internal_url, secrets=self._secrets)
            if settings.internal_url
            else None
        )

    @property
    def requests(self) -> int:
        return self._http.requests + self._tokens.requests + (self._internal.requests if self._internal else 0)

    @property
    def clock_offset(self) -> timedelta | None:
        return self._http.clock_offset

    async def aclose(self) -> None:
        await self._http.aclose()
        await self._tokens.aclose()
        if self._internal:
            await self._internal.aclose()

    # --- tickets -----------------------------------------------------------------------------------------------

    async def ticket(self, *, id: str = "", protocolo: str = "") -> Raw:
        """One ticket, by either of its numbers (quirk 20): a POST with all in its address. Raises ``NotFound``."""
        query = {"assignmentId": id} if id else {"protocol": protocolo}
        found = await self._call("POST", "projects/getsolicitationdata", query=query, by_id=True)
        if isinstance(found, list):
            found = found[0] if found else None
        if not isinstance(found, Mapping) or not found:
            raise NotFound("there is no such ticket", erp=self._settings.name, operation="projects/getsolicitationdata")
        return found

    async def history(self, id: str) -> list[Raw]:
        """A ticket's history, in the envelope or as a bare array (quirk 3). Raises ``NotFound``."""
        query = {"assignmentId": id}
        return envelope.rows(await self._call("GET", "getsolicitationhistory", query=query, by_id=True, bare=True))

    async def tickets_of(self, client_id: str) -> list[Raw]:
        """All tickets of one client; none where the ERP knows no such client."""
        path = f"solicitationlist/{quote(client_id, safe='')}"
        try:
            found = await self._call(
                "GET", path, query={"allAssignments": "true"}, by_id=True, bare=True, operation="solicitationlist"
            )
        except NotFound:
            return []
        return envelope.rows(found)

    async def open_ticket(self, body: Mapping[str, object]) -> object:
        return await self._call("POST", "opendetailedsolicitation", json=body, writes=True)

    async def report(self, body: Mapping[str, object]) -> object:
        """A report, which sets the status as well (quirk 17)."""
        return await self._call("POST", "projects/createsolicitationreport", json=body, writes=True)

    async def note(self, body: Mapping[str, object]) -> object:
        return await self._call("POST", "solicitationnewnote", json=body, writes=True)

    async def maintain(self, body: Mapping[str, object]) -> object:
        return await self._call("POST", "solicitationmaintenance", json=body, writes=True)

    async def tenant_call(self, call: Call, values: Mapping[str, str]) -> object:
        """A write that only this tenant's configuration knows the parameters of."""
        filled = call.filled(values)
        if call.where == "query":
            return await self._call("POST", call.path, query=filled, writes=True)
        return await self._call("POST", call.path, json=filled, writes=True)

    async def files(self, id: str, protocolo: str) -> list[Raw]:
        query = {"assignmentId": id, "protocol": protocolo}
        return [
            row async for page in self.pages("projects/assignmentsuploads", query, names=("pageNumber", "pageSize"))
            for row in page
        ]  # fmt: skip

    async def attach(self, protocolo: str, kind: str, name: str, content: bytes) -> object:
        query = {"protocol": protocolo, "documentationTypeCode": kind}
        return await self._call(
            "POST", "projects/assignmentsuploads", query=query, files={"File": (name, content)}, writes=True
        )

    async def file(self, id: str, file_id: str) -> Reply:
        """The reply that holds a file; what is an envelope instead of a file says why there is none."""
        query = {"id": file_id, "assignmentId": id}
        path = "projects/assignmentsuploads/getfile"
        reply = await self._send("GET", f"{path}?{urlencode(query)}", operation=path, writes=False)
        if reply.status >= 300 or reply.headers.get("content-type", "").startswith("application/json"):
            envelope.read(reply, self._asked(path, by_id=True))
        return reply

    # --- people, contracts, lists --------------------------------------------------------------------------------

    async def person(self, documento: str) -> Raw | None:
        """The person with that CPF or CNPJ; None where there is none."""
        path = f"people/txid/{quote(documento, safe='')}"
        try:
            found = await self._call("GET", path, by_id=True, operation="people/txid")
        except NotFound:
            return None
        if isinstance(found, list):
            found = found[0] if found else None
        return found if isinstance(found, Mapping) and found else None

    async def tags(self, documento: str) -> list[Raw]:
        """The service tags of whoever has that document, with their contracts where this version tells them."""
        query = {"txId": documento}
        for path in ("servicetagsinfopaged", "contractservicetagspaged"):
            try:
                return [row async for page in self.pages(path, query) for row in page]
            except (Malformed, NotFound):
                if path == "contractservicetagspaged":
                    raise
        return []

    async def access_point(self, contract_id: str) -> Raw | None:
        """The state of the access point behind a contract; None where it has none."""
        path = f"getaccesspointstatusbycontract/{quote(contract_id, safe='')}"
        try:
            found = await self._call("GET", path, by_id=True, operation="getaccesspointstatusbycontract")
        except NotFound:
            return None
        return found if isinstance(found, Mapping) and found else None

    async def contracts(self, body: Mapping[str, object]) -> list[Raw]:
        """Contracts, page by page. Whether the first page is 0 or 1 is disputed (quirk 5), so both are asked for.

        What comes twice counts once; a server that begins with 1 refuses page 0, shows nothing there, or page 1.
        """
        found: dict[str, Raw] = {}
        for page in range(_MOST_PAGES):
            asked = {**body, "page": page, "pageSize": self._settings.page_size}
            try:
                answer = await self._call("POST", "contract/getpaged", json=asked)
            except Refused:
                if page:
                    raise
                continue
            rows = envelope.rows(answer)
            before = len(found)
            found.update({_key(row): row for row in rows})
            total = _total(answer)
            if (len(found) == before and page) or (total is not None and len(found) >= total and (rows or page)):
                break
        return list(found.values())

    async def pages(
        self, path: str, query: Mapping[str, str] | None = None, *, names: tuple[str, str] = ("Page", "PageSize")
    ) -> AsyncIterator[list[Raw]]:
        """The rows of a paged GET, whose first page is 1, until they are all there or nothing new comes."""
        seen: set[str] = set()
        for number in range(1, _MOST_PAGES):
            paging = {names[0]: str(number), names[1]: str(self._settings.page_size)}
            answer = await self._call("GET", path, query={**(query or {}), **paging}, bare=True)
            rows = [row for row in envelope.rows(answer) if _key(row) not in seen]
            if not rows:
                return
            seen.update(map(_key, rows))
            yield rows
            total = _total(answer)
            if total is None and isinstance(answer, list):
                return  # not paged at all
            if total is not None and len(seen) >= total:
                return

    async def opened_between(self, low: datetime, high: datetime) -> AsyncIterator[list[Raw]]:
        """The internal list of all tickets, by their opening (quirk 15). ``low`` and ``high`` are local times."""
        conditions = [
            {"PropertyName": "assignment.beginningDate", "Value": f"{moment:%Y-%m-%d %H:%M:%S}", "Operation": how}
            for moment, how in ((low, "greaterThanOrEquals"), (high, "LessThanOrEquals"))
        ]
        query = {
            "Filter": jsonlib.dumps({"Connector": "And", "Values": conditions}),
            "OrderBy": jsonlib.dumps([{"PropertyName": "id", "Dir": "a"}]),
            "slaType": "null",
        }
        seen: set[str] = set()
        for number in range(1, _MOST_PAGES):
            paging = {"Page": str(number), "PageSize": str(self._settings.page_size)}
            answer = await self._internal_call({**query, **paging})
            rows = [row for row in envelope.rows(answer) if _key(row) not in seen]
            if not rows:
                return
            seen.update(map(_key, rows))
            yield rows
            total = _total(answer)
            if total is not None and len(seen) >= total:
                return

    # --- one call ----------------------------------------------------------------------------------------------

    async def _call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        json: Mapping[str, object] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        writes: bool = False,
        by_id: bool = False,
        bare: bool = False,
        operation: str = "",
    ) -> object:
        name = operation or path
        address = f"{path}?{urlencode(query)}" if query else path
        reply = await self._send(method, address, operation=name, writes=writes, json=json, files=files)
        return envelope.read(reply, self._asked(name, writes=writes, by_id=by_id, bare=bare))

    async def _send(self, method: str, address: str, *, operation: str, writes: bool, **content: Any) -> Reply:
        """With a token; with another one where the ERP no longer takes that (quirk 12). A 401 was never carried out."""
        token = await self._tokens.current()
        how: dict[str, Any] = {"operation": operation, "writes": writes, **content}
        reply = await self._http.send(method, address, headers=_bearer(token), ok_statuses=(401,), **how)
        if reply.status == 401:
            token = await self._tokens.current(instead_of=token)
            reply = await self._http.send(method, address, headers=_bearer(token), **how)
        return reply

    async def _internal_call(self, query: Mapping[str, str]) -> object:
        http = self._the_internal()
        operation = "GetAllSolicitations"
        reply = await http.send(
            "GET", f"{_INTERNAL_LIST}?{urlencode(query)}", operation=operation, writes=False,
            headers=_bearer(self._user_token),
        )  # fmt: skip
        return envelope.read(reply, self._asked(operation, bare=True))

    def _the_internal(self) -> HttpClient:
        if self._internal is None:
            raise Malformed("the internal API has no address: set internal_url", erp=self._settings.name)
        return self._internal

    def _asked(self, operation: str, *, writes: bool = False, by_id: bool = False, bare: bool = False) -> Asked:
        return Asked(self._settings.name, operation, writes, by_id, bare, self._settings.charset, self._hide)

    def _hide(self, words: str) -> str:
        """A text of the ERP without the credentials, which it may quote from the call."""
        for secret in (*self._secrets, self._tokens.known):
            for spelling in _spellings(secret):
                words = words.replace(spelling, "***")
        return words


def _spellings(secret: str) -> tuple[str, ...]:
    """A secret as it is, and as JSON and an address write it, the longest first."""
    found = {secret, jsonlib.dumps(secret)[1:-1], quote(secret, safe="")}
    return tuple(sorted(filter(None, found), key=len, reverse=True))


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": token if token.lower().startswith("bearer ") else f"Bearer {token}"}


def _key(row: Raw) -> str:
    """What tells a row of a listing from the others."""
    for name in ("id", "assignmentId", "contractNumber"):
        if text(row.get(name)):
            return f"{name}:{text(row.get(name))}"
    return jsonlib.dumps(row, sort_keys=True, default=str)


def _total(answer: object) -> int | None:
    found = text(answer.get("totalRecords")) if isinstance(answer, Mapping) else ""
    return int(found) if found.isdecimal() else None
