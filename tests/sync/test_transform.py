"""A pair's own step: what it changes is carried, and looks like an edit on neither side; what it breaks waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from erp_bridge.checkup import examine
from erp_bridge.config import load as read_config
from erp_bridge.core.errors import ConfigError
from erp_bridge.core.footer import split
from erp_bridge.core.model import Atendimento, Movimentacao, Status
from erp_bridge.sync.store.waiting import Kind
from erp_bridge.sync.transform import Failed, Passage, load
from support.pair import SimulatedPair

PASSAGE = Passage("suporte", "matriz", "filial")

STEP = '''
from erp_bridge import Atendimento


def mark(record, passage):
    """What comes from the left is marked, and the mark is taken off again on the way back."""
    if isinstance(record, Atendimento):
        plain = record.titulo.removeprefix("[matriz] ")
        return record.model_copy(update={"titulo": f"[matriz] {plain}" if passage.source == "matriz" else plain})
    return record.model_copy(update={"texto": record.texto.replace("senha", "*****")})
'''


def with_step(folder: Path, source: str, *, name: str, function: str = "mark") -> SimulatedPair:
    (folder / f"{name}.py").write_text(source)
    return SimulatedPair(folder, pair={"transform": f'"{name}:{function}"'}, right_kind="ixc", left=6, right=0)


def an_open(pair: SimulatedPair, links: dict[str, str]) -> tuple[str, str]:
    return next((one, other) for one, other in links.items() if pair.left_tickets()[one]["su_status"] in ("N", "P"))


async def test_what_it_changes_is_carried_and_no_pass_takes_it_for_an_edit(tmp_path: Path) -> None:
    pair = with_step(tmp_path, STEP, name="step_marks")
    await pair.sync()
    links = await pair.links()
    assert links
    for left, right in links.items():
        assert pair.right_tickets()[right]["titulo"] == f"[matriz] {pair.left_tickets()[left]['titulo']}"
    for full in (False, True):
        pair.clock.advance(3600)
        silent = await pair.sync(full=full)
        assert (silent.rows, silent.updated) == ([], {"left": 0, "right": 0})


async def test_edits_pass_through_it_both_ways(tmp_path: Path) -> None:
    pair = with_step(tmp_path, STEP, name="step_both_ways")
    await pair.sync()
    left, right = an_open(pair, await pair.links())
    pair.clock.advance(3600)
    pair.left.people.set_field(left, titulo="Sem sinal")
    pair.left.people.comment(left, "minha senha é 123")
    await pair.sync()
    assert pair.right_tickets()[right]["titulo"] == "[matriz] Sem sinal"
    assert split(pair.right_comments(right)[-1]["mensagem"])[0] == "minha ***** é 123"
    pair.clock.advance(3600)
    pair.right.people.set_field(right, titulo="[matriz] Sem sinal e sem luz")
    await pair.sync()
    assert pair.left_tickets()[left]["titulo"] == "Sem sinal e sem luz"
    pair.clock.advance(3600)
    assert (await pair.sync(full=True)).rows == []


FRAGILE = """
from erp_bridge import Atendimento


def mark(record, passage):
    if isinstance(record, Atendimento) and "segredo" in record.titulo:
        raise RuntimeError(f"fora: {record.titulo}")
    if not isinstance(record, Atendimento) and "quebra" in record.texto:
        return None
    return record
