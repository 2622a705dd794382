"""The adapters' tables of quirks are complete, and the tests that they name exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import NamedTuple

import pytest

import erp_bridge

TESTS = Path(__file__).parent
ADAPTERS = Path(erp_bridge.__file__).parent / "adapters"
QUIRKS = {"ixc": 32, "integrator": 24, "voalle": 26}
PREFIX = {"ixc": "test_ixc_adapter_", "integrator": "test_integrator_", "voalle": "test_voalle_"}
#: What may stand in the column that says how surely a quirk is known.
CERTAINTY = re.compile(r"official|\*?inferred\*?|in production|\d\+?|one source")


class Quirk(NamedTuple):
    number: int
    quirk: str
    seen: str
    doing: str
    tests: str


def table(adapter: str) -> list[Quirk]:
    """The rows of the table under the heading Quirks."""
    text = (ADAPTERS / adapter / "README.md").read_text(encoding="utf-8")
    [section] = re.findall(r"^## Quirks$(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    rows = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in section.splitlines()
        if re.match(r"\|\s*\d", line)
    ]
    assert all(len(row) == 5 for row in rows), [row for row in rows if len(row) != 5]
    return [Quirk(int(number), *rest) for number, *rest in rows]


def defined() -> dict[str, set[str]]:
    """The tests of the tree by module."""
    found = {}
    for path in TESTS.rglob("test_*.py"):
        nodes = ast.walk(ast.parse(path.read_bytes()))
        functions = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        found[path.stem] = {name for name in functions if name.startswith("test_")}
    return found


def named(tests: str, adapter: str) -> list[tuple[str, str]]:
    """Module and name of every test in a cell.

    In ``module: test_a``, ``test_b`` the module counts for both; its name may lack the adapter's prefix.
    """
    found, module = [], ""
    for where, name in re.findall(r"(?:\b(\w+):\s+)?\b(test_\w+)", tests):
        module = where or module
        found.append((module if module.startswith("test_") else PREFIX[adapter] + module, name))
    return found


@pytest.mark.parametrize("adapter", QUIRKS)
def test_every_quirk_has_its_row(adapter: str) -> None:
    assert [quirk.number for quirk in table(adapter)] == list(range(1, QUIRKS[adapter] + 1))


@pytest.mark.parametrize("adapter", QUIRKS)
def test_every_row_is_filled_in(adapter: str) -> None:
    for quirk in table(adapter):
        assert len(quirk.quirk) > 5, quirk.number
        assert quirk.doing.strip("-–— .?"), quirk.number
        assert CERTAINTY.search(quirk.seen), (quirk.number, quirk.seen)


@pytest.mark.parametrize("adapter", QUIRKS)
def test_every_row_names_tests_that_exist(adapter: str) -> None:
    tests = defined()
    for quirk in table(adapter):
        names = named(quirk.tests, adapter)
        assert names, (quirk.number, quirk.tests)
        missing = [f"{module}: {name}" for module, name in names if name not in tests.get(module, ())]
        assert not missing, (quirk.number, missing)
