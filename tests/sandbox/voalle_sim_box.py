"""A client for tests of the simulated Voalle: fetches its token, speaks its envelope, in process, hides nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx2

from erp_bridge.sandbox.voalle import VoalleSimulator
from erp_bridge.sandbox.world import World, generate

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)  # 12:00 in São Paulo
LOCAL = "2026-03-10 12:00:00"
PREFIX = "/external/integrations/thirdparty/"
INTERNAL = "/api/v1/ServiceDesk/AssignmentIncidents/GetAllSolicitations"
OPEN, STARTED, CLOSED, CANCELLED, WAITING = 1, 2, 4, 8, 10

Json = dict[str, Any]


@cache
def _usual_world() -> World:
    """One for all tests: a simulator copies what it takes from it."""
    return generate(1, left=0, right=60, now=NOW)


class Box:
    """``now`` is the ERP's clock; move it by setting it."""

    def __init__(self, world: World | None = None, **options: Any) -> None:
        self.now = NOW
        self.world = world or _usual_world()
        self.sim = VoalleSimulator(self.world, now=lambda: self.now, **options)
        self.client = httpx2.AsyncClient(transport=httpx2.ASGITransport(self.sim.app), base_url="http://erp")
        self.token = ""

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    async def grant(self, **changed: str | None) -> httpx2.Response:
        """Ask for a token by client credentials; None leaves a field out."""
        form = {
            "grant_type": "client_credentials", "scope": "syngw", "client_id": "integracao-demo",
            "client_secret": "segredo-da-demo", "syndata": "chave-da-demo", **changed,
        }  # fmt: skip
        return await self.client.post("/connect/token", data={k: v for k, v in form.items() if v is not None})

    async def send(self, method: str, path: str, **keys: Any) -> httpx2.Response:
        """One call of the third-party API, its reply as it came."""
        if not self.token:
            self.token = (await self.grant()).json()["access_token"]
        headers = {"Authorization": f"Bearer {self.token}", **keys.pop("headers", {})}
        return await self.client.request(method, PREFIX + path, headers=headers, **keys)

    async def ok(self, method: str, path: str, **keys: Any) -> Any:
        """What a call answered that went well."""
        reply = await self.send(method, path, **keys)
        answer = reply.json()
        assert (reply.status_code, answer["success"], answer["messages"]) == (200, True, None), answer
        return answer["response"]

    async def refused(self, method: str, path: str, **keys: Any) -> str:
        """The text with which a call was refused: under HTTP 200 (quirk 1), in a list of objects (quirk 2)."""
        reply = await self.send(method, path, **keys)
        answer = reply.json()
        assert (reply.status_code, answer["success"], answer["response"]) == (200, False, None), answer
        (message,) = answer["messages"]
        assert set(message) == {"message", "type", "code"}
        return str(message["message"])

    async def data(self, id: int) -> Json:
        """One ticket."""
        answer: Json = await self.ok("POST", f"projects/getsolicitationdata?assignmentId={id}&protocol=")
        return answer

    async def history(self, id: int) -> list[Json]:
        """A ticket's history, whatever shape it came in (quirk 3)."""
        answer = (await self.send("GET", f"getsolicitationhistory?assignmentId={id}")).json()
        rows: list[Json] = answer if isinstance(answer, list) else answer["response"]["data"]
        return rows

    async def all(self, *, token: str | None = None, **query: Any) -> httpx2.Response:
        """The internal list, by a person's own token."""
        authorization = f"Bearer {self.sim.user_token if token is None else token}"
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in query.items()}
        return await self.client.get(INTERNAL, params=texts, headers={"Authorization": authorization})

    # --- what stands in the tenant

    def ticket(self, id: int) -> Json:
        return {**self.sim.tables["assignment_incidents"][id], **self.sim.tables["assignments"][id]}

    def served(self) -> int:
        """A client with a contract in force and a service tag."""
        contracts = self.sim.tables["contracts"].values()
        people = self.sim.tables["people"]
        return next(c["client_id"] for c in contracts if c["status"] == 1 and people[c["client_id"]]["status"] == 1)

    def tag_of(self, client_id: int) -> int:
        contracts = {c["id"]: c["client_id"] for c in self.sim.tables["contracts"].values()}
        tags = self.sim.tables["contract_service_tags"].values()
        return next(tag["id"] for tag in tags if contracts[tag["contract_id"]] == client_id)

    def payload(self, client_id: int | None = None, **changed: Any) -> Json:
        """A request to open a ticket; ``assignment`` in ``changed`` is laid over the usual one."""
        client_id = client_id or self.served()
        assignment = {
            "title": "Sem conexão", "description": "Cliente relata: LOS vermelho", "priority": 2,
            "beginningDate": "2026-03-10T12:00:00.000Z", "finalDate": "",
            "report": {"beginningDate": "", "finalDate": "", "description": ""}, "companyPlaceId": 1,
        }  # fmt: skip
        return {
            "incidentStatusId": OPEN, "personId": client_id, "clientId": client_id, "incidentTypeId": 534,
            "contractServiceTagId": self.tag_of(client_id), "catalogServiceId": 0, "serviceLevelAgreementId": 3,
            "matrixType": 1, **changed, "assignment": assignment | changed.get("assignment", {}),
        }  # fmt: skip

    async def opened(self, **changed: Any) -> int:
        """A new ticket's assignment id."""
        answer = await self.ok("POST", "opendetailedsolicitation", json=self.payload(**changed))
        return int(answer["assignmentId"])
