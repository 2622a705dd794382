"""A ``verify`` as it goes on: progress, an end in the middle, and what it asks the store and the ERPs."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import event

from erp_bridge import i18n
from erp_bridge.cli import migrate_text
from erp_bridge.cli.main import cli
from erp_bridge.sync.migrate.progress import Progress
from erp_bridge.sync.verify import meeting
from migrate.long_past import LongPast, houses
from support.httpclient import forget_logging

Past = Callable[..., LongPast]
Moved = Callable[..., Awaitable[tuple[LongPast, dict[str, str]]]]
SMALL_PAGES = {"matriz": {"page_size": "5"}, "filial": {"page_size": "5"}}


@pytest.fixture
def run(moved: Moved, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Result]]:
    """The program over twenty twins, its requests answered in process."""
    there, _ = asyncio.run(moved(20, erps=SMALL_PAGES))
    monkeypatch.setattr("erp_bridge.sync.service.Network", there.network)

    def program(*args: str, lang: str = "en") -> Result:
        given = ["--config", str(there.config_file), "--lang", lang, "verify", "suporte", *args]
        return CliRunner().invoke(cli, given, prog_name="erp-bridge")

    program.there = there  # type: ignore[attr-defined]
    yield program
    i18n.use("en")
    forget_logging()


@pytest.mark.parametrize(
    ("lang", "wanted"),
    [
        ("en", "40 of 40 tickets read · 20 pairs compared, 1 differences · "),
        ("pt-BR", "40 de 40 atendimentos lidos · 20 pares comparados, 1 diferenças · "),
    ],
)
def test_progress_goes_to_standard_error_alone(
    run: Any, monkeypatch: pytest.MonkeyPatch, lang: str, wanted: str
) -> None:
    run.there.right.tables["su_ticket"][3]["titulo"] = "Outro"
    monkeypatch.setattr(migrate_text, "EVERY", 0.0)
    result = run("--json", lang=lang)
    assert result.exit_code == 3, result.output
    assert json.loads(result.stdout)["compared"] == 20
    assert result.stderr.splitlines()[-1].startswith(wanted)


def test_the_status_is_0_only_if_all_that_was_asked_for_agrees(run: Any) -> None:
    assert run("--json").exit_code == 0
    run.there.right.tables["su_ticket"][3]["titulo"] = "Outro"
    assert run("--json").exit_code == 3
    later = run("--json", "--since", "2016-01-05")
    assert (later.exit_code, json.loads(later.stdout)["compared"]) == (0, 0)
    assert run("--since", "ontem").exit_code == 2
    run.there.right.options.refuse["list su_mensagens"] = "sem permissão"
    broken = run("--json")
    assert (broken.exit_code, broken.stdout) == (1, "")
    assert "sem permissão" in broken.stderr


async def test_a_rate_and_an_end_are_foreseen_where_the_erps_tell_how_much_there_is(
    past: Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meeting, "AT_ONCE", 5)
    there = past(30, erps=SMALL_PAGES)
    await there.migrate()
    there.ping = 0.1
    seen: list[Progress] = []
    async with there.bridge() as bridge:
        verification = await bridge.verification("suporte")
        async for _ in verification.differences(seen.append, {"matriz": 1_000_000, "filial": 1_000_000}):
            pass
    assert [look.total for look in seen] == [60] * len(seen)
    assert seen[-1].done == 60
    middle = seen[len(seen) // 2]
    assert 0 < middle.done < 60
    assert middle.seconds_left == pytest.approx((60 - middle.done) / middle.rate)
    assert middle.waits_for == "answers"


async def test_an_integrator_does_not_tell_how_much_there_is(past: Past) -> None:
    there = past(4, right_kind="integrator")
    await there.migrate()
    seen: list[Progress] = []
    async with there.bridge() as bridge:
        async for _ in (await bridge.verification("suporte")).differences(seen.append):
            pass
    assert (seen[-1].total, seen[-1].done, seen[-1].seconds_left) == (None, 8, None)


async def test_cancelled_at_any_request_nothing_goes_on(moved: Moved, monkeypatch: pytest.MonkeyPatch) -> None:
    there, _ = await moved(12, erps=SMALL_PAGES)
    there.asked = 0
    assert await there.differences() == []
    requests = there.asked
    assert requests > 30

    async def look(bridge: Any) -> None:
        async with aclosing((await bridge.verification("suporte")).differences()) as differences:
            async for _ in differences:
                pass

    for at in range(1, requests, 4):
        async with there.bridge() as bridge:
            task = asyncio.create_task(look(bridge))
            left = iter(range(at - 1, -1, -1))
            monkeypatch.setattr(there.clock, "advance", lambda _, left=left, task=task: next(left, 1) or task.cancel())
            with pytest.raises(asyncio.CancelledError):
                await task
            assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_the_store_is_asked_once_a_page_and_each_ticket_read_once(past: Past) -> None:
    there = past(40, erps={"matriz": {"page_size": "10"}, "filial": {"page_size": "10"}})
    await there.migrate()
    asked: Counter[str] = Counter()
    async with there.bridge() as bridge:
        event.listen(bridge.db.engine, "before_cursor_execute", lambda *given: asked.update([given[2].split()[0]]))
        async for _ in (await bridge.verification("suporte")).differences():
            pass
    assert asked["SELECT"] <= 8 + 2  # a look for links for each page of either side; every message tells whose it is


@pytest.mark.slow
def test_ctrl_c_ends_it_with_the_status_that_says_so(tmp_path: Path) -> None:
    code = "from erp_bridge.cli.main import main; main()"
    with houses(tmp_path, 5, latency=1.0) as there:
        command = [sys.executable, "-c", code, "--config", str(there.config), "verify", "suporte"]
        with subprocess.Popen(
            [*command, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            while not (tmp_path / "bridge.key").exists() and process.poll() is None:
                time.sleep(0.02)
            time.sleep(1.0)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (130, "", "Interrupted.\n")
