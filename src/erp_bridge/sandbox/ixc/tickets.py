"""Tickets (`su_ticket`): what opening and editing one does, and what follows by itself."""

from __future__ import annotations

from erp_bridge.sandbox.ixc import writes
from erp_bridge.sandbox.ixc.schema import REQUIRED
from erp_bridge.sandbox.ixc.state import State
from erp_bridge.sandbox.ixc.tables import Row
from erp_bridge.sandbox.ixc.values import ZERO_DATE
from erp_bridge.sandbox.ixc.writes import Form

#: What a ticket gets when the form says nothing.
DEFAULTS = {
    "interacao_pendente": "N",
    "origem_cadastro": "P",
    "status": "T",
    "id_ticket_origem": "I",
    "origem_endereco": "M",
    "melhor_horario_reserva": "Q",
    "data_reservada": ZERO_DATE,
    "tipo": "C",
}

#: The workflow's shadow of a status (quirk 10); others leave it alone.
SHADOW = {"S": "F", "C": "C"}

_SERVER_SETS = frozenset({
    "id", "data_criacao", "data_ultima_alteracao", "ultima_atualizacao", "id_usuario_abertura", "updated_user",
    "data_hora_os_aberta", "data_hora_os_execucao", "data_hora_execucao", "data_hora_os_encaminhada", "status_sla",
})  # fmt: skip

#: What the subject can demand, the column that then must hold something, and the name a person knows it by.
_SUBJECT_DEMANDS = (
    ("login_obrigatorio", "id_login", "login"),
    ("contrato_obrigatorio", "id_contrato", "contrato"),
    ("obrigar_processo_atendimento", "id_wfl_processo", "processo"),
    ("obrigar_preenchimento_canal_atendimento", "id_canal_atendimento", "canal de atendimento"),
    ("obrigatorio_status_complementar", "id_evento_status_processo", "status complementar"),
)

#: Form fields that overwrite the client's record with ``atualizar_cliente`` (quirk 19).
_CLIENT_FORM = {
    "cliente_fone": "fone", "cliente_telefone_comercial": "telefone_comercial",
    "cliente_id_operadora_celular": "id_operadora_celular", "cliente_telefone_celular": "telefone_celular",
    "cliente_whatsapp": "whatsapp", "cliente_ramal": "ramal", "cliente_email": "email", "cliente_contato": "contato",
    "cliente_website": "website", "cliente_skype": "skype", "cliente_facebook": "facebook",
    "latitude_cli": "latitude", "longitude_cli": "longitude",
}  # fmt: skip
_LOGIN_FORM = {"latitude_login": "latitude", "longitude_login": "longitude"}

_OS_PRIORITY = {"M": "N"}  # quirk 9


def insert(state: State, form: Form) -> Row:
    """POST su_ticket. Creating is not idempotent, and a protocolo may be given twice (quirk 24)."""
    table = state.tables["su_ticket"]
    _demand(state, form)
    values = DEFAULTS | {
        column: state.value(table, column, text)
        for column, text in form.items()
        if column in table.columns and column not in _SERVER_SETS and text != ""
    }
    if form.get("finalizar_atendimento") == "S":
        values |= {"su_status": "S", "status": SHADOW["S"]}
    ticket = open_ticket(state, values, operator=state.operator)
    _overwrite_people(state, form)
    return ticket


def open_ticket(state: State, values: Form, *, operator: str) -> Row:
    """Add a ticket and set off what belongs to it: the canned reply, the process."""
    now = state.stamp()
    stamps = {"data_criacao": now, "data_ultima_alteracao": now, "id_usuario_abertura": operator}
    ticket = writes.add(state, state.tables["su_ticket"], {**values, **stamps}, operator)
    if ticket["id_resposta"] not in ("", "0"):
        _canned_reply(state, ticket, operator)
    _start_process(state, ticket)
    return ticket


def edit(state: State, id_: str, form: Form) -> None:
    """PUT su_ticket/<id>: the whole record (quirk 12)."""
    ticket = state.live_ticket(id_)
    process = ticket["id_wfl_processo"]
    changed = writes.edit(state, state.tables["su_ticket"], ticket, form)
    state.touch(ticket, changed=bool(changed))
    if ticket["id_wfl_processo"] != process:
        _start_process(state, ticket)
    _overwrite_people(state, form)


def next_protocol(state: State) -> str:
    """Reserved by the caller and then sent with the ticket; the ERP gives none by itself (quirk 16)."""
    state.protocols += 1
    return state.stamp()[:7].replace("-", "") + str(state.protocols)


