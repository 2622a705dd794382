"""What the provider's people do at their screens while the bridge is at work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from erp_bridge.sandbox.ixc import billing, messages, tickets, writes
from erp_bridge.sandbox.ixc.state import State
from erp_bridge.sandbox.ixc.tables import Row

Id = int | str


class People:
    """Acts take ids as the web service shows them and return new ones in the same way. All stamp like the ERP."""

    def __init__(self, state: State) -> None:
        self._state = state

    @property
    def operator(self) -> str:
        """Who acts: the first active user who is not the integration's."""
        users = self._state.tables["usuarios"]
        people = (str(id_) for id_ in users.ids if users[id_]["status"] == "A" and str(id_) != self._state.operator)
        return next(people, "1")

    def comment(
        self, ticket_id: Id, texto: str, status: str = "", *, visibilidade: str = "P", pendente: str = ""
    ) -> str:
        """Write a message, which with ``status`` (N, P, EP, S, C) moves the ticket."""
        with self._acting() as state:
            values = {"mensagem": texto, "visibilidade_mensagens": visibilidade}
            ticket = self._ticket(ticket_id)
            row = messages.add(state, ticket, values, status=status, pending=pendente, operator=self.operator)
            return row["id"]

    def set_status(self, ticket_id: Id, status: str, texto: str = "") -> str:
        """Press one of the status buttons; returns the message that it leaves."""
        return self.comment(ticket_id, texto, status)

    def set_field(self, ticket_id: Id, **columns: str) -> None:
        """Change columns of a ticket in the form; values as the database holds them, even impossible ones."""
        with self._acting() as state:
            ticket = self._ticket(ticket_id)
            changed = any(ticket[column] != value for column, value in columns.items())
            ticket.update(columns)
            state.touch(ticket, changed=changed, operator=self.operator)
            state.log("editou", "su_ticket", ticket["id"], ",".join(columns), self.operator)

    def open_ticket(self, **columns: str) -> str:
        """Open a ticket; what is not said is that of an ordinary one. The screen gives a protocolo by itself."""
        with self._acting() as state:
            ordinary = {
                "id_cliente": self._first("cliente", ativo="S"),
                "id_assunto": self._first("su_oss_assunto", login_obrigatorio="N", contrato_obrigatorio="N"),
                "id_ticket_setor": self._first("su_ticket_setor"),
                "titulo": "Aberto no balcão",
                "menssagem": "Cliente relata lentidão à noite.\r\nPede retorno.",
                "prioridade": "M",
                "su_status": "N",
                "id_usuarios": self.operator,
            }
            values = tickets.DEFAULTS | ordinary | columns
            if not values.get("protocolo"):
                values["protocolo"] = tickets.next_protocol(state)
            return tickets.open_ticket(state, values, operator=self.operator)["id"]

    def transfer(self, ticket_id: Id, departamento: Id, responsavel: Id = "") -> str:
        """Pass a ticket on; returns the id of the row in its history."""
        with self._acting() as state:
            form = {
                "id_atendimento": str(ticket_id),
                "id_departamento_destino": str(departamento),
                "id_responsavel_tecnico": str(responsavel),
            }
            return messages.transfer(state, form, operator=self.operator)["id"]

    def edit_message(self, message_id: Id, texto: str) -> None:
        with self._acting() as state:
            row = state.find("su_mensagens", str(message_id))
            row["mensagem"] = texto
            row["ultima_atualizacao"] = state.stamp()

    def attach(self, ticket_id: Id, nome: str, dados: bytes, descricao: str = "") -> str:
        """Put a file to a ticket."""
        with self._acting() as state:
            ticket = self._ticket(ticket_id)
            values = {"id_ticket": ticket["id"], "descricao": descricao or nome, "nome_arquivo": nome,
                      "local_arquivo": f"su_ticket_arquivos/{nome}", "data_envio": state.stamp()}  # fmt: skip
            row = writes.add(state, state.tables["su_ticket_arquivos"], values, self.operator)
            state.files[int(row["id"])] = dados
            state.touch(ticket, changed=False)
            return row["id"]

    def edit(self, table: str, id_: Id, **columns: str) -> None:
        """Change any record: a client's document, a subject's demands, a contract's status."""
        with self._acting() as state:
            row = state.find(table, str(id_))
            row.update(columns)
            if "ultima_atualizacao" in state.tables[table].columns:
                row["ultima_atualizacao"] = state.stamp()
            state.log("editou", table, row["id"], ",".join(columns), self.operator)

    def add(self, table: str, values: Mapping[str, str] | None = None, **columns: str) -> str:
        """Add any record: a client, a contract, a subject."""
        with self._acting() as state:
            return writes.add(state, state.tables[table], {**(values or {}), **columns}, self.operator)["id"]

    def bill(self, contract_id: Id) -> str:
        """Make the contract's next invoice; its id."""
        with self._acting() as state:
            return billing.bill(state, state.find("cliente_contrato", str(contract_id)), self.operator)["id"]

    def delete(self, table: str, id_: Id) -> None:
        """Delete any record for good."""
        with self._acting() as state:
            writes.delete(state, state.tables[table], state.find(table, str(id_)))

    def _first(self, table: str, **wanted: str) -> str:
        rows = self._state.tables[table]
        found = (id_ for id_ in rows.ids if all(rows[id_][column] == value for column, value in wanted.items()))
        return str(next(found, 1))

    def _ticket(self, ticket_id: Id) -> Row:
        return self._state.find("su_ticket", str(ticket_id))

    @contextmanager
    def _acting(self) -> Iterator[State]:
        with self._state.lock:
            self._state.run_due()
            yield self._state
