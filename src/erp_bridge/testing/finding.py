"""Tickets, clients and lists that are looked up one at a time."""

from __future__ import annotations

from datetime import timedelta

from erp_bridge.core import documento as doc
from erp_bridge.core.adapter import Capability as Can
from erp_bridge.core.adapter import Idempotency
from erp_bridge.core.errors import NotFound
from erp_bridge.core.model import Atendimento, Cliente, Status
from erp_bridge.core.rules import ParametrosAtendimento
from erp_bridge.core.text import fold
from erp_bridge.i18n import N_, _
from erp_bridge.testing.check import NOT_CLAIMED, Check, Failed, NotClaimed, check, expect
from erp_bridge.testing.stand import LOOK_UPS, Stand

#: A valid CPF that no test tenant should hold.
NOBODY = "00000000191"
#: Clocks of two machines, and stamps of whole seconds.
_LEEWAY = timedelta(minutes=2)


async def some_ticket(at: Stand) -> Atendimento:
    """A ticket to read: a new one where writing is allowed, else any of the bench's client."""
    if at.bench.writes and at.claims(Can.CREATE):
        return await at.twin()
    for ticket in await at.look_around():
        return ticket
    raise Failed(_("the test server shows no ticket, and none may be opened"))


@check("get.found", N_("A ticket is read by its id, just as other ways of reading show it."), needs=(Can.GET,))
async def get_found(at: Stand) -> None:
    known = await some_ticket(at)
    if at.claims(Can.TICKETS_OF_CLIENT):
        known = next((ticket for ticket in await at.look_around() if ticket.id == known.id), known)
    found = await at.erp.get(known.id or "")
    for name in ("id", "protocolo", "tipo", "titulo", "descricao", "status"):
        expect(f"get().{name}", getattr(found, name), getattr(known, name))


@check("get.missing", N_("A ticket that is not there is NotFound."), needs=(Can.GET,))
async def get_missing(at: Stand) -> None:
    await at.raises("get()", at.erp.get(at.bench.missing_id), NotFound)


@check("get.many", N_("Many tickets are read by id at once; missing ones are left out."), needs=(Can.GET,))
async def get_many(at: Stand) -> None:
    ids = [(await some_ticket(at)).id or "" for _turn in range(2)]
    page = await at.erp.get_many([*ids, at.bench.missing_id])
    expect("get_many()", sorted({ticket.id or "" for ticket in page}), sorted(set(ids)))
    expect("get_many().unreadable", page.unreadable, ())


@check("protocolo.found", N_("A ticket is found by its protocolo."), needs=(Can.FIND_BY_PROTOCOLO,))
async def protocolo_found(at: Stand) -> None:
    known = await some_ticket(at)
    found = await at.erp.find_by_protocolo(known.protocolo or "")
    expect("find_by_protocolo().id", found.id if found else None, known.id)


@check(
    "protocolo.whole",
    N_("A protocolo that nobody was given finds nothing, even if it begins or ends like another."),
    needs=(Can.FIND_BY_PROTOCOLO,),
)
async def protocolo_whole(at: Stand) -> None:
    number = (await some_ticket(at)).protocolo or ""
    for part in (number[:-1], number[1:], f"{number}9"):
        found = await at.erp.find_by_protocolo(part) if part else None
        expect("find_by_protocolo()", found.protocolo if found else part, part)
    expect("find_by_protocolo()", await at.erp.find_by_protocolo(at.bench.missing_id), None)


@check("client.tickets", N_("A client's tickets are all there, and nobody else's."), needs=(Can.TICKETS_OF_CLIENT,))
async def client_tickets(at: Stand) -> None:
    id = await at.client_id()
    known = await some_ticket(at)
    tickets = await at.erp.tickets_of_client(id)
    expect("tickets_of_client()", known.id, "listed", ok=known.id in {ticket.id for ticket in tickets})
    for ticket in tickets:
        expect("tickets_of_client().cliente.id", ticket.cliente.id if ticket.cliente else None, id)