def _demand(state: State, form: Form) -> None:
    table = state.tables["su_ticket"]
    names = dict(REQUIRED["su_ticket"])
    if state.options.assunto_obrigatorio:
        names["id_assunto"] = "assunto"
    if form.get("tipo") == "C":
        names["id_cliente"] = "cliente"
    elif form.get("tipo") == "E":
        names["id_estrutura"] = "estrutura"
    subject = state.tables["su_oss_assunto"].get(_number(form.get("id_assunto", "")))
    if subject is not None:  # quirk 26
        names |= {column: name for flag, column, name in _SUBJECT_DEMANDS if subject[flag] == "S"}
    if form.get("tipo") == "E":
        names.pop("id_login", None)
    complaints = writes.lacking(state, table, form, names)
    if form.get("id_wfl_processo", "") in state.options.processos_com_assinatura and not _number(
        form.get("id_contrato", "")
    ):
        complaints.append(state.say("signature"))
    channel = state.tables["su_canal_atendimento"].get(_number(form.get("id_canal_atendimento", "")))
    if channel is not None and channel["ativo"] == "N":
        complaints.append(state.say("inactive_channel"))
    if subject is not None and subject["permite_abrir_cliente_atraso"] == "N" and _overdue(state, form):
        complaints.append(state.say("overdue"))
    if complaints:
        raise state.refusal(*complaints)


def _overdue(state: State, form: Form) -> bool:
    invoices = state.tables["fn_areceber"]
    today = state.stamp()[:10]
    return any(
        invoices[id_]["status"] == "A" and "" < invoices[id_]["data_vencimento"] < today
        for id_ in invoices.where("id_cliente", [form.get("id_cliente", "")])
    )


def _canned_reply(state: State, ticket: Row, operator: str) -> None:
    reply = state.tables["su_oss_respostas"].get(_number(ticket["id_resposta"]))
    if reply is None:
        return
    values = {"id_ticket": ticket["id"], "data": state.stamp(), "titulo": reply["titulo"], "operador": operator,
              "mensagem": reply["resposta"], "visibilidade_mensagens": "PU", "id_resposta": reply["id"],
              "su_status": reply["su_status"]}  # fmt: skip
    writes.add(state, state.tables["su_mensagens"], values, operator)
    if reply["su_status"]:
        ticket["su_status"] = reply["su_status"]
    if reply["interacao_pendente"]:
        ticket["interacao_pendente"] = reply["interacao_pendente"]


def _start_process(state: State, ticket: Row) -> None:
    if ticket["id_wfl_processo"] in ("", "0"):
        return

    def open_order() -> None:  # quirk 17: some seconds later
        if int(ticket["id"]) not in state.tables["su_ticket"]:
            return
        values = {
            "tipo": ticket["tipo"], "id_ticket": ticket["id"], "protocolo": ticket["protocolo"],
            "id_assunto": ticket["id_assunto"], "id_cliente": ticket["id_cliente"], "id_filial": ticket["id_filial"],
            "id_login": ticket["id_login"], "id_contrato_kit": ticket["id_contrato"], "status": "A",
            "origem_endereco": ticket["origem_endereco"], "endereco": ticket["endereco"],
            "prioridade": _OS_PRIORITY.get(ticket["prioridade"], ticket["prioridade"]),
            "setor": ticket["id_ticket_setor"], "mensagem": ticket["menssagem"], "data_abertura": state.stamp(),
        }  # fmt: skip
        writes.add(state, state.tables["su_oss_chamado"], values)
        ticket["status"] = "OSAB"
        ticket["data_hora_os_aberta"] = state.stamp()
        state.touch(ticket, changed=False)

    state.later(state.options.os_delay_seconds, open_order)


def _overwrite_people(state: State, form: Form) -> None:
    """Quirk 19: with "S" the form's fields, sent or not, replace what the client's and the login's records hold."""
    for switch, table, column, fields in (
        ("atualizar_cliente", "cliente", "id_cliente", _CLIENT_FORM),
        ("atualizar_login", "radusuarios", "id_login", _LOGIN_FORM),
    ):
        row = state.tables[table].get(_number(form.get(column, "")))
        if form.get(switch) == "S" and row is not None:
            for sent, stored in fields.items():
                row[stored] = state.value(state.tables[table], stored, form.get(sent, ""))
            row["ultima_atualizacao"] = state.stamp()
            state.log("editou", table, row["id"], ",".join(fields.values()))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
