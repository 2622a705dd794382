"""What an integrator imports: all names, loaded late; and the same adapters without ``async``."""

from __future__ import annotations

import inspect
import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest

import erp_bridge
from cli.conftest import Erps
from erp_bridge import Adapter, Atendimento, Cliente, Movimentacao, NotFound, Page, Termo, blocking
from erp_bridge.config import load


def test_every_public_name_is_there() -> None:
    for name in erp_bridge.__all__:
        assert getattr(erp_bridge, name) is not None
    assert set(erp_bridge.__all__) <= set(dir(erp_bridge))
    with pytest.raises(AttributeError, match="no attribute 'Atendimentos'"):
        erp_bridge.Atendimentos  # noqa: B018


def test_import_is_quick_because_it_loads_nothing() -> None:
    code = "import sys, erp_bridge; print(sorted({'pydantic', 'httpx2', 'structlog', 'click'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_blocking_face_has_every_method_of_an_adapter() -> None:
    for name, method in vars(Adapter).items():
        if name.startswith("_"):
            continue
        face = inspect.getattr_static(blocking.BlockingErp, name)
        if isinstance(method, property):
            assert isinstance(face, property), name
        else:
            assert list(inspect.signature(face).parameters.values()) == list(
                inspect.signature(method).parameters.values()
            ), name
            assert not inspect.iscoroutinefunction(face)


@pytest.fixture
def erp(erps: Erps) -> blocking.BlockingErp:
    return blocking.connect(load(erps.config).erp["matriz"])


def test_a_script_reads_and_writes(erp: blocking.BlockingErp) -> None:
    with erp as matriz:
        assert matriz.name == "matriz"
        pages = list(matriz.open_tickets())
        assert all(isinstance(page, Page) for page in pages)
        some = next(ticket for page in pages for ticket in page if ticket.cliente and ticket.cliente.id)
        assert some.cliente is not None
        created = matriz.create(
            Atendimento(
                cliente=Cliente(id=some.cliente.id), assunto=Termo(nome="outros"),
                departamento=Termo(nome="financeiro"),
                descricao="Por script.", prioridade="normal", status="novo",
            )
        )  # fmt: skip
        assert created.id is not None
        matriz.add_movement(created.id, Movimentacao(texto="Primeira mensagem."))
        assert [m.texto for m in matriz.movements(created.id)] == ["Primeira mensagem."]


def test_errors_come_through(erp: blocking.BlockingErp) -> None:
    with erp as matriz, pytest.raises(NotFound):
        matriz.get("999999")


def test_a_feed_may_be_left_early_and_the_thread_ends(erp: blocking.BlockingErp) -> None:
    with erp as matriz:
        for _page in matriz.changed_since(datetime(2020, 1, 1, tzinfo=UTC)):
            break
    assert not [thread for thread in threading.enumerate() if thread.name == "erp_bridge.blocking"]
    with pytest.raises(RuntimeError, match="closed"):
        matriz.ping()
    matriz.close()


def test_wrong_keys_leave_no_thread_behind() -> None:
    with pytest.raises(ValueError, match="token"):
        blocking.connect("ixc", url="https://x.example", timezone="America/Sao_Paulo")
    assert not [thread for thread in threading.enumerate() if thread.name == "erp_bridge.blocking"]
