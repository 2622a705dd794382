"""Integrator's rows as canonical records, and back. Pure: rows and terms in, values out; nothing here raises.

Integrator has no title, priority, script or first-contact field. What the bridge writes puts the title on the first
line of the text and script and first contact in blocks below it; the footer at the end is what tells such a text from
one that people wrote, whose title is the name of its type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from erp_bridge.adapters.integrator import times
from erp_bridge.adapters.integrator.wire import ClientRow, CommentRow, OrderRow, PlanRow, TicketRow
from erp_bridge.core import blocks, documento, footer
from erp_bridge.core.adapter import Unreadable
from erp_bridge.core.model import (
    Atendimento,
    Cliente,
    Contato,
    Movimentacao,
    OrdemServico,
    Origem,
    Status,
    Termo,
    Tipo,
    TipoMovimentacao,
    Vinculo,
)
from erp_bridge.core.status import TERMINAL
from erp_bridge.core.text import fold, normal
from erp_bridge.core.vocabulary import Vocabulary

#: Stands on the first line of a text whose ticket has no title, so that the next line is not taken for one.
NO_TITLE = "(sem titulo)"
#: What ``codigos["status"]`` adds to the status code of a row that has its solving date (quirk 18).
SOLVED = "/data_sol"


@dataclass(frozen=True)
class Terms:
    """What the tenant's codes mean."""

    zone: ZoneInfo
    assunto: Vocabulary
    departamento: Vocabulary
    status: Mapping[str, Status]
    origem: Mapping[str, Origem]


@dataclass(frozen=True)
class Read:
    """A ticket row as far as it could be read. What is set in ``unreadable`` is empty in the ticket."""

    atendimento: Atendimento
    unreadable: Unreadable | None = None


def read_ticket(row: TicketRow, terms: Terms) -> Read:
    """The ticket in a row, and what of it has no meaning here."""
    texto, found_footer = footer.split(row.descri_oco)
    titulo, texto = _title_and_text(texto) if found_footer else ("", texto)
    descricao, script, primeiro_contato = blocks.split(texto)
    assunto = _term(row.codocop, row.nome_ocop, terms.assunto)
    codigos = _codes(row)
    if not found_footer:
        titulo = _native_title(assunto, descricao)
        if assunto and titulo == assunto.nome:
            codigos["titulo"] = row.codocop  # a renamed type, or an edited vocabulary line, is no new title
    status, wrong = _status(row, terms.status)
    tipo, wrong_owner = _owner(row)
    ponto = _code(row.codcon)
    atendimento = Atendimento(
        id=row.codoco or None,
        protocolo=row.numero_oco or None,
        tipo=tipo,
        cliente=_ticket_client(row) if tipo is Tipo.CLIENTE else None,
        estrutura=Termo(id=ponto) if tipo is Tipo.ESTRUTURA else None,
        ponto_roteamento=Vinculo(id=ponto) if ponto else None,
        plano=Vinculo(id=_code(row.codsercli)) if _code(row.codsercli) else None,
        assunto=assunto,
        departamento=_term(row.codcar, row.nome_car, terms.departamento),
        titulo=titulo,
        descricao=descricao,
        script=script,
        primeiro_contato=primeiro_contato,
        origem=_origem(row.tipo_contato, terms.origem),
        status=status,
        contato=_contact(row),
        aberto_em=times.read(row.data_lan, terms.zone),
        alterado_em=times.read(row.alterado_em or "", terms.zone),
        encerrado_em=times.read(row.data_sol, terms.zone) if status in TERMINAL else None,
        footer=found_footer,
        codigos=codigos,
        versao=row.alterado_em or None,
    )
    wrong = wrong or wrong_owner or (None if row.codoco else ("id", ""))
    if wrong is None:
        return Read(atendimento)
    return Read(atendimento, Unreadable(id=row.codoco or row.numero_oco, campo=wrong[0], codigo=wrong[1]))


def write_text(novo: Atendimento) -> str:
    """The text of a new ticket: title, description, blocks, footer."""
    titulo = re.sub(r"\s*[\r\n]+\s*", " ", novo.titulo).strip() or NO_TITLE
    texto = f"{titulo}\n\n{novo.descricao}" if novo.descricao else titulo
    return footer.join(blocks.join(texto, novo.script, novo.primeiro_contato), novo.footer)


def write_contact(contato: Contato | None) -> dict[str, str]:
    """Whom to call back. A number of eleven digits with a 9 behind its area code is a mobile one."""
    if contato is None:
        return {}
    digits = re.sub(r"\D", "", contato.telefone or "")
    mobile = re.fullmatch(r"(?:55)?\d{2}9\d{8}", digits) is not None
    found = {
        "nome_contato": contato.nome,
        "celular_resposta" if mobile else "fone_resposta": contato.telefone,
        "email_resposta": contato.email,
    }
    return {key: value for key, value in found.items() if value}


def write_origem(origem: Origem, terms: Terms) -> str | None:
    """The ``tipo_contato`` for an origin; None where the tenant has no line for it."""
    return next((code for code, meaning in terms.origem.items() if meaning is origem), None)


