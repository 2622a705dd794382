"""Insert, edit and delete as every table of the web service does them."""

from __future__ import annotations

from collections.abc import Mapping

from erp_bridge.sandbox.ixc.listing import BadQuery
from erp_bridge.sandbox.ixc.schema import KEPT_ON_PUT, REQUIRED
from erp_bridge.sandbox.ixc.state import State
from erp_bridge.sandbox.ixc.tables import Row, Table

Form = Mapping[str, str]

_STAMPS = frozenset({"id", "ultima_atualizacao"})


def lacking(state: State, table: Table, form: Form, names: Mapping[str, str]) -> list[str]:
    """What to say about those columns of ``names`` that hold nothing; in a foreign key "0" is nothing (quirk 6)."""
    nothing = {"int": ("", "0")}
    return [
        state.say("missing", name)
        for column, name in names.items()
        if form.get(column, "").strip() in nothing.get(table.columns[column].kind, ("",))
    ]


def insert(state: State, table: Table, form: Form) -> Row:
    complaints = lacking(state, table, form, REQUIRED.get(table.name, {}))
    if complaints:
        raise state.refusal(*complaints)
    values = {
        column: state.value(table, column, text)
        for column, text in form.items()
        if column in table.columns and column not in _STAMPS
    }
    return add(state, table, values)


def add(state: State, table: Table, values: Mapping[str, str], operator: str = "") -> Row:
    """Insert values that are in the database's own form already."""
    stamped = {"ultima_atualizacao": state.stamp()} if "ultima_atualizacao" in table.columns else {}
    row = table.insert({**values, **stamped})
    state.log("inseriu", table.name, row["id"], operator=operator)
    return row


def edit(state: State, table: Table, row: Row, form: Form) -> list[str]:
    """A PUT: the whole record is replaced by what was sent. Returns the columns that changed."""
    kept = _STAMPS | KEPT_ON_PUT.get(table.name, frozenset()) | frozenset(state.options.put_keeps.get(table.name, ()))
    writable = [column for column in table.columns if column not in kept]
    absent = [column for column in writable if column not in form]
    if absent and state.options.put_missing == "error":  # quirk 12
        raise BadQuery(f"a PUT without {absent[0]}")
    new = {column: state.value(table, column, form[column]) for column in writable if column in form}
    if state.options.put_missing == "blank":  # quirk 12
        new |= {column: table.columns[column].empty for column in absent}
    changed = [column for column, value in new.items() if row[column] != value]
    row.update(new)
    if "ultima_atualizacao" in table.columns:
        row["ultima_atualizacao"] = state.stamp()
    state.log("editou", table.name, row["id"], ",".join(changed))
    return changed


def delete(state: State, table: Table, row: Row) -> None:
    del table[int(row["id"])]
    state.log("excluiu", table.name, row["id"])
