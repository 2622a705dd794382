"""A missing query or call takes its capability along, and nothing is sent in its stead."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from erp_bridge.core.adapter import Adapter, Capability, Idempotency
from erp_bridge.core.errors import Unsupported
from erp_bridge.core.model import Atendimento, Movimentacao, Prioridade, Status, Termo, Vinculo
from integrator.fake_tenant import QUERIES, SUBMETHODS, FakeTenant, adapter

ALWAYS = {
    Capability.CREATE, Capability.ATTACH, Capability.CONTRACTS, Capability.INVOICES, Capability.VOCABULARY,
    Capability.PARAMETERS,
}  # fmt: skip
BY_QUERY = {
    "atendimentos": Capability.CHANGED_SINCE, "abertos": Capability.OPEN_TICKETS, "atendimento": Capability.GET,
    "atendimento_protocolo": Capability.FIND_BY_PROTOCOLO, "atendimentos_cliente": Capability.TICKETS_OF_CLIENT,
    "comentarios": Capability.MOVEMENTS, "clientes": Capability.FIND_CLIENT,
    "clientes_busca": Capability.SEARCH_CLIENTS,
}  # fmt: skip
#: What rests on queries that bring something else already.
FOLLOWS = {
    Capability.TICKETS_BETWEEN: ("atendimentos",),
    Capability.POST_MOVEMENT: ("atendimento", "comentarios"),
}
NEVER = {Capability.UPDATE, Capability.FORWARD, Capability.SET_LABEL, Capability.FILES, Capability.WORK_ORDERS}

CALLS: list[tuple[str, str, tuple[Any, ...], dict[str, Any]]] = [
    ("atendimentos", "changed_since", (datetime(2026, 1, 1, tzinfo=UTC),), {}),
    ("abertos", "open_tickets", (), {}),
    ("atendimento", "get", ("01A",), {}),
    ("atendimento", "get_many", (["01A"],), {}),
    ("atendimento_protocolo", "find_by_protocolo", ("1",), {}),
    ("atendimentos_cliente", "tickets_of_client", ("55",), {}),
    ("comentarios", "movements", ("01A",), {}),
    ("comentarios", "movements_of", (["01A"],), {}),
    ("clientes", "find_client", ("11144477735",), {}),
    ("clientes", "clients_by_document", ("11144477735",), {}),
    ("clientes_busca", "search_clients", ("a",), {}),
    ("comentar", "add_movement", ("01A", Movimentacao(texto="x")), {}),
    ("comentar", "pause", ("01A", "aguardando cliente"), {}),
    ("alterar_status", "set_status", ("01A", Status.SOLUCIONADO), {}),
    ("alterar_status", "take_over", ("01A",), {}),
    ("alterar_status", "solve", ("01A", "feito"), {}),
    ("alterar_status", "cancel", ("01A", "engano"), {}),
    ("alterar_status", "update", ("01A",), {"status": Status.PENDENTE}),
    ("", "update", ("01A",), {"prioridade": Prioridade.ALTA}),
    ("", "update", ("01A",), {"prioridade": Prioridade.ALTA, "status": Status.PENDENTE}),
    ("", "update", ("01A",), {}),
    ("", "forward", ("01A", Termo(id="1")), {}),
    ("", "set_label", ("01A", Vinculo(id="1")), {}),
    ("", "files", ("01A",), {}),
    ("", "work_orders", ("01A",), {}),
]


@pytest.mark.parametrize(("needs", "method", "arguments", "keys"), CALLS)
async def test_what_is_not_configured_is_unsupported_before_any_request(needs, method, arguments, keys):
    tenant = FakeTenant()
    queries = {name: code for name, code in QUERIES.items() if name != needs}
    submethods = {name: call for name, call in SUBMETHODS.items() if name != needs}
    async with adapter(tenant, queries=queries, submethods=submethods) as erp:
        with pytest.raises(Unsupported) as caught:
            await _outcome(getattr(erp, method), arguments, keys)
        assert caught.value.erp == "filial"
        assert erp.requests == 0
    assert tenant.calls == []


async def _outcome(method: Callable[..., Any], arguments: tuple[Any, ...], keys: dict[str, Any]) -> Any:
    result = method(*arguments, **keys)
    return await result if inspect.isawaitable(result) else [page async for page in result]


def test_every_query_brings_its_capability():
    full = adapter(FakeTenant()).capabilities
    assert full == ALWAYS | set(BY_QUERY.values()) | {Capability.ADD_MOVEMENT, Capability.SET_STATUS} | set(FOLLOWS)
    for name, capability in BY_QUERY.items():
        queries = {other: code for other, code in QUERIES.items() if other != name}
        lost = {capability} | {other for other, needed in FOLLOWS.items() if name in needed}
        assert adapter(FakeTenant(), queries=queries).capabilities == full - lost
    assert adapter(FakeTenant(), queries={}, submethods={}).capabilities == ALWAYS
    assert not NEVER & full


def test_messages_travel_as_configured():
    def can(**keys: Any) -> bool:
        return Capability.ADD_MOVEMENT in adapter(FakeTenant(), **keys).capabilities

    assert can()
    assert not can(submethods={})
    assert can(submethods={}, movements="attachment")
    assert not can(movements="none")


def test_statuses_are_those_with_a_line_and_never_novo():
    assert adapter(FakeTenant()).statuses == set(Status) - {Status.NOVO}
    assert adapter(FakeTenant(), vocab={"status": {"01X": "novo", "01Y": "solucionado"}}).statuses == {
        Status.SOLUCIONADO
    }
    assert adapter(FakeTenant(), submethods={}).statuses == frozenset()
    without_lines = adapter(FakeTenant(), vocab={})
    assert without_lines.statuses == frozenset()
    assert Capability.SET_STATUS not in without_lines.capabilities


def test_a_lost_create_can_be_looked_for_only_where_there_is_a_listing():
    assert adapter(FakeTenant()).idempotency is Idempotency.LISTING
    only = {"atendimentos": QUERIES["atendimentos"]}
    assert adapter(FakeTenant(), queries=only).idempotency is Idempotency.LISTING
    only = {"atendimento": QUERIES["atendimento"]}
    assert adapter(FakeTenant(), queries=only).idempotency is Idempotency.NONE


def test_fields_are_said_honestly():
    fields = adapter(FakeTenant()).fields
    assert fields.keys() == Atendimento.model_fields.keys()
    changed = {name for name, support in fields.items() if support.change}
    created = {name for name, support in fields.items() if support.create}
    assert changed == {"status"}
    assert created == {
        "tipo", "cliente", "plano", "assunto", "departamento", "titulo", "descricao", "script", "primeiro_contato",
        "origem", "contato",
    }  # fmt: skip
    assert not fields["prioridade"].read
    assert fields["estrutura"].read  # quirk 24: read, but not written
    assert not adapter(FakeTenant(), submethods={}).fields["status"].change


def test_it_is_an_adapter():
    """Every method and property of the contract is there."""
    erp = adapter(FakeTenant())
    for name in dir(Adapter):
        if not name.startswith("_"):
            assert hasattr(erp, name), name
    assert (erp.name, erp.kind, str(erp.timezone)) == ("filial", "integrator", "America/Sao_Paulo")
    assert erp.lag.total_seconds() == 0
    assert erp.settle.total_seconds() == 30  # never less than the time a write may be under way
    assert erp.max_text == 60_000
    assert erp.max_concurrency == 4


async def test_protocolos_cannot_be_reserved():
    tenant = FakeTenant()
    async with adapter(tenant) as erp:
        assert await erp.reserve_protocolo() is None
    assert tenant.calls == []
