"""Listings: filters, order and pages, with the misbehaviour that they are known for."""

from __future__ import annotations

import json

import pytest

from erp_bridge.sandbox.ixc import IxcSimulator
from erp_bridge.sandbox.world import generate
from sandbox.ixc_web import LIST, Clock, Web, small_erp


def erp_with_tickets(count: int = 5, **options):
    """Tickets 1 to ``count``, opened a minute after another."""
    sim, clock, web = small_erp(**options)
    for number in range(1, count + 1):
        sim.people.open_ticket(titulo=f"T{number}", prioridade="BMAC"[number % 4])
        clock.advance(60)
    return sim, clock, web


async def test_an_empty_page_has_no_rows_key():
    _, _, web = small_erp()
    assert await web.ask("su_ticket") == {"page": "1", "total": "0"}


async def test_every_value_is_text_and_all_48_columns_are_there():
    _, _, web = erp_with_tickets(2)
    reply = await web.ask("su_ticket")
    assert (reply["page"], reply["total"], len(reply["registros"])) == ("1", "2", 2)
    record = reply["registros"][0]
    assert len(record) == 48
    assert all(isinstance(value, str) for value in record.values())
    assert record["id_circuito"] == "0"
    assert record["id_estrutura"] == ""
    assert record["data_hora_os_aberta"] == "0000-00-00 00:00:00"


async def test_total_and_rows_come_in_odd_shapes_where_told_so():
    sim, _, web = erp_with_tickets(2)
    sim.faults.once("total_int")
    assert (await web.ask("su_ticket"))["total"] == 2
    sim.options.registros_as_object = True
    assert list((await web.ask("su_ticket"))["registros"]) == ["0", "1"]


async def test_views_answer_rows_and_cells():
    sim, _, web = erp_with_tickets(1)
    sim.people.add("radacct", username="joao1")
    session = await web.ask("radacct")
    assert session == {"page": "1", "rows": [{"id": "1", "cell": ["1", "joao1", "", "", ""]}]}
    logs = await web.ask("ixc_logs")
    assert "total" not in logs
    assert int(logs["tot"]) == len(logs["rows"]) > 0


@pytest.mark.parametrize(
    ("column", "oper", "value", "found"),
    [
        ("id", "=", "3", "3"),
        ("id", ">", "3", "45"),
        ("id", ">=", "3", "345"),
        ("id", "<", "3", "12"),
        ("id", "<=", "3", "123"),
        ("id", "!=", "3", "1245"),
        ("id", "=", "abc", ""),
        ("id", "IN", "2,9,4", "24"),
        ("id", "in", "2,4", "24"),
        ("id", "NI", "2,4", "135"),
        ("id", "BE", "2,4", "234"),
        ("id", "NBE", "2,4", "15"),
        ("titulo", "L", "t4", "4"),
        ("titulo", "NL", "T4", "1235"),
        ("titulo", "L", "T_", "12345"),
        ("prioridade", "IN", "M,A", "125"),
        ("prioridade", "IN", "'M','A'", "125"),
        ("id_login", "=", "", "12345"),  # a text that is no number is 0
        ("id_estrutura", "!=", "7", ""),  # NULL is neither equal nor different
        ("data_criacao", ">=", "2026-09-01 08:02:00", "345"),
        ("data_criacao", "<", "01/09/2026 08:02:00", "12"),
        ("data_criacao", "L", "2026-09-01", "12345"),
        ("data_criacao", "L", "2026-09-02", ""),
        ("data_criacao", ">", "2026-09-02", ""),
    ],
)
async def test_operators(column, oper, value, found):
    _, _, web = erp_with_tickets()
    assert await web.ids("su_ticket", (column, oper, value)) == list(found)
    query = {"qtype": f"su_ticket.{column}", "oper": oper, "query": value}
    if value:
        reply = await web.ask("su_ticket", **query)
        assert [row["id"] for row in reply.get("registros", [])] == list(found)


async def test_text_is_compared_without_case_and_accents():
    sim, _, web = small_erp()
    sim.people.open_ticket(titulo="Sem CONEXÃO ")
    assert await web.ids("su_ticket", ("titulo", "=", "sem conexao")) == ["1"]
    assert await web.ids("su_ticket", ("titulo", "L", "cónex")) == ["1"]


