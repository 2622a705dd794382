"""The rules of the ERPs' own forms, judged before anything is sent. Pure: a ticket in, violations out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict

from erp_bridge.core import documento
from erp_bridge.core.clock import SystemClock
from erp_bridge.core.messages import MESSAGES, WAYS_OUT
from erp_bridge.core.model import (
    Atendimento,
    Cliente,
    Id,
    Movimentacao,
    OrigemEndereco,
    Prioridade,
    Status,
    Termo,
    Tipo,
    TipoMovimentacao,
    Vinculo,
)
from erp_bridge.core.status import can_move

#: Shortest text that a search of clients takes.
MIN_SEARCH = 2


@dataclass(frozen=True)
class Violation:
    """One broken rule. ``code`` is stable; ``campo`` is a field of the model, with dots for one inside another."""

    code: str
    campo: str
    message: str
    mensagem: str

    @classmethod
    def of(cls, code: str, campo: str, **values: object) -> Self:
        """The violation with the words that belong to its code."""
        wording = MESSAGES[code]
        return cls(code, campo, wording.en.format(**values), wording.pt.format(**values))


class ParametrosAtendimento(BaseModel):
    """What an installation and the ticket's subject demand, and what is known around it. All by the ERP's ids."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    assunto_obrigatorio: bool = False
    login_obrigatorio: bool = False
    contrato_obrigatorio: bool = False
    #: Old versions of IXC: a mandatory login makes the contract mandatory too.
    login_exige_contrato: bool = False
    canal_obrigatorio: bool = False
    status_complementar_obrigatorio: bool = False
    processo_obrigatorio: bool = False
    #: Processes that hold a work order whose subject needs a signature in the subscriber portal.
    processos_com_assinatura: frozenset[Id] = frozenset()
    canais_inativos: frozenset[Id] = frozenset()
    #: Client id by contract id and by login id; what is not in there is not judged.
    donos_de_contrato: Mapping[Id, Id] = {}
    donos_de_login: Mapping[Id, Id] = {}
    #: Voalle: a client without a contract cannot be served.
    exige_contrato: bool = False
    #: The status that the ticket has now, when it exists already.
    status_anterior: Status | None = None

    @property
    def exige_contrato_do_atendimento(self) -> bool:
        """Whether the ticket itself must name its contract."""
        return self.contrato_obrigatorio or (self.login_obrigatorio and self.login_exige_contrato)

    @property
    def origem_exigida(self) -> OrigemEndereco | None:
        """Where the address must come from: the mandatory login, else the mandatory contract."""
        if self.login_obrigatorio:
            return OrigemEndereco.LOGIN
        return OrigemEndereco.CONTRATO if self.contrato_obrigatorio else None


NO_PARAMETERS = ParametrosAtendimento()


def validate(
    atendimento: Atendimento,
    parametros: ParametrosAtendimento = NO_PARAMETERS,
    *,
    hoje: date | None = None,
    reopen: bool = False,
) -> list[Violation]:
    """Every rule that the ticket breaks as it stands, in the order of the form. Never raises.

    A reserved date is past when it lies before ``hoje``; without it, before the day the ticket was opened, and for a
    ticket not yet opened before today. Termos count by their ids: resolve names first.
    """
    found = [Violation.of(code, campo) for code, campo, broken in _RULES if broken(atendimento, parametros)]
    found += _origin(atendimento, parametros)
    found += _transition(parametros.status_anterior, atendimento.status, reopen=reopen)
    if atendimento.data_reservada and atendimento.data_reservada < (hoje or _reference_day(atendimento)):
        found.append(Violation.of("data-reservada-passada", "data_reservada"))
    found += [
        Violation.of("documento-invalido", f"{campo}.documento")
        for campo, person in (("cliente", atendimento.cliente), ("solicitante", atendimento.solicitante))
        if person and person.documento and not documento.is_valid(person.documento)
    ]
    return found


def validate_movimentacao(mov: Movimentacao, status_atual: Status | None, *, reopen: bool = False) -> list[Violation]:
    """What forbids this movement on a ticket that stands at ``status_atual`` (``None``: not known, not judged)."""
    found: list[Violation] = []
    if mov.tipo is TipoMovimentacao.PAUSADO and _blank(mov.texto):
        found.append(Violation.of("motivo-pausa-obrigatorio", "texto"))
    target = mov.status or _SETS.get(mov.tipo) or status_atual
    return found + _transition(status_atual, target, reopen=reopen)


def check_search(texto: str) -> list[Violation]:
    """What forbids searching clients by that text."""
    if len(texto.strip()) >= MIN_SEARCH:
        return []
    return [Violation.of("busca-curta", "texto", minimo=MIN_SEARCH)]


