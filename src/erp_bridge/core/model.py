"""The canonical ticket and what belongs to it. Values only: nothing here reads, writes or decides.

Names are the ERPs' own words without accents; the manuals' wording stands in brackets in the field notes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timezone
from enum import StrEnum
from itertools import repeat
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from erp_bridge.core import documento as doc
from erp_bridge.core.footer import Footer
from erp_bridge.core.text import clean


class Tipo(StrEnum):
    """Whom a ticket is about: a client, or a structure of the network."""

    CLIENTE = "cliente"
    ESTRUTURA = "estrutura"


class Status(StrEnum):
    """Where a ticket stands. ``solucionado`` may be reopened where that is allowed; ``cancelado`` is the end."""

    NOVO = "novo"
    PENDENTE = "pendente"
    EM_PROGRESSO = "em_progresso"
    SOLUCIONADO = "solucionado"
    CANCELADO = "cancelado"


class Prioridade(StrEnum):
    """How urgent a ticket is."""

    BAIXA = "baixa"
    NORMAL = "normal"
    ALTA = "alta"
    CRITICA = "critica"


class OrigemEndereco(StrEnum):
    """Where the address of a ticket comes from: typed by hand, or that of a record it belongs to."""

    MANUAL = "manual"
    CLIENTE = "cliente"
    LOGIN = "login"
    CONTRATO = "contrato"
    ESTRUTURA = "estrutura"


class MelhorHorario(StrEnum):
    """When the client would like to be visited."""

    MANHA = "manha"
    TARDE = "tarde"
    NOITE = "noite"
    QUALQUER = "qualquer"


class Origem(StrEnum):
    """How the client reached the provider."""

    INTERNA = "interna"
    HOTSITE = "hotsite"
    TELEFONE = "telefone"
    FAX = "fax"
    EMAIL = "email"
    VISITA = "visita"
    SUPORTE_ONLINE = "suporte_online"
    OUTRO = "outro"


class InteracaoPendente(StrEnum):
    """Whose answer is waited for: the provider's own people (``interna``), the client (``externa``), both, nobody's."""

    AMBOS = "ambos"
    EXTERNA = "externa"
    INTERNA = "interna"
    NENHUMA = "nenhuma"


class TipoMovimentacao(StrEnum):
    """What an entry of a ticket's history tells of."""

    ABERTURA = "abertura"
    ASSUMIDO = "assumido"
    MENSAGEM = "mensagem"
    ENCAMINHADO = "encaminhado"
    PAUSADO = "pausado"
    STATUS = "status"
    SOLUCIONADO = "solucionado"
    CANCELADO = "cancelado"


class Visibilidade(StrEnum):
    """Who reads a message: clients too, the provider's people alone, or as the ERP's own setting says."""

    PUBLICA = "publica"
    PRIVADA = "privada"
    PADRAO = "padrao"


def _as_text(id: object) -> object:
    if isinstance(id, str):
        return clean(id)
    return str(id) if isinstance(id, int) else id


Texto = Annotated[str, AfterValidator(clean)]
#: An ERP's id, always kept as text (Integrator's are codes, IXC's are numbers).
Id = Annotated[str, BeforeValidator(_as_text)]
Documento = Annotated[str | None, BeforeValidator(lambda v: doc.normalise(v) if isinstance(v, str) else v)]


def _fixed(instant: datetime) -> datetime:
    if type(instant.tzinfo) is timezone and not instant.fold:
        return instant
    offset = instant.utcoffset()
    return instant if offset is None else instant.replace(tzinfo=timezone(offset), fold=0)


#: An instant, kept with a fixed offset: Python compares times of one zone without regard to the doubled hour.
Instante = Annotated[AwareDatetime, AfterValidator(_fixed)]


class Model(BaseModel):
    """Frozen, and closed against misspelt names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


M = TypeVar("M", bound=Model)


def trusted(kind: type[M], values: Collection[dict[str, Any]], given: set[str]) -> list[M]:
    """The objects that validation would make of these ``values``, made without looking at them: in a tenth of the time.

    For a translation that makes many objects of one form, and by construction only of what validation leaves as it
    is: every field of ``kind`` in the order of the model; texts and ids that went through ``core.text.clean``; members
    of the enumerations themselves; finite numbers; instants with a fixed offset; objects that are validated already.
    Its tests must show that ``kind.model_validate`` agrees with it (``tests/ixc/test_ixc_adapter_trusted.py``).

    The dictionaries are kept, not copied. ``given`` are the fields that count as set; it may be shared by all objects
    of that form, since nothing changes it: the model is frozen, and pydantic's copies get a set of their own.
    """
    made = [kind.__new__(kind) for _ in values]
    content: list[Iterable[Any]] = [values, repeat(given), repeat(None), repeat(None)]
    for write, each in zip(_SLOTS, content, strict=True):
        deque(map(write, made, each), maxlen=0)  # a loop without steps of Python
    return made


#: Writes the four slots of any pydantic object as pydantic's own copying does, past the ``__setattr__`` of the frozen.
_SLOTS = [
    BaseModel.__dict__[slot].__set__
    for slot in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
]


class Termo(Model):
    """An entry of one of the ERP's lists: its id there, and its canonical name."""

    id: Id | None = None
    nome: Texto = ""