"""


async def test_its_errors_quarantine_the_record_and_nothing_else(tmp_path: Path) -> None:
    pair = with_step(tmp_path, FRAGILE, name="step_fragile")
    some = next(iter(pair.left_tickets()))
    title = pair.left_tickets()[some]["titulo"]
    pair.left.people.set_field(some, titulo="um segredo")
    report = await pair.sync()
    assert report.exit_code == 3
    links = await pair.links()
    assert some not in links
    assert links
    items = [i for i in await pair.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE)) if i["code"] == "transform"]
    assert [(i["ticket"], i["field"]) for i in items] == [(some, "")]
    assert "step_fragile:mark" in items[0]["reason"]
    assert "RuntimeError in line 7" in items[0]["reason"]
    assert "segredo" not in items[0]["reason"]  # what an error says may be personal data

    left, right = an_open(pair, links)
    pair.clock.advance(3600)
    pair.left.people.comment(left, "isto quebra")
    pair.left.people.comment(left, "isto não")
    pair.left.people.set_field(some, titulo=title)
    await pair.sync()
    assert some in await pair.links()  # the ticket changed, and so it was tried again
    assert split(pair.right_comments(right)[-1]["mensagem"])[0] == "isto não"
    [item] = [i for i in await pair.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE)) if i["code"] == "transform"]
    assert (item["ticket"], item["field"][0]) == (left, "m")


async def test_a_mended_function_is_tried_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = with_step(tmp_path, FRAGILE, name="step_mended")
    await pair.sync()
    left, right = an_open(pair, await pair.links())
    pair.clock.advance(3600)
    pair.left.people.comment(left, "isto quebra")
    await pair.sync()
    assert await pair.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE))
    (tmp_path / "step_mended.py").write_text("def mark(record, passage):\n    return record\n")
    monkeypatch.delitem(__import__("sys").modules, "step_mended")  # as in a new process
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    pair.clock.advance(60)
    await pair.sync()
    assert split(pair.right_comments(right)[-1]["mensagem"])[0] == "isto quebra"
    codes = [item["code"] for item in await pair.ask(lambda bridge: bridge.waiting(Kind.QUARANTINE))]
    assert "transform" not in codes


async def test_verify_compares_what_was_meant_to_be_carried(tmp_path: Path) -> None:
    pair = with_step(tmp_path, STEP, name="step_verified")
    await pair.sync()
    left, _ = an_open(pair, await pair.links())
    pair.left.people.comment(left, "a senha mudou")
    pair.clock.advance(60)
    await pair.sync()
    async with pair.bridge() as bridge:
        found = [difference async for difference in (await bridge.verification("suporte")).differences()]
    assert [d for d in found if d.field not in ("", "canal") and d.sign == "*"] == []


async def test_a_movement_that_comes_back_empty_stays_where_it_is(tmp_path: Path) -> None:
    pair = with_step(tmp_path, STEP.replace('"*****")', '"*****") if "interno" not in record.texto else ""'),
                     name="step_keeps")  # fmt: skip
    await pair.sync()
    left, right = an_open(pair, await pair.links())
    before = len(pair.right_comments(right))
    pair.clock.advance(60)
    pair.left.people.comment(left, "interno: cuidado com o cachorro")
    await pair.sync()
    pair.clock.advance(3600)
    assert (await pair.sync()).rows == []
    assert len(pair.right_comments(right)) == before


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("record.model_copy(update={'status': 'novo'})", "it changed status"),
        ("record.model_copy(update={'protocolo': '1', 'id': '2'})", "it changed id, protocolo"),
        ("record.model_copy(update={'titulo': 7})", "it left no valid titulo"),
        ("'text'", "it gave str for Atendimento"),
        ("record.nada", "AttributeError in line 1"),
    ],
)
def test_what_is_not_its_to_change_is_named(tmp_path: Path, body: str, why: str) -> None:
    name = f"step_{abs(hash(body))}"
    (tmp_path / f"{name}.py").write_text(f"def transform(record, passage): return {body}\n")
    step = load(name, tmp_path)
    with pytest.raises(Failed) as failed:
        step.of(Atendimento(id="1", titulo="x", status=Status.PENDENTE), PASSAGE)
    assert failed.value.why == why


def test_a_movement_keeps_its_place_and_time(tmp_path: Path) -> None:
    (tmp_path / "step_time.py").write_text("def t(r, p): return r.model_copy(update={'id': 'm9'})\n")
    with pytest.raises(Failed, match="it changed id"):
        load("step_time:t", tmp_path).of(Movimentacao(id="m1", texto="x"), PASSAGE)


@pytest.mark.parametrize(
    ("source", "path", "said"),
    [
        (None, "step_nowhere:f", "cannot be imported: ModuleNotFoundError"),
        ("raise OSError('no disk')", "step_a:f", "cannot be imported: OSError: no disk"),
        ("f = 3", "step_b:f", "has no function 'f'"),
        ("async def f(a, b): ...", "step_c:f", "is async"),
        ("def f(a): ...", "step_d:f", "must take two arguments"),
        ("", "step_e", "has no function 'transform'"),
    ],
)
def test_a_path_that_leads_nowhere_is_wrong_configuration(
    tmp_path: Path, source: str | None, path: str, said: str
) -> None:
    if source is not None:
        (tmp_path / f"{path.partition(':')[0]}.py").write_text(source)
    with pytest.raises(ConfigError, match=said):
        load(path, tmp_path)


async def test_it_is_found_before_anything_is_read(tmp_path: Path) -> None:
    pair = SimulatedPair(tmp_path, pair={"transform": '"step_absent:f"'})
    with pytest.raises(ConfigError, match="step_absent"):
        await pair.sync()
    with pytest.raises(ConfigError, match="step_absent"):
        await examine(read_config(pair.config_file), network=pair.network())


async def test_a_plan_shows_what_would_be_written(tmp_path: Path) -> None:
    pair = with_step(tmp_path, STEP, name="step_planned")
    await pair.sync()
    left, _ = an_open(pair, await pair.links())
    pair.clock.advance(3600)
    pair.left.people.set_field(left, titulo="Lento")
    async with pair.bridge() as bridge:
        plan, _ = await bridge.plan("suporte")
    [row] = plan.rows()
    assert (row.field, row.after) == ("titulo", "[matriz] Lento")