def read_comment(row: CommentRow, zone: ZoneInfo) -> Movimentacao | None:
    """A comment as a movement; None when it has no id, for then nothing could know it again."""
    if not row.codcom:
        return None
    texto, found_footer = footer.split(row.descri_com)
    return Movimentacao(
        id=comment_id(row.codcom),
        atendimento_id=row.codoco,
        tipo=TipoMovimentacao.MENSAGEM,
        texto=texto,
        autor=row.nome_usu or None,
        instante=times.read(row.data_com, zone),
        footer=found_footer,
    )


def comment_id(codcom: str) -> str:
    """The id of a movement carries the letter of its table."""
    return f"c{codcom}"


def read_client(row: ClientRow) -> tuple[Cliente, bool]:
    """A client, and whether it is active. Only a clear no counts as inactive."""
    cliente = Cliente(id=_code(row.codcli), documento=_document(row.cpf, row.cnpj), nome=row.nome_cli or None)
    return cliente, fold(row.ativo) not in ("n", "nao", "0", "f", "false", "i", "inativo", "cancelado")


def read_order(row: OrderRow, zone: ZoneInfo) -> OrdemServico:
    """A work order. No column with its status is known; the reason it was closed for stands in its place."""
    return OrdemServico(
        id=row.codords,
        numero=row.numero_os or None,
        status=row.motivo or _code(row.codmfos),
        aberta_em=times.read(row.data_cad, zone),
    )


def read_plan(row: PlanRow) -> Vinculo:
    """A contracted plan. The words of its status are the tenant's; what they do not clearly say is not known."""
    words = fold(f"{row.descricao_status} {row.descri_est}")
    ativo: bool | None = None
    if re.search(r"\b(inativ|cancel|desativ|desabilit|encerr)", words):
        ativo = False
    elif re.search(r"\b(ativ|habilit|normal)", words):
        ativo = True
    return Vinculo(id=row.codsercli, nome=row.descricao_plano, ativo=ativo)


def _title_and_text(texto: str) -> tuple[str, str]:
    titulo, _, rest = normal(texto).partition("\n")
    return ("" if titulo == NO_TITLE else titulo), rest.strip("\n")


def _native_title(assunto: Termo | None, descricao: str) -> str:
    if assunto and assunto.nome:
        return assunto.nome
    return descricao.strip().partition("\n")[0].strip()


def _term(code: str, name: str, vocabulary: Vocabulary) -> Termo | None:
    found = _code(code)
    if found is None:
        return None
    return Termo(id=found, nome=vocabulary.named(found).nome or name)


def _code(text: str) -> str | None:
    """A code; one of nothing but zeros is an empty one."""
    return text if text.strip("0") else None


def _codes(row: TicketRow) -> dict[str, str]:
    solved = "" if times.is_zero(row.data_sol) else SOLVED
    found = {"status": row.codsto + solved, "origem": row.tipo_contato, "categoria": row.codcatoco}
    return {campo: code for campo, code in found.items() if code}


def _status(row: TicketRow, meanings: Mapping[str, Status]) -> tuple[Status | None, tuple[str, str] | None]:
    """Solved or open is told by the solving date; the code beside it says how (quirk 18)."""
    meaning = meanings.get(row.codsto)
    if not times.is_zero(row.data_sol):
        if times.read(row.data_sol, _UTC) is None:
            return None, ("status", f"data_sol:{row.data_sol}")
        return (Status.CANCELADO if meaning is Status.CANCELADO else Status.SOLUCIONADO), None
    if not row.codsto:
        return Status.NOVO, None
    return meaning, (None if meaning else ("status", row.codsto))


_UTC = ZoneInfo("UTC")


def _owner(row: TicketRow) -> tuple[Tipo, tuple[str, str] | None]:
    """Whose ticket it is: a client's, else a routing point's; a prospect is no client (quirk 19)."""
    if _code(row.codcli):
        return Tipo.CLIENTE, None
    if _code(row.codcon):
        return Tipo.ESTRUTURA, None
    prospect = _code(row.codpros)
    return Tipo.CLIENTE, ("cliente", f"codpros:{prospect}" if prospect else "")


def _ticket_client(row: TicketRow) -> Cliente | None:
    codcli = _code(row.codcli)
    if codcli is None:
        return None
    return Cliente(id=codcli, documento=_document(row.cpf, row.cnpj), nome=row.nome_cli or None)


def _document(cpf: str, cnpj: str) -> str | None:
    """The CPF, else the CNPJ. A number that lost its leading zero gets it back; one of zeros is none."""
    for text, width in ((cpf, 11), (cnpj, 14)):
        found = documento.normalise(text) or ""
        if found.strip("0"):
            return found.zfill(width) if len(found) >= width - 2 else found
    return None


def _contact(row: TicketRow) -> Contato | None:
    telefone = row.celular_resposta or row.fone_resposta
    if not (row.nome_contato or telefone or row.email_resposta):
        return None
    return Contato(nome=row.nome_contato or None, telefone=telefone or None, email=row.email_resposta or None)


def _origem(code: str, meanings: Mapping[str, Origem]) -> Origem | None:
    if not code:
        return None
    by_name = {fold(known): meaning for known, meaning in meanings.items()}
    return meanings.get(code) or by_name.get(fold(code), Origem.OUTRO)
