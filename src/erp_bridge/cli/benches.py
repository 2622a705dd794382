"""The conformance kit's benches: each built-in adapter with its simulated ERP, and any configured test tenant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from erp_bridge.adapters import registry
from erp_bridge.core.adapter import Adapter, Capability
from erp_bridge.core.clock import SystemClock
from erp_bridge.core.errors import Refused
from erp_bridge.core.model import Atendimento, Cliente, Contato, Origem, Prioridade, Termo
from erp_bridge.core.settings import ErpSettings, Secret
from erp_bridge.i18n import _
from erp_bridge.sandbox.integrator import IntegratorSimulator
from erp_bridge.sandbox.ixc import IxcSimulator
from erp_bridge.sandbox.tenant import (
    VOALLE_FORWARD,
    demo_vocabulary,
    integrator_queries,
    integrator_submethods,
    voalle_settings,
)
from erp_bridge.sandbox.voalle import VoalleSimulator
from erp_bridge.sandbox.world import World, generate
from erp_bridge.testing import Bench, BenchClock, People

_URL = "http://erp.test"
_KEYS: Mapping[str, Any] = {
    "name": "erp", "url": _URL, "timezone": "America/Sao_Paulo", "page_size": 5, "requests_per_minute": 1_000_000,
    "settle": "0s", "max_text": 70_000,
}  # fmt: skip
_DESCRICAO = "Sem sinal desde cedo; a luz PON pisca."


def ixc() -> Bench:
    """IXC Provedor, simulated."""
    clock, world = BenchClock(), _world()
    erp = IxcSimulator(world, side="left", now=clock.now)
    side = world.left
    client = _a_client(world, "left")
    plain = next(a for a in side.assuntos if not (a.login_obrigatorio or a.contrato_obrigatorio))
    settings = _settings("ixc", token=Secret(erp.token), vocab=demo_vocabulary(world, "left", "ixc"))
    return Bench(
        open=_opener(settings),
        app=erp.app,
        clock=clock,
        novo=_novo(client, Termo(id=str(plain.id)), Termo(id=str(side.departamentos[0].id))),
        secrets=(erp.token, erp.token.partition(":")[2]),
        samples={
            "origem": Origem.HOTSITE,
            "estrutura": [Termo(id=str(place.id)) for place in side.estruturas[:2]],
            "canal": Termo(id=str(next(canal.id for canal in side.canais if canal.ativo))),  # no list is offered
            "mensagem_padrao": Termo(id="1"),
        },
        people=People(
            edit=lambda id: erp.people.set_field(id, titulo="Mudado no balcão"),
            comment=erp.people.comment,
            spoil=lambda id: erp.people.set_field(id, su_status="X9"),
        ),
    )


def integrator() -> Bench:
    """Elitesoft Integrator, simulated, with the queries and calls of a tenant that has them all."""
    clock, world = BenchClock(), _world()
    erp = IntegratorSimulator(world, side="right", now=clock.now, change_stamp=True)
    side = world.right
    client = _a_client(world, "right")
    settings = _settings(
        "integrator",
        user=Secret(erp.user),
        password=Secret(erp.password),
        defaults={"codusu": "01USUAPI00", "codcatoco": "01CATTEC00"},
        queries=integrator_queries(),
        submethods=integrator_submethods(),
        vocab={**demo_vocabulary(world, "right"), "origem": {"E-mail": "email"}},
    )
    return Bench(
        open=_opener(settings),
        app=erp.app,
        clock=clock,
        novo=_novo(client, Termo(id=side.assuntos[0].codigo), Termo(id=side.departamentos[0].codigo)),
        missing_id="01ZZZZZZ99",
        samples={
            "contato": Contato(nome="Maria das Dores"),  # queries show the name only
            "origem": Origem.EMAIL,
        },
        secrets=(erp.password,),
        people=People(
            edit=lambda id: erp.people.edit(id, nome_contato="Vizinha"),
            comment=erp.people.comment,
            spoil=lambda id: erp.people.set_status(id, "01AGPECAS0"),
        ),
    )


def voalle() -> Bench:
    """Voalle, simulated, with its usual feed: known clients polled in turns."""
    clock, world = BenchClock(), _world()
    erp = VoalleSimulator(world, side="right", now=clock.now, forward_fields=VOALLE_FORWARD)
    side = world.right
    client = _a_client(world, "right")
    settings = _settings(
        "voalle",
        token_url=_URL,
        client_id=Secret(erp.client_id),
        client_secret=Secret(erp.client_secret),
        syndata=Secret(erp.syndata),
        lag="0s",
        vocab=demo_vocabulary(world, "right", "voalle"),
        **voalle_settings(world, "right", forward=True),
    )
    return Bench(
        open=_opener(settings),
        app=erp.app,
        clock=clock,
        novo=_novo(client, Termo(id=str(side.assuntos[0].id)), Termo(id=str(side.departamentos[0].id))),
        secrets=(erp.client_secret, erp.syndata),
        samples={"solicitante": _a_client(world, "right", 1)},
        people=People(
            edit=lambda id: erp.people.retitle(id, "Mudado no balcão"),
            comment=erp.people.comment,
            spoil=lambda id: erp.people.set_status(
                id, erp.people.add("incident_status", title="Aguardando peças", active=True)
            ),
        ),
        excuses={
            "feed.cost": "no call tells of changes: the histories of open tickets are read again, client by client",
        },
    )


#: By adapter, its bench.
SIMULATED: Mapping[str, Callable[[], Bench]] = {"ixc": ixc, "integrator": integrator, "voalle": voalle}


async def configured(settings: ErpSettings, *, ticket: str | None, writes: bool) -> Callable[[], Bench]:
    """A test tenant of the configuration. What is opened there is made after ``ticket``; without one, any is looked at.

    Raises ``Refused`` when there is no ticket to start from.
    """
    async with registry.connect(settings) as erp:
        model = await _a_ticket(erp, ticket)
    nobody = _("nobody is at hand to do that in the ERP")
    texts = {"titulo": "Conformance test", "descricao": _DESCRICAO}
    kept = {"cliente", "tipo", "estrutura", "assunto", "departamento", "prioridade", "contrato", "login"}
    bench = Bench(
        open=_opener(settings),
        novo=Atendimento.model_validate({**{name: getattr(model, name) for name in kept}, **texts}),
        clock=SystemClock(),
        missing_id=_nobody_has(model.id or "1"),
        secrets=tuple(_secrets(settings)),
        people=People(edit=nobody, comment=nobody, spoil=nobody),
        writes=writes,
        verify=settings.verify,
    )
    return lambda: bench


async def _a_ticket(erp: Adapter, id: str | None) -> Atendimento:
    """That ticket, or the first that a listing shows."""
    if id is not None:
        return await erp.get(id)
    pages = None
    if Capability.OPEN_TICKETS in erp.capabilities:
        pages = erp.open_tickets()
    elif Capability.CHANGED_SINCE in erp.capabilities:
        pages = erp.changed_since(datetime.now(UTC) - timedelta(days=90))
    if pages is not None:
        async for page in pages:
            for ticket in page:
                if ticket.cliente and ticket.cliente.documento:
                    return ticket
    raise Refused(_("this ERP shows no ticket to start from: name one with --ticket"), erp=erp.name)


def _nobody_has(id: str) -> str:
    """An id of the same form that no ticket has."""
    return "9" * len(id) if id.isdecimal() else f"{id[:2]}{'Z' * (len(id) - 4)}99"


def _secrets(settings: ErpSettings) -> Iterator[str]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, Secret):
            yield value.reveal()


@cache
def _world() -> World:
    """Small, and only read by the simulators, which keep tables of their own."""
    return generate(1, clients=12, left=4, right=4)


def _settings(adapter: str, **keys: Any) -> ErpSettings:
    return registry.plugin(adapter).settings.model_validate({**_KEYS, "adapter": adapter, **keys})


def _opener(settings: ErpSettings) -> Callable[..., Any]:
    return lambda network: registry.connect(settings, network=network)


def _novo(client: Cliente, assunto: Termo, departamento: Termo) -> Atendimento:
    return Atendimento(
        cliente=client,
        titulo="Sem sinal",
        descricao=_DESCRICAO,
        assunto=assunto,
        departamento=departamento,
        prioridade=Prioridade.NORMAL,
    )


def _a_client(world: World, side: str, place: int = 0) -> Cliente:
    """The first active client with a contract and a document that nobody shares, or one of the next."""
    here = world.side(side)
    shared = [client.documento for client in here.clientes]
    for client in here.clientes:
        links = [c for c in here.contratos if c.cliente_id == client.id and c.ativo]
        if client.ativo and not client.tecnico and links and shared.count(client.documento) == 1 and client.documento:
            if place == 0:
                return Cliente(id=str(client.id), documento=client.documento, nome=client.pessoa.nome)
            place -= 1
    raise LookupError(side)
