"""An Integrator of a few lines, answering in process exactly what a test says. Import as ``integrator.fake_tenant``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx2

from erp_bridge.adapters.integrator import PLUGIN
from erp_bridge.adapters.integrator.adapter import IntegratorAdapter
from erp_bridge.transport.network import Network
from support.clock import FakeClock

URL = "https://integrator6.example.net"
USER, PASSWORD = "api.integracao", 'segredo "&<b>ç'

QUERIES = {
    name: f"01Q{place:07}"
    for place, name in enumerate(
        (
            "atendimentos", "abertos", "atendimento", "atendimento_protocolo", "atendimentos_cliente",
            "comentarios", "clientes", "clientes_busca", "cargos",
        )
    )
}  # fmt: skip
CODES = {code: name for name, code in QUERIES.items()}
SUBMETHODS: dict[str, dict[str, Any]] = {
    "comentar": {"submethod": "tenant.comenta", "params": {"codoco": "{id}", "descri_com": "{texto}"}},
    "alterar_status": {"submethod": "tenant.status", "params": {"codoco": "{id}", "codsto": "{status}"}},
}
VOCAB = {
    "status": {"01PENDENTE": "pendente", "01ANDAMENT": "em_progresso", "01CONCLUID": "solucionado",
               "01CANCELAD": "cancelado"},
    "assunto": {"01TIPOSEMC": "sem conexao"},
    "departamento": {"01CARSUPOR": "suporte tecnico"},
}  # fmt: skip

Answer = Any  # a list of rows, an httpx2.Response, an exception, or a function of the parameters that gives one


def row(codoco: str = "01A0000001", **columns: Any) -> dict[str, Any]:
    """A ticket row as the queries show it."""
    return {
        "codoco": codoco, "numero_oco": "1300001", "codcli": "55", "codcon": None, "codpros": None, "codsercli": "",
        "codocop": "01TIPOSEMC", "nome_ocop": "SUP - Sem conexão".ljust(40), "codcatoco": "01CATTEC00",
        "descri_catoco": "Técnico", "codcar": "01CARSUPOR", "nome_car": "SUPORTE", "codsto": "01PENDENTE",
        "tipo_contato": "Telefonico".ljust(20), "nome_contato": "Maria", "descri_oco": "Sem internet",
        "data_lan": "2026-03-10 08:00:00", "data_sol": "0000-00-00 00:00:00", "cpf": "111.444.777-35", "cnpj": "",
        "nome_cli": "Maria da Silva".ljust(60), **columns,
    }  # fmt: skip


def comment(codoco: str, codcom: str, texto: str, at: str = "2026-03-10 09:00:00", **columns: Any) -> dict[str, Any]:
    return {"codoco": codoco, "codcom": codcom, "descri_com": texto, "data_com": at, "nome_usu": "Ana", **columns}


class FakeTenant:
    """``answers``: query name or submethod → what it answers. ``calls``: (query name or submethod, parameters)."""

    def __init__(self, **answers: Answer) -> None:
        self.answers: dict[str, Answer] = dict(answers)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[Mapping[str, str]] = []
        self.paths: list[str] = []

    def asked(self, name: str) -> list[dict[str, Any]]:
        return [params for called, params in self.calls if called == name]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.calls]

    def serve(self, request: httpx2.Request) -> httpx2.Response:
        body = json.loads(request.content)
        self.bodies.append(body)
        self.headers.append(request.headers)
        self.paths.append(request.url.path)
        params = dict(body["request"]["params"])
        del params["_user"], params["_passwd"]
        name = body["request"]["submethod"]
        if name == "view.execute":
            assert params.pop("formato_padrao") == "X"
            name = CODES[params.pop("_consulta")]
        self.calls.append((name, params))
        answer = self.answers.get(name, [])
        if isinstance(answer, Callable):  # type: ignore[arg-type]
            answer = answer(params)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx2.Response) else rows_of(answer)


def rows_of(rows: list[dict[str, Any]]) -> httpx2.Response:
    if not rows:
        return httpx2.Response(200, json={"error": False, "exception": ""})
    return httpx2.Response(200, json={"data": {"results": rows}, "error": False, "exception": ""})


def refused(text: str) -> httpx2.Response:
    return httpx2.Response(200, json={"error": True, "exception": text})


def adapter(tenant: FakeTenant, clock: FakeClock | None = None, **keys: Any) -> IntegratorAdapter:
    """The adapter of a tenant that has every query and call, unless ``keys`` say otherwise."""
    settings = PLUGIN.settings.model_validate(
        {
            "name": "filial", "adapter": "integrator", "url": URL, "timezone": "America/Sao_Paulo", "user": USER,
            "password": PASSWORD, "queries": QUERIES, "submethods": SUBMETHODS, "vocab": VOCAB,
            "defaults": {"codusu": "01USUAPI00", "codcatoco": "01CATTEC00"}, **keys,
        }
    )  # fmt: skip
    network = Network(clock=clock or FakeClock(), wire=lambda base_url: httpx2.MockTransport(tenant.serve))
    opened = PLUGIN.open(settings, network)
    assert isinstance(opened, IntegratorAdapter)
    return opened


def paged(rows: list[dict[str, Any]]) -> Callable[[Mapping[str, Any]], list[dict[str, Any]]]:
    """A query that gives its rows by ``apos`` and ``limite``."""

    def answer(params: Mapping[str, Any]) -> list[dict[str, Any]]:
        after = [r for r in sorted(rows, key=lambda r: r["codoco"]) if r["codoco"] > params["apos"]]
        return after[: int(params["limite"])]

    return answer
