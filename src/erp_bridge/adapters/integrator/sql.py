"""The statements of the database reader, made for the columns that this tenant's schema really has. Pure.

Every value comes as bytes, by ``CAST(… AS BINARY)``: so a zero date is a text (quirk 9), and a text is read by what is
stored and not by what its column is declared to hold (quirk 8).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BINARY,
    ColumnElement,
    FromClause,
    Select,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    union,
)
from sqlalchemy.sql.elements import KeyedColumnElement

#: What is read of each table. A tenant's schema may lack any of it but NEEDED; ``*`` is proven by no public source.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "ocorrencias": (
        "codoco", "numero_oco", "codcli", "codcon", "codpros", "codsercli", "codocop", "codcatoco", "codsto",
        "descri_oco", "data_lan", "data_sol",
        "codcar", "tipo_contato", "nome_contato", "celular_resposta", "fone_resposta", "email_resposta",  # *
        "alterado_em",  # *
    ),
    "comentarios": ("codoco", "descri_com", "codcom", "data_com", "codusu", "nome_usu"),  # * from codcom on
    "oco_padrao": ("codocop", "nome_ocop", "ativo"),  # * ativo
    "categoria_oco": ("codcatoco", "descri_catoco"),
    "clientes": ("codcli", "nome_cli", "cpf", "cnpj", "ativo"),
    "ordem_servico": ("codords", "numero_os", "codoco", "codmfos", "data_cad"),
    "motivo_fechamento_os": ("codmfos",),  # and the one column that names it
    "servicos_cli": ("codsercli", "codcli", "codser", "codest"),
    "servicos": ("codser", "descri_ser"),
    "status": ("codest", "descri_est"),
    "cargos": ("codcar", "nome_car"),  # *
    "usuarios": ("codusu", "nome_usu"),  # *
}  # fmt: skip
NEEDED = ("codoco", "data_lan", "data_sol")

#: Character sets whose bytes are read as they stand; texts in any other are converted by the server.
_AS_STORED = frozenset({None, "binary", "ascii", "latin1", "utf8", "utf8mb3", "utf8mb4"})


@dataclass(frozen=True)
class Column:
    """A column as ``information_schema`` shows it."""

    kind: str = "varchar"
    charset: str | None = None
    key: bool = False


@dataclass(frozen=True)
class Schema:
    """Tables and columns this user may see, by their names in lower case."""

    tables: Mapping[str, Mapping[str, Column]]
    names: Mapping[str, str]  # tables as the server spells them, which minds the case of tables only

    @staticmethod
    def of(rows: Iterable[Mapping[str, Any]]) -> Schema:
        """From the rows of :func:`columns_of`."""
        tables: dict[str, dict[str, Column]] = {}
        names: dict[str, str] = {}
        for row in rows:
            name = str(row["table_name"]).lower()
            names[name] = str(row["table_name"])
            tables.setdefault(name, {})[str(row["column_name"]).lower()] = Column(
                str(row["kind"]).lower(), row["charset"], row["column_key"] == "PRI"
            )
        return Schema(tables, names)

    def has(self, name: str, *columns: str) -> bool:
        return set(columns) <= self.tables.get(name, {}).keys() and name in self.tables

    @property
    def comment_id(self) -> str | None:
        """What tells a comment from all others: its table's key, else a column of the name that tenants use."""
        columns = self.tables.get("comentarios", {})
        keys = [name for name, found in columns.items() if found.key]
        if len(keys) == 1 and keys[0] != "codoco":
            return keys[0]
        return "codcom" if "codcom" in columns and not keys else None

    @property
    def missing(self) -> list[str]:
        """What is looked for and not there: tables, or columns of those that are."""
        found = [name for name in COLUMNS if name not in self.tables]
        for name, columns in self.tables.items():
            found += [f"{name}.{column}" for column in COLUMNS[name] if column not in columns]
        replaced = {"comentarios.codcom"} if self.comment_id else set()
        replaced |= {"comentarios.codusu"} if self.has("comentarios", "nome_usu") else {"comentarios.nome_usu"}
        return [name for name in found if name not in replaced]


