"""Somebody is told that something waits: once, soon, and nothing of what the tickets say."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from erp_bridge.config import load
from erp_bridge.config.model import NotifySettings
from erp_bridge.core.settings import Secret
from erp_bridge.sandbox.server import Server
from erp_bridge.service import notify
from erp_bridge.service.cycle import Cycle, Outcome, run_cycle
from erp_bridge.service.notify import SIGNATURE, Notifier
from erp_bridge.sync.desconto import ledger
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.side import Side
from erp_bridge.sync.store import waiting
from erp_bridge.sync.store.waiting import Kind, Wait
from support.httpclient import forget_logging
from support.pair import SimulatedPair

SECRET = "segredo do gancho"


class Inbox:
    """Where notices arrive over real HTTP. ``status`` is what it answers."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, Any], dict[str, str], bytes]] = []
        self.status = 200
        self.app = Starlette(
            routes=[
                Route("/hook/{key}", self._hook, methods=["POST"]),
                Route("/elsewhere", lambda request: RedirectResponse("/hook/x", 307), methods=["POST"]),
            ]
        )

    async def _hook(self, request: Request) -> Response:
        body = await request.body()
        self.got.append((json.loads(body), dict(request.headers), body))
        return Response("nobody reads this", self.status)


class Office:
    """A pair with one thing that waits, and somebody to tell."""

    def __init__(self, bridge: Bridge, pair: SimulatedPair, settings: NotifySettings) -> None:
        self.bridge, self.pair = bridge, pair
        object.__setattr__(bridge.config, "notify", settings)
        self.results: list[str] = []
        self.restart()

    def restart(self) -> None:
        """Another process, or another host: the same store."""
        self.notifier = Notifier(lambda: self.bridge, self.bridge.clock, self.results.append)

    def park(self, ticket: str, kind: Kind = Kind.CONFLICT, ago: float = 0.0) -> int:
        with self.bridge.db.write() as tx:
            wait = Wait(kind, Side.LEFT, ticket, "both-changed", "status")
            return waiting.put(tx, "suporte", wait, self.bridge.clock.now().timestamp() - ago)

    async def passed(self, **changes: Any) -> None:
        """A pass has ended, and what it found is told."""
        with self.bridge.db.read() as tx:
            counts = waiting.counts(tx, "suporte")
        report = notify_report(counts)
        outcome = Outcome.WAITS if any(counts.values()) else Outcome.DONE
        words: dict[str, Any] = {"report": report, "outcome": outcome, **changes}
        self.notifier.passed(Cycle("suporte", started=self.bridge.clock.now(), delay=0.0, seconds=1.0, **words))
        await self.notifier.wind_up(20)


def notify_report(counts: Any) -> Any:
    from erp_bridge.sync.report import PassReport

    return PassReport("suporte", open=counts)


@asynccontextmanager
async def office(folder: Path, settings: NotifySettings) -> AsyncIterator[Office]:
    pair = SimulatedPair(folder)
    async with pair.bridge() as bridge:
        yield Office(bridge, pair, settings)


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def webhook(inbox: Inbox, tmp_path: Path) -> Any:
    (tmp_path / "hook-secret").write_text(SECRET + "\n")
    with Server(inbox.app) as server:
        yield NotifySettings(webhook=f"{server.url}/hook/k3y", secret=Secret("file:hook-secret", tmp_path))


async def test_the_notice_and_its_signature(tmp_path: Path, inbox: Inbox, webhook: NotifySettings) -> None:
    async with office(tmp_path, webhook) as here:
        id = here.park("10001")
        await here.passed()
        [(body, headers, raw)] = inbox.got
        assert headers[SIGNATURE.lower()] == "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        assert headers["content-type"] == "application/json"
        assert body == {
            "event": "waiting", "pair": "suporte", "time": "2026-09-15T18:00:00+00:00",
            "conflicts": 1, "quarantined": 0, "in_doubt": 0, "failed": 0, "since": "2026-09-15T18:00:00+00:00",
            "items": [{"id": id, "kind": "conflict", "side": "left", "erp": "matriz", "code": "both-changed"}],
        }  # fmt: skip
        assert here.results == ["told"]


