"""What else people do with a ticket: statuses, forwarding, service tags, files, work orders."""

from __future__ import annotations

from erp_bridge.core.adapter import Capability as Can
from erp_bridge.core.errors import ValidationFailed
from erp_bridge.core.model import Arquivo, Atendimento, Status, Termo, TipoMovimentacao
from erp_bridge.i18n import N_, _
from erp_bridge.testing.check import NOT_CLAIMED, Check, Failed, NotClaimed, check, expect
from erp_bridge.testing.finding import some_ticket
from erp_bridge.testing.moving import history, message
from erp_bridge.testing.stand import Stand


@check(
    "status.set",
    N_("Every status it says it can reach is reached, and read so."),
    needs=(Can.CREATE, Can.GET, Can.SET_STATUS),
    writes=True,
)
async def status_set(at: Stand) -> None:
    for status in sorted(at.erp.statuses):
        ticket = await at.twin()
        answered = await at.erp.set_status(ticket.id or "", status)
        expect(f"set_status({status})", answered.status, status)
        found = await at.erp.get(ticket.id or "")
        expect(f"set_status({status}), get()", found.status, status)
        if at.erp.fields["encerrado_em"].read and status is Status.SOLUCIONADO:
            expect("get().encerrado_em", found.encerrado_em, "a time", ok=found.encerrado_em is not None)


@check(
    "status.words",
    N_("The message that explains a status arrives with it."),
    needs=(Can.CREATE, Can.MOVEMENTS, Can.ADD_MOVEMENT, Can.SET_STATUS),
    writes=True,
)
async def status_words(at: Stand) -> None:
    ticket = await at.twin()
    words = message(at, "Conector trocado.", tipo=TipoMovimentacao.SOLUCIONADO)
    _reaches(at, Status.SOLUCIONADO)
    await at.erp.set_status(ticket.id or "", Status.SOLUCIONADO, movimentacao=words)
    texts = [
        m.texto for m in await history(at, ticket.id) if m.footer and words.footer and m.footer.ref == words.footer.ref
    ]
    expect("movements().texto", texts, ["Conector trocado."])


@check(
    "status.actions",
    N_("Taking over, pausing, solving and cancelling lead to their status."),
    needs=(Can.CREATE, Can.GET, Can.SET_STATUS),
    writes=True,
)
async def status_actions(at: Stand) -> None:
    erp, id = at.erp, (await at.twin()).id or ""
    if Status.EM_PROGRESSO in erp.statuses:
        expect("take_over()", (await erp.take_over(id)).status, Status.EM_PROGRESSO)
    if Status.PENDENTE in erp.statuses:
        expect("pause()", (await erp.pause(id, "Aguardando o cliente.")).status, Status.PENDENTE)
    if Status.SOLUCIONADO in erp.statuses:
        expect("solve()", (await erp.solve(id, "Conector trocado.")).status, Status.SOLUCIONADO)
    if Status.CANCELADO in erp.statuses:
        expect("cancel()", (await erp.cancel(id, "Aberto por engano.")).status, Status.CANCELADO)


@check(
    "status.rules",
    N_("Pausing needs a reason, and a cancelled ticket takes nothing more."),
    needs=(Can.CREATE, Can.GET, Can.SET_STATUS),
    writes=True,
)
async def status_rules(at: Stand) -> None:
    ticket = await at.twin()
    id = ticket.id or ""
    if Status.PENDENTE in at.erp.statuses:
        await at.raises('pause("")', at.erp.pause(id, ""), ValidationFailed)
        expect("get().status", (await at.erp.get(id)).status, ticket.status)
    if Status.CANCELADO in at.erp.statuses:
        await at.erp.cancel(id, "Aberto por engano.")
        await at.raises("solve()", at.erp.solve(id, "Conector trocado."), ValidationFailed)
        expect("get().status", (await at.erp.get(id)).status, Status.CANCELADO)


@check(
    "forward.department",
    N_("A forwarded ticket stands in the other department."),
    needs=(Can.CREATE, Can.GET, Can.FORWARD),
    writes=True,
)
async def forward_department(at: Stand) -> None:
    ticket = await at.erp.get((await at.twin()).id or "")
    to = await _another_department(at, ticket)
    answered = await at.erp.forward(ticket.id or "", to)
    for found in (answered, await at.erp.get(ticket.id or "")):
        expect("forward().departamento.id", found.departamento.id if found.departamento else None, to.id)