def complete(atendimento: Atendimento, parametros: ParametrosAtendimento = NO_PARAMETERS) -> Atendimento:
    """The ticket with what the ERPs' forms fill in by themselves: title, origin of the address, status of a new one."""
    found: dict[str, object] = {}
    if _blank(atendimento.titulo) and atendimento.assunto and not _blank(atendimento.assunto.nome):
        found["titulo"] = atendimento.assunto.nome
    if parametros.origem_exigida:
        found["origem_endereco"] = parametros.origem_exigida
    if atendimento.status is None and atendimento.id is None:
        found["status"] = Status.NOVO
    return atendimento.model_copy(update=found)


def only_active(vinculos: Iterable[Vinculo]) -> Vinculo | None:
    """The one active connection among them; ``None`` when there are several or none. Unknown counts as active."""
    active = [vinculo for vinculo in vinculos if vinculo.ativo is not False]
    return active[0] if len(active) == 1 else None


def change_client(
    atendimento: Atendimento, novo_cliente: Cliente, contratos: Iterable[Vinculo], logins: Iterable[Vinculo]
) -> Atendimento:
    """The ticket handed to another client, of whom these contracts and logins are known.

    Exactly one active contract and one active login are filled in; otherwise both stay blank for a person to choose.
    What else named the old client's connection is blanked.
    """
    contrato, login = only_active(contratos), only_active(logins)
    certain = contrato is not None and login is not None
    return atendimento.model_copy(
        update={
            "cliente": novo_cliente,
            "contrato": contrato if certain else None,
            "login": login if certain else None,
            "plano": None,
            "ponto_roteamento": None,
            "etiqueta": None,
        }
    )


def contracts_to_choose(
    atendimento: Atendimento, contratos: Sequence[Vinculo], donos: Mapping[str, str]
) -> list[Vinculo]:
    """Of these contracts those of the ticket's client; ``donos`` gives the client id by contract id."""
    cliente = atendimento.cliente.id if atendimento.cliente else None
    return [c for c in contratos if cliente is not None and c.id is not None and donos.get(c.id) == cliente]


def repair_for_twin(
    atendimento: Atendimento,
    parametros: ParametrosAtendimento,
    hoje: date | None,
    *,
    held: Collection[str] | None = None,
) -> tuple[Atendimento, list[Violation]]:
    """A copied ticket as the target ERP takes it, and what the target would still refuse.

    Nobody sits at a form here: what only a form objects to is left out or let pass. ``held`` names the fields that
    the target has; a field it lacks cannot be missing there.
    """
    twin = complete(atendimento, parametros)
    if twin.prioridade is None and (held is None or "prioridade" in held):
        twin = twin.model_copy(update={"prioridade": Prioridade.NORMAL})  # where the form starts
    broken = {violation.code for violation in validate(twin, parametros, hoje=hoje)}
    left_out = {campo: None for code in broken for campo in _LEFT_OUT.get(code, ())}
    twin = twin.model_copy(update=left_out)
    return twin, [
        violation
        for violation in validate(twin, parametros, hoje=hoje)
        if violation.code in REFUSED_BY_TARGET and (held is None or violation.campo in held)
    ]


#: What an ERP itself refuses of a twin. A missing text is none of it, for the footer stands there; a movement of the
#: status is judged by ``status.may_mirror``; the rest are checks of forms.
REFUSED_BY_TARGET = frozenset(
    {
        "cliente-obrigatorio",
        "estrutura-obrigatoria",
        "titulo-obrigatorio",
        "departamento-obrigatorio",
        "prioridade-obrigatoria",
        "status-obrigatorio",
        "assunto-obrigatorio",
        "login-obrigatorio",
        "contrato-obrigatorio",
        "contrato-obrigatorio-assinatura",
        "canal-obrigatorio",
        "status-complementar-obrigatorio",
        "processo-obrigatorio",
        "contrato-de-outro-cliente",
        "login-de-outro-cliente",
        "cliente-sem-contrato",
    }
)

#: Fields that a twin leaves out rather than be refused for them.
_LEFT_OUT: Mapping[str, tuple[str, ...]] = {
    "data-reservada-passada": ("data_reservada",),
    "canal-inativo": ("canal",),
    "coordenadas-sem-origem": ("latitude", "longitude"),
}

#: The status that a kind of movement brings by itself.
_SETS: Mapping[TipoMovimentacao, Status] = {
    TipoMovimentacao.ASSUMIDO: Status.EM_PROGRESSO,
    TipoMovimentacao.PAUSADO: Status.PENDENTE,
    TipoMovimentacao.SOLUCIONADO: Status.SOLUCIONADO,
    TipoMovimentacao.CANCELADO: Status.CANCELADO,
}


def _blank(text: str | None) -> bool:
    return not text or not text.strip()


def _missing(value: Termo | Vinculo | Cliente | None) -> bool:
    """Whether nothing says which one is meant."""
    if value is None:
        return True
    return _blank(value.id) and _blank(value.nome) and _blank(getattr(value, "documento", None))