async def test_filters_are_joined_by_and_and_a_second_value_by_or():
    _, _, web = erp_with_tickets()
    assert await web.ids("su_ticket", ("id", ">", "1"), ("titulo", "L", "T"), ("id", "<", "4")) == ["2", "3"]
    grid = [{"TB": "su_ticket.titulo", "OP": "L", "P": "T1", "P2": "T5"}]
    assert (await web.ask("su_ticket", grid_param=json.dumps(grid)))["total"] == "2"
    neither = [{"TB": "su_ticket.prioridade", "OP": "!=", "P": "M", "P2": "A"}]
    assert [r["id"] for r in (await web.ask("su_ticket", grid_param=json.dumps(neither)))["registros"]] == ["3", "4"]
    between = [{"TB": "su_ticket.id", "OP": "BE", "P": "2", "P2": "3"}]
    assert (await web.ask("su_ticket", grid_param=json.dumps(between)))["total"] == "2"


@pytest.mark.parametrize(
    "asked",
    [
        {"qtype": "su_ticket.nope", "query": "1", "oper": "="},
        {"qtype": "cliente.id", "query": "1", "oper": "="},
        {"qtype": "id", "query": "1", "oper": "="},
        {"qtype": "su_ticket.id", "query": "1", "oper": "<>"},
        {"qtype": "su_ticket.id", "query": "1", "oper": "GE"},
        {"qtype": "su_ticket.id", "query": "1", "oper": "LE"},
        {"qtype": "su_ticket.id", "query": "1", "oper": "IN"},
        {"qtype": "su_ticket.id", "query": "1", "oper": "NI"},
        {"qtype": "su_ticket.id", "query": "1", "oper": "BE"},
        {"sortname": "su_ticket.mensagem"},  # written with a double s there
        {"grid_param": "[{"},
        {"grid_param": '{"TB": "su_ticket.id", "OP": "=", "P": "1"}'},
        {"grid_param": '[{"OP": "=", "P": "1"}]'},
        {"grid_param": [{"TB": "su_ticket.id", "OP": "=", "P": "1"}]},
    ],
)
async def test_a_bad_query_gives_the_html_page_under_200(asked):
    _, _, web = erp_with_tickets(1)
    reply = await web.page("su_ticket", **asked)
    assert reply.status_code == 200
    assert reply.text.startswith("<div")


async def test_ge_and_le_work_on_work_orders_only():
    sim, _, web = small_erp()
    for _ in range(3):
        sim.people.add("su_oss_chamado", id_ticket="1")
    assert await web.ids("su_oss_chamado", ("id", "GE", "2")) == ["2", "3"]
    assert await web.ids("su_oss_chamado", ("id", "LE", "2")) == ["1", "2"]


async def test_in_with_one_value_and_bare_fields_work_where_told_so():
    _, _, web = erp_with_tickets(2, in_single_works=True, bare_fields=True)
    reply = await web.ask("su_ticket", qtype="id", query="2", oper="IN", sortname="id")
    assert [row["id"] for row in reply["registros"]] == ["2"]


async def test_a_range_of_dates_brings_zero_dates_along():
    sim, _, web = erp_with_tickets(3)
    sim.people.set_field(2, data_reservada="2026-09-10")
    between = ("data_reservada", "BE", "2026-09-09,2026-09-11")
    assert await web.ids("su_ticket", between) == ["1", "2", "3"]
    bounds = [("data_reservada", ">=", "09/09/2026"), ("data_reservada", "<=", "2026-09-11")]
    assert await web.ids("su_ticket", *bounds) == ["2"]
    assert await web.ids("su_ticket", ("data_reservada", "<", "2026-09-11")) == ["1", "2", "3"]


async def test_order_by_number_text_and_date():
    sim, _, web = erp_with_tickets(12)
    assert await web.ids("su_ticket", sortorder="desc", rp="3") == ["12", "11", "10"]
    sim.people.set_field(7, titulo="Árvore", data_reservada="2026-09-10")
    assert (await web.ids("su_ticket", sortname="su_ticket.titulo"))[:3] == ["7", "1", "10"]
    assert (await web.ids("su_ticket", sortname="su_ticket.data_reservada", sortorder="desc"))[0] == "7"


async def test_pages_and_what_lies_beyond_the_last():
    _, _, web = erp_with_tickets(5)
    assert await web.ids("su_ticket", rp="2", page="1") == ["1", "2"]
    assert await web.ids("su_ticket", rp="2", page="3") == ["5"]
    assert await web.ask("su_ticket", rp="2", page="4") == {"page": "4", "total": "5"}
    whole = (await web.http.post("/su_ticket", json={}, headers=LIST)).json()
    assert [row["id"] for row in whole["registros"]] == ["1", "2", "3", "4", "5"]


