"""The simulated Integrator's reading side: how a world looks in its columns, and what its saved queries show."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from integrator_box import LOCAL, NOW, Box

from erp_bridge.sandbox.world import generate

CODE = re.compile(r"01[0-9A-Z]{8}")
ZERO = "0000-00-00 00:00:00"


@pytest.fixture
def box() -> Box:
    return Box()


async def test_the_world_is_there_in_its_own_codes(box: Box) -> None:
    rows = await box.feed("atendimentos", desde="2000-01-01 00:00:00")
    tickets = box.world.right.tickets
    assert [row["numero_oco"] for row in rows] == [t.protocolo for t in tickets]
    by_id = {t.protocolo: t for t in tickets}
    zone = timedelta(hours=-3)
    for row in rows:
        ticket = by_id[row["numero_oco"]]
        assert CODE.fullmatch(row["codoco"])  # quirk 13
        assert row["descri_oco"] == ticket.descricao
        assert row["data_lan"] == f"{ticket.aberto_em + zone:%Y-%m-%d %H:%M:%S}"  # quirk 9: local, no zone
        assert row["codcli"] == (str(ticket.cliente_id) if ticket.cliente_id else None)
        closed = ticket.encerrado_em and ticket.codigo_estranho != "status"
        assert row["data_sol"] == (f"{ticket.encerrado_em + zone:%Y-%m-%d %H:%M:%S}" if closed else ZERO)  # quirk 18
    statuses = {row["codsto"] for row in rows}
    assert statuses == {"01PENDENTE", "01ANDAMENT", "01CONCLUID", "01CANCELAD", "01AGPECAS0"}


async def test_a_status_that_nobody_knows_leaves_the_ticket_open() -> None:
    world = generate(1, left=0, right=60, now=NOW)
    solved = next(t for t in world.right.tickets if t.status == "solucionado" and not t.codigo_estranho)
    solved.codigo_estranho = "status"
    (row,) = await Box(world).view("atendimento_protocolo", numero_oco=solved.protocolo)
    assert (row["codsto"], row["data_sol"]) == ("01AGPECAS0", ZERO)


async def test_ticket_rows_carry_exactly_the_agreed_columns(box: Box) -> None:
    columns = {
        "codoco", "numero_oco", "codcli", "codcon", "codpros", "codsercli", "codocop", "nome_ocop", "codcatoco",
        "descri_catoco", "codcar", "nome_car", "codsto", "tipo_contato", "nome_contato", "descri_oco", "data_lan",
        "data_sol", "cpf", "cnpj", "nome_cli",
    }  # fmt: skip
    (row,) = await box.view("atendimentos", desde="2000-01-01", apos="", limite=1)
    assert set(row) == columns
    box = Box(change_stamp=True)  # quirk 23
    (row,) = await box.view("atendimentos", desde="2000-01-01", apos="", limite=1)
    assert set(row) == columns | {"alterado_em"}


async def test_text_columns_are_padded(box: Box) -> None:
    (row,) = await box.view("atendimentos", desde="2000-01-01", apos="", limite=1)
    for column in ("nome_ocop", "descri_catoco", "nome_car", "tipo_contato", "nome_contato", "nome_cli"):
        assert row[column].endswith("  "), column  # quirk 7
    assert row["codoco"] == row["codoco"].strip()
    for rows in (await box.call("atendimento.listTypes"), await box.call("datasource.ocorrencia.status")):
        assert all(any(value.endswith("  ") for value in line.values()) for line in rows)


async def test_tickets_belong_to_clients_access_points_or_prospects(box: Box) -> None:
    rows = await box.feed("abertos") + await box.feed("atendimentos", desde="2000-01-01")
    assert all(sum(bool(row[c]) for c in ("codcli", "codcon", "codpros")) == 1 for row in rows)  # quirk 19
    assert any(row["codcon"] for row in rows)
    assert any(row["codpros"] for row in rows)
    assert all(row["codcon"] in box.sim.tables["pontos_roteamento"] for row in rows if row["codcon"])


async def test_a_mass_outage_lists_access_points_on_a_technical_client(box: Box) -> None:
    rows = [r for r in await box.feed("atendimentos", desde="2000-01-01") if "TÉCNICO" in r["nome_cli"]]
    names = {row["nome_con"] for row in box.sim.tables["pontos_roteamento"].values()}
    assert rows
    for row in rows:
        assert set(row["descri_oco"].split(": ", 1)[1].split(",")) <= names  # quirk 20


async def test_foreign_protocols_stand_in_the_text(box: Box) -> None:
    rows = await box.feed("atendimentos", desde="2000-01-01")
    assert any("SZ.CHAT – Protocolo: " in row["descri_oco"] for row in rows)  # quirk 21


async def test_documents_are_stored_with_and_without_punctuation(box: Box) -> None:
    stored = [c["cpf"] or c["cnpj"] for c in box.sim.tables["clientes"].values()]
    assert {bool(re.fullmatch(r"\d+", d)) for d in stored} == {True, False}
    assert all(re.fullmatch(r"\d{11}|\d{14}|\d{3}\.\d{3}\.\d{3}-\d\d|\d\d\.\d{3}\.\d{3}/\d{4}-\d\d", d) for d in stored)


async def test_latin1_loses_what_it_cannot_hold() -> None:
    plain, latin = Box(), Box(charset="latin1")
    kept = await plain.feed("atendimentos", desde="2000-01-01")
    lost = await latin.feed("atendimentos", desde="2000-01-01")
    assert any(a["descri_oco"] != b["descri_oco"] for a, b in zip(kept, lost, strict=True))
    for a, b in zip(kept, lost, strict=True):
        assert b["descri_oco"] == "".join(c if ord(c) < 256 else "?" for c in a["descri_oco"])  # quirk 8
    assert any("ã" in row["descri_oco"] for row in lost)


# --- saved queries


async def test_pages_by_codoco_show_every_row_once_whatever_is_opened_meanwhile(box: Box) -> None:
    first = await box.view("atendimentos", desde="2000-01-01", apos="", limite=20)
    new = box.sim.people.open_ticket(codcli=box.codcli())
    rest = await box.feed("atendimentos", desde="2000-01-01", limite=9)
    codocos = [row["codoco"] for row in rest]
    assert codocos == sorted(set(codocos))
    assert len(codocos) == 61
    assert codocos[-1] == new
    assert codocos[:20] == [row["codoco"] for row in first]


async def test_atendimentos_shows_what_was_opened_closed_or_commented_since(box: Box) -> None:
    box.later(hours=1)
    desde = "2026-03-10 12:30:00"
    assert await box.feed("atendimentos", desde=desde) == []
    a, b, c, d = box.sim.store.codocos[:4]
    box.sim.people.comment(a, "oi")
    box.sim.people.solve(b)
    box.sim.people.edit(c, descri_oco="outro texto")
    box.sim.people.set_status(d, "01ANDAMENT")
    new = box.sim.people.open_ticket(codcli=box.codcli(), descri_oco="novo")
    assert [row["codoco"] for row in await box.feed("atendimentos", desde=desde)] == [a, b, new]  # quirk 23
    assert [row["codoco"] for row in await box.feed("atendimentos", desde="2026-03-10 13:00:01")] == []


async def test_with_a_change_stamp_it_shows_every_change() -> None:
    box = Box(change_stamp=True)
    box.later(hours=1)
    a, b = box.sim.store.codocos[:2]
    box.sim.people.edit(a, descri_oco="outro texto")
    box.sim.people.set_status(b, "01ANDAMENT")
    rows = await box.feed("atendimentos", desde="2026-03-10 12:30:00")
    assert [(row["codoco"], row["alterado_em"]) for row in rows] == [
        (a, "2026-03-10 13:00:00"),
        (b, "2026-03-10 13:00:00"),
    ]


async def test_abertos_shows_all_that_is_not_solved(box: Box) -> None:
    rows = await box.feed("abertos")
    everything = await box.feed("atendimentos", desde="2000-01-01")
    assert rows == [row for row in everything if row["data_sol"] == ZERO]
    assert 20 < len(rows) < len(everything)
    box.sim.people.solve(rows[0]["codoco"])
    assert len(await box.feed("abertos")) == len(rows) - 1


async def test_single_tickets_by_code_and_by_protocolo(box: Box) -> None:
    codoco = box.sim.store.codocos[5]
    (row,) = await box.view("atendimento", codoco=codoco)
    assert row["codoco"] == codoco
    assert await box.view("atendimento_protocolo", numero_oco=row["numero_oco"]) == [row]
    assert await box.view("atendimento_protocolo", numero_oco="7") == []


async def test_tickets_of_a_client_newest_first(box: Box) -> None:
    codcli = box.codcli()
    opened = []
    for _ in range(3):
        opened.append(box.sim.people.open_ticket(codcli=codcli))
        box.later(minutes=5)
    rows = await box.view("atendimentos_cliente", codcli=codcli)
    assert [row["codoco"] for row in rows][:3] == opened[::-1]
    assert {row["codcli"] for row in rows} == {codcli}
    other = next(c for c in box.sim.tables["clientes"] if c != codcli)
    box.sim.people.edit(opened[0], codcli=other)
    assert opened[0] not in [row["codoco"] for row in await box.view("atendimentos_cliente", codcli=codcli)]
    assert opened[0] in [row["codoco"] for row in await box.view("atendimentos_cliente", codcli=other)]


async def test_comments_of_several_tickets_by_their_code(box: Box) -> None:
    a, b = box.sim.store.codocos[:2]
    first = box.sim.people.comment(b, "primeiro", nome_usu="Érica Sales")
    second = box.sim.people.comment(a, "segundo")
    rows = await box.view("comentarios", codocos=f"{a}, {b},01A9999999,{a}")
    assert [row["codcom"] for row in rows] == sorted(row["codcom"] for row in rows)
    assert [row["codcom"] for row in rows[-2:]] == [first, second]
    assert rows[-2] == {
        "codoco": b, "codcom": first, "descri_com": "primeiro", "data_com": LOCAL, "nome_usu": "Érica Sales".ljust(40),
    }  # fmt: skip
    assert CODE.fullmatch(first)
    stored = {t.protocolo: [m.texto for m in t.mensagens] for t in box.world.right.tickets}
    fifth = box.sim.store.codocos[6]
    numero = box.sim.tables["ocorrencias"][fifth]["numero_oco"]
    assert [row["descri_com"] for row in await box.view("comentarios", codocos=fifth)] == stored[numero]


async def test_clients_by_document_active_or_not(box: Box) -> None:
    clients = box.world.right.clientes
    for cliente in clients:
        rows = await box.view("clientes", documento=cliente.pessoa.documento)
        same = [c for c in clients if c.documento == cliente.documento]
        assert [row["codcli"] for row in rows] == [str(c.id) for c in same]
        assert [row["ativo"] for row in rows] == ["S" if c.ativo else "N" for c in same]
    assert await box.view("clientes", documento="52998224725") == []
    assert await box.view("clientes", documento="") == []


async def test_client_search_ignores_case_and_accents(box: Box) -> None:
    names = [c["nome_cli"] for c in box.sim.tables["clientes"].values()]
    rows = await box.view("clientes_busca", texto="Tecnico", limite=20)
    assert [row["nome_cli"].strip() for row in rows] == [n for n in names if "TÉCNICO" in n.upper()] != []
    assert len(await box.view("clientes_busca", texto="a", limite=5)) == 5


async def test_queries_refuse_missing_and_odd_parameters(box: Box) -> None:
    for params in ({"desde": "2000-01-01", "limite": 5}, {"desde": "2000-01-01", "apos": "", "limite": "muitos"}):
        said = await box.refused("view.execute", _consulta="01QATEND00", formato_padrao="X", **params)
        assert said.startswith("Parâmetro")


def test_codes_are_only_ever_given_in_ascending_order(box: Box) -> None:
    with pytest.raises(ValueError, match="ascending"):
        box.sim.store.add_ticket({"codcli": box.codcli()}, number=1)


async def test_a_row_taken_out_of_the_tables_is_gone_everywhere(box: Box) -> None:
    codoco = (await box.view("abertos", apos="", limite=1))[0]["codoco"]
    comments = [row["codcom"] for row in await box.view("comentarios", codocos=codoco)]
    del box.sim.tables["ocorrencias"][codoco]
    for codcom in comments:
        del box.sim.tables["comentarios"][codcom]
    assert codoco not in [row["codoco"] for row in await box.feed("abertos")]
    assert codoco not in [row["codoco"] for row in await box.feed("atendimentos", desde="2000-01-01")]
    assert await box.view("comentarios", codocos=codoco) == []


class Counting(dict[str, dict[str, Any]]):
    """A table that counts how many of its rows are looked at."""

    looked_at = 0

    def get(self, key: str, default: Any = None) -> Any:
        self.looked_at += 1
        return super().get(key, default)


async def test_a_page_costs_what_it_shows_and_a_feed_what_the_table_holds() -> None:
    box = Box(generate(1, clients=30, left=0, right=1, now=NOW))
    columns = {"codcli": box.codcli(), "data_lan": "2026-02-01 08:00:00", "alterado_em": "2026-02-01 08:00:00"}
    for _ in range(2_999):
        box.sim.store.add_ticket(dict(columns))
    table = box.sim.tables["ocorrencias"] = Counting(box.sim.tables["ocorrencias"])
    assert len(await box.view("abertos", apos=box.sim.store.codocos[1_500], limite=100)) == 100
    assert table.looked_at == 100
    table.looked_at = 0
    assert await box.feed("atendimentos", desde="2026-03-11 00:00:00") == []
    assert table.looked_at == 3_000
