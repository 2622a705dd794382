"""IXC's records as they arrive: every value a text, whatever came. Only the columns that somebody reads are named.

The names are the ERP's own, so ``menssagem`` (tickets) and ``mensagem`` (elsewhere) are both right (quirk 8), and
``status`` is not the status: ``su_status`` is (quirk 10). No record has a field for a password (quirk 27).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Generic, Literal, Self, TypeVar

from msgspec import Meta, Struct
from msgspec.json import Decoder


def as_text(value: Any) -> str:
    """Null, numbers and truth values as the text that the ERP itself would have sent (quirk 6)."""
    match value:
        case str():
            return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")  # half characters
        case bool():
            return "S" if value else "N"
        case int() | float():
            return str(value)
        case _:
            return ""


class Record(Struct, frozen=True, gc=False):
    """One row; a missing column is empty. It holds texts alone, so the garbage collector need not look at it."""

    id: str = ""
    cell: None = None  #: a view's columns come in here (quirk 3): such a page is not in the usual form

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The record of a row as any JSON reader brings it. Never fails; what is not a column here is ignored."""
        columns = (name for name in cls.__struct_fields__ if name in row and name != "cell")
        texts: dict[str, Any] = {name: as_text(row[name]) for name in columns}
        return cls(**texts)


R = TypeVar("R", bound=Record)


class UsualPage(Struct, Generic[R], frozen=True):
    """A listing in the form that nearly all come in, every value a text; any other is read with more patience."""

    registros: Annotated[list[R], Meta(min_length=1)]
    total: Annotated[str, Meta(pattern="^[0-9]+$")] | Annotated[int, Meta(ge=0)]
    type: Literal[""] = ""  # else it is an answer of another kind


@cache
def usual_page(kind: type[R]) -> Decoder[UsualPage[R]]:
    """Reads such a page of such records. Raises ``ValueError`` and ``RecursionError`` for any other content."""
    return Decoder(UsualPage[kind])  # type: ignore[valid-type]


class SuTicket(Record, frozen=True, gc=False):
    """``su_ticket``: a ticket, in the order of the ERP's own listing."""

    titulo: str = ""
    data_criacao: str = ""
    data_ultima_alteracao: str = ""
    prioridade: str = ""
    id_ticket_origem: str = ""
    id_ticket_setor: str = ""
    menssagem: str = ""
    id_cliente: str = ""
    protocolo: str = ""
    id_wfl_processo: str = ""
    id_assunto: str = ""
    id_resposta: str = ""
    latitude: str = ""
    longitude: str = ""
    id_login: str = ""
    endereco: str = ""
    origem_endereco: str = ""
    id_contrato: str = ""
    id_responsavel_tecnico: str = ""
    su_status: str = ""
    interacao_pendente: str = ""
    id_evento_status_processo: str = ""
    data_reservada: str = ""
    melhor_horario_reserva: str = ""
    id_canal_atendimento: str = ""
    ultima_atualizacao: str = ""
    tipo: str = ""
    id_estrutura: str = ""
    origem_endereco_estrutura: str = ""
    id_usuario_abertura: str = ""


class SuMensagem(Record, frozen=True, gc=False):
    """``su_mensagens``: an interaction; it may also set the ticket's status (quirk 18)."""

    id_ticket: str = ""
    data: str = ""
    titulo: str = ""
    mensagem: str = ""
    operador: str = ""
    su_status: str = ""
    visibilidade_mensagens: str = ""


class SuTransfAtendimento(Record, frozen=True, gc=False):
    """``su_transf_atendimento``: a ticket passed on to another department."""

    id_atendimento: str = ""
    data_transferencia: str = ""
    id_departamento_origem: str = ""
    id_departamento_destino: str = ""
    id_responsavel_tecnico: str = ""


class ClienteRecord(Record, frozen=True, gc=False):
    """``cliente``, as far as a ticket needs it."""

    razao: str = ""
    fantasia: str = ""
    cnpj_cpf: str = ""
    ativo: str = ""


class ContratoRecord(Record, frozen=True, gc=False):
    """``cliente_contrato``."""

    id_cliente: str = ""
    contrato: str = ""
    status: str = ""
    id_vd_contrato: str = ""


class LoginRecord(Record, frozen=True, gc=False):
    """``radusuarios``, without its password."""

    id_cliente: str = ""
    id_contrato: str = ""
    login: str = ""
    ativo: str = ""


class ArquivoRecord(Record, frozen=True, gc=False):
    """``su_ticket_arquivos``."""

    id_ticket: str = ""
    descricao: str = ""
    nome_arquivo: str = ""
    local_arquivo: str = ""


class OrdemRecord(Record, frozen=True, gc=False):
    """``su_oss_chamado``: a work order."""

    id_ticket: str = ""
    protocolo: str = ""
    status: str = ""
    data_abertura: str = ""


class ProdutoRecord(Record, frozen=True, gc=False):
    """``vd_contratos_produtos``: a product of a contract (``id_contrato``) or of a plan (``id_vd_contrato``)."""

    tipo: str = ""
    qtde: str = ""
    valor_unit: str = ""
    valor_liquido: str = ""
    valor_bruto: str = ""


class FaturaRecord(Record, frozen=True, gc=False):
    """``fn_areceber``: an invoice. The contract may stand in any of three columns."""

    id_contrato: str = ""
    id_contrato_principal: str = ""
    id_contrato_avulso: str = ""
    status: str = ""
    data_vencimento: str = ""
    valor: str = ""
    valor_aberto: str = ""
    obs: str = ""
    documento: str = ""


class DescontoRecord(Record, frozen=True, gc=False):
    """``cliente_contrato_descontos``: a discount of a contract until a day."""

    descricao: str = ""
    valor: str = ""


class ItemRecord(Record, frozen=True, gc=False):
    """``cliente_contrato_servicos``: one item on the next invoices."""

    descricao: str = ""
    valor_total: str = ""
