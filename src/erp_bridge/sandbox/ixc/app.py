"""The web service itself: bare ASGI that reads a request, decides what it is, and answers as the ERP would."""

from __future__ import annotations

import base64
import binascii
import random
from collections import deque
from collections.abc import Callable

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from erp_bridge.sandbox.faults import ORDERS
from erp_bridge.sandbox.ixc import actions, listing, messages, replies, tickets, writes
from erp_bridge.sandbox.ixc.listing import BadQuery
from erp_bridge.sandbox.ixc.replies import Refusal, Reply
from erp_bridge.sandbox.ixc.request import BASE, Call, address, read
from erp_bridge.sandbox.ixc.state import State
from erp_bridge.sandbox.ixc.tables import Row


def operation(scope: Scope, body: bytes) -> str:
    """How a request is named in logs and fault orders: "list su_ticket", "POST su_ticket", "PUT su_ticket"."""
    return address(scope).operation


class App:
    """``sent`` keeps the last writes as (operation, fields) for whoever wants to see what really arrived."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._rng = random.Random(0)
        self.sent: deque[tuple[str, dict[str, str]]] = deque(maxlen=1000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        reply = await self._serve(scope, receive)
        headers = [(b"content-type", reply.content_type.encode()), (b"server", b"nginx")]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})

    async def _serve(self, scope: Scope, receive: Receive) -> Reply:
        if not scope["path"].startswith(BASE):
            return replies.nginx_page(404)
        barred = self._bar(dict(scope["headers"]).get(b"authorization", b""))
        if barred is not None:
            return barred
        call = address(scope)
        call.orders = scope.get(ORDERS, {})
        try:
            await read(Request(scope, receive), call)
        except ValueError:
            return replies.error_page(self._state.options.error_status)
        with self._state.lock:
            self._state.run_due()
            try:
                return self._answer(call)
            except Refusal as refusal:
                return replies.refused(str(refusal))
            except BadQuery:
                return replies.error_page(self._state.options.error_status)

    def _bar(self, authorization: bytes) -> Reply | None:
        """What keeps a stranger out (quirk 25)."""
        kind, _, credentials = authorization.partition(b" ")
        if kind.lower() != b"basic":
            return replies.nginx_page(400)
        try:
            token = base64.b64decode(credentials, validate=True)
        except binascii.Error:
            return replies.nginx_page(400)
        if token != self._state.token.encode():
            return replies.nginx_page(401)
        if self._state.options.access == "forbidden":
            return replies.nginx_page(403)
        return replies.refused(self._state.say("ip")) if self._state.options.access == "ip" else None

    def _answer(self, call: Call) -> Reply:
        state = self._state
        if "refuse" in call.orders:
            raise state.refusal(call.orders["refuse"].get("message", "Registro não pode ser salvo!"))
        for part, text in state.options.refuse.items():
            if part in call.operation:
                raise state.refusal(text)
        action = actions.find(state, call.name)
        if call.name in state.options.unavailable or (action is None and call.name not in state.tables):
            raise Refusal(state.say("no_permission", call.name))  # quirk 32
        if action is not None:
            self.sent.append((call.operation, call.form))
            return actions.nothing_done(state) if "noop" in call.orders else action(state, call.form)
        return self._list(call) if call.lists else self._write(call)

    def _list(self, call: Call) -> Reply:
        state, table = self._state, self._state.tables[call.name]
        _show_filters(state)
        query = listing.parse(table, call.form, state.options)
        ids = listing.matching(
            table,
            query,
            _visible(state) if call.name == "su_ticket" else None,
            self._rng if state.options.unstable_ties else None,
        )
        page = listing.reply(
            table,
            query,
            ids,
            state.options,
            more_rows="more_rows" in call.orders,
            int_total="total_int" in call.orders,
        )
        return replies.as_json(page)

    def _write(self, call: Call) -> Reply:
        state, table = self._state, self._state.tables[call.name]
        if call.method == "GET":  # without the header a GET finds nothing (quirk 5)
            return replies.nginx_page(404)
        form = call.form
        self.sent.append((call.operation, form))
        as_int = state.options.id_as_int
        if call.method == "POST" and not call.id:
            if "noop" in call.orders:  # quirk 15
                return replies.succeeded(state.say("inserted"), str((table.ids or [0])[-1] + 1), as_int=as_int)
            row = self._insert(call)
            fills = [{"tipo": "i", "campo": "id_filial_entrada", "valor": "1"}]
            return replies.succeeded(state.say("inserted"), row["id"], as_int=as_int, atualiza_campos=fills)
        if call.method == "PUT" and call.id:
            row = state.find(call.name, call.id)
            if "noop" not in call.orders:  # quirk 15
                if call.name == "su_ticket":
                    tickets.edit(state, call.id, form)
                else:
                    writes.edit(state, table, row, form)
            return replies.succeeded(state.say("updated"), row["id"], as_int=as_int)
        if call.method == "DELETE" and call.id:
            row = state.find(call.name, call.id)
            if "noop" not in call.orders:
                writes.delete(state, table, row)
            return replies.succeeded(state.say("deleted"), row["id"], as_int=as_int)
        raise BadQuery(f"{call.method} on a {'record' if call.id else 'table'}")

    def _insert(self, call: Call) -> Row:
        form = call.form
        if call.name == "su_ticket":
            return tickets.insert(self._state, form)
        if call.name == "su_mensagens":
            return messages.insert(self._state, form)
        if call.name == "su_ticket_arquivos":
            return actions.upload(self._state, form, call.uploads)
        return writes.insert(self._state, self._state.tables[call.name], form)


def _show_filters(state: State) -> None:
    """The flags by which one could notice that the token's user does not see everything (quirk 21)."""
    user = state.tables["usuarios"].get(int(state.operator) if state.operator.isdecimal() else 0)
    if user is not None:
        user["filtra_departamento_ticket"] = "N" if state.options.visible_departments is None else "S"
        user["filtra_funcionario_ticket"] = "N" if state.options.visible_employee is None else "S"


def _visible(state: State) -> Callable[[Row], bool] | None:
    departments, employee = state.options.visible_departments, state.options.visible_employee
    if departments is None and employee is None:
        return None

    def visible(ticket: Row) -> bool:
        by_department = departments is None or ticket["id_ticket_setor"] in departments
        return by_department and (employee is None or ticket["id_responsavel_tecnico"] in ("0", employee))

    return visible
