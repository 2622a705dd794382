"""What authors of adapters import: all there, lazy, and an adapter that can do nothing does nothing."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, datetime

import httpx2
import pytest

from erp_bridge import (
    Adapter,
    Arquivo,
    Atendimento,
    Capability,
    FieldSupport,
    Movimentacao,
    Status,
    Termo,
    Unsupported,
    ValidationFailed,
    Vinculo,
    adapter_api,
)
from erp_bridge.adapter_api import ErpSettings, Network, PlainAdapter
from support.clock import FakeClock

SETTINGS = ErpSettings(name="x", adapter="x", url="http://x.test", timezone="America/Sao_Paulo")


def plain(kind: type[PlainAdapter] = PlainAdapter) -> PlainAdapter:
    def never(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(f"asked for {request.url}")

    return kind(SETTINGS, Network(clock=FakeClock(), wire=lambda _: httpx2.MockTransport(never)))


def test_every_name_is_there() -> None:
    for name in adapter_api.__all__:
        assert getattr(adapter_api, name) is not None
    assert set(adapter_api.__all__) <= set(dir(adapter_api))
    with pytest.raises(AttributeError, match="no attribute 'Netwrok'"):
        adapter_api.Netwrok  # noqa: B018


def test_importing_it_loads_nothing() -> None:
    code = "import sys, erp_bridge.adapter_api; print(sorted({'pydantic', 'httpx2', 'structlog'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_plain_adapter_has_the_shape_of_the_contract() -> None:
    for name, member in vars(Adapter).items():
        if name.startswith("_"):
            continue
        mine = inspect.getattr_static(PlainAdapter, name)
        assert isinstance(mine, property) == isinstance(member, property), name
        if not isinstance(member, property):
            assert list(inspect.signature(mine).parameters) == list(inspect.signature(member).parameters), name


async def test_it_refuses_everything_before_any_request() -> None:
    erp = plain()
    for capability, work in asked(erp).items():
        with pytest.raises(Unsupported) as error:
            await anext(work) if isinstance(work, AsyncIterator) else await work
        assert error.value.capability == capability.split(":")[0]
    assert erp.requests == 0
    assert erp.fields == dict.fromkeys(Atendimento.model_fields, FieldSupport())
    assert await erp.reserve_protocolo() is None
    with pytest.raises(NotImplementedError, match="ping"):
        await erp.ping()


def asked(erp: PlainAdapter) -> dict[str, Awaitable[object] | AsyncIterator[object]]:
    word, number, label = Movimentacao(texto="x"), "1", Vinculo(id="1")
    return {
        "changed_since": erp.changed_since(datetime(2026, 1, 1, tzinfo=UTC)),
        "open_tickets": erp.open_tickets(),
        "get": erp.get(number),
        "get:many": erp.get_many([number]),
        "find_by_protocolo": erp.find_by_protocolo(number),
        "tickets_of_client": erp.tickets_of_client(number),
        "create": erp.create(Atendimento()),
        "update": erp.update(number, titulo="x"),
        "movements": erp.movements(number),
        "movements:of": erp.movements_of([number]),
        "add_movement": erp.add_movement(number, word),
        "set_status": erp.set_status(number, Status.PENDENTE),
        "set_status:take_over": erp.take_over(number),
        "set_status:pause": erp.pause(number, "x"),
        "set_status:solve": erp.solve(number, "x"),
        "set_status:cancel": erp.cancel(number, "x"),
        "forward": erp.forward(number, Termo(id="1")),
        "set_label": erp.set_label(number, label),
        "files": erp.files(number),
        "attach": erp.attach(number, Arquivo(nome="x"), b""),
        "work_orders": erp.work_orders(number),
        "find_client": erp.find_client(number),
        "find_client:by_document": erp.clients_by_document(number),
        "search_clients": erp.search_clients("xx"),
        "contracts": erp.contracts(number),
        "vocabulary": erp.vocabulary("assunto"),
        "parameters": erp.parameters(None),
    }


def test_every_capability_of_the_contract_is_asked() -> None:
    methods = {c for c in Capability if hasattr(Adapter, c)} - {Capability.GET_MANY}  # that one is a promise of speed
    here = plain()
    works = asked(here)
    for work in works.values():
        if inspect.iscoroutine(work):
            work.close()
    assert methods == {key.split(":")[0] for key in works}


class Pausing(PlainAdapter):
    """Can set two statuses, with words."""

    capabilities = frozenset({Capability.SET_STATUS, Capability.GET, Capability.ADD_MOVEMENT})
    statuses = frozenset({Status.PENDENTE, Status.SOLUCIONADO})
    now = Status.NOVO

    async def get(self, id: str) -> Atendimento:
        return Atendimento(id=id, status=self.now)

    async def set_status(self, id: str, status: Status, *, movimentacao: Movimentacao | None = None) -> Atendimento:
        return Atendimento(id=id, status=status, descricao=movimentacao.texto if movimentacao else "")


async def test_what_people_ask_for_rests_on_set_status() -> None:
    erp = plain(Pausing)
    paused = await erp.pause("1", "sem peça")
    assert (paused.status, paused.descricao) == (Status.PENDENTE, "sem peça")
    with pytest.raises(ValidationFailed, match="motivo-pausa-obrigatorio"):
        await erp.pause("1", " ")
    with pytest.raises(Unsupported, match="set_status cancelado"):
        await erp.cancel("1", "engano")
    Pausing.now = Status.CANCELADO
    with pytest.raises(ValidationFailed, match="transicao-invalida"):
        await erp.solve("1", "feito")
