"""Tries each way of reading once, with a real ticket: what is refused, or useless, shows here and not during a pass.

What a saved query or a version of an ERP really gives is known in no other way.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from erp_bridge.checkup.findings import Examined, State
from erp_bridge.core.adapter import Adapter, Capability
from erp_bridge.core.errors import AuthError, BridgeError, Unavailable
from erp_bridge.core.model import Atendimento, Cliente
from erp_bridge.core.rules import MIN_SEARCH
from erp_bridge.i18n import N_, _, rendered


@dataclass(frozen=True)
class Try:
    """A question, and whether its answer shows what is known to be there."""

    ask: Callable[[], Awaitable[Any]]
    right: Callable[[Any], bool] = lambda answer: True


async def try_reading(seen: Examined, erp: Adapter) -> None:
    topic = N_("permissions")
    ticket = _specimen(seen)
    if ticket is None:
        seen.say(topic, State.OK, _("no ticket to try the ways of reading with"))
        return
    [ticket] = await erp.with_clients([ticket])
    able = erp.capabilities - seen.barred
    tries = {name: attempt for name, attempt in _tries(erp, ticket).items() if name in able}
    for name, attempt in tries.items():
        try:
            if attempt.right(await attempt.ask()):
                continue
            detail = _("{name} does not show ticket {ticket}, which is there", name=name, ticket=ticket.id)
            advice = _("correct the saved query or the user's rights; until then the bridge goes without it, or errs")
        except (AuthError, Unavailable):
            raise
        except BridgeError as error:
            detail, advice = f"{name}: {rendered(error.message)}", rendered((type(error).__doc__ or "").strip())
        seen.barred.add(name)
        seen.say(topic, State.WARNING, detail, advice)
    good = len(tries.keys() - seen.barred)
    tried = _(
        "{good} of {count} ways of reading work with ticket {ticket}; writing is tried with --write-test only",
        good=good, count=len(tries), ticket=ticket.id,
    )  # fmt: skip
    seen.say(topic, State.OK, tried)


def _specimen(seen: Examined) -> Atendimento | None:
    """The newest ticket of a client."""
    return max(
        seen.census.tickets.values(),
        key=lambda t: (t.cliente is not None, t.aberto_em.timestamp() if t.aberto_em else 0.0),
        default=None,
    )


def _tries(erp: Adapter, ticket: Atendimento) -> dict[Capability, Try]:
    """The ways of reading for which enough is known of this ticket."""
    id, protocolo = ticket.id or "", ticket.protocolo or ""
    cliente = ticket.cliente or Cliente()
    owner, documento, name = cliente.id or "", cliente.documento or "", cliente.nome or ""
    tries = {
        Capability.GET: Try(lambda: erp.get(id), lambda found: found.id == id),
        Capability.MOVEMENTS: Try(lambda: erp.movements(id)),
        Capability.FILES: Try(lambda: erp.files(id)),
        Capability.WORK_ORDERS: Try(lambda: erp.work_orders(id)),
    }
    if protocolo:
        by_protocolo = Try(lambda: erp.find_by_protocolo(protocolo), lambda found: found is not None)
        tries[Capability.FIND_BY_PROTOCOLO] = by_protocolo
    if owner:
        of_client = Try(lambda: erp.tickets_of_client(owner), lambda found: id in {other.id for other in found})
        tries |= {Capability.TICKETS_OF_CLIENT: of_client, Capability.CONTRACTS: Try(lambda: erp.contracts(owner))}
    if documento:  # the client may be inactive, and is then rightly not found
        tries[Capability.FIND_CLIENT] = Try(lambda: erp.clients_by_document(documento))
    if len(name) >= MIN_SEARCH:
        tries[Capability.SEARCH_CLIENTS] = Try(lambda: erp.search_clients(name, 1))
    return tries
