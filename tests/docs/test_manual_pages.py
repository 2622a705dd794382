"""The table of the manuals' sentences has an answer in every row, and what it names exists; in both languages."""

from __future__ import annotations

import ast
import functools
import re
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

import erp_bridge

ROOT = Path(erp_bridge.__file__).parents[2]
PAGE = (ROOT / "docs" / "manual-pages.md").read_text(encoding="utf-8")
PORTUGUESE = (ROOT / "docs" / "manual-pages.pt-BR.md").read_text(encoding="utf-8")
#: Sentences by page.
SENTENCES = {1: 33, 2: 26, 3: 47, 4: 41, 5: 35}
#: Why nothing can be done.
REASONS = re.compile(r"out of reach|out of bounds", re.IGNORECASE)
#: What stands in bold in an answer.
MARKS = {"**Out of reach**": "**Fora de alcance**", "**screen**": "**tela**"}


class Row(NamedTuple):
    number: str
    sentence: str
    where: str
    proof: str


def rows(page: str) -> dict[str, Row]:
    found = [
        Row(*(cell.strip() for cell in line.strip("|").split("|")))
        for line in page.splitlines()
        if re.match(r"\| \d+\.\d+ ", line)
    ]
    assert len(found) == len({row.number for row in found})
    return {row.number: row for row in found}


ROWS = rows(PAGE)


@functools.cache
def defined() -> dict[str, set[str]]:
    return {
        path.stem: {
            node.name
            for node in ast.walk(ast.parse(path.read_bytes()))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
        }
        for path in (ROOT / "tests").rglob("test_*.py")
    }


def named_tests(cell: str) -> list[tuple[str, str]]:
    """Module and name; in ``module: test_a``, ``test_b`` the module counts for both."""
    found, module = [], ""
    for where, name in re.findall(r"`(?:(test_\w+): )?(test_\w+)`", cell):
        module = where or module
        found.append((module, name))
    return found


def exists(path: str) -> bool:
    """Whether ``package.module:Class.attribute`` is there; fields of models and annotations count."""
    module, _, attributes = path.partition(":")
    owner: object = import_module(f"erp_bridge.{module}")
    for name in attributes.split("."):
        fields = {**getattr(owner, "model_fields", {}), **getattr(owner, "__dataclass_fields__", {})}
        if hasattr(owner, name):
            owner = getattr(owner, name)
        elif name in fields:
            owner = fields[name]
        else:
            return False
    return True


def test_every_sentence_has_its_row() -> None:
    for page, count in SENTENCES.items():
        assert [n for n in ROWS if n.startswith(f"{page}.")] == [f"{page}.{n}" for n in range(1, count + 1)]
    assert len(ROWS) == sum(SENTENCES.values())


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_every_row_has_an_answer(row: Row) -> None:
    assert len(row.sentence) > 5
    references = re.findall(r"\bas (\d+\.\d+)", f"{row.where} {row.proof}")
    assert all(number in ROWS and number != row.number for number in references), references
    proved = bool(named_tests(row.proof)) or bool(references)
    assert proved or REASONS.search(row.proof), row.proof
    if not row.where:  # nothing of ours: then why not
        assert re.match(r"\*\*Out of reach\*\*", row.proof), row.proof
        assert len(row.proof) > 40 or "**screen**" in row.proof


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_a_row_names_exists(row: Row) -> None:
    assert not row.where or row.where.startswith("as ") or re.search(r"`[\w.]+:[\w.]+`", row.where), row.where
    for path in re.findall(r"`([a-z_.]+:[\w.]+)`", row.where):
        assert exists(path), path
    for module, name in named_tests(row.proof):
        assert name in defined().get(module, ()), f"{module}: {name}"


def test_a_row_that_named_something_else_would_be_found() -> None:
    assert not exists("core.rules:validat")
    assert not exists("core.model:Atendimento.titel")
    assert exists("core.model:Atendimento.titulo")
    assert named_tests("`test_a: test_b`, `test_c`; text `code`") == [("test_a", "test_b"), ("test_a", "test_c")]
    assert "test_nothing_of_the_kind" not in defined()["test_rules"]


def answers(row: Row) -> list[list[str]]:
    """What an answer has in every language: the names it gives, the rows it refers to, and what stands in bold."""
    cells = (row.where, row.proof)
    names = [re.findall(r"`[^`]+`", cell) for cell in cells]
    words = [re.sub(r"`[^`]+`", "", cell) for cell in cells]
    return names + [re.findall(r"\d+\.\d+|\*\*[^*]+\*\*", cell) for cell in words]


def unlike(page: str) -> list[str]:
    """Rows that the page in Portuguese lacks, has besides, answers otherwise, or leaves in English."""
    found, english = rows(page), rows(functools.reduce(lambda text, mark: text.replace(*mark), MARKS.items(), PAGE))
    if list(found) != list(english):
        return sorted(set(found) ^ set(english)) or ["order"]
    same = {n for n, row in ROWS.items() if row.sentence == found[n].sentence}
    return [n for n, row in english.items() if n in same or answers(row) != answers(found[n])]


def test_the_portuguese_page_has_the_same_rows_and_answers() -> None:
    assert unlike(PORTUGUESE) == []


@pytest.mark.parametrize(
    ("right", "wrong", "row"),
    [
        (r"^\| 3\.26 .*\n", "", "3.26"),
        (r"^(\| 1\.2 .*\n)(\| 1\.3 .*\n)", r"\2\1", "order"),
        (r"^(\| 1\.17 .*), `test_checkup_demands: \w+`", r"\1", "1.17"),
        (r"^(\| 2\.11 .*)`adapters\.voalle\.wire:contract`, ", r"\1", "2.11"),
        (r"^(\| 4\.20 .*)como 1\.9 \|$", r"\1como 1.6 |", "4.20"),
        (r"^(\| 3\.23 .*)\*\*Fora de alcance\*\*", r"\1Não dá", "3.23"),
        (r"^\| 4\.27 \| [^|]+", "| 4.27 | The department ", "4.27"),
    ],
)
def test_what_is_missing_in_portuguese_is_found(right: str, wrong: str, row: str) -> None:
    page, count = re.subn(right, wrong, PORTUGUESE, flags=re.MULTILINE)
    assert count == 1
    assert unlike(page) == [row]
