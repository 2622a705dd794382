"""The simulated ERP as tests, the demo and the command line hold it in their hands: its addresses and their answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from itertools import cycle
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from erp_bridge.sandbox.faults import ORDERS, Faults
from erp_bridge.sandbox.faulty import FaultyApp
from erp_bridge.sandbox.records import Side, World
from erp_bridge.sandbox.voalle import loading, replies
from erp_bridge.sandbox.voalle.catalogues import Catalogues
from erp_bridge.sandbox.voalle.login import Login
from erp_bridge.sandbox.voalle.options import Options
from erp_bridge.sandbox.voalle.people import People
from erp_bridge.sandbox.voalle.reads import Reads
from erp_bridge.sandbox.voalle.replies import Refusal, Status
from erp_bridge.sandbox.voalle.request import INTERNAL, PREFIX, TOKEN, Call, address, noted, read
from erp_bridge.sandbox.voalle.solicitations import Solicitations
from erp_bridge.sandbox.voalle.store import Row, Store
from erp_bridge.sandbox.voalle.uploads import Uploads

Handler = Callable[[Call], Any]


class VoalleSimulator:
    """One tenant over one side of a world.

    In reality the token, the third-party API and the internal API of the web pages stand on three ports (quirk 11):
    ``token_app``, ``api_app`` and ``internal_app`` know their own paths only, ``app`` answers all of them. Further
    keywords are those of :class:`Options`. ``now`` is the ERP's clock: its stamps, its tokens and its Date header.
    """

    def __init__(
        self,
        world: World,
        *,
        side: str = "right",
        faults: Faults | None = None,
        now: Callable[[], datetime] | None = None,
        client_id: str = "integracao-demo",
        client_secret: str = "segredo-da-demo",
        syndata: str = "chave-da-demo",
        username: str = "integracao",
        password: str = "senha-da-demo",
        platform_secret: str = "segredo-da-plataforma",
        user_token: str = "token-de-pessoa",
        timezone: str = "America/Sao_Paulo",
        **options: Any,
    ) -> None:
        self.world = world
        self.now = now or (lambda: datetime.now(UTC))
        self.faults = faults or Faults()
        self.options = Options(**options)
        self.store = Store(zone=ZoneInfo(timezone), now=self.now, options=self.options)
        self.login = Login(
            now=self.now, options=self.options, client_id=client_id, client_secret=client_secret, syndata=syndata,
            username=username, password=password, platform_secret=platform_secret, user_token=user_token,
        )  # fmt: skip
        content: Side = world.side(side)
        loading.load(self.store, content)
        self.people = People(self.store)
        self.requests: list[Call] = []
        self._rng = Random(f"{world.seed}:voalle")  # whether an answer's ids are texts (quirk 4)
        self._bare = cycle((True, False))  # a history without its envelope: the first, not the second (quirk 3)
        self._calls, self._below = self._handlers()
        self.app: ASGIApp = self._faulty(self._serve)
        self.token_app: ASGIApp = self._faulty(self._only(TOKEN))
        self.api_app: ASGIApp = self._faulty(self._only(PREFIX))
        self.internal_app: ASGIApp = self._faulty(self._only(INTERNAL))

    def _handlers(self) -> tuple[Mapping[str, Handler], Mapping[str, Handler]]:
        """What answers a call, by its operation; and by its operation without the id at the end."""
        desk, reads = Solicitations(self.store), Reads(self.store)
        lists, uploads = Catalogues(self.store), Uploads(self.store)
        whole: dict[str, Handler] = {
            "POST opendetailedsolicitation": desk.open_detailed,
            "POST opensolicitation": desk.open_short,
            "POST solicitationmaintenance": desk.maintain,
            "POST solicitationnewnote": desk.note,
            "POST projects/createsolicitationreport": desk.report,
            "POST projects/solicitation/forward": desk.forward,
            "POST exemplo/alteraretiqueta": desk.relabel,
            "POST projects/getsolicitationdata": reads.data,
            "GET getsolicitationhistory": reads.history,
            "POST projects/assignmentsuploads": uploads.add,
            "GET projects/assignmentsuploads": uploads.listing,
            "GET projects/assignmentsuploads/getfile": uploads.content,
            "GET getclient": lists.clients,
            "POST contract/getpaged": lists.contracts,
            "POST contract/contracteventualvalues": lists.eventual_value,
            "GET incidenttypespaged": lists.incident_types,
            "GET servicelevelagreementpaged": lists.listing("service_level_agreements"),
            "GET servicetagsinfopaged": lists.tags_info,
            "GET contractservicetagspaged": lists.tags,
            "GET catalogservicespaged": lists.listing("catalog_services"),
            "GET catalogservicesitemspaged": lists.listing("catalog_services_items", "catalog_service_id"),
            "GET companiesplacespaged": lists.places,
            "GET GetAllSolicitations": reads.all,
        }
        below: dict[str, Handler] = {
            "GET solicitationlist": reads.of_client,
            "GET people/txid": lists.person,
            "GET getopentitlesbytxid": lists.open_titles,
            "GET gettitlesbytxid": lists.titles,
            "GET getaccesspointstatusbyclient": lists.access_points_of_client,
            "GET getaccesspointstatusbycontract": lists.access_point_of_contract,
        }
        return whole, below

    # --- for tests, the demo and the command line

    @property
    def tables(self) -> dict[str, dict[int, Row]]:
        """Table → id → row, to look at and to tamper with; tickets are in ``assignments``, ``assignment_incidents``."""
        return self.store.tables

    @property
    def files(self) -> dict[int, bytes]:
        """The bytes of uploads, by id in ``assignment_uploads``."""
        return self.store.files

    @property
    def client_id(self) -> str:
        return self.login.client_id

    @property
    def client_secret(self) -> str:
        return self.login.client_secret

    @property
    def syndata(self) -> str:
        return self.login.syndata

    @property
    def username(self) -> str:
        return self.login.username

    @property
    def password(self) -> str:
        return self.login.password

    @property
    def user_token(self) -> str:
        """What opens the internal API: the token of a person at the web pages, not of the integration (quirk 11)."""
        return self.login.user_token

    def expire_tokens(self) -> None:
        """No token of the token address given so far opens anything any more; the next call is answered 401."""
        self.login.expire()

    def count(self, operation: str = "") -> int:
        """How many requests arrived whose operation contains ``operation``; those that met a fault too."""
        return sum(operation in call.operation for call in self.requests)

    # --- one request

    def _faulty(self, app: ASGIApp) -> ASGIApp:
        """What goes wrong, 429 with its Retry-After too, comes from :class:`Faults` (quirk 14)."""
        return FaultyApp(app, self.faults, operation=self._arrived, now=self.now, html=replies.ERROR_PAGE)

    def _only(self, prefix: str) -> ASGIApp:
        async def port(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["path"].startswith(prefix):
                await self._serve(scope, receive, send)
            else:
                await Status(404).response()(scope, receive, send)

        return port

    def _arrived(self, scope: Scope, body: bytes) -> str:
        call = noted(address(scope), body)
        self.requests.append(call)
        return call.operation

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, call = Request(scope, receive), address(scope)
        call.orders = scope.get(ORDERS, {})
        try:
            response = await self._answer(request, call)
        except Status as said:
            response = said.response()
        await response(scope, receive, send)

    async def _answer(self, request: Request, call: Call) -> Response:
        path = request.url.path
        if path == TOKEN:
            if call.method != "POST":
                raise Status(405)
            await read(request, call)
            return self.login.grant(call.body)
        if not path.startswith((PREFIX, INTERNAL)):
            raise Status(404)
        internal = path.startswith(INTERNAL)
        if not self.login.opens(request.headers.get("authorization", ""), internal=internal):
            raise Status(401)
        handler = self._handler(call, internal)
        if _among(call, self.options.forbidden):
            raise Status(403)
        await read(request, call)
        if "noop" in call.orders:
            return self._written(replies.envelope(None))
        if "refuse" in call.orders:
            said = Refusal(call.orders["refuse"].get("message", "Operação não permitida"))
            return self._written(replies.refused(said))
        try:
            with self.store.lock:
                content = handler(call)
        except Refusal as said:
            return self._written(replies.refused(said))
        if isinstance(content, Response):
            return content
        if call.name == "getsolicitationhistory":
            return self._written(self._history(content))
        return self._written(replies.envelope(content))

    def _handler(self, call: Call, internal: bool) -> Handler:
        handler = self._calls.get(call.operation)
        if handler is None and "/" in call.name:
            handler = self._below.get(call.operation.rpartition("/")[0])
        missing = _among(call, self.options.without)
        if handler is None and not missing and self._known_otherwise(call):
            raise Status(405)  # quirk 8: there is no DELETE, and a call has one method
        if handler is None or missing or internal != (call.name == "GetAllSolicitations"):
            raise Status(404)  # quirk 26: nor is there anything that only wish lists name
        return handler

    def _known_otherwise(self, call: Call) -> bool:
        names = {operation.partition(" ")[2] for operation in (*self._calls, *self._below)}
        return call.name in names or call.name.rpartition("/")[0] in names

    def _history(self, rows: list[Row]) -> Any:
        """A bare array, or the envelope with the rows under ``response.data`` (quirk 3)."""
        how = self.options.history
        bare = next(self._bare) if how == "alternate" else how == "array"
        return rows if bare else replies.envelope({"data": rows, "totalRecords": len(rows)})

    def _written(self, content: Any) -> Response:
        how = self.options.ids
        texts = self._rng.random() < 0.5 if how == "mixed" else how == "string"
        return replies.json_response(replies.as_text(content) if texts else content)


def _among(call: Call, names: Collection[str]) -> bool:
    """Whether it is one of these calls, which are named without an id at the end."""
    return any(call.name == name or call.name.startswith(f"{name}/") for name in names)
