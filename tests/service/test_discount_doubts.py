"""Bookings in doubt on the command line: under the name of their ERP, with the command that carries the answer out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from erp_bridge.cli.main import cli
from erp_bridge.sync.desconto import ledger
from erp_bridge.sync.service import Bridge
from erp_bridge.sync.store.waiting import Kind
from support.httpclient import forget_logging
from support.pair import SimulatedPair

TICKET = "01A0000001"


@pytest.fixture
def doubtful(tmp_path: Path) -> Iterator[Path]:
    """A configuration whose store holds one booking in doubt."""
    pair = SimulatedPair(tmp_path)

    def doubt(bridge: Bridge) -> None:
        with bridge.db.write() as tx:
            ledger.doubt(tx, "filial", TICKET, 0, 0.0)

    asyncio.run(pair.ask(doubt))
    yield pair.config_file
    forget_logging()


def program(config: Path, *args: str, lang: str = "en") -> Result:
    return CliRunner().invoke(cli, ["--config", str(config), "--lang", lang, *args], prog_name="erp-bridge")


def test_the_list_names_the_erp_and_not_a_side(doubtful: Path) -> None:
    told = program(doubtful, "doubts", "list").output
    row = next(line for line in told.splitlines() if TICKET in line)
    assert "filial" in row
    assert "left" not in row
    [item] = json.loads(program(doubtful, "doubts", "--json").output)["items"]
    assert (item["pair"], item["ticket"], item["side"]) == ("desconto:filial", TICKET, "left")


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", f"Recorded; carry it out with `erp-bridge desconto book filial {TICKET}`."),
        ("pt-BR", f"Anotado; execute com `erp-bridge desconto book filial {TICKET}`."),
    ],
)
def test_an_answer_names_the_command_that_carries_it_out(doubtful: Path, lang: str, said: str) -> None:
    [item] = json.loads(program(doubtful, "doubts", "--json").output)["items"]
    answered = program(doubtful, "doubts", "resolve", str(item["id"]), "--none", lang=lang)
    assert (answered.exit_code, answered.output.strip()) == (0, said)


async def test_the_ticket_is_shown_as_it_is_now(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path)
    ticket, row = next(iter(pair.right_tickets().items()))
    async with pair.bridge() as bridge:
        with bridge.db.write() as tx:
            ledger.doubt(tx, "filial", ticket, 0, 0.0)
        [item] = bridge.waiting(Kind.DOUBT)
        values = await bridge.values(bridge.wait(Kind.DOUBT, item["id"]))
    assert list(values) == ["left"]
    assert values["left"]["id"] == ticket
    assert values["left"]["assunto"] not in ("", "-")
    assert row["codoco"] == ticket