@check(
    "client.tickets_sorted",
    N_("A client's tickets come by status or by title when asked so."),
    needs=(Can.TICKETS_OF_CLIENT,),
)
async def client_tickets_sorted(at: Stand) -> None:
    id = await at.client_id()
    if at.bench.writes and at.claims(Can.CREATE):
        for titulo in ("Zebra", "abelha", "Égua"):
            await at.twin(titulo=titulo)
    titles = [fold(ticket.titulo) for ticket in await at.erp.tickets_of_client(id, order="titulo")]
    expect('tickets_of_client(order="titulo")', titles, sorted(titles))
    every = await at.erp.tickets_of_client(id)
    for status in Status:
        found = {ticket.id for ticket in await at.erp.tickets_of_client(id, status=status)}
        expect(f"tickets_of_client(status={status})", found, {t.id for t in every if t.status is status})


@check(
    "client.found",
    N_("A client is found by document, with punctuation or without; nobody is None."),
    needs=(Can.FIND_CLIENT,),
)
async def client_found(at: Stand) -> None:
    cliente = _client(at)
    for written in (cliente.documento or "", _punctuated(cliente.documento or "")):
        found = await at.erp.find_client(written)
        expect("find_client().id", found.id if found else None, cliente.id)
        expect("find_client().documento", found.documento if found else None, cliente.documento)
        ids = [person.id for person in await at.erp.clients_by_document(written)]
        expect("clients_by_document()", ids, f"[… {cliente.id} …]", ok=cliente.id in ids and len(set(ids)) == len(ids))
    expect("find_client()", await at.erp.find_client(NOBODY), None)
    expect("clients_by_document()", await at.erp.clients_by_document(NOBODY), [])


@check("client.search", N_("A search by name finds the client and keeps to its limit."), needs=(Can.SEARCH_CLIENTS,))
async def client_search(at: Stand) -> None:
    nome = _client(at).nome
    if not nome and at.claims(Can.FIND_CLIENT):
        known = await at.erp.find_client(_client(at).documento or "")
        nome = known.nome if known else None
    if not nome:
        raise Failed(_("the bench's novo has no cliente with {field}", field="nome"))
    found = await at.erp.search_clients(nome)
    expect("search_clients()", _client(at).id, "listed", ok=_client(at).id in {person.id for person in found})
    some = await at.erp.search_clients(nome[:2], limite=1)
    expect("search_clients(limite=1)", len(some), "<= 1", ok=len(some) <= 1)


@check("client.contracts", N_("A client's connections come by field, each with its id."), needs=(Can.CONTRACTS,))
async def client_contracts(at: Stand) -> None:
    found = await at.erp.contracts(await at.client_id())
    names = {"contrato", "login", "plano", "etiqueta", "ponto_roteamento"}
    expect("contracts()", sorted(set(found) - names), [])
    for name, links in found.items():
        ids = [link.id for link in links]
        expect(f"contracts()[{name!r}]", ids, "ids", ok=all(ids) and len(set(ids)) == len(ids))


@check("lists.vocabulary", N_("The ERP's lists have an id and a name for each term."), needs=(Can.VOCABULARY,))
async def vocabulary(at: Stand) -> None:
    for kind in ("assunto", "departamento", "status", "prioridade", "origem", "canal", "responsavel"):
        terms = await at.erp.vocabulary(kind)
        for term in terms:
            expect(f"vocabulary({kind!r})", term, "id, nome", ok=bool(term.id and term.nome))
        ids = [term.id for term in terms]
        expect(f"vocabulary({kind!r})", sorted(map(str, ids)), sorted(map(str, set(ids))))
    for kind in ("assunto", "departamento"):
        used: set[str | None] = {termo.id for termo in [getattr(at.bench.novo, kind)] if termo and termo.id}
        known = {term.id for term in await at.erp.vocabulary(kind)}
        if at.erp.fields[kind].create:
            expect(f"vocabulary({kind!r})", sorted(map(str, known)), sorted(map(str, used)), ok=used <= known)


@check("lists.parameters", N_("The rules of a subject are told."), needs=(Can.PARAMETERS,))
async def parameters(at: Stand) -> None:
    assunto = at.bench.novo.assunto
    for id in {None, assunto.id if assunto else None}:
        found: object = await at.erp.parameters(id)
        expect("parameters()", found, ParametrosAtendimento, ok=isinstance(found, ParametrosAtendimento))


