"""Tickets as JSON Lines: what is written can be read, and an import creates nothing twice."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from erp_bridge.core.footer import split
from erp_bridge.sync.migrate.archive import Span
from erp_bridge.sync.migrate.jsonl import Lines
from migrate.long_past import MESSAGES, LongPast

Past = Callable[..., LongPast]


async def written(there: LongPast, file: Path) -> list[dict[str, Any]]:
    out = io.StringIO()
    async with there.bridge() as bridge:
        count = await bridge.export_tickets("matriz", Span(), out)
    file.write_text(out.getvalue(), encoding="utf-8")
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(lines) == count
    return lines


async def imported(there: LongPast, file: Path, erp: str = "filial") -> Any:
    async with there.bridge() as bridge:
        return await bridge.import_tickets(Lines(file), erp)


async def test_what_is_written(past: Past, tmp_path: Path) -> None:
    there = past(3)
    lines = await written(there, tmp_path / "t.jsonl")
    first = lines[0]
    assert (first["erp"], first["id"], first["status"]) == ("matriz", "10000", "solucionado")
    assert first["cliente"]["documento"].isdecimal()
    assert first["aberto_por"]
    assert len(first["movimentacoes"]) == MESSAGES
    assert not {"footer", "codigos", "versao"} & (first.keys() | first["movimentacoes"][0].keys())


async def test_an_import_is_a_migration_and_creates_nothing_twice(past: Past, tmp_path: Path) -> None:
    there, file = past(6), tmp_path / "t.jsonl"
    await written(there, file)
    report = await imported(there, file)
    assert (report.created["right"], report.movements["right"], report.exit_code) == (6, 6 * MESSAGES, 0)
    twin = there.right_tickets()["1"]
    body, footer = split(twin["menssagem"])
    assert "Relato 0" in body
    assert footer is not None
    assert (footer.ref.erp, footer.ref.id) == ("matriz", "10000")
    assert footer.notas[0].startswith("Histórico: aberto em 04/01/2016")
    assert {row["su_status"] for row in there.right_tickets().values()} == {"S", "C", "P"}
    again = await imported(there, file)
    there.lose_store()
    after_a_loss = await imported(there, file)
    assert again.created_total() == after_a_loss.created_total() == 0
    assert len(there.right_tickets()) == 6
    assert len(there.right.tables["su_mensagens"]) == 6 * MESSAGES


async def test_a_system_without_an_adapter(past: Past, tmp_path: Path) -> None:
    there, file = past(0), tmp_path / "t.jsonl"
    client = next(c for c in there.world.right.clientes if c.ativo and c.documento and not c.tecnico
                  and sum(d.documento == c.documento for d in there.world.right.clientes) == 1)  # fmt: skip
    ticket = {
        "erp": "planilha", "id": "7", "protocolo": "A-7", "cliente": {"documento": client.documento},
        "assunto": {"nome": "sem conexao"}, "departamento": {"nome": "suporte tecnico"}, "prioridade": "alta",
        "descricao": "Sem sinal", "status": "solucionado", "aberto_em": "2015-03-01T10:00:00-03:00",
        "movimentacoes": [{"texto": "Visita feita", "autor": "Rui", "instante": "2015-03-02T10:00:00-03:00",
                           "status": "solucionado"}],
    }  # fmt: skip
    file.write_text(json.dumps(ticket) + "\n")
    report = await imported(there, file)
    assert report.created["right"] == 1
    row = there.right_tickets()["1"]
    assert (row["su_status"], row["prioridade"]) == ("S", "A")
    assert "[ref planilha 7 prot A-7]" in row["menssagem"]
    assert "encerrado em 02/03/2015 10:00 por Rui" in row["menssagem"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "this is not JSON"),
        ("[]", "a line is one object: a ticket"),
        ('{"erp": "a", "id": "1", "status": "pendente", "titlo": "x"}', "titlo: Extra inputs are not permitted"),
        ('{"erp": "a", "id": "1", "status": "aberto"}', "status: Input should be 'novo'"),
        ('{"erp": "a", "id": "1"}', "status: it is missing"),
        ('{"erp": "a b", "id": "1", "status": "pendente"}', "erp: String should match"),
        ('{"erp": "a", "status": "pendente"}', "id: String should match"),
        ('{"erp": "a", "id": "1", "status": "pendente", "footer": null}', "footer, codigos, versao are the bridge's"),
        ('{"erp": "a", "id": "1", "status": "pendente", "movimentacoes": {}}', "are lists"),
        ('{"erp": "a", "id": "1", "status": "pendente", "movimentacoes": [{"id": "x"}, {"id": "x"}]}', "stands twice"),
        ('{"erp": "b", "id": "2", "status": "pendente"}', "erp: another one than in the lines before"),
        ('{"erp": "a", "id": "0", "status": "pendente"}', "id: it stands in an earlier line"),
    ],
)
def test_a_bad_line_is_named_with_its_reason(tmp_path: Path, line: str, reason: str) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text('{"erp": "a", "id": "0", "status": "pendente"}\n\n' + line + "\n")
    lines = Lines(file)
    assert list(lines.places) == ["0"]
    [bad] = lines.bad
    assert bad.number == 3
    assert reason in bad.reason


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "t.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"erp": "a", "id": "0", "status": "pendente"}\r\n{"erp": "\xe7"}\n')
    lines = Lines(file)
    assert list(lines.places) == ["0"]
    assert [(bad.number, bad.reason) for bad in lines.bad] == [(2, "this is not UTF-8")]
    assert [line.ticket.id for line in lines.read(["0"])] == ["0"]
