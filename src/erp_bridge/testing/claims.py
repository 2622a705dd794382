"""What an adapter says of itself: claims that hold, and what it does not claim left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, cast

from erp_bridge.core.adapter import Capability, Inspecting
from erp_bridge.core.errors import Unsupported
from erp_bridge.core.model import Arquivo, Atendimento, Movimentacao, Status, Termo, Vinculo
from erp_bridge.i18n import N_
from erp_bridge.testing.check import Check, check, expect
from erp_bridge.testing.stand import Stand

#: The shortest ``max_text`` that leaves room for a footer and something to say.
_SHORTEST_TEXT = 500


@check(
    "claims.shape",
    N_("It describes itself completely: name, zone, every field of the model, times and limits that make sense."),
)
async def shape(at: Stand) -> None:
    erp = at.erp
    expect("name", erp.name, "text", ok=bool(erp.name))
    expect("kind", erp.kind, "text", ok=bool(erp.kind))
    expect("timezone.key", erp.timezone.key, "an IANA name", ok=bool(erp.timezone.key))
    expect("fields", sorted(set(erp.fields) - set(Atendimento.model_fields)), [])
    expect("max_text", erp.max_text, f">= {_SHORTEST_TEXT}", ok=erp.max_text >= _SHORTEST_TEXT)
    expect("max_concurrency", erp.max_concurrency, ">= 1", ok=erp.max_concurrency >= 1)
    for name in ("lag", "settle"):
        value: timedelta = getattr(erp, name)
        expect(name, value, ">= 0", ok=value >= timedelta(0))
    expect("statuses", bool(erp.statuses), Capability.SET_STATUS in erp.capabilities)
    expect("statuses", "novo", "no novo", ok=Status.NOVO not in erp.statuses)


@check("claims.unsupported", N_("What it does not claim raises Unsupported before any request."))
async def unsupported(at: Stand) -> None:
    for capability, calls in _calls(at).items():
        if capability in at.erp.capabilities:
            continue
        for name, call in calls.items():
            before = at.line.count
            await at.raises(name, _made(call), Unsupported)
            expect(f"{name}: requests", at.line.count - before, 0)


@check("claims.ping", N_("A ping makes an authenticated request and says whom it reached."))
async def ping(at: Stand) -> None:
    before = at.line.count
    text = await at.erp.ping()
    expect("ping()", text, "text", ok=bool(text.strip()))
    expect("ping(): requests", at.line.count - before, ">= 1", ok=at.line.count > before)


@check("claims.requests", N_("It counts its requests truly."))
async def requests(at: Stand) -> None:
    for _turn in range(2):
        before, counted = at.line.count, at.erp.requests
        await at.erp.ping()
        expect("requests", at.erp.requests - counted, at.line.count - before)


@check(
    "claims.inspection",
    N_("It tells what its own user lacks: a topic and a line each, and only capabilities that it claims."),
    needs=(Capability.INSPECT,),
)
async def inspection(at: Stand) -> None:
    for notice in await cast(Inspecting, at.erp).inspect():
        expect("inspect()", notice, "topic, message", ok=bool(notice.topic and notice.message))
        expect("inspect(): lacks", sorted(notice.lacks - at.erp.capabilities), [])


def _calls(at: Stand) -> Mapping[Capability, Mapping[str, Callable[[], Awaitable[object]]]]:
    """By capability, the methods that stand for it. All speak of a ticket that does not exist."""
    erp, id, novo = at.erp, at.bench.missing_id, at.bench.novo
    cliente = novo.cliente.id if novo.cliente else None
    calls: dict[Capability, dict[str, Callable[[], Awaitable[object]]]] = {
        Capability.CHANGED_SINCE: {"changed_since": lambda: _drained(erp.changed_since(at.long_ago()))},
        Capability.OPEN_TICKETS: {"open_tickets": lambda: _drained(erp.open_tickets())},
        Capability.GET: {"get": lambda: erp.get(id), "get_many": lambda: erp.get_many([id])},
        Capability.FIND_BY_PROTOCOLO: {"find_by_protocolo": lambda: erp.find_by_protocolo(id)},
        Capability.TICKETS_OF_CLIENT: {"tickets_of_client": lambda: erp.tickets_of_client(cliente or "1")},
        Capability.UPDATE: {"update": lambda: erp.update(id, titulo="Conformance")},
        Capability.MOVEMENTS: {
            "movements": lambda: erp.movements(id),
            "movements_of": lambda: erp.movements_of([id]),
        },
        Capability.ADD_MOVEMENT: {"add_movement": lambda: erp.add_movement(id, Movimentacao(texto="Conformance"))},
        Capability.SET_STATUS: {
            "set_status": lambda: erp.set_status(id, Status.PENDENTE),
            "take_over": lambda: erp.take_over(id),
            "pause": lambda: erp.pause(id, "Conformance"),
            "solve": lambda: erp.solve(id, "Conformance"),
            "cancel": lambda: erp.cancel(id, "Conformance"),
        },
        Capability.FORWARD: {"forward": lambda: erp.forward(id, novo.departamento or Termo(id="1"))},
        Capability.SET_LABEL: {"set_label": lambda: erp.set_label(id, Vinculo(id="1"))},
        Capability.FILES: {"files": lambda: erp.files(id)},
        Capability.ATTACH: {"attach": lambda: erp.attach(id, Arquivo(nome="a.txt"), b"Conformance")},
        Capability.WORK_ORDERS: {"work_orders": lambda: erp.work_orders(id)},
        Capability.FIND_CLIENT: {
            "find_client": lambda: erp.find_client("00000000191"),
            "clients_by_document": lambda: erp.clients_by_document("00000000191"),
        },
        Capability.SEARCH_CLIENTS: {"search_clients": lambda: erp.search_clients("Maria")},
        Capability.CONTRACTS: {"contracts": lambda: erp.contracts(cliente or "1")},
        Capability.VOCABULARY: {"vocabulary": lambda: erp.vocabulary("assunto")},
        Capability.PARAMETERS: {"parameters": lambda: erp.parameters(None)},
    }
    if at.bench.writes:
        calls[Capability.CREATE] = {"create": lambda: erp.create(novo)}
    file, words = Arquivo(id="1", nome="a.txt"), Movimentacao(texto="Conformance")
    optional: dict[Capability, Callable[[Any], Awaitable[object]]] = {
        Capability.DOWNLOAD: lambda erp: erp.download(id, file),
        Capability.INSPECT: lambda erp: erp.inspect(),
        Capability.TICKETS_BETWEEN: lambda erp: _drained(erp.tickets_between(None, None)),
        Capability.CLIENTS_BY_DOCUMENTS: lambda erp: erp.clients_by_documents(["00000000191"]),
        Capability.FILES_OF: lambda erp: erp.files_of([id]),
        Capability.POST_MOVEMENT: lambda erp: erp.post_movement(Atendimento(id=id), words),
        Capability.POST_TICKET: lambda erp: erp.post_ticket(novo),
    }
    for capability, call in optional.items():  # an adapter without them need not have the method
        if hasattr(erp, capability):
            calls[capability] = {capability: partial(call, erp)}
    return calls


async def _made(call: Callable[[], Awaitable[object]]) -> None:
    """The call, with what it raises before it is awaited."""
    await call()


async def _drained(pages: AsyncIterator[object]) -> None:
    async for _page in pages:
        pass


CHECKS: tuple[Check, ...] = (shape, unsupported, ping, requests, inspection)
