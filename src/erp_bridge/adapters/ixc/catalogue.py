"""The ERP's lists of terms, kept for an hour, beside the tenant's own lines for them.

Ids of subjects, departments and the rest differ in every installation (quirk 26): none is a constant here. A list
that this user or version may not read (quirk 32) is empty for that hour, and the tenant's lines do alone.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from erp_bridge.adapters.ixc.client import IxcClient
from erp_bridge.adapters.ixc.codes import CONFIGURABLE
from erp_bridge.adapters.ixc.replies import Row
from erp_bridge.adapters.ixc.settings import IxcSettings
from erp_bridge.adapters.ixc.translate import Dialect
from erp_bridge.adapters.ixc.wire import as_text
from erp_bridge.core.clock import Clock
from erp_bridge.core.errors import Malformed, Refused, Unsupported
from erp_bridge.core.model import Termo
from erp_bridge.core.vocabulary import Vocabulary

_KEPT = 3600.0

#: Table and the columns that may hold the name, by kind of term.
_TABLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "assunto": ("su_oss_assunto", ("assunto",)),
    "departamento": ("", ("setor",)),  # which table is a setting
    "processo": ("wfl_processo", ("descricao",)),
    "responsavel": ("funcionarios", ("funcionario", "nome")),
    "canal": ("su_canal_atendimento", ("descricao", "canal", "nome")),
    "status_complementar": ("su_evento_status", ("descricao",)),
    "mensagem_padrao": ("su_oss_respostas", ("titulo",)),
    "usuario": ("usuarios", ("nome", "login")),
}


@dataclass(frozen=True)
class _List:
    """One list as last read."""

    rows: Mapping[str, Row] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)  # also of what is out of use
    in_use: Vocabulary = field(default_factory=Vocabulary)  # to choose from when writing
    until: float = 0.0


class Catalogue:
    """All lists of one installation."""

    def __init__(self, client: IxcClient, settings: IxcSettings, dialect: Dialect, clock: Clock) -> None:
        self._client = client
        self._settings = settings
        self._dialect = dialect
        self._clock = clock
        self._lists: dict[str, _List] = {}
        self._reading: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._names = {kind: _names(Vocabulary.of(lines)) for kind, lines in settings.vocab.items()}

    def named(self, kind: str, id: str) -> str:
        """The canonical name of an id as far as it is known without asking; "" when it is not."""
        names = self._names.get(kind)
        return names.get(id, "") if names else ""

    async def vocabulary(self, kind: str) -> Vocabulary:
        """What can be chosen: the tenant's lines first, then the ERP's own list."""
        if kind in CONFIGURABLE:
            return Vocabulary(Termo(id=code, nome=name) for code, name in self._dialect.terms(kind))
        return (await self._list(kind)).in_use

    async def know(self, wanted: Mapping[str, Collection[str]]) -> None:
        """Read the lists that are needed to name these ids, by kind."""
        needed = [kind for kind, ids in wanted.items() if any(not self.named(kind, id) for id in ids)]
        await asyncio.gather(*(self._list(kind) for kind in needed))

    async def rows(self, kind: str) -> Mapping[str, Row]:
        """The list's own rows by id."""
        return (await self._list(kind)).rows

    async def _list(self, kind: str) -> _List:
        async with self._reading[kind]:  # one request, however many ask at once
            known = self._lists.get(kind)
            if known is None or self._clock.monotonic() >= known.until:
                known = await self._fetch(kind)
                self._lists[kind] = known
                self._names[kind] = known.names
            return known

    async def _fetch(self, kind: str) -> _List:
        lines = self._settings.vocab.get(kind, {})
        table, columns = _TABLES.get(kind, ("", ()))
        table = self._settings.departamento_table if kind == "departamento" else table
        try:
            rows = await self._client.all(table) if table else []
        except (Unsupported, Refused, Malformed):
            rows = []
        by_id = {as_text(row.get("id")): row for row in rows}
        terms = [(row, Termo(id=id, nome=_name(row, columns))) for id, row in by_id.items()]
        return _List(
            by_id,
            _names(Vocabulary.of(lines, (term for _, term in terms))),
            Vocabulary.of(lines, (term for row, term in terms if _in_use(kind, row))),
            self._clock.monotonic() + _KEPT,
        )


def _names(vocabulary: Vocabulary) -> Mapping[str, str]:
    return {term.id: term.nome for term in vocabulary.terms if term.id and term.nome}


def _name(row: Row, columns: Sequence[str]) -> str:
    """The first of the columns that holds something; in a view, the first cell that is a word."""
    cells = [key for key in row if key.startswith("cell")]
    texts = (as_text(row.get(column)).strip() for column in (*columns, *cells))
    return next((text for text in texts if text and (not cells or not text.isdecimal())), "")


def _in_use(kind: str, row: Row) -> bool:
    if as_text(row.get("ativo")) == "N" or (kind == "usuario" and as_text(row.get("status")) == "I"):
        return False
    return not (kind == "assunto" and as_text(row.get("finalidade")) == "OS")  # for work orders only
