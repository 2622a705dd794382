"""Tables in memory: rows of text by id, with what makes a hundred thousand of them quick to search.

Rows are sparse (a default is not stored) and may be changed from anywhere, tests included: every change goes through
the table, which keeps its ids sorted and its indexes true.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from typing import Any

from erp_bridge.sandbox.ixc.values import Column, Key, key


class Row(dict[str, str]):
    """One record. Columns not stored read as their default; ``full()`` shows them all."""

    __slots__ = ("_id", "_table")

    def __init__(self, table: Table, id_: int) -> None:
        super().__init__()
        self._table = table
        self._id = id_

    def __missing__(self, column: str) -> str:
        return str(self._id) if column == "id" else self._table.defaults[column]

    def __setitem__(self, column: str, value: str) -> None:
        if column == "id" or not isinstance(value, str):
            raise ValueError(f"{self._table.name}.{column} cannot be set to {value!r}")
        before = self[column]
        if value == before:
            return
        if value == self._table.defaults[column]:
            super().pop(column, None)
        else:
            super().__setitem__(column, value)
        self._table.changed(self._id, column, before, value)

    def get(self, column: str, default: Any = None) -> Any:
        return self[column] if column in self._table.columns else default

    def update(self, *args: Any, **columns: str) -> None:
        for column, value in dict(*args, **columns).items():
            self[column] = value

    def full(self) -> dict[str, str]:
        """Every column in the table's order, as the web service shows the record."""
        return {**self._table.defaults, **self, "id": str(self._id)}


class Table(dict[int, Row]):
    """``id -> row``; an id may also be given as the text the web service shows."""

    def __init__(self, name: str, columns: Mapping[str, Column], *, view: str = "") -> None:
        super().__init__()
        self.name = name
        self.columns = columns
        self.defaults = {column: spec.default for column, spec in columns.items()}
        self.view = view  # view-like tables answer rows and cells: "plain" or with "tot"
        self.version = 0  # grows with every change; whoever caches a search keeps it
        self.ids: list[int] = []
        self._last = 0
        self._indexes: dict[str, dict[Key, set[int]]] = {}
        self.cache: dict[Any, list[int]] = {}
        self.cached_version = -1

    def __missing__(self, id_: object) -> Row:
        if isinstance(id_, str) and id_.isdecimal() and int(id_) in self:
            return self[int(id_)]
        raise KeyError(id_)

    def insert(self, values: Mapping[str, str], id_: int | None = None) -> Row:
        """Add a record; without ``id_`` under the next number, which is never given twice."""
        id_ = self._last + 1 if id_ is None else id_
        if id_ in self:
            raise ValueError(f"{self.name} {id_} exists")
        row = Row(self, id_)
        defaults = self.defaults
        dict.update(row, {c: value for c, value in values.items() if value != defaults[c] and c != "id"})
        super().__setitem__(id_, row)
        if id_ > self._last:
            self.ids.append(id_)
            self._last = id_
        else:
            insort(self.ids, id_)
        for column, index in self._indexes.items():
            index.setdefault(key(self.columns[column], row[column]), set()).add(id_)
        self.version += 1
        return row

    def __delitem__(self, id_: int) -> None:
        row = self[id_]
        id_ = int(row["id"])
        for column, index in self._indexes.items():
            index[key(self.columns[column], row[column])].discard(id_)
        super().__delitem__(id_)
        del self.ids[bisect_left(self.ids, id_)]
        self.version += 1

    def __setitem__(self, id_: int, row: object) -> None:
        raise TypeError(f"add to {self.name} with insert()")

    def changed(self, id_: int, column: str, before: str, after: str) -> None:
        """A row has a new value: told by the row itself."""
        self.version += 1
        if column in self._indexes:
            spec, index = self.columns[column], self._indexes[column]
            index[key(spec, before)].discard(id_)
            index.setdefault(key(spec, after), set()).add(id_)

    def where(self, column: str, values: Iterable[str]) -> set[int]:
        """The ids whose ``column`` equals one of ``values``, as the database compares. Indexed from first use on."""
        spec = self.columns[column]
        if column == "id":
            numbers = (key(spec, value) for value in values)
            return {int(number) for number in numbers if number is not None and number in self}
        if column not in self._indexes:
            index: dict[Key, set[int]] = {}
            for id_, row in self.items():
                index.setdefault(key(spec, row[column]), set()).add(id_)
            self._indexes[column] = index
        found: set[int] = set()
        for value in values:
            wanted = key(spec, value)
            if wanted is not None:
                found |= self._indexes[column].get(wanted, set())
        return found

    def remember(self, name: Any, ids: list[int]) -> list[int]:
        """Keep a search until the next change of the table."""
        self.recall(name)
        self.cache[name] = ids
        return ids

    def recall(self, name: Any) -> list[int] | None:
        if self.cached_version != self.version:
            self.cache.clear()
            self.cached_version = self.version
        return self.cache.get(name)
