"""Buttons ("botões"): addresses that are no table, each with an answer of its own; and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from erp_bridge.sandbox.ixc import messages, replies, tickets, writes
from erp_bridge.sandbox.ixc.replies import Reply
from erp_bridge.sandbox.ixc.schema import REQUIRED
from erp_bridge.sandbox.ixc.state import State
from erp_bridge.sandbox.ixc.tables import Row
from erp_bridge.sandbox.ixc.writes import Form

Action = Callable[[State, dict[str, str]], Reply]


def find(state: State, name: str) -> Action | None:
    """The button at that address; with another number it does not exist here (quirk 32)."""
    return _transfer if name == state.options.transfer_action else _ACTIONS.get(name)


def nothing_done(state: State) -> Reply:
    """Quirk 15, as it has been seen: success with an empty message."""
    return replies.as_json({"type": "success", "messageReturn": state.say("done"), "message": ""})


def upload(state: State, form: Form, uploads: Mapping[str, tuple[str, bytes]]) -> Row:
    """POST su_ticket_arquivos: the file is the multipart part ``local_arquivo``."""
    table = state.tables["su_ticket_arquivos"]
    complaints = writes.lacking(state, table, form, REQUIRED[table.name])
    if "local_arquivo" not in uploads:
        complaints.append(state.say("no_file"))
    if complaints:
        raise state.refusal(*complaints)
    ticket = state.live_ticket(form["id_ticket"])
    name, data = uploads["local_arquivo"]
    values = {column: state.value(table, column, form[column]) for column in ("id_ticket", "descricao")}
    values["classificacao_arquivo"] = form.get("classificacao_arquivo", "")
    row = writes.add(state, table, values | {"nome_arquivo": name[:500], "data_envio": state.stamp()})
    row["local_arquivo"] = f"su_ticket_arquivos/{row['id']}_{name}"[:500]
    state.files[int(row["id"])] = data
    state.touch(ticket, changed=False)
    return row


def _protocol(state: State, form: dict[str, str]) -> Reply:
    """Quirk 16: a bare value."""
    number = tickets.next_protocol(state)
    kind = state.options.protocol_as
    return replies.as_json(int(number) if kind == "number" else number if kind == "string" else {"protocolo": number})


def _transfer(state: State, form: dict[str, str]) -> Reply:
    row = messages.transfer(state, form)
    done = state.say("done")
    return replies.as_json({"type": "success", "messageReturn": done, "message": done, "id_saida": row["id"]})


def _boleto(state: State, form: dict[str, str]) -> Reply:
    return replies.as_json({"registros": [{"sucesso": True}]}, "text/html; charset=ISO-8859-1")  # quirk 4


_ACTIONS: dict[str, Action] = {
    "gerar_protocolo_atendimento": _protocol,
    "gerar_protocolo_ordem_servico": _protocol,
    "get_boleto": _boleto,
}
