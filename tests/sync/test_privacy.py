"""LGPD: neither the state store nor the logs of a full run hold a name, a document, a phone, an e-mail or a text."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from erp_bridge.config import load
from erp_bridge.sync.service import Bridge
from erp_bridge.transport.log import configure
from support.httpclient import forget_logging
from support.pair import SimulatedPair


def personal(pair: SimulatedPair) -> Iterator[str]:
    """Every string of the world that says something about a person, and every secret."""
    for person in pair.world.pessoas:
        yield person.nome
        if person.documento:
            yield person.documento
            yield re.sub(r"^(\d{3})(\d{3})(\d{3})(\d{2})$", r"\1.\2.\3-\4", person.documento)
        yield person.email
        yield person.telefone
    for row in pair.left_tickets().values():
        yield row["titulo"]
        yield from row["menssagem"].splitlines()
    for message in pair.left.tables["su_mensagens"].values():
        yield from message["mensagem"].splitlines()
    for row in pair.right_tickets().values():
        yield from row["descri_oco"].splitlines()
        yield row["nome_contato"] or ""
    for comment in pair.right.tables["comentarios"].values():
        yield from comment["descri_com"].splitlines()
    yield pair.left.token
    yield pair.right.password


def telling(words: Iterator[str]) -> set[str]:
    """Those long enough to be somebody's: short ones occur by chance in any binary."""
    return {word.strip() for word in words if len(word.strip()) > 8 and not word.startswith(("-- erp_bridge", "[ref "))}


@pytest.fixture
def logged() -> Iterator[None]:
    """Every request in the log, as JSON, for the time of one test."""
    configure("json", verbose=True)
    yield
    forget_logging()


@pytest.mark.usefixtures("logged")
async def test_nothing_personal_is_at_rest_or_in_the_logs(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pair = SimulatedPair(tmp_path, clients=60, left=40, right=25, paired=3)
    pair.right.faults.once("lost_reply", match="criarAtendimento")
    pair.left.faults.once("refuse", match="POST su_mensagens", message="Sem permissão")
    await pair.sync()
    for left in list(await pair.links())[:5]:
        pair.left.people.comment(left, "Cliente ligou do número (51) 98888-7777 e pediu retorno")
        pair.left.people.set_field(left, titulo="Título alterado por uma pessoa")
    pair.clock.advance(60)
    await pair.sync()
    async with pair.bridge() as bridge:
        plan, _ = await bridge.plan("suporte")
        (tmp_path / "plan.json").write_text(json.dumps(bridge.saved(plan), ensure_ascii=False))
    logs = capfd.readouterr().err
    assert "erp=" in logs or '"erp"' in logs, "the run was logged"
    at_rest = {
        file.name: file.read_bytes()
        for file in tmp_path.iterdir()
        if file.name.startswith("bridge.db") or file.name == "plan.json"
    }
    assert len(at_rest) >= 3
    for word in telling(personal(pair)):
        for name, content in at_rest.items():
            assert word.encode() not in content, f"{name} holds {word!r}"
        assert word not in logs, f"the log holds {word!r}"


async def test_store_and_key_are_for_the_owner_alone(pair: SimulatedPair) -> None:
    async with Bridge(load(pair.write_config()), pair.network()) as bridge:  # with a store that it has made itself
        await bridge.sync("suporte")
    for name in ("bridge.db", "bridge.key", "bridge.db-suporte.lock"):
        assert stat.S_IMODE((pair.folder / name).stat().st_mode) == 0o600, name
