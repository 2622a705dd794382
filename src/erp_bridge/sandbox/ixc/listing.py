"""Listings: what a request asks for, which rows match, and the page that is answered."""

from __future__ import annotations

import json
import operator
import random
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from erp_bridge.sandbox.ixc.options import Options
from erp_bridge.sandbox.ixc.tables import Row, Table
from erp_bridge.sandbox.ixc.values import Column, Test, key, like, sort_key

_DEFAULT_RP = 20

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
}  # fmt: skip
_OPERATORS = {*_COMPARE, "L", "NL", "IN", "NI", "BE", "NBE"}


class BadQuery(Exception):
    """The database could not run it; outside, that is the generic HTML page."""


@dataclass(frozen=True)
class Filter:
    column: str
    oper: str
    value: str
    second: str | None = None


@dataclass(frozen=True)
class Query:
    filters: tuple[Filter, ...]
    sort: str
    descending: bool
    page: int
    rp: int


def parse(table: Table, body: Mapping[str, Any], options: Options) -> Query:
    """Read a listing request; everything it says is text (quirk 6)."""
    filters: list[Filter] = []
    query = _text(body.get("query"))
    if body.get("qtype") and query:
        filters.append(_filter(table, body["qtype"], body.get("oper") or "=", query, None, options))
    grid = body.get("grid_param")
    if grid:
        try:
            items = json.loads(grid)
        except (TypeError, ValueError):
            raise BadQuery("grid_param is JSON in a string") from None
        if not isinstance(items, list):
            raise BadQuery("grid_param is a list")
        for item in items:
            if not isinstance(item, dict) or "TB" not in item:
                raise BadQuery("an item of grid_param has TB, OP and P")
            second = _text(item["P2"]) if item.get("P2") not in (None, "") else None
            filters.append(_filter(table, item["TB"], item.get("OP") or "=", _text(item.get("P")), second, options))
    sort = _column(table, body["sortname"], options) if body.get("sortname") else "id"
    return Query(
        tuple(filters),
        sort,
        _text(body.get("sortorder")).lower() == "desc",
        max(_number(body.get("page"), 1), 1),
        max(_number(body.get("rp"), _DEFAULT_RP), 1),
    )


def matching(
    table: Table,
    query: Query,
    visible: Callable[[Row], bool] | None = None,
    shuffle: random.Random | None = None,
) -> Sequence[int]:
    """The ids of all matching rows, in the order asked for. With ``shuffle``, ties come in any order."""
    # With bounds of the id every page of a keyset reading is a search of its own: cheap, and not worth remembering.
    lasting = visible is None and shuffle is None and not any(_is_bound(item) for item in query.filters)
    name = (query.filters, query.sort, query.descending)
    if lasting and (known := table.recall(name)) is not None:
        return known
    ids = _by_id(table, query.filters, visible)
    if query.sort != "id":
        column = table.columns[query.sort]
        if shuffle is not None:
            shuffle.shuffle(ids)
        ids.sort(key=lambda id_: sort_key(column, table[id_][query.sort]), reverse=query.descending)
    elif query.descending:
        ids.reverse()
    return table.remember(name, ids) if lasting else ids


def reply(
    table: Table,
    query: Query,
    ids: Sequence[int],
    options: Options,
    *,
    more_rows: bool = False,
    int_total: bool = False,
) -> dict[str, Any]:
    """One page of ``ids`` as the web service answers it."""
    start = (query.page - 1) * query.rp
    rows = [table[id_].full() for id_ in ids[start : start + query.rp + (more_rows or options.more_rows_than_rp)]]
    total: int | str = len(ids) if int_total or options.total_as_int else str(len(ids))
    answer: dict[str, Any] = {"page": str(query.page)}
    if table.view:  # quirk 3: rows and cells, the total under another name or nowhere
        if table.view == "tot":
            answer["tot"] = total
        if rows:
            answer["rows"] = [{"id": row["id"], "cell": list(row.values())} for row in rows]
        return answer
    answer["total"] = total
    if rows:  # quirk 3: with no rows the key is absent
        numbered = {str(number): row for number, row in enumerate(rows)}
        answer["registros"] = numbered if options.registros_as_object else rows
    return answer


def _by_id(table: Table, filters: tuple[Filter, ...], visible: Callable[[Row], bool] | None) -> list[int]:
    """Ids of matching rows, ascending: by index where one helps, else by looking at every row."""
    low, high = _bounds(table, filters)
    others = tuple(item for item in filters if not _is_bound(item))
    if not others and visible is None:
        return table.ids[low:high]
    tests = [(item.column, _test(table, item)) for item in others]
    candidates: Sequence[int] | None = None
    for item in others:
        if item.oper in ("=", "IN"):
            found = table.where(item.column, _values(item))
            if candidates is None or len(found) < len(candidates):
                candidates = sorted(found)
    if candidates is None:
        # The scan of the whole table serves every page of a keyset reading, so it is the one to remember.
        scanned = table.recall(others) if visible is None else None
        if scanned is None and visible is None and high - low > len(table) // 4:
            scanned = table.remember(others, _scan(table, table.ids, tests, visible))
        if scanned is not None:
            return _between(scanned, table, low, high)
        return _scan(table, table.ids[low:high], tests, visible)
    return _scan(table, _between(candidates, table, low, high), tests, visible)


