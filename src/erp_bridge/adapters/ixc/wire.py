"""IXC's records as they arrive: every value a text, whatever came. Columns not named here are ignored.

The names are the ERP's own, so ``menssagem`` (tickets) and ``mensagem`` (elsewhere) are both right (quirk 8), and
``status`` is not the status: ``su_status`` is (quirk 10). No record has a field for a password (quirk 27).
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model


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


#: Nearly every value is a sound text already, and then no function of ours is called. Asking for a length, if none at
#: all, has pydantic look into the text: one with half characters is not sound.
_Sound = Annotated[str, Field(strict=True, min_length=0)]
Column = Annotated[_Sound | Annotated[str, BeforeValidator(as_text)], Field(union_mode="left_to_right")]


class Record(BaseModel):
    """One row; a missing column is empty."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: Column = ""


R = TypeVar("R", bound=Record)


class UsualPage(BaseModel, Generic[R]):
    """A listing in the form that nearly all come in, every value a text; any other is read with more patience."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    registros: list[R] = Field(min_length=1)
    total: Annotated[int, Field(ge=0)]
    type: Literal[""] = ""  # else it is an answer of another kind


@cache
def usual_page(kind: type[R]) -> type[UsualPage[R]]:
    """The page of such records."""
    texts: dict[str, Any] = dict.fromkeys(kind.model_fields, (str, ""))
    generic: Any = UsualPage
    page: type[UsualPage[R]] = generic[create_model(kind.__name__, __base__=kind, **texts)]
    return page


class SuTicket(Record):
    """``su_ticket``: a ticket, in the order of the ERP's own listing."""

    id_ticket_status: Column = ""
    id_usuarios: Column = ""
    titulo: Column = ""
    data_criacao: Column = ""
    data_ultima_alteracao: Column = ""
    prioridade: Column = ""
    id_ticket_origem: Column = ""
    id_ticket_setor: Column = ""
    menssagem: Column = ""
    id_cliente: Column = ""
    status: Column = ""
    protocolo: Column = ""
    mensagens_nao_lida_cli: Column = ""
    mensagens_nao_lida_sup: Column = ""
    token: Column = ""
    data_hora_os_aberta: Column = ""
    data_hora_os_execucao: Column = ""
    data_hora_execucao: Column = ""
    data_hora_os_encaminhada: Column = ""
    id_wfl_processo: Column = ""
    id_assunto: Column = ""
    id_resposta: Column = ""
    latitude: Column = ""
    longitude: Column = ""
    id_login: Column = ""
    endereco: Column = ""
    origem_endereco: Column = ""
    id_contrato: Column = ""
    id_circuito: Column = ""
    id_su_diagnostico: Column = ""
    status_sla: Column = ""
    id_filial: Column = ""
    id_responsavel_tecnico: Column = ""
    su_status: Column = ""
    interacao_pendente: Column = ""
    id_evento_status_processo: Column = ""
    melhor_horario_agenda: Column = ""
    data_reservada: Column = ""
    melhor_horario_reserva: Column = ""
    origem_cadastro: Column = ""
    id_canal_atendimento: Column = ""
    ultima_atualizacao: Column = ""
    tipo: Column = ""
    id_estrutura: Column = ""
    origem_endereco_estrutura: Column = ""
    id_usuario_abertura: Column = ""
    updated_user: Column = ""


class SuMensagem(Record):
    """``su_mensagens``: an interaction; it may also set the ticket's status (quirk 18)."""

    id_ticket: Column = ""
    data: Column = ""
    titulo: Column = ""
    mensagem: Column = ""
    operador: Column = ""
    su_status: Column = ""
    visibilidade_mensagens: Column = ""


class SuTransfAtendimento(Record):
    """``su_transf_atendimento``: a ticket passed on to another department."""

    id_atendimento: Column = ""
    data_transferencia: Column = ""
    id_departamento_origem: Column = ""
    id_departamento_destino: Column = ""
    id_responsavel_tecnico: Column = ""


class ClienteRecord(Record):
    """``cliente``, as far as a ticket needs it."""

    razao: Column = ""
    fantasia: Column = ""
    cnpj_cpf: Column = ""
    ativo: Column = ""


class ContratoRecord(Record):
    """``cliente_contrato``."""

    id_cliente: Column = ""
    contrato: Column = ""
    status: Column = ""
    id_vd_contrato: Column = ""


class LoginRecord(Record):
    """``radusuarios``, without its password."""

    id_cliente: Column = ""
    id_contrato: Column = ""
    login: Column = ""
    ativo: Column = ""


class ArquivoRecord(Record):
    """``su_ticket_arquivos``."""

    id_ticket: Column = ""
    descricao: Column = ""
    nome_arquivo: Column = ""
    local_arquivo: Column = ""
    data_envio: Column = ""


class OrdemRecord(Record):
    """``su_oss_chamado``: a work order."""

    id_ticket: Column = ""
    protocolo: Column = ""
    status: Column = ""
    data_abertura: Column = ""


class ProdutoRecord(Record):
    """``vd_contratos_produtos``: a product of a contract (``id_contrato``) or of a plan (``id_vd_contrato``)."""

    tipo: Column = ""
    qtde: Column = ""
    valor_unit: Column = ""
    valor_liquido: Column = ""
    valor_bruto: Column = ""


class FaturaRecord(Record):
    """``fn_areceber``: an invoice. The contract may stand in any of three columns."""

    id_contrato: Column = ""
    id_contrato_principal: Column = ""
    id_contrato_avulso: Column = ""
    status: Column = ""
    data_vencimento: Column = ""
    valor: Column = ""
    valor_aberto: Column = ""
    obs: Column = ""
    documento: Column = ""


class DescontoRecord(Record):
    """``cliente_contrato_descontos``: a discount of a contract until a day."""

    descricao: Column = ""
    valor: Column = ""


class ItemRecord(Record):
    """``cliente_contrato_servicos``: one item on the next invoices."""

    descricao: Column = ""
    valor_total: Column = ""