class Vinculo(Model):
    """A connection the ticket is about, in its ERP's own terms: login, contract, plan, access point, service tag."""

    id: Id | None = None
    nome: Texto = ""
    ativo: bool | None = None


class Cliente(Model):
    """A client. ``documento`` is the CPF or CNPJ without punctuation; ids of two ERPs have nothing in common."""

    id: Id | None = None
    documento: Documento = None
    nome: Texto | None = None


class Contato(Model):
    """Whom to call back [Nome da Pessoa]."""

    nome: Texto | None = None
    telefone: Texto | None = None
    email: Texto | None = None


class PerguntaResposta(Model):
    """One question of the service script [Script de Atendimento]."""

    pergunta: Texto
    opcoes: tuple[Texto, ...] = ()
    resposta: Texto | None = None
    explicacao_cliente: Texto | None = None
    explicacao_operador: Texto | None = None


class PrimeiroContato(Model):
    """What was done at the first contact [Primeiro Contato]. ``resolvido`` opens the ticket and solves it at once."""

    verificacoes: Texto | None = None
    resolvido: bool = False
    solucao: Texto | None = None
    pede_os: bool = False


class Atendimento(Model):
    """A ticket, the same whatever ERP it lives in. ``None`` and ``""`` mean: not set there.

    Three fields at the end serve the bridge and are empty on a ticket made by hand: ``footer`` (cut from the text as
    read, appended to it as written), ``codigos`` (the ERP's own codes as read, so that an unknown one is kept on
    write) and ``versao`` (the ERP's stamp of that record, for writes that must not overtake somebody else's).
    """

    id: Id | None = None
    protocolo: Texto | None = None
    tipo: Tipo = Tipo.CLIENTE
    cliente: Cliente | None = None
    solicitante: Cliente | None = None
    estrutura: Termo | None = None
    login: Vinculo | None = None
    contrato: Vinculo | None = None
    plano: Vinculo | None = None
    ponto_roteamento: Vinculo | None = None
    etiqueta: Vinculo | None = None
    assunto: Termo | None = None
    titulo: Texto = ""
    descricao: Texto = ""
    origem_endereco: OrigemEndereco | None = None
    endereco: Texto | None = None
    latitude: float | None = Field(default=None, allow_inf_nan=False)
    longitude: float | None = Field(default=None, allow_inf_nan=False)
    processo: Termo | None = None
    departamento: Termo | None = None
    responsavel: Termo | None = None
    canal: Termo | None = None
    status_complementar: Termo | None = None
    prioridade: Prioridade | None = None
    data_reservada: date | None = None
    melhor_horario: MelhorHorario | None = None
    origem: Origem | None = None
    interacao_pendente: InteracaoPendente | None = None
    status: Status | None = None
    contato: Contato | None = None
    script: tuple[PerguntaResposta, ...] = ()
    primeiro_contato: PrimeiroContato | None = None
    mensagem_padrao: Termo | None = None
    aberto_em: Instante | None = None
    alterado_em: Instante | None = None
    encerrado_em: Instante | None = None
    footer: Footer | None = Field(default=None, repr=False)
    codigos: Mapping[str, Texto] = Field(default_factory=dict, repr=False)
    versao: Texto | None = Field(default=None, repr=False)


class Arquivo(Model):
    """A file attached to a ticket; ``tamanho`` in bytes."""

    id: Id | None = None
    nome: Texto
    descricao: Texto | None = None
    tamanho: int | None = None


class Movimentacao(Model):
    """One entry of a ticket's history. Its id carries the table it comes from (``m789``, ``t12``).

    ``status`` is the one that this entry set, if any. An unknown ``visibilidade`` is None and travels as private.
    ``arquivo`` is the file whose arrival the entry tells.
    """

    id: Id | None = None
    atendimento_id: Id | None = None
    tipo: TipoMovimentacao = TipoMovimentacao.MENSAGEM
    texto: Texto = ""
    autor: Texto | None = None
    instante: Instante | None = None
    visibilidade: Visibilidade | None = None
    status: Status | None = None
    arquivo: Arquivo | None = None
    footer: Footer | None = Field(default=None, repr=False)


class OrdemServico(Model):
    """A field-service order linked to a ticket. Read-only; ``status`` in the ERP's own words."""

    id: Id
    numero: Texto | None = None
    status: Texto | None = None
    aberta_em: Instante | None = None
