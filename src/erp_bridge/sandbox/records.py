"""What a simulated provider holds, in plain words that belong to no ERP. Each simulator writes them in its own codes.

Every list of a :class:`Side` is ordered by id. Instants are aware, in UTC, whole seconds. ``id`` is the number of the
record on its side; ``codigo`` (where there is one) is the ten-character code of the same record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Cidade:
    id: int
    nome: str
    uf: str
    ddd: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Endereco:
    logradouro: str
    numero: str
    bairro: str
    cidade: Cidade
    cep: str  # digits
    complemento: str = ""
    latitude: float | None = None
    longitude: float | None = None

    def __str__(self) -> str:
        return f"{self.logradouro}, {self.numero} - {self.bairro}, {self.cidade.nome}/{self.cidade.uf}"


@dataclass(frozen=True)
class Pessoa:
    """A person or a company in the world outside: the same one on both sides. Phones are digits with area code."""

    id: int
    pj: bool
    nome: str
    fantasia: str  # companies only
    documento: str  # CPF or CNPJ, digits, valid
    telefone: str  # may be ""
    celular: str
    email: str
    endereco: Endereco


@dataclass(frozen=True)
class Cliente:
    """How one side knows a person. ``documento`` may be "" although the person has one; two clients may share one."""

    id: int
    pessoa: Pessoa
    documento: str
    ativo: bool
    cadastrado_em: date
    tecnico: bool = False  # an entry of the provider itself, on which mass outages are written


@dataclass(frozen=True)
class Plano:
    id: int
    codigo: str
    nome: str
    mensalidade: Decimal


@dataclass(frozen=True)
class Contrato:
    id: int
    cliente_id: int
    plano: Plano
    situacao: str  # ativo | inativo | bloqueado (bloqueado still counts as active)
    inicio: date
    fim: date | None
    endereco: Endereco

    @property
    def ativo(self) -> bool:
        return self.situacao != "inativo"


@dataclass(frozen=True)
class Login:
    id: int
    cliente_id: int
    contrato_id: int
    login: str
    ativo: bool
    online: bool
    ip: str
    mac: str
    concentrador: str


@dataclass(frozen=True)
class Fatura:
    id: int
    cliente_id: int
    contrato_id: int
    emissao: date
    vencimento: date
    valor: Decimal
    pagamento: date | None


@dataclass(frozen=True)
class Assunto:
    """A subject. ``canonico`` is "" when the other side has no counterpart."""

    id: int
    codigo: str
    nome: str
    canonico: str
    ativo: bool = True
    login_obrigatorio: bool = False
    contrato_obrigatorio: bool = False
    canal_obrigatorio: bool = False
    processo_obrigatorio: bool = False
    status_complementar_obrigatorio: bool = False


@dataclass(frozen=True)
class Departamento:
    id: int
    codigo: str
    nome: str
    canonico: str


@dataclass(frozen=True)
class Usuario:
    """Somebody who logs in. ``api`` marks the one whose key the integration uses."""

    id: int
    codigo: str
    nome: str
    ativo: bool = True
    api: bool = False


@dataclass(frozen=True)
class Funcionario:
    """An employee: another list with its own ids (IXC quirk 20)."""

    id: int
    nome: str
    usuario_id: int
    ativo: bool = True


@dataclass(frozen=True)
class Canal:
    id: int
    nome: str
    ativo: bool = True


@dataclass(frozen=True)
class StatusComplementar:
    id: int
    nome: str


@dataclass(frozen=True)
class Processo:
    id: int
    nome: str
    ativo: bool = True
    com_assinatura: bool = False  # holds a work order whose subject needs a signature


@dataclass(frozen=True)
class Estrutura:
    """The provider's own equipment: a POP, a tower, an access point."""

    id: int
    codigo: str
    nome: str
    endereco: Endereco


@dataclass(frozen=True)
class Prospecto:
    id: int
    codigo: str
    nome: str
    telefone: str


