"""What the tenant's own people do at their screens, out of the bridge's sight."""

from __future__ import annotations

from typing import Any

from erp_bridge.sandbox.integrator.store import Store

CONCLUIDO = "01CONCLUID"
SOMEBODY = "Flávio Dutra"


class People:
    """Every act is dated by the ERP's clock, and needs no permission."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open_ticket(self, **columns: Any) -> str:
        """Open a ticket with these columns of ``ocorrencias``; returns its codoco. Only given owners are looked up."""
        tables = self._store.tables
        for column, table in (("codcli", "clientes"), ("codcon", "pontos_roteamento"), ("codpros", "prospect")):
            if columns.get(column) and columns[column] not in tables[table]:
                raise ValueError(f"{table} has no {columns[column]!r}")
        usual = {"codocop": next(iter(tables["oco_padrao"])), "codcatoco": next(iter(tables["categoria_oco"])),
                 "codcar": next(iter(tables["cargos"])), "codmvis": "PROBLEMA"}  # fmt: skip
        return self._store.add_ticket({**usual, **columns})

    def comment(self, codoco: str, texto: str, *, nome_usu: str = SOMEBODY) -> str:
        """Write a comment; returns its codcom."""
        codusu = next((u["codusu"] for u in self._store.tables["usuarios"].values() if u["nome_usu"] == nome_usu), "")
        return self._store.add_comment(codoco, texto, codusu, nome_usu)

    def set_status(self, codoco: str, codsto: str) -> None:
        """Change the status; a closing status dates ``data_sol``, an open one clears it."""
        self._store.set_status(codoco, codsto)

    def solve(self, codoco: str, texto: str = "", *, nome_usu: str = SOMEBODY) -> None:
        """Close as solved, with a comment first when there is a text."""
        if texto:
            self.comment(codoco, texto, nome_usu=nome_usu)
        self._store.set_status(codoco, CONCLUIDO)

    def edit(self, codoco: str, **columns: Any) -> None:
        """Change any columns. Without the option ``change_stamp`` nothing tells a reader that it happened."""
        self._store.change(codoco, columns)
