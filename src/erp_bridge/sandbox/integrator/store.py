"""The tables of one Integrator tenant, and the only ways in which its tickets change.

``tables`` are plain dicts, table → key → row, and may be read, edited and thinned out from anywhere. New tickets and
comments go through :class:`Store`, because it also keeps what makes a hundred thousand rows quick to page.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from erp_bridge.sandbox.integrator import codes
from erp_bridge.sandbox.tenant import INTEGRATOR_STATUS

Row = dict[str, Any]
PENDENTE = "01PENDENTE"
_CLOSED = frozenset(code for code, _, canonico in INTEGRATOR_STATUS if canonico in ("solucionado", "cancelado"))


class Store:
    """``charset`` and ``max_text`` say what the columns for long text can hold; what they cannot is lost silently."""

    def __init__(
        self, *, zone: ZoneInfo, now: Callable[[], datetime], charset: str = "utf8", max_text: int | None = None
    ) -> None:
        if charset not in ("utf8", "latin1"):
            raise ValueError('a tenant stores "utf8" or "latin1"')
        self.zone, self.now, self.charset, self.max_text = zone, now, charset, max_text
        self.tables: defaultdict[str, dict[str, Row]] = defaultdict(dict)
        self.codocos: list[str] = []  # ascending; codes are given in ascending order and never twice
        self.comments: defaultdict[str, list[str]] = defaultdict(list)  # codoco → codcoms, ascending
        self.by_client: defaultdict[str, list[str]] = defaultdict(list)  # codcli → codocos, ascending
        self._last_comment = 0
        self._last_protocolo = 0

    def stamp(self, instant: datetime | None = None) -> str:
        """An instant (the present when not given) as the tables hold it."""
        return codes.stamp(instant or self.now(), self.zone)

    def text(self, text: str) -> str:
        """What a text column keeps: quirk 8, and as much as fits."""
        charset = "latin-1" if self.charset == "latin1" else "utf-8"
        text = text.encode(charset, "replace").decode(charset)
        return text if self.max_text is None else text[: self.max_text]

    # --- reading

    def tickets(self, after: str = "") -> Iterator[Row]:
        """Tickets by ``codoco``, from the one behind ``after``."""
        rows = self.tables["ocorrencias"]
        for place in range(bisect_right(self.codocos, after), len(self.codocos)):
            row = rows.get(self.codocos[place])
            if row is not None:
                yield row

    def comments_of(self, codoco: str) -> list[Row]:
        """The comments of a ticket, oldest first."""
        rows = self.tables["comentarios"]
        return [rows[codcom] for codcom in self.comments.get(codoco, ()) if codcom in rows]

    def touched_since(self, row: Row, desde: str, *, change_stamp: bool) -> bool:
        """Whether a ticket was opened, closed or commented since then; quirk 23: other changes leave no trace."""
        if row["data_lan"] >= desde or row["data_sol"] >= desde:
            return True
        if change_stamp and row["alterado_em"] >= desde:
            return True
        rows = self.tables["comentarios"]
        codcoms = self.comments.get(row["codoco"], ())
        return any(rows[codcom]["data_com"] >= desde for codcom in reversed(codcoms) if codcom in rows)

    # --- writing

    def add_ticket(self, row: Row, *, number: int | None = None) -> str:
        """Store a new ticket under the next codoco (or that of ``number``); columns not given hold their defaults."""
        last = codes.number(self.codocos[-1]) if self.codocos else 0
        number = last + 1 if number is None else number
        if number <= last:
            raise ValueError("codocos are given in ascending order")
        codoco = codes.code(codes.TICKET, number)
        numero = row.get("numero_oco") or str(max(self._last_protocolo, 1_300_000) + 1)
        self._last_protocolo = max(self._last_protocolo, int(numero)) if numero.isdecimal() else self._last_protocolo
        now = self.stamp()
        full: Row = {
            "codoco": codoco, "numero_oco": numero, "codcli": None, "codcon": None, "codpros": None, "codsercli": "",
            "codocop": "", "codcatoco": "", "codmvis": "", "codcar": None, "codusu_d": None, "codusu": "",
            "codsto": PENDENTE, "tipo_contato": "Telefonico", "nome_contato": "", "celular_resposta": "",
            "fone_resposta": "", "email_resposta": "", "descri_oco": "", "data_lan": now, "data_sol": codes.ZERO,
            "alterado_em": now,
        }  # fmt: skip
        given = {column: value for column, value in row.items() if column not in ("codoco", "numero_oco")}
        _known(given, full)
        full |= given
        full["descri_oco"] = self.text(full["descri_oco"])
        self.tables["ocorrencias"][codoco] = full
        self.codocos.append(codoco)
        if full["codcli"]:
            self.by_client[full["codcli"]].append(codoco)
        return codoco

    def add_comment(self, codoco: str, texto: str, codusu: str, nome_usu: str, data_com: str = "") -> str:
        """Store a comment; its time is the present unless given."""
        self._last_comment += 1
        codcom = codes.code(codes.COMMENT, self._last_comment)
        at = data_com or self.stamp()
        self.tables["comentarios"][codcom] = {
            "codcom": codcom, "codoco": codoco, "descri_com": self.text(texto), "data_com": at, "codusu": codusu,
            "nome_usu": nome_usu,
        }  # fmt: skip
        self.comments[codoco].append(codcom)
        ticket = self.tables["ocorrencias"][codoco]
        ticket["alterado_em"] = max(ticket["alterado_em"], at)
        return codcom

    def change(self, codoco: str, columns: Row) -> None:
        """Change columns of a ticket, without judging them."""
        ticket = self.tables["ocorrencias"][codoco]
        _known(columns, ticket)
        if "codcli" in columns and columns["codcli"] != ticket["codcli"]:
            if ticket["codcli"]:
                self.by_client[ticket["codcli"]].remove(codoco)
            if columns["codcli"]:
                insort(self.by_client[columns["codcli"]], codoco)
        ticket.update(columns)
        if "descri_oco" in columns:
            ticket["descri_oco"] = self.text(columns["descri_oco"])
        if "alterado_em" not in columns:
            ticket["alterado_em"] = self.stamp()

    def set_status(self, codoco: str, codsto: str) -> None:
        """Change the status; closing dates the ticket, opening it again takes the date away (quirk 18)."""
        ticket = self.tables["ocorrencias"][codoco]
        closed = codsto in _CLOSED
        at = ticket["data_sol"] if closed and ticket["data_sol"] != codes.ZERO else self.stamp()
        self.change(codoco, {"codsto": codsto, "data_sol": at if closed else codes.ZERO})


def _known(columns: Row, row: Row) -> None:
    unknown = columns.keys() - row.keys()
    if unknown:
        raise ValueError(f"ocorrencias has no column {', '.join(sorted(unknown))}")