@dataclass(frozen=True)
class Mensagem:
    """An entry of a ticket's history. ``status`` is the one it set, "" when it set none."""

    id: int
    ticket_id: int
    autor_id: int  # Usuario
    texto: str
    instante: datetime
    visibilidade: str  # publica | privada | padrao
    status: str = ""


@dataclass(frozen=True)
class Transferencia:
    id: int
    ticket_id: int
    instante: datetime
    origem_id: int  # Departamento
    destino_id: int
    responsavel_id: int | None  # Funcionario
    situacao: str  # nao_assumida | assumida | finalizada


@dataclass(frozen=True)
class Anexo:
    id: int
    ticket_id: int
    nome: str
    descricao: str
    tamanho: int
    enviado_em: datetime


@dataclass(frozen=True)
class OrdemServico:
    id: int
    numero: str
    ticket_id: int
    situacao: str  # aberta | agendada | em_execucao | finalizada
    aberta_em: datetime


@dataclass
class Ticket:
    """A ticket of one side. Exactly one of ``cliente_id``, ``estrutura_id``, ``prospecto_id`` is set.

    ``codigo_estranho`` names the field ("status" or "prioridade") in which this side's ERP holds a code that its public
    documents do not know; the field itself is then only what the ticket would have been.
    """

    id: int
    protocolo: str
    tipo: str  # cliente | estrutura
    cliente_id: int | None
    estrutura_id: int | None
    prospecto_id: int | None
    contrato_id: int | None
    login_id: int | None
    assunto_id: int
    titulo: str
    descricao: str
    departamento_id: int
    responsavel_id: int | None  # Funcionario
    aberto_por_id: int  # Usuario
    prioridade: str  # baixa | normal | alta | critica
    status: str  # novo | pendente | em_progresso | solucionado | cancelado
    origem: str  # interna | hotsite | telefone | fax | email | visita | suporte_online
    origem_endereco: str  # manual | cliente | login | contrato | estrutura
    endereco: str
    latitude: float | None
    longitude: float | None
    interacao_pendente: str  # ambos | externa | interna | nenhuma
    aberto_em: datetime
    encerrado_em: datetime | None  # solved or cancelled at
    alterado_em: datetime
    canal_id: int | None = None
    status_complementar_id: int | None = None
    processo_id: int | None = None
    data_reservada: date | None = None
    melhor_horario: str = "qualquer"  # manha | tarde | noite | qualquer
    contato_nome: str = ""
    contato_telefone: str = ""
    contato_email: str = ""
    codigo_estranho: str = ""
    massiva: bool = False
    mensagens: list[Mensagem] = field(default_factory=list)  # by time, ids ascending within the side
    transferencias: list[Transferencia] = field(default_factory=list)
    anexos: list[Anexo] = field(default_factory=list)
    ordens: list[OrdemServico] = field(default_factory=list)


@dataclass
class Side:
    """Everything one provider's ERP holds."""

    nome: str  # left | right
    clientes: list[Cliente] = field(default_factory=list)
    contratos: list[Contrato] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)
    planos: list[Plano] = field(default_factory=list)
    faturas: list[Fatura] = field(default_factory=list)
    assuntos: list[Assunto] = field(default_factory=list)
    departamentos: list[Departamento] = field(default_factory=list)
    usuarios: list[Usuario] = field(default_factory=list)
    funcionarios: list[Funcionario] = field(default_factory=list)
    canais: list[Canal] = field(default_factory=list)
    status_complementares: list[StatusComplementar] = field(default_factory=list)
    processos: list[Processo] = field(default_factory=list)
    estruturas: list[Estrutura] = field(default_factory=list)
    prospectos: list[Prospecto] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)


@dataclass
class World:
    seed: int
    now: datetime  # aware; nothing in the world is later
    cidades: list[Cidade]
    pessoas: list[Pessoa]
    left: Side
    right: Side

    def side(self, nome: str) -> Side:
        """The side called "left" or "right"."""
        if nome not in ("left", "right"):
            raise ValueError(f'a world has the sides "left" and "right", not {nome!r}')
        return self.left if nome == "left" else self.right