async def test_a_page_may_hold_one_row_too_many():
    sim, _, web = erp_with_tickets(5)
    sim.faults.once("more_rows")
    assert await web.ids("su_ticket", rp="2") == ["1", "2", "3"]
    assert await web.ids("su_ticket", rp="2") == ["1", "2"]
    sim.options.more_rows_than_rp = True
    assert await web.ids("su_ticket", rp="2", page="3") == ["5"]
    assert await web.ids("su_ticket", rp="2", page="2") == ["3", "4", "5"]


async def test_paging_by_number_misses_a_row_when_an_earlier_one_leaves():
    sim, clock, web = erp_with_tickets(4)
    until = ("data_ultima_alteracao", "<=", "2026-09-01 08:30:00")
    first = await web.ids("su_ticket", until, rp="2", page="1")
    clock.advance(3600)
    sim.people.set_field(1, prioridade="C")
    assert first + await web.ids("su_ticket", until, rp="2", page="2") == ["1", "2", "4"]
    assert await web.ids("su_ticket", until, ("id", ">", "2"), rp="2") == ["3", "4"]


async def test_the_shift_fault_moves_a_listed_row_and_nothing_that_is_synced():
    sim, clock, web = erp_with_tickets(3)
    before = sim.snapshot("su_ticket")["su_ticket"]
    clock.advance(600)
    sim.faults.once("shift_pages", match="list su_ticket")
    await web.ids("su_ticket", rp="2")
    after = sim.snapshot("su_ticket")["su_ticket"]
    (moved,) = [id_ for id_ in before if before[id_] != after[id_]]
    assert moved in (1, 2)
    assert {c for c in before[moved] if before[moved][c] != after[moved][c]} == {
        "mensagens_nao_lida_sup", "data_ultima_alteracao", "ultima_atualizacao", "updated_user",
    }  # fmt: skip


async def test_ties_may_come_in_another_order_each_time():
    sim, _, web = small_erp(unstable_ties=True)
    for _ in range(30):
        sim.people.open_ticket()
    orders = {tuple(await web.ids("su_ticket", sortname="su_ticket.data_criacao")) for _ in range(4)}
    assert len(orders) > 1
    assert len({frozenset(order) for order in orders}) == 1


async def test_a_filtered_user_sees_less_and_is_not_told():
    sim, _, web = erp_with_tickets(3)
    sim.people.transfer(2, 2)
    sim.people.set_field(3, id_responsavel_tecnico="138")
    sim.options.visible_departments = {"1"}
    assert (await web.ask("su_ticket", rp="1"))["total"] == "2"
    assert await web.ids("su_ticket") == ["1", "3"]
    sim.options.visible_employee = "140"
    assert await web.ids("su_ticket") == ["1"]
    (user,) = await web.rows("usuarios", ("id", "=", "61"))
    assert (user["filtra_departamento_ticket"], user["filtra_funcionario_ticket"]) == ("S", "S")
    sim.options.visible_departments = sim.options.visible_employee = None
    assert await web.ids("su_ticket") == ["1", "2", "3"]


async def test_searches_never_show_an_older_state():
    """Listings are remembered and indexed; every kind of change must show at once."""
    sim, _, web = erp_with_tickets(3)

    async def look():
        by_code = await web.ids("su_ticket", ("prioridade", "=", "C"))
        return by_code, await web.ids("su_ticket", ("titulo", "L", "novo")), (await web.ask("su_ticket"))["total"]

    assert await look() == (["3"], [], "3")
    sim.tables["su_ticket"][1]["prioridade"] = "C"
    sim.tables["su_ticket"]["2"].update(titulo="novo", prioridade="C")
    assert await look() == (["1", "2", "3"], ["2"], "3")
    sim.people.set_field(3, prioridade="B")
    sim.people.delete("su_ticket", 1)
    sim.people.open_ticket(prioridade="C", titulo="bem novo")
    assert await look() == (["2", "4"], ["2", "4"], "3")


async def test_an_id_is_never_given_twice():
    sim, _, _ = erp_with_tickets(3)
    sim.people.delete("su_ticket", 3)
    assert sim.people.open_ticket() == "4"


async def test_a_large_table_is_read_whole_by_id_and_by_page():
    world = generate(seed=3, clients=40, left=900, right=5)
    web = Web(IxcSimulator(world, now=Clock()))
    everything = [str(ticket.id) for ticket in world.left.tickets]
    window = ("data_ultima_alteracao", ">=", "2026-01-01 00:00:00")
    by_key: list[str] = []
    while page := await web.ids("su_ticket", ("id", ">", by_key[-1] if by_key else "0"), window, rp="200"):
        by_key += page
    by_page = [id_ for n in range(1, 6) for id_ in await web.ids("su_ticket", window, rp="200", page=str(n))]
    assert by_key == by_page == everything
