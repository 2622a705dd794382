"""Messages, transfers, clients, connections, files and work orders: from IXC's records to the model, and back. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from erp_bridge.adapters.ixc import codes, texts, values
from erp_bridge.adapters.ixc.translate import Dialect
from erp_bridge.adapters.ixc.values import present
from erp_bridge.adapters.ixc.wire import (
    ArquivoRecord,
    ClienteRecord,
    ContratoRecord,
    LoginRecord,
    OrdemRecord,
    SuMensagem,
    SuTicket,
    SuTransfAtendimento,
)
from erp_bridge.core.model import (
    Arquivo,
    Cliente,
    Movimentacao,
    OrdemServico,
    Status,
    TipoMovimentacao,
    Vinculo,
    Visibilidade,
)

#: Ids of two tables, told apart by their first letter.
MESSAGE, TRANSFER = "m", "t"

#: What a message is that sets this status.
_KIND: Mapping[Status, TipoMovimentacao] = {
    Status.NOVO: TipoMovimentacao.STATUS,
    Status.PENDENTE: TipoMovimentacao.PAUSADO,
    Status.EM_PROGRESSO: TipoMovimentacao.ASSUMIDO,
    Status.SOLUCIONADO: TipoMovimentacao.SOLUCIONADO,
    Status.CANCELADO: TipoMovimentacao.CANCELADO,
}
_BEGINNING = datetime.min.replace(tzinfo=UTC)


def read_message(row: SuMensagem, dialect: Dialect, author: Callable[[str], str]) -> Movimentacao:
    """``author`` gives the name of a user by id."""
    texto, rodape = texts.read(row.mensagem)
    status = dialect.status.read(row.su_status)
    operator = present(row.operador)
    return Movimentacao(
        id=f"{MESSAGE}{row.id}",
        atendimento_id=row.id_ticket or None,
        tipo=_KIND[status] if status else TipoMovimentacao.MENSAGEM,
        texto=texto,
        autor=(author(operator) if operator else "") or None,
        instante=values.instant(row.data, dialect.zone),
        visibilidade=codes.VISIBILIDADE.read(row.visibilidade_mensagens),
        status=status,
        footer=rodape,
    )


def read_transfer(row: SuTransfAtendimento, zone: ZoneInfo) -> Movimentacao:
    """Without a text: where to is a field of the ticket."""
    return Movimentacao(
        id=f"{TRANSFER}{row.id}",
        atendimento_id=row.id_atendimento or None,
        tipo=TipoMovimentacao.ENCAMINHADO,
        instante=values.instant(row.data_transferencia, zone),
    )


def in_order(movements: Iterable[Movimentacao]) -> list[Movimentacao]:
    """By time, then by table and number; without a time first."""

    def place(movement: Movimentacao) -> tuple[datetime, str, int]:
        id = movement.id or ""
        number = id[1:]
        return (movement.instante or _BEGINNING, id[:1], int(number) if number.isascii() and number.isdecimal() else 0)

    return sorted(movements, key=place)


def told_apart(history: Iterable[Movimentacao]) -> list[Movimentacao]:
    """A whole history in order, in which a message that only repeats the status sets none.

    Most clients of this ERP repeat it, some with every comment.
    """
    found, before = [], Status.NOVO
    for movement in in_order(history):
        if movement.status is not None and movement.status is before:
            found.append(movement.model_copy(update={"tipo": TipoMovimentacao.MENSAGEM, "status": None}))
        else:
            found.append(movement)
            before = movement.status or before
    return found


def message_record(ticket: SuTicket, texto: str, visibilidade: Visibilidade | None, su_status: str) -> dict[str, str]:
    """A message as the vendor's form sends it.

    What is pending is repeated, since the form demands it. A message of unknown visibility is private. The author is
    the token's user whatever is sent (quirk 20), and the time is the ERP's own.
    """
    return {
        "id_cliente": ticket.id_cliente,
        "mensagem_ticket": texto,
        "mensagem": texto,
        "visibilidade_mensagens": codes.VISIBILIDADE.write(visibilidade or Visibilidade.PRIVADA) or "PR",
        "su_status": su_status,
        "id_ticket": ticket.id,
        "existe_pendencia_externa": ticket.interacao_pendente,
    }


def transfer_record(ticket: SuTicket, departamento: str, responsavel: str, local_time: str) -> dict[str, str]:
    return {
        "id_atendimento": ticket.id,
        "data_transferencia": values.brazilian(local_time),
        "id_departamento_origem": ticket.id_ticket_setor,
        "id_departamento_destino": departamento,
        "id_responsavel_tecnico": responsavel,
    }


def read_client(row: ClienteRecord) -> Cliente:
    return Cliente(id=row.id, documento=row.cnpj_cpf, nome=row.razao.strip() or row.fantasia or None)


def read_contract(row: ContratoRecord) -> Vinculo:
    """Of P, A, I, N, D only A is a contract in force."""
    return Vinculo(id=row.id, nome=row.contrato, ativo=row.status == "A")


def read_login(row: LoginRecord) -> Vinculo:
    return Vinculo(id=row.id, nome=row.login, ativo=row.ativo == "S")


def read_file(row: ArquivoRecord) -> Arquivo:
    nome = row.nome_arquivo or row.local_arquivo.replace("\\", "/").rsplit("/", 1)[-1] or row.descricao
    return Arquivo(id=row.id, nome=nome, descricao=row.descricao or None)


def read_order(row: OrdemRecord, zone: ZoneInfo) -> OrdemServico:
    return OrdemServico(
        id=row.id,
        numero=row.protocolo or None,
        status=codes.STATUS_OS.get(row.status, row.status) or None,
        aberta_em=values.instant(row.data_abertura, zone),
    )


def formatted(documento_: str) -> str:
    """A document with its usual punctuation, the way most people type it (quirk 28)."""
    if len(documento_) == 11:
        return f"{documento_[:3]}.{documento_[3:6]}.{documento_[6:9]}-{documento_[9:]}"
    if len(documento_) == 14:
        d = documento_
        return f"{d[:2]}.{d[2:5]}.{d[5:8]}/{d[8:12]}-{d[12:]}"
    return documento_