@check(
    "label.set",
    N_("A service tag is set and read back."),
    needs=(Can.CREATE, Can.GET, Can.SET_LABEL),
    writes=True,
)
async def label_set(at: Stand) -> None:
    etiqueta = at.bench.samples.get("etiqueta")
    if etiqueta is None and at.claims(Can.CONTRACTS):
        etiqueta = next(iter((await at.erp.contracts(await at.client_id())).get("etiqueta", [])), None)
    if etiqueta is None:
        raise Failed(_("the bench has no samples[{name}]: add one, or excuses[{excuse}]", name="'etiqueta'",
                       excuse="'label.set'"))  # fmt: skip
    ticket = await at.twin()
    await at.erp.set_label(ticket.id or "", etiqueta)  # type: ignore[arg-type]
    found = (await at.erp.get(ticket.id or "")).etiqueta
    expect("get().etiqueta.id", found.id if found else None, etiqueta.id)  # type: ignore[attr-defined]


@check(
    "files.attached",
    N_("A file that was attached is listed with its name."),
    needs=(Can.CREATE, Can.ATTACH),
    writes=True,
)
async def files_attached(at: Stand) -> None:
    ticket = await at.twin()
    stored = await at.erp.attach(ticket.id or "", Arquivo(nome="foto.jpg", descricao="Fachada"), b"\xff\xd8\x00\x01")
    expect("attach().nome", stored.nome, "foto.jpg")
    if at.claims(Can.FILES):
        await at.lag()
        files = await at.erp.files(ticket.id or "")
        expect("files()", [(file.id, file.nome) for file in files], [(stored.id, "foto.jpg")])


@check("files.listed", N_("A ticket without files has none."), needs=(Can.FILES,))
async def files_listed(at: Stand) -> None:
    ticket = await some_ticket(at)
    files = await at.erp.files(ticket.id or "")
    if at.bench.writes and at.claims(Can.CREATE):
        expect("files()", files, [])


@check(
    "files.content",
    N_("The content of a file comes back byte by byte."),
    needs=(Can.CREATE, Can.ATTACH, Can.FILES, Can.DOWNLOAD),
    writes=True,
)
async def files_content(at: Stand) -> None:
    content = bytes(range(256)) * 40
    ticket = await at.twin()
    await at.erp.attach(ticket.id or "", Arquivo(nome="foto.jpg"), content)
    await at.lag()
    [file] = await at.erp.files(ticket.id or "")
    got: bytes = await at.erp.download(ticket.id or "", file)  # type: ignore[attr-defined]
    expect("download()", got, content)


@check("orders.listed", N_("Work orders are listed, and a ticket without any has none."), needs=(Can.WORK_ORDERS,))
async def orders_listed(at: Stand) -> None:
    ticket = await some_ticket(at)
    orders = await at.erp.work_orders(ticket.id or "")
    ids = [order.id for order in orders]
    expect("work_orders(): ids", ids, "ids", ok=all(ids) and len(set(ids)) == len(ids))
    if at.bench.writes and at.claims(Can.CREATE):
        expect("work_orders()", ids, [])


async def _another_department(at: Stand, ticket: Atendimento) -> Termo:
    here = ticket.departamento.id if ticket.departamento else None
    found = at.bench.samples.get("departamento")
    if found is None and at.claims(Can.VOCABULARY):
        found = next((term for term in await at.erp.vocabulary("departamento") if term.id != here), None)
    if not isinstance(found, Termo):
        raise Failed(_("the bench has no samples[{name}]: add one, or excuses[{excuse}]", name="'departamento'",
                       excuse="'forward.department'"))  # fmt: skip
    return found


def _reaches(at: Stand, status: Status) -> None:
    if status not in at.erp.statuses:
        raise NotClaimed(_(NOT_CLAIMED, capability=f"statuses: {status}"))


CHECKS: tuple[Check, ...] = (
    status_set, status_words, status_actions, status_rules, forward_department, label_set, files_attached,
    files_listed, files_content, orders_listed,
)  # fmt: skip