async def test_of_a_real_pass_ids_and_counts_only(tmp_path: Path, inbox: Inbox, webhook: NotifySettings) -> None:
    async with office(tmp_path, webhook) as here:
        here.notifier.passed(await run_cycle(here.bridge, "suporte"))
        await here.notifier.wind_up(20)
        [(body, _, raw)] = inbox.got
        assert body["quarantined"] > 0
        text = raw.decode()
        for row in here.pair.left_tickets().values():
            assert row["titulo"] not in text
        for client in here.pair.world.left.clientes:
            assert not client.documento or client.documento not in text
            assert client.pessoa.nome not in text


async def test_at_most_one_an_hour_and_only_of_what_is_new(
    tmp_path: Path, inbox: Inbox, webhook: NotifySettings
) -> None:
    async with office(tmp_path, webhook) as here:
        told = []
        for minute in range(0, 200, 5):
            if minute in (0, 10, 20, 130):
                here.park(f"ticket {minute}")
            if minute == 40:
                here.restart()
            before = len(inbox.got)
            await here.passed()
            told += [minute] * (len(inbox.got) - before)
            here.pair.clock.advance(300)
        assert told == [0, 60, 130], "the second hour tells of those of minutes 10 and 20"


async def test_what_waits_on_is_recalled_once_a_day(tmp_path: Path, inbox: Inbox, webhook: NotifySettings) -> None:
    async with office(tmp_path, webhook) as here:
        here.park("10001")
        for _ in range(49):
            await here.passed()
            here.pair.clock.advance(3600)
        assert len(inbox.got) == 3


async def test_nobody_is_told_of_nothing_or_of_what_is_decided(
    tmp_path: Path, inbox: Inbox, webhook: NotifySettings
) -> None:
    async with office(tmp_path, webhook) as here:
        await here.passed()
        id = here.park("10001")
        with here.bridge.db.write() as tx:
            waiting.decide(tx, id, "left")
        await here.passed()
        assert inbox.got == []


async def test_a_delivery_that_failed_just_now_is_no_news(
    tmp_path: Path, inbox: Inbox, webhook: NotifySettings
) -> None:
    async with office(tmp_path, webhook) as here:
        here.park("10001", Kind.FAILED)
        await here.passed()
        assert inbox.got == []
        here.pair.clock.advance(601)
        await here.passed()
        assert inbox.got[0][0]["failed"] == 1


async def test_a_pair_that_a_gate_stops_is_told_every_hour(
    tmp_path: Path, inbox: Inbox, webhook: NotifySettings
) -> None:
    async with office(tmp_path, webhook) as here:
        for _ in range(25):
            await here.passed(outcome=Outcome.GATE, report=None, error="more than 5 ...", gate="max_create")
            here.pair.clock.advance(300)
        assert [(body["event"], body["gate"]) for body, _, _ in inbox.got] == [("gate", "max_create")] * 3


async def test_of_several_hosts_one_tells(tmp_path: Path, inbox: Inbox, webhook: NotifySettings) -> None:
    async with office(tmp_path, webhook) as here:
        here.park("10001")
        others = [
            Office(Bridge(load(here.pair.config_file), here.pair.network()), here.pair, webhook) for _ in range(3)
        ]
        await asyncio.gather(*(one.passed() for one in (here, *others)))
        assert len(inbox.got) == 1
        for one in others:
            one.bridge.db.close()


# --- what fails ----------------------------------------------------------------------------------------------------


