"""One ERP's terms of one kind, between its ids and the canonical names. Pure look-up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from erp_bridge.core.model import Termo
from erp_bridge.core.text import fold


class Vocabulary:
    """Terms in order of preference: of several ids with one name, the first is the one to write."""

    def __init__(self, terms: Iterable[Termo] = ()) -> None:
        self.terms = tuple(terms)
        self._by_id: dict[str, Termo] = {}
        self._by_name: dict[str, Termo] = {}
        for term in self.terms:
            if term.id is not None:
                self._by_id.setdefault(term.id, term)
                if name := fold(term.nome):
                    self._by_name.setdefault(name, term)

    @classmethod
    def of(cls, configured: Mapping[str, str], catalogue: Iterable[Termo] = ()) -> Vocabulary:
        """The tenant's lines first, then the ERP's own list for every id that has no line."""
        lines = [Termo(id=id, nome=nome) for id, nome in configured.items()]
        return cls([*lines, *(term for term in catalogue if term.id not in configured)])

    def named(self, id: str) -> Termo:
        """The term with that id; its name is empty when neither the tenant nor the ERP gives one."""
        return self._by_id.get(id) or Termo(id=id)

    def written(self, nome: str) -> Termo | None:
        """The term to write for a canonical name, compared without case, accents and extra blanks."""
        return self._by_name.get(fold(nome))