def columns_of(schema: str) -> Select[Any]:
    """What ``information_schema`` shows this user of the tables that matter."""
    shown = table(
        "columns", column("table_schema"), column("table_name"), column("column_name"), column("data_type"),
        column("character_set_name"), column("column_key"), schema="information_schema",
    ).c  # fmt: skip
    return select(
        shown.table_name.label("table_name"),
        shown.column_name.label("column_name"),
        shown.data_type.label("kind"),
        shown.character_set_name.label("charset"),
        shown.column_key.label("column_key"),
    ).where(shown.table_schema == schema, func.lower(shown.table_name).in_(list(COLUMNS)))


class Statements:
    """Statements for one tenant. Codes are paged in the order of ``codoco``, rows are then fetched by them."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._oco = self._table("ocorrencias", "o")

    def changed(self, desde: str, apos: str, limite: int) -> Select[Any]:
        """Codes above ``apos`` of tickets opened, closed, changed or commented since that local time."""
        stamps = [name for name in ("data_lan", "data_sol", "alterado_em") if self._has("ocorrencias", name)]
        found = [self._codes(apos).where(self._since("ocorrencias", self._oco.c[name], desde)) for name in stamps]
        if self.dates_comments:
            comments = self._table("comentarios", "m")
            found.append(
                select(self._oco.c.codoco)
                .select_from(comments.join(self._oco, self._oco.c.codoco == comments.c.codoco))
                .where(self._oco.c.codoco > apos, self._since("comentarios", comments.c.data_com, desde))
            )
        codes = union(*found).subquery("m")
        return select(cast(codes.c.codoco, BINARY).label("codoco")).order_by(codes.c.codoco).limit(limite)

    def open(self, apos: str, limite: int) -> Select[Any]:
        """Codes above ``apos`` of tickets without a solving date; a zero date is none, and so is the year 0."""
        solved = self._oco.c.data_sol
        codes = self._codes(apos).where(or_(solved.is_(None), solved < "1970-01-01")).subquery("m")
        return select(cast(codes.c.codoco, BINARY).label("codoco")).order_by(codes.c.codoco).limit(limite)

    @property
    def dates_comments(self) -> bool:
        return self._schema.comment_id is not None and self._has("comentarios", "codoco", "data_com")

    def tickets(self, codocos: Sequence[str]) -> Select[Any]:
        return self._tickets().where(self._oco.c.codoco.in_(codocos)).order_by(self._oco.c.codoco)

    def by_protocolo(self, numero_oco: str) -> Select[Any]:
        return self._tickets().where(self._oco.c.numero_oco == numero_oco)

    def of_client(self, codcli: str) -> Select[Any]:
        newest_first = (self._oco.c.data_lan.desc(), self._oco.c.codoco.desc())
        return self._tickets().where(self._oco.c.codcli == codcli).order_by(*newest_first)

    def comments(self, codocos: Sequence[str]) -> Select[Any]:
        comments = self._table("comentarios", "m")
        shown = self._shown("comentarios", comments, "codoco", "descri_com", "data_com", "nome_usu")
        source: FromClause = comments
        id = self._schema.comment_id
        key = comments.c[id or "codoco"]
        shown.append(cast(key, BINARY).label("codcom"))
        if not self._has("comentarios", "nome_usu"):
            source = self._joined(source, comments, "comentarios", "usuarios", "codusu", shown, nome_usu="nome_usu")
        return select(*shown).select_from(source).where(comments.c.codoco.in_(codocos)).order_by(key)

    def work_orders(self, codoco: str) -> Select[Any]:
        orders = self._table("ordem_servico", "s")
        shown = self._shown("ordem_servico", orders, "codords", "numero_os", "codmfos", "data_cad")
        named = [name for name in self._schema.tables.get("motivo_fechamento_os", {}) if _names_it(name)]
        names = {"motivo": named[0]} if len(named) == 1 else {}
        source = self._joined(orders, orders, "ordem_servico", "motivo_fechamento_os", "codmfos", shown, **names)
        return select(*shown).select_from(source).where(orders.c.codoco == codoco).order_by(orders.c.codords)

    def clients(self, documento: str) -> Select[Any]:
        """Typed in with or without punctuation; a column of numbers has lost the zeros at the beginning."""
        clients = self._table("clientes", "c")
        forms = sorted({documento, documento.lstrip("0") or documento})
        same = [_bare(clients.c[name]).in_(forms) for name in ("cpf", "cnpj") if self._has("clientes", name)]
        return select(*self._client_columns(clients)).select_from(clients).where(or_(*same))

    def search_clients(self, texto: str, limite: int) -> Select[Any]:
        clients = self._table("clientes", "c")
        # converted, because a sign that a latin1 column cannot hold makes the comparison itself an error
        name = _converted(clients.c.nome_cli)
        found = select(*self._client_columns(clients)).select_from(clients).where(name.contains(texto, autoescape=True))
        return found.order_by(clients.c.nome_cli).limit(limite)

    def plans(self, codcli: str) -> Select[Any]:
        plans = self._table("servicos_cli", "p")
        shown = self._shown("servicos_cli", plans, "codsercli")
        source = self._joined(plans, plans, "servicos_cli", "servicos", "codser", shown, descricao_plano="descri_ser")
        source = self._joined(source, plans, "servicos_cli", "status", "codest", shown, descri_est="descri_est")
        return select(*shown).select_from(source).where(plans.c.codcli == codcli).order_by(plans.c.codsercli)

    def listed(self, name: str) -> Select[Any]:
        """A whole table of terms."""
        terms = self._table(name, "t")
        return select(*self._shown(name, terms, *COLUMNS[name])).select_from(terms)

    # --- pieces ------------------------------------------------------------------------------------------------

    def _codes(self, apos: str) -> Select[Any]:
        return select(self._oco.c.codoco).where(self._oco.c.codoco > apos)

    def _tickets(self) -> Select[Any]:
        shown = self._shown("ocorrencias", self._oco, *COLUMNS["ocorrencias"])
        source: FromClause = self._oco
        for name, by, names in (
            ("oco_padrao", "codocop", ("nome_ocop",)),
            ("categoria_oco", "codcatoco", ("descri_catoco",)),
            ("clientes", "codcli", ("cpf", "cnpj", "nome_cli")),
            ("cargos", "codcar", ("nome_car",)),
        ):
            source = self._joined(source, self._oco, "ocorrencias", name, by, shown, **{n: n for n in names})
        return select(*shown).select_from(source)

    def _joined(
        self,
        source: FromClause,
        left: FromClause,
        left_name: str,
        name: str,
        by: str,
        shown: list[ColumnElement[Any]],
        **names: str,
    ) -> FromClause:
        """``source`` with a table of names beside it, if both have the code; its columns, by label, go to ``shown``."""
        there = {label: column for label, column in names.items() if self._has(name, column)}
        if not (there and self._has(left_name, by) and self._has(name, by)):
            return source
        right = self._table(name, name)
        shown += [self._text(name, right.c[column]).label(label) for label, column in there.items()]
        return source.outerjoin(right, right.c[by] == left.c[by])

    def _client_columns(self, clients: FromClause) -> list[ColumnElement[Any]]:
        return self._shown("clientes", clients, *COLUMNS["clientes"])

    def _shown(self, name: str, source: FromClause, *columns: str) -> list[ColumnElement[Any]]:
        return [self._text(name, source.c[wanted]).label(wanted) for wanted in columns if self._has(name, wanted)]

    def _text(self, name: str, shown: KeyedColumnElement[Any]) -> ColumnElement[Any]:
        charset = self._schema.tables[name][shown.key].charset
        return cast(shown if charset in _AS_STORED else _converted(shown), BINARY)

    def _since(self, name: str, stamp: KeyedColumnElement[Any], desde: str) -> ColumnElement[bool]:
        """A column of days without hours is compared by its day, or the whole day would be behind its own morning."""
        return stamp >= (desde[:10] if self._schema.tables[name][stamp.key].kind == "date" else desde)

    def _has(self, name: str, *columns: str) -> bool:
        return self._schema.has(name, *columns)

    def _table(self, name: str, alias: str) -> FromClause:
        return table(self._schema.names[name], *map(column, self._schema.tables[name])).alias(alias)


def _names_it(name: str) -> bool:
    return name.startswith(("descri", "nome"))


def _converted(text: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.convert(text.op("USING")(literal_column("utf8mb4")))


def _bare(text: ColumnElement[Any]) -> ColumnElement[Any]:
    for sign in ".-/ ":
        text = func.replace(text, sign, "")
    return text