async def test_a_failure_is_logged_without_the_address_and_tried_again_an_hour_later(
    tmp_path: Path, inbox: Inbox, webhook: NotifySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    from erp_bridge.transport.log import configure

    configure("json")
    inbox.status = 500
    async with office(tmp_path, webhook) as here:
        here.park("10001")
        for _ in range(11):
            await here.passed()
            here.pair.clock.advance(300)
        assert len(inbox.got) == 1
        inbox.status = 204
        for _ in range(11):
            await here.passed()
            here.pair.clock.advance(300)
        assert len(inbox.got) == 2
        assert here.results == ["failed", "told"]
    said = capsys.readouterr().err
    forget_logging()
    assert "HTTP 500" in said
    assert "k3y" not in said
    assert SECRET not in said


async def test_a_redirect_is_not_followed(tmp_path: Path, inbox: Inbox, webhook: NotifySettings) -> None:
    assert webhook.webhook is not None
    elsewhere = webhook.model_copy(update={"webhook": webhook.webhook.replace("/hook/k3y", "/elsewhere")})
    async with office(tmp_path, elsewhere) as here:
        here.park("10001")
        await here.passed()
        assert (inbox.got, here.results) == ([], ["failed"])


async def test_nobody_there(tmp_path: Path) -> None:
    async with office(tmp_path, NotifySettings(webhook="http://127.0.0.1:9/x")) as here:
        here.park("10001")
        await here.passed()
        assert here.results == ["failed"]


# --- a command -----------------------------------------------------------------------------------------------------

WRITES = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())"


async def test_a_command_reads_the_notice(tmp_path: Path) -> None:
    out = tmp_path / "out; touch pwned"  # a list knows no shell
    async with office(tmp_path, NotifySettings(command=(sys.executable, "-c", WRITES, str(out)))) as here:
        here.park("10001")
        await here.passed()
        assert json.loads(out.read_text())["conflicts"] == 1
        assert here.results == ["told"]
    assert not (tmp_path / "pwned").exists()


async def test_a_command_in_one_text_is_the_shells(tmp_path: Path) -> None:
    async with office(tmp_path, NotifySettings(command=f"cat > {tmp_path}/out && true")) as here:
        here.park("10001")
        await here.passed()
        assert json.loads((tmp_path / "out").read_text())["pair"] == "suporte"


@pytest.mark.parametrize("command", [("/nowhere/to/be/found",), "exit 7"])
async def test_a_command_that_fails(command: Any, tmp_path: Path) -> None:
    async with office(tmp_path, NotifySettings(command=command)) as here:
        here.park("10001")
        await here.passed()
        assert here.results == ["failed"]


async def test_a_command_that_never_ends_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notify, "PATIENCE", 0.3)
    mark = tmp_path / "still here"
    command = f"(sleep 1; touch '{mark}') & sleep 60"
    async with office(tmp_path, NotifySettings(command=command)) as here:
        here.park("10001")
        await here.passed()
        assert here.results == ["failed"]
    await asyncio.sleep(1.0)
    assert not mark.exists()


async def test_a_booking_in_doubt_is_told_of_after_a_pass_over_a_pair_of_its_erp(
    tmp_path: Path, inbox: Inbox, webhook: NotifySettings
) -> None:
    async with office(tmp_path, webhook) as here:
        now = here.bridge.clock.now().timestamp()
        with here.bridge.db.write() as tx:
            ledger.doubt(tx, "filial", "01A0000001", 0, now)
            ledger.doubt(tx, "elsewhere", "5", 0, now)  # of an ERP of no pair
        for _ in range(2):
            await here.passed()
        [(body, _, _)] = inbox.got
        assert (body["event"], body["pair"], body["in_doubt"]) == ("waiting", "desconto:filial", 1)
        [item] = body["items"]
        assert (item["kind"], item["erp"], item["code"]) == ("doubt", "filial", "discount-unproven")
        assert "01A0000001" not in str(body)
        here.park("10001")
        await here.passed()
        assert [got["pair"] for got, _, _ in inbox.got] == ["desconto:filial", "suporte"]
