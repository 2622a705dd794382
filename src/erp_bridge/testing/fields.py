"""Fields of the model: what is declared as read, created and changed really is, and nothing else moves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from erp_bridge.core.adapter import Capability as Can
from erp_bridge.core.errors import Overtaken, Refused, Unsupported, ValidationFailed
from erp_bridge.core.model import (
    Atendimento,
    Cliente,
    Contato,
    InteracaoPendente,
    MelhorHorario,
    Origem,
    OrigemEndereco,
    PerguntaResposta,
    PrimeiroContato,
    Prioridade,
    Status,
    Termo,
    Tipo,
    Vinculo,
)
from erp_bridge.core.text import fold, normal
from erp_bridge.i18n import N_, _
from erp_bridge.testing.check import NOT_CLAIMED, Check, Failed, NotClaimed, check, expect
from erp_bridge.testing.stand import Stand

#: What the bench's own ticket shows, what the ERP fills in, and what serves the bridge only.
_NOT_TRIED = frozenset({
    "id", "protocolo", "tipo", "cliente", "aberto_em", "alterado_em", "encerrado_em", "footer", "codigos", "versao",
})  # fmt: skip
#: Changed by ways of their own, which have checks of their own.
_OTHER_WAYS = frozenset({"status", "departamento", "etiqueta"})
_IN_VOCABULARY = ("assunto", "departamento", "responsavel", "canal", "status_complementar", "processo")
_IN_CONTRACTS = ("contrato", "login", "plano", "etiqueta", "ponto_roteamento")
_PLACE: dict[str, object] = {"latitude": -23.5614, "longitude": -46.6559, "origem_endereco": OrigemEndereco.CLIENTE}
#: What a field cannot be without.
_TOGETHER: dict[str, dict[str, object]] = {
    "latitude": _PLACE,
    "longitude": _PLACE,
    "endereco": {"origem_endereco": OrigemEndereco.MANUAL},
    "origem_endereco": {"endereco": "Rua das Acácias, 100"},
    "estrutura": {"tipo": Tipo.ESTRUTURA, "cliente": None},
}


@check(
    "fields.create",
    N_("Every field declared for creation is stored and read back; one declared unreadable stays empty."),
    needs=(Can.CREATE, Can.GET),
    writes=True,
)
async def fields_create(at: Stand) -> None:
    plain = await at.erp.get((await at.twin()).id or "")
    for name, able in at.erp.fields.items():
        if able.create and name not in _NOT_TRIED:
            value = await _sample(at, name)
            if value is None:
                continue
            _new(at, name, plain, value)
            fields = {**_TOGETHER.get(name, {}), name: value}
            found = await at.erp.get((await at.twin(**fields)).id or "")
            if able.read and not _alike(getattr(found, name), value):  # a twin may leave out what is the other ERP's
                found = await at.erp.get((await at.opened(**fields)).id or "")
                _same(f"create({name}=…), get()", name, found, value)
                at.notes.append(_("{field}: not on tickets with a marker", field=name))
    for name, able in at.erp.fields.items():
        if not able.read and name not in ("footer", "codigos", "versao"):
            got = getattr(plain, name)
            expect(f"get().{name}", got, Atendimento.model_fields[name].default, ok=got in (None, "", ()))


@check(
    "fields.change",
    N_("Every field declared as changeable changes, and reads so afterwards."),
    needs=(Can.CREATE, Can.GET, Can.UPDATE),
    writes=True,
)
async def fields_change(at: Stand) -> None:
    for name, able in at.erp.fields.items():
        if able.change and name not in _NOT_TRIED | _OTHER_WAYS:
            value = await _sample(at, name, second=True)
            if value is None:
                continue
            together = _TOGETHER.get(name, {})
            if name == "estrutura":  # only tickets of that type have one
                ticket, together = await at.twin(**together, estrutura=await _sample(at, name)), {}
            else:
                ticket = await at.twin()
            if able.read:
                _new(at, name, await at.erp.get(ticket.id or ""), value)
            changes: dict[str, Any] = {other: new for other, new in together.items() if at.erp.fields[other].change}
            changes[name] = value
            answered = await at.erp.update(ticket.id or "", **changes)
            if not able.read:
                continue
            _same(f"update({name}=…)", name, answered, value)
            _same(f"update({name}=…), get()", name, await at.erp.get(ticket.id or ""), value)


@check(
    "fields.alone",
    N_("A change touches the fields it names and no others."),
    needs=(Can.CREATE, Can.GET, Can.UPDATE),
    writes=True,
)
async def fields_alone(at: Stand) -> None:
    ticket = await at.twin()
    before = await at.erp.get(ticket.id or "")
    field, value = await _a_change(at, before)
    await at.erp.update(ticket.id or "", **{field: value})
    after = await at.erp.get(ticket.id or "")
    for name in Atendimento.model_fields:
        if name not in (field, "alterado_em", "versao", "codigos"):
            expect(f"update({field}=…), get().{name}", getattr(after, name), getattr(before, name))


@check(
    "fields.refused",
    N_("A field declared as unchangeable is refused, and the ticket stays as it was."),
    needs=(Can.CREATE, Can.GET, Can.UPDATE),
    writes=True,
)
async def fields_refused(at: Stand) -> None:
    before = await at.erp.get((await at.twin()).id or "")
    tried: dict[str, Any] = {"etiqueta": Vinculo(id="1"), "plano": Vinculo(id="1"), "contato": Contato(nome="Maria"),
             "solicitante": Cliente(id="1"), "ponto_roteamento": Vinculo(id="1"), "titulo": "Outro",
             "descricao": "Outra", "prioridade": Prioridade.ALTA}  # fmt: skip
    fixed = {name: value for name, value in tried.items() if not at.erp.fields[name].change}
    if not fixed:
        at.notes.append(_("it can change every field"))
    for name, value in fixed.items():
        work = at.erp.update(before.id or "", **{name: value})
        await at.raises(f"update({name}=…)", work, Unsupported, Refused, ValidationFailed)
    expect("get()", await at.erp.get(before.id or ""), before)


@check(
    "update.expected",
    N_("A write that expects a version goes through while it is current, and is Overtaken when somebody was faster."),
    needs=(Can.CREATE, Can.GET, Can.UPDATE),
    writes=True,
)
async def update_expected(at: Stand) -> None:
    if not at.erp.fields["versao"].read and (await at.twin()).versao is None:
        raise NotClaimed(_(NOT_CLAIMED, capability="fields: versao"))
    seen = await at.erp.get((await at.twin()).id or "")
    await at.wait(2)
    field, value = await _a_change(at, seen)
    after = await at.erp.update(seen.id or "", expected=seen.versao, **{field: value})
    _same("update(expected=…)", field, after, value)
    await at.wait(2)
    await at.person("edit", seen.id or "")
    edited = await at.erp.get(seen.id or "")
    work = at.erp.update(seen.id or "", expected=after.versao, **{field: getattr(seen, field)})
    await at.raises("update(expected=…)", work, Overtaken)
    expect("get()", await at.erp.get(seen.id or ""), edited)


async def _a_change(at: Stand, ticket: Atendimento) -> tuple[str, Any]:
    """One field that can be changed, and another value for it."""
    for name, value in (("titulo", "Outro título"), ("descricao", "Outra descrição"), ("prioridade", Prioridade.ALTA)):
        if at.erp.fields[name].change and getattr(ticket, name) != value:
            return name, value
    for name, able in at.erp.fields.items():
        if able.change and name not in _NOT_TRIED | _OTHER_WAYS:
            found = await _sample(at, name)
            if found is not None:
                return name, found
    raise NotClaimed(_(NOT_CLAIMED, capability="fields (change)"))


async def _sample(at: Stand, name: str, *, second: bool = False) -> Any:
    """A value to try this field with, the second of two if there are; None where the bench says why there is none."""
    excuse = at.bench.excuses.get(f"field:{name}")
    if excuse is not None:
        at.notes.append(f"{name}: {excuse}")
        return None
    found = at.bench.samples.get(name) or await _listed(at, name) or _made_up(at, name)
    if found is None:
        raise Failed(_("the bench has no samples[{name}]: add one, or excuses[{excuse}]", name=repr(name),
                       excuse=repr(f"field:{name}")))  # fmt: skip
    return found[-1 if second else 0] if isinstance(found, list) else found


async def _listed(at: Stand, name: str) -> Any:
    if name in _IN_VOCABULARY and at.claims(Can.VOCABULARY):
        current = getattr(at.bench.novo, name)
        terms = await at.erp.vocabulary(name)
        return next((t for t in reversed(terms) if current is None or t.id != current.id), None)
    if name in _IN_CONTRACTS and at.claims(Can.CONTRACTS):
        links = (await at.erp.contracts(await at.client_id())).get(name, [])
        return next((link for link in links if link.ativo is not False), None)
    return None


def _made_up(at: Stand, name: str) -> Any:
    today = at.bench.clock.now().astimezone(at.erp.timezone).date()
    return {
        "titulo": "Título com ação 😀" if at.erp.fields["titulo"].read else None,
        "descricao": "Outra descrição, com ção.",
        "endereco": "Rua das Acácias, 100",
        "latitude": _PLACE["latitude"],
        "longitude": _PLACE["longitude"],
        "origem_endereco": OrigemEndereco.MANUAL,
        "prioridade": Prioridade.ALTA,
        "data_reservada": today + timedelta(days=3),
        "melhor_horario": MelhorHorario.TARDE,
        "origem": Origem.TELEFONE,
        "interacao_pendente": InteracaoPendente.EXTERNA,
        "status": Status.PENDENTE,
        "contato": Contato(nome="Maria das Dores", telefone="11987654321"),
        "solicitante": at.bench.novo.cliente,
        "script": (PerguntaResposta(pergunta="A luz PON está acesa?", opcoes=("Sim", "Não"), resposta="Não"),),
        "primeiro_contato": PrimeiroContato(verificacoes="Roteador reiniciado."),
    }.get(name)


def _new(at: Stand, name: str, before: Atendimento, value: Any) -> None:
    """A value that is there anyway proves nothing, which is then said."""
    if _alike(getattr(before, name), value):
        at.notes.append(_("the bench's samples[{name}] is what a ticket has anyway", name=repr(name)))


def _same(what: str, name: str, ticket: Atendimento, wanted: Any) -> None:
    got = getattr(ticket, name)
    expect(f"{what}.{name}", got, wanted, ok=_alike(got, wanted))


def _alike(got: Any, wanted: Any) -> bool:
    if isinstance(wanted, Termo | Vinculo | Cliente):
        if got is None:
            return False
        return bool(got.id == wanted.id if wanted.id else fold(got.nome or "") == fold(wanted.nome or ""))
    if isinstance(wanted, float):
        return got is not None and abs(got - wanted) < 1e-4
    if isinstance(wanted, str) and not isinstance(wanted, Status):
        return normal(got or "") == normal(wanted)
    return bool(got == wanted)


CHECKS: tuple[Check, ...] = (fields_create, fields_change, fields_alone, fields_refused, update_expected)
