"""What lies on the disk and in the logs after a run with every misfortune: nothing of anybody, in no spelling."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator

import pytest

from erp_bridge.config import load
from erp_bridge.core.errors import ConfigError
from erp_bridge.sandbox.world import generate
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.store.waiting import Kind
from erp_bridge.transport.log import configure
from faults.bench import SETTLE, Bench
from faults.invariants import quiesce
from faults.town import SIDES, Town
from faults.wire import Kill
from support.httpclient import forget_logging
from support.pair import START


@pytest.fixture
def logged() -> Iterator[None]:
    """Every request in the log, as JSON, for the time of one test."""
    configure("json", verbose=True)
    yield
    forget_logging()


def eventful(bench: Bench, town: Town) -> None:
    """Passes with losses, deaths, refusals, conflicts and quarantines."""
    bench.right.faults.once("lost_reply", match="criarAtendimento", count=2)
    bench.left.faults.once("refuse", match="POST su_mensagens", message="Sem permissão para este cliente")
    bench.right.faults.once("html", match="view.execute")
    bench.sync_once()
    for side in SIDES:
        ticket = town.open(side)
        town.comment(side, ticket)
    bench.sync_once(Kill(25, "after"))
    bench.advance(SETTLE + 1)
    bench.sync_once()
    ticket = town.tickets("left", open_only=True)[0]
    twin = town.twin_of("left", ticket)
    assert twin is not None
    town.set_status("left", ticket, "em_progresso")
    town.set_status("right", twin[1], "solucionado")
    bench.advance(5)
    bench.sync_once()
    bench.left.people.set_field(town.open("left"), su_status="??")
    bench.advance(5)
    bench.sync_once()


def personal(bench: Bench) -> set[str]:
    """Every string of this world that says something about a person, and every secret. Short ones occur by chance."""
    found: set[str] = {bench.left.token, bench.right.password}
    for person in bench.world.pessoas:
        document, phone = person.documento, person.celular
        found |= {person.nome, person.fantasia, person.email, document, person.telefone, phone, phone[2:]}
        found |= {f"({phone[:2]}) {phone[2:7]}-{phone[7:]}", f"{phone[2:7]}-{phone[7:]}"}
        found |= {re.sub(r"^(\d{3})(\d{3})(\d{3})(\d{2})$", r"\1.\2.\3-\4", document),
                  re.sub(r"^(\d{2})(\d{3})(\d{3})(\d{4})(\d{2})$", r"\1.\2.\3/\4-\5", document)}  # fmt: skip
    for hands in bench.hands.values():
        for ticket in hands.tickets().values():
            texts = [ticket.text, ticket.title, *(said.text for said in hands.history(ticket.id))]
            found.update(line for text in texts for line in text.replace("\r", "\n").split("\n"))
    public = {subject.nome for side in (bench.world.left, bench.world.right) for subject in side.assuntos}
    found = {line.strip() for line in found if not line.strip().startswith(("-- erp_bridge", "[ref "))}
    return {line for line in found if len(line) > 8 and line not in public}


def spellings(word: str) -> set[bytes]:
    """As it may stand in a file: in UTF-8 or Latin-1, escaped as JSON does, without accents."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    escaped = json.dumps(word)[1:-1]
    found = {word.encode(), word.encode("latin-1", "ignore"), escaped.encode(), plain.encode()}
    return {spelling for spelling in found if len(spelling) > 8}


@pytest.mark.usefixtures("logged")
@pytest.mark.parametrize("right_kind", ["integrator"])
def test_nothing_personal_is_left_behind(right_kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    bench = Bench(right_kind, world=generate(11, clients=40, left=30, right=20, now=START))
    town = Town(bench)
    eventful(bench, town)
    plan = bench.ask_bridge(lambda bridge: [item for kind in Kind for item in bridge.waiting(kind)])
    assert {item["code"] for item in plan} >= {"both-changed", "unreadable", "unknown-client"}

    async def saved() -> str:
        async with Bridge(load(bench.config_file), bench.network()) as bridge:
            made, _ = await bridge.plan("suporte")
            return json.dumps(bridge.saved(made), ensure_ascii=False)

    files = {file.name: file.read_bytes() for file in bench.folder.glob("bridge.db*")}
    files |= {"the saved plan": bench.run(saved()).encode(), "the log": capfd.readouterr().err.encode()}
    assert {"bridge.db", "bridge.db-suporte.lock"} <= set(files)
    assert files["the log"].count(b'"outcome"') > 100
    words = personal(bench)
    assert len(words) > 300
    leaks = [
        f"{name} holds {word!r}"
        for word in words
        for spelling in spellings(word)
        for name, content in files.items()
        if spelling in content
    ]
    assert leaks == []
    quiesce(bench)
    bench.close()


def test_with_a_wrong_or_missing_key_nothing_is_read() -> None:
    bench = Bench("integrator")
    bench.sync_once()
    bench.stop_bridge()
    key = bench.folder / "bridge.key"
    right = key.read_text()
    before = {side: simulator.count() for side, simulator in bench.simulators.items()}
    for wrong in ("0" * 64, None):
        if wrong is None:
            key.unlink()
        else:
            key.write_text(wrong)
        with pytest.raises(ConfigError, match="digest key"):
            bench.run(bench.runner.sync())
    assert {side: simulator.count() for side, simulator in bench.simulators.items()} == before
    assert not key.exists()
    key.write_text(right)
    report = bench.sync_once()
    assert report is not None
    assert report.created_total() == 0
    bench.close()