@check(
    "times.right",
    N_("The time of a ticket is the moment it was opened, in whatever zone the ERP writes it."),
    needs=(Can.CREATE,),
    writes=True,
)
async def times_right(at: Stand) -> None:
    if not at.erp.fields["aberto_em"].read:
        raise NotClaimed(_(NOT_CLAIMED, capability="fields: aberto_em"))
    before = at.bench.clock.now()
    ticket = await at.twin()
    after = at.bench.clock.now()
    ticket = await at.erp.get(ticket.id or "") if at.claims(Can.GET) else ticket
    ok = ticket.aberto_em is not None and before - _LEEWAY <= ticket.aberto_em <= after + _LEEWAY
    expect("aberto_em", ticket.aberto_em, before, ok=ok)


@check(
    "marker.protocolo",
    N_("A protocolo reserved before the ticket is sent finds the ticket again."),
    needs=(Can.CREATE, Can.FIND_BY_PROTOCOLO),
    writes=True,
)
async def marker_protocolo(at: Stand) -> None:
    if at.erp.idempotency is not Idempotency.PROTOCOLO:
        raise NotClaimed(_(NOT_CLAIMED, capability="idempotency = protocolo"))
    first, second = [await at.erp.reserve_protocolo() for _turn in range(2)]
    expect("reserve_protocolo()", first, second, ok=bool(first) and first != second)
    ticket = await at.twin(protocolo=first)
    expect("create().protocolo", ticket.protocolo, first)
    found = await at.erp.find_by_protocolo(first or "")
    expect("find_by_protocolo().id", found.id if found else None, ticket.id)


@check(
    "marker.listed",
    N_("A ticket with a marker is found by it within the declared lag."),
    needs=(Can.CREATE,),
    any_of=LOOK_UPS,
    writes=True,
)
async def marker_listed(at: Stand) -> None:
    if at.erp.idempotency is Idempotency.NONE:
        raise NotClaimed(_(NOT_CLAIMED, capability="idempotency"))
    footer = at.footer()
    ticket = await at.opened(footer=footer)
    found = await at.same_ref(footer)
    expect("[ref …]", [other.id for other in found], [ticket.id])


@check(
    "clients.filled_in",
    N_("Tickets read in bulk get their client's document, at once or by with_clients."),
    any_of=(Can.CHANGED_SINCE, Can.OPEN_TICKETS),
    writes=True,
)
async def clients_filled_in(at: Stand) -> None:
    at.need(Can.CREATE)
    documento = _client(at).documento
    ticket = await at.twin()
    for clientes in (True, False):
        if at.claims(Can.CHANGED_SINCE):
            tickets = (await at.feed(at.long_ago(), clientes=clientes)).tickets
        else:
            tickets = {t.id or "": t async for page in at.erp.open_tickets(clientes=clientes) for t in page}
        found = tickets.get(ticket.id or "")
        if found is None:
            continue  # what the feeds show is for other checks to say
        if not clientes:
            [found] = await at.erp.with_clients([found])
        expect(
            f"cliente.documento (clientes={clientes})", found.cliente.documento if found.cliente else None, documento
        )


def _client(at: Stand) -> Cliente:
    cliente = at.bench.novo.cliente
    if cliente is None or not cliente.id or not cliente.documento:
        raise Failed(_("the bench's novo has no cliente with {field}", field="id, documento"))
    return cliente


def _punctuated(documento: str) -> str:
    d = doc.normalise(documento) or ""
    if len(d) == 11:
        return f"{d[:3]}.{d[3:6]}.{d[6:9]}-{d[9:]}"
    return f"{d[:2]}.{d[2:5]}.{d[5:8]}/{d[8:12]}-{d[12:]}"


CHECKS: tuple[Check, ...] = (
    get_found, get_missing, get_many, protocolo_found, protocolo_whole, client_tickets, client_tickets_sorted,
    client_found, client_search, client_contracts, vocabulary, parameters, times_right, marker_protocolo,
    marker_listed, clients_filled_in,
)  # fmt: skip