def _scan(
    table: Table, ids: Sequence[int], tests: list[tuple[str, Test]], visible: Callable[[Row], bool] | None
) -> list[int]:
    found = []
    for id_ in ids:
        row = table[id_]
        if all(test(row[column]) for column, test in tests) and (visible is None or visible(row)):
            found.append(id_)
    return found


def _between(ids: Sequence[int], table: Table, low: int, high: int) -> list[int]:
    if low >= high:
        return []
    return list(ids[bisect_left(ids, table.ids[low]) : bisect_right(ids, table.ids[high - 1])])


def _bounds(table: Table, filters: tuple[Filter, ...]) -> tuple[int, int]:
    """Where the rows lie that comparisons of the id leave over."""
    low, high = 0, len(table.ids)
    for item in filters:
        if _is_bound(item):
            number = cast(float, key(table.columns["id"], item.value))
            if item.oper in (">", ">=", "="):
                low = max(low, (bisect_right if item.oper == ">" else bisect_left)(table.ids, number))
            if item.oper in ("<", "<=", "="):
                high = min(high, (bisect_left if item.oper == "<" else bisect_right)(table.ids, number))
    return low, high


def _is_bound(item: Filter) -> bool:
    return item.column == "id" and item.oper in (">", ">=", "<", "<=", "=")


def _filter(table: Table, field: object, oper: object, value: str, second: str | None, options: Options) -> Filter:
    column = _column(table, field, options)
    oper = _text(oper).strip().upper()  # lower case is seen working
    if oper in ("GE", "LE"):
        if table.name != "su_oss_chamado":  # quirk 23
            raise BadQuery(f"{oper} is not for {table.name}")
        oper = {"GE": ">=", "LE": "<="}[oper]
    if oper not in _OPERATORS:  # quirk 23: <> is among the refused
        raise BadQuery(f"no operator {oper}")
    if oper in ("IN", "NI") and "," not in value and not options.in_single_works:  # quirk 23
        raise BadQuery(f"{oper} with one value")
    if oper in ("BE", "NBE") and second is None:
        value, comma, second = value.partition(",")
        if not comma:
            raise BadQuery(f"{oper} needs two bounds")
    return Filter(column, oper, value, second)


def _test(table: Table, item: Filter) -> Test:
    """What a stored value must be for a row to match."""
    column = table.columns[item.column]
    if item.oper in ("NL", "NI", "NBE"):
        positive = _test(table, replace(item, oper=item.oper[1:] if item.oper != "NI" else "IN"))
        return lambda text: not positive(text)
    if item.oper == "L":
        first = like(column, item.value)
        if item.second is None:
            return first
        also = like(column, item.second)  # the documents' way to say "or"
        return lambda text: first(text) or also(text)
    if item.oper == "IN":
        values = {key(column, value) for value in _values(item)}
        return lambda text: key(column, text) in values
    if item.oper == "BE":
        return _between_test(column, item.value, item.second or "")
    holds, wanted = _COMPARE[item.oper], key(column, item.value)
    if item.oper == "!=" and item.second is not None:
        neither = {wanted, key(column, item.second)}
        return lambda text: key(column, text) not in neither

    def test(text: str) -> bool:
        found = key(column, text)
        return found is not None and wanted is not None and bool(holds(found, wanted))

    return test


def _between_test(column: Column, first: str, last: str) -> Test:
    low, high = key(column, first), key(column, last)
    dated = column.kind in ("date", "datetime")

    def test(text: str) -> bool:
        if dated and (text == "" or text.startswith("0000")):
            return True  # quirk 23: zero dates come back with a range of dates
        found = key(column, text)
        if found is None or low is None or high is None:
            return False
        return bool(operator.le(low, found) and operator.le(found, high))

    return test


def _values(item: Filter) -> list[str]:
    """The values of an IN, which one known client quotes; or the one value of another operator."""
    if item.oper not in ("IN", "NI"):
        return [item.value]
    return [value.strip().strip("'\"") for value in item.value.split(",")]


def _column(table: Table, field: object, options: Options) -> str:
    prefix, dot, column = _text(field).strip().rpartition(".")
    if (dot and prefix != table.name) or (not dot and not options.bare_fields) or column not in table.columns:
        raise BadQuery(f"unknown field {field!r}")
    return column


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _number(value: object, default: int) -> int:
    found = re.match(r"\s*-?\d+", _text(value))
    return int(found[0]) if found else default