def _other_owner(vinculo: Vinculo | None, atendimento: Atendimento, donos: Mapping[str, str]) -> bool:
    if vinculo is None or vinculo.id is None or atendimento.cliente is None or atendimento.cliente.id is None:
        return False
    return donos.get(vinculo.id, atendimento.cliente.id) != atendimento.cliente.id


def _without_contract(a: Atendimento, p: ParametrosAtendimento) -> bool:
    if not p.exige_contrato or a.tipo is not Tipo.CLIENTE or a.cliente is None or not _missing(a.contrato):
        return False
    return a.cliente.id not in p.donos_de_contrato.values()


def _typed_coordinates(a: Atendimento, p: ParametrosAtendimento) -> bool:
    given = a.latitude is not None or a.longitude is not None
    return given and a.origem_endereco in (None, OrigemEndereco.MANUAL)


def _origin(a: Atendimento, p: ParametrosAtendimento) -> list[Violation]:
    if p.origem_exigida is None or a.origem_endereco in (None, p.origem_exigida):
        return []
    return [Violation.of("origem-endereco-incompativel", "origem_endereco", exigida=p.origem_exigida)]


def _transition(before: Status | None, after: Status | None, *, reopen: bool) -> list[Violation]:
    after = after or before
    if before is None or after is None or can_move(before, after, reopen=reopen):
        return []
    closed = before is Status.CANCELADO or (before is Status.SOLUCIONADO and not reopen)
    way = WAYS_OUT[before if closed else Status.NOVO]
    return [Violation.of("transicao-invalida", "status", antes=before, depois=after, saida_en=way.en, saida_pt=way.pt)]


def _reference_day(atendimento: Atendimento) -> date:
    if atendimento.aberto_em:
        return atendimento.aberto_em.date()
    return (SystemClock().now() - timedelta(hours=5)).date()  # UTC-5 is the west of Brazil: past everywhere


_Rule = Callable[[Atendimento, ParametrosAtendimento], bool]

#: Code, field, and whether the rule is broken; in the order of the form.
_RULES: tuple[tuple[str, str, _Rule], ...] = (
    ("cliente-obrigatorio", "cliente", lambda a, p: a.tipo is Tipo.CLIENTE and _missing(a.cliente)),
    ("estrutura-obrigatoria", "estrutura", lambda a, p: a.tipo is Tipo.ESTRUTURA and _missing(a.estrutura)),
    ("titulo-obrigatorio", "titulo", lambda a, p: _blank(a.titulo)),
    ("departamento-obrigatorio", "departamento", lambda a, p: _missing(a.departamento)),
    ("prioridade-obrigatoria", "prioridade", lambda a, p: a.prioridade is None),
    ("descricao-obrigatoria", "descricao", lambda a, p: _blank(a.descricao)),
    ("status-obrigatorio", "status", lambda a, p: a.status is None),
    ("assunto-obrigatorio", "assunto", lambda a, p: p.assunto_obrigatorio and _missing(a.assunto)),
    ("login-obrigatorio", "login", lambda a, p: p.login_obrigatorio and _missing(a.login)),
    ("contrato-obrigatorio", "contrato", lambda a, p: p.exige_contrato_do_atendimento and _missing(a.contrato)),
    (
        "contrato-obrigatorio-assinatura",
        "contrato",
        lambda a, p: a.processo is not None and a.processo.id in p.processos_com_assinatura and _missing(a.contrato),
    ),
    ("canal-obrigatorio", "canal", lambda a, p: p.canal_obrigatorio and _missing(a.canal)),
    (
        "status-complementar-obrigatorio",
        "status_complementar",
        lambda a, p: p.status_complementar_obrigatorio and _missing(a.status_complementar),
    ),
    ("processo-obrigatorio", "processo", lambda a, p: p.processo_obrigatorio and _missing(a.processo)),
    ("canal-inativo", "canal", lambda a, p: a.canal is not None and a.canal.id in p.canais_inativos),
    (
        "endereco-obrigatorio",
        "endereco",
        lambda a, p: a.origem_endereco is OrigemEndereco.MANUAL and _blank(a.endereco),
    ),
    ("coordenadas-sem-origem", "latitude", _typed_coordinates),
    ("contrato-de-outro-cliente", "contrato", lambda a, p: _other_owner(a.contrato, a, p.donos_de_contrato)),
    ("login-de-outro-cliente", "login", lambda a, p: _other_owner(a.login, a, p.donos_de_login)),
    ("cliente-sem-contrato", "contrato", _without_contract),
    (
        "solucao-obrigatoria",
        "primeiro_contato.solucao",
        lambda a, p: bool(a.primeiro_contato and a.primeiro_contato.resolvido and _blank(a.primeiro_contato.solucao)),
    ),
    (
        "resolvido-com-os",
        "primeiro_contato.pede_os",
        lambda a, p: bool(a.primeiro_contato and a.primeiro_contato.resolvido and a.primeiro_contato.pede_os),
    ),
)
