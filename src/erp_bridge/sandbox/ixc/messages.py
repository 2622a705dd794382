"""Interactions (`su_mensagens`) and transfers: how a ticket is commented, moved between statuses, and passed on."""

from __future__ import annotations

from erp_bridge.sandbox.ixc import writes
from erp_bridge.sandbox.ixc.schema import REQUIRED
from erp_bridge.sandbox.ixc.state import State
from erp_bridge.sandbox.ixc.tables import Row
from erp_bridge.sandbox.ixc.tickets import SHADOW
from erp_bridge.sandbox.ixc.values import from_brazilian
from erp_bridge.sandbox.ixc.writes import Form

_PENDING = frozenset("AEIN")


def insert(state: State, form: Form) -> Row:
    """POST su_mensagens. The author is the token's user whatever is sent (quirk 20), the time is now."""
    table = state.tables["su_mensagens"]
    complaints = writes.lacking(state, table, form, REQUIRED["su_mensagens"])
    if complaints:
        raise state.refusal(*complaints)
    status = form.get("su_status", "")
    if status == "" and state.options.empty_status == "refused":
        raise state.refusal(state.say("missing", "status"))
    if status == "" and state.options.empty_status == "pending":
        status = "P"
    ticket = state.live_ticket(form["id_ticket"])
    values = {
        column: state.value(table, column, form[column])
        for column in ("titulo", "mensagem", "id_resposta", "id_evento_status", "id_su_diagnostico", "observacao")
        if column in form
    }
    values["visibilidade_mensagens"] = state.value(
        table, "visibilidade_mensagens", form.get("visibilidade_mensagens") or "P"
    )
    pending = form.get("existe_pendencia_externa", "")
    return add(state, ticket, values, status=status, pending=pending, operator=state.operator)


def add(state: State, ticket: Row, values: Form, *, status: str, pending: str, operator: str) -> Row:
    """Add a message to a ticket, which takes over its status and what is pending (quirk 18)."""
    table = state.tables["su_mensagens"]
    stored = state.value(table, "su_status", status)  # quirk 11: an unknown code becomes ""
    before = ticket.full()
    if status:
        ticket["su_status"] = stored
        ticket["status"] = SHADOW.get(stored, "T" if ticket["status"] in ("F", "C") else ticket["status"])
    if pending in _PENDING and pending:
        ticket["interacao_pendente"] = pending
    for sent, kept in (("id_evento_status", "id_evento_status_processo"), ("id_su_diagnostico", "id_su_diagnostico")):
        if values.get(sent, "0") not in ("", "0"):
            ticket[kept] = values[sent]
    changed = ticket.full() != before
    message = writes.add(
        state,
        table,
        {
            **values,
            "id_ticket": ticket["id"],
            "data": state.stamp(),
            "operador": operator,
            "su_status": stored,
            "status": ticket["status"],
        },
        operator,
    )
    if values.get("visibilidade_mensagens") == "PU":
        ticket["mensagens_nao_lida_cli"] = str(int(ticket["mensagens_nao_lida_cli"]) + 1)
    if changed or state.options.comment_stamps == "both":
        state.touch(ticket, changed=True, operator=operator)
    elif state.options.comment_stamps == "ultima_atualizacao":
        state.touch(ticket, changed=False)
    return message


def transfer(state: State, form: Form, *, operator: str = "") -> Row:
    """The transfer button: a row in the history, and the ticket changes its department."""
    names = {"id_atendimento": "atendimento", "id_departamento_destino": "departamento de destino"}
    table = state.tables["su_transf_atendimento"]
    complaints = writes.lacking(state, table, form, names)
    if complaints:
        raise state.refusal(*complaints)
    ticket = state.live_ticket(form["id_atendimento"])
    values = {
        column: state.value(table, column, form[column])
        for column in ("id_atendimento", "id_departamento_origem", "id_departamento_destino", "id_responsavel_tecnico")
        if column in form
    }
    values.setdefault("id_departamento_origem", ticket["id_ticket_setor"])
    values["data_transferencia"] = from_brazilian(form.get("data_transferencia", "")) or state.stamp()
    row = writes.add(state, table, values, operator)
    ticket["id_ticket_setor"] = values["id_departamento_destino"]
    if values.get("id_responsavel_tecnico", "0") not in ("", "0"):
        ticket["id_responsavel_tecnico"] = values["id_responsavel_tecnico"]
    state.touch(ticket, changed=True, operator=operator)
    return row
