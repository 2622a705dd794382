"""The queries saved in the simulated tenant, as ``view.execute`` runs them (quirk 17: another tenant's differ).

They look only at what a tenant's SQL could look at: the tables, by the parameters given.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from erp_bridge.sandbox.integrator import codes
from erp_bridge.sandbox.integrator.codes import padded
from erp_bridge.sandbox.integrator.errors import Refusal
from erp_bridge.sandbox.integrator.store import Row, Store

Params = Mapping[str, Any]

#: columns of a ticket's own table that the queries show, as they stand there
_OWN = ("codoco", "numero_oco", "codcli", "codcon", "codpros", "codsercli", "codocop", "codcatoco", "codcar", "codsto")


def text_of(params: Params, name: str) -> str:
    """A parameter as text; refused when it was not given, as a query with an unbound parameter is."""
    value = params.get(name)
    if value is None:
        raise Refusal(f"Parâmetro não informado: {name}")
    return str(value).strip()


def count_of(params: Params, name: str) -> int:
    """A parameter as a number of rows."""
    text = text_of(params, name)
    if not text.isdecimal():
        raise Refusal(f"Parâmetro inválido: {name}")
    return int(text)


class Queries:
    """``change_stamp`` tells whether this tenant's tickets have a column ``alterado_em`` (quirk 23)."""

    def __init__(self, store: Store, *, change_stamp: bool) -> None:
        self.store, self.change_stamp = store, change_stamp
        self.by_name: dict[str, Callable[[Params], list[Row]]] = {
            "atendimentos": self._changed,
            "abertos": self._open,
            "atendimento": self._one,
            "atendimento_protocolo": self._by_protocolo,
            "atendimentos_cliente": self._of_client,
            "comentarios": self._comments,
            "clientes": self._clients,
            "clientes_busca": self._search,
            "cargos": self._roles,
        }

    def _changed(self, params: Params) -> list[Row]:
        desde, apos, limite = text_of(params, "desde"), text_of(params, "apos"), count_of(params, "limite")
        rows = self.store.tickets(apos)
        return self._shown(
            islice((r for r in rows if self.store.touched_since(r, desde, change_stamp=self.change_stamp)), limite)
        )

    def _open(self, params: Params) -> list[Row]:
        apos, limite = text_of(params, "apos"), count_of(params, "limite")
        rows = self.store.tickets(apos)
        return self._shown(islice((r for r in rows if r["data_sol"] == codes.ZERO), limite))  # quirk 18

    def _one(self, params: Params) -> list[Row]:
        row = self.store.tables["ocorrencias"].get(text_of(params, "codoco"))
        return self._shown([row] if row else [])

    def _by_protocolo(self, params: Params) -> list[Row]:
        wanted = text_of(params, "numero_oco")
        return self._shown(row for row in self.store.tickets() if row["numero_oco"] == wanted)

    def _of_client(self, params: Params) -> list[Row]:
        rows = self.store.tables["ocorrencias"]
        codocos = self.store.by_client.get(text_of(params, "codcli"), [])
        newest = sorted((rows[c] for c in codocos if c in rows), key=lambda r: (r["data_lan"], r["codoco"]))
        return self._shown(reversed(newest))

    def _comments(self, params: Params) -> list[Row]:
        wanted = [codoco.strip() for codoco in text_of(params, "codocos").split(",")]
        found = [row for codoco in dict.fromkeys(wanted) for row in self.store.comments_of(codoco)]
        return [
            {
                "codoco": row["codoco"], "codcom": row["codcom"], "descri_com": row["descri_com"],
                "data_com": row["data_com"], "nome_usu": padded(row["nome_usu"]),
            }
            for row in sorted(found, key=lambda r: str(r["codcom"]))
        ]  # fmt: skip

    def _clients(self, params: Params) -> list[Row]:
        wanted = _digits(text_of(params, "documento"))
        rows = self.store.tables["clientes"].values()
        return [_client(r) for r in rows if wanted and wanted in (_digits(r["cpf"]), _digits(r["cnpj"]))]

    def _search(self, params: Params) -> list[Row]:
        wanted, limite = fold(text_of(params, "texto")), count_of(params, "limite")
        rows = self.store.tables["clientes"].values()
        return [_client(r) for r in islice((r for r in rows if wanted in fold(r["nome_cli"])), limite)]

    def _roles(self, params: Params) -> list[Row]:
        return [
            {"codcar": r["codcar"], "nome_car": padded(r["nome_car"])} for r in self.store.tables["cargos"].values()
        ]

    def _shown(self, rows: Iterable[Row]) -> list[Row]:
        """Ticket rows with the names that belong to their codes."""
        tables, shown = self.store.tables, []
        for row in rows:
            client = tables["clientes"].get(row["codcli"] or "", {})
            line = {column: row[column] for column in _OWN}
            line["nome_ocop"] = padded(tables["oco_padrao"].get(row["codocop"], {}).get("nome_ocop", ""))
            line["descri_catoco"] = padded(tables["categoria_oco"].get(row["codcatoco"], {}).get("descri_catoco", ""))
            line["nome_car"] = padded(tables["cargos"].get(row["codcar"] or "", {}).get("nome_car", ""))
            line["tipo_contato"] = padded(row["tipo_contato"], 20)
            line["nome_contato"] = padded(row["nome_contato"])
            line |= {column: row[column] for column in ("descri_oco", "data_lan", "data_sol")}
            line |= {column: client.get(column, "") for column in ("cpf", "cnpj")}
            line["nome_cli"] = padded(client.get("nome_cli", ""), 60)
            if self.change_stamp:
                line["alterado_em"] = row["alterado_em"]
            shown.append(line)
        return shown


def _client(row: Row) -> Row:
    return {
        "codcli": row["codcli"], "nome_cli": padded(row["nome_cli"], 60), "cpf": padded(row["cpf"], 18),
        "cnpj": padded(row["cnpj"], 20), "ativo": row["ativo"],
    }  # fmt: skip


def fold(text: str) -> str:
    """Text as MySQL's latin1 collation compares it: without case and accents."""
    plain = unicodedata.normalize("NFKD", text.strip())
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def _digits(documento: str) -> str:
    return "".join(c for c in documento if c.isalnum())
