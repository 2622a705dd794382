"""The adapters' pages say the same in both languages, as far as a program can tell."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import pytest

import erp_bridge
from docs.pages import TOOLS, fences, portuguese

sys.path.insert(0, str(TOOLS))
import assemble

ADAPTERS = Path(erp_bridge.__file__).parent / "adapters"
#: The English page of each adapter that the site shows.
PAGES = {
    PAGE.parent.name: PAGE
    for path, page in assemble.PAGES.items()
    if page.startswith("adapters/") and (PAGE := assemble.ROOT / path).name == "README.md"
}
CODE = re.compile(r"`[^`\n]+`")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: How surely a quirk is known, in both languages; a number says in how many sources it was seen.
MARKS = {"oficial": "official", "inferido": "inferred", "em produção": "in production", "uma fonte": "one source"}
MARK = re.compile("|".join([*MARKS, *MARKS.values(), r"\d\+?"]))

Row = list[str]


class Section(NamedTuple):
    """What stands under one heading, the heading included."""

    level: int
    prose: str
    tables: list[list[Row]]
    blocks: list[tuple[str, str]]


def sections(text: str) -> list[Section]:
    found: list[Section] = []
    blocks = FENCE.findall(text)
    for part in re.split(r"^(?=#+ )", FENCE.sub("```", text), flags=re.MULTILINE)[1:]:
        tables = [
            [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table.splitlines()]
            for table in re.findall(r"(?:^\|.*\n)+", part, re.MULTILINE)
        ]
        prose = re.sub(r"^\|.*$", "", part, flags=re.MULTILINE)
        shown = [blocks.pop(0) for _ in re.findall(r"^```$", prose, re.MULTILINE)]
        found.append(Section(len(part) - len(part.lstrip("#")), prose, tables, shown))
    assert not blocks
    return found


def numbers(text: str) -> list[str]:
    """Those outside of code; 50,000 and 50.000 are the same."""
    return sorted(re.findall(r"\d+", CODE.sub("", text)))


def marks(text: str) -> list[str]:
    return [MARKS.get(mark, mark) for mark in MARK.findall(text)]


def cell_differs(english: str, other: str) -> bool:
    codes = [sorted(CODE.findall(text)) for text in (english, other)]
    return codes[0] != codes[1] or numbers(english) != numbers(other) or (not english) != (not other)


def block_facts(language: str, block: str) -> tuple[str, object, object]:
    """A configuration without what its comments say, but with the choices that they name; any other block as it is."""
    if language != "toml":
        return language, block, None
    return language, [re.split(r"\s+# ", line)[0] for line in block.splitlines()], re.findall(r"(?:\w+ )?\| \w+", block)


def differences(english: str, other: str) -> Iterator[str]:
    """Every place at which one page says something else than the other; none is the whole test."""
    pairs = list(zip_longest(sections(english), sections(other)))
    for place, (ours, theirs) in enumerate(pairs):
        if ours is None or theirs is None or ours.level != theirs.level:
            yield f"section {place}: its heading"
            return
        if set(CODE.findall(ours.prose)) != set(CODE.findall(theirs.prose)):
            yield f"section {place}: {set(CODE.findall(ours.prose)) ^ set(CODE.findall(theirs.prose))}"
        if numbers(ours.prose) != numbers(theirs.prose):
            yield f"section {place}: its numbers {numbers(ours.prose)} {numbers(theirs.prose)}"
        for what, pattern in (("items", r"^- "), ("links", r"\]\(([^)#]*)"), ("words in bold", r"\*\*")):
            if re.findall(pattern, ours.prose, re.MULTILINE) != re.findall(pattern, theirs.prose, re.MULTILINE):
                yield f"section {place}: its {what}"
        if [block_facts(*block) for block in ours.blocks] != [block_facts(*block) for block in theirs.blocks]:
            yield f"section {place}: its code"
        if [len(table) for table in ours.tables] != [len(table) for table in theirs.tables]:
            yield f"section {place}: its tables' rows"
            continue
        for table, same in zip(ours.tables, theirs.tables, strict=True):
            yield from rows_differ(table, same)


def rows_differ(english: list[Row], other: list[Row]) -> Iterator[str]:
    quirks = english[0][0] == "#"
    for row, same in zip(english, other, strict=True):
        if len(row) != len(same) or any(map(cell_differs, row, same)):
            yield f"row: {row[0]} | {row[1]}"
        elif quirks and marks(row[2]) != marks(same[2]):
            yield f"quirk {row[0]}: {row[2]} / {same[2]}"


@pytest.mark.parametrize("adapter", PAGES)
def test_both_languages_say_the_same(adapter: str) -> None:
    english, other = (page.read_text(encoding="utf-8") for page in (PAGES[adapter], portuguese(PAGES[adapter])))
    assert list(differences(english, other)) == []
    assert len(re.findall(r"^\| \d+ \|", other, re.MULTILINE)) > 20
    for block in fences(other, "toml"):
        tomllib.loads(block)


@pytest.mark.parametrize("adapter", PAGES)
def test_the_portuguese_page_is_portuguese(adapter: str) -> None:
    text = portuguese(PAGES[adapter]).read_text(encoding="utf-8")
    shown = FENCE.sub(lambda block: block[2] if block[1] == "toml" else "", text)
    assert re.findall(r"\b(?:the|which|what|that|with|ticket|seen)\b", CODE.sub("", shown)) == []


def test_every_adapter_on_the_site_is_there_in_both() -> None:
    assert set(PAGES) == {"ixc", "integrator", "voalle"}
    published = assemble.sources()
    introduced = assemble.in_portuguese({})
    for adapter, page in PAGES.items():
        other = portuguese(page).relative_to(assemble.ROOT).as_posix()
        assert published[other] == f"adapters/{adapter}.pt-BR.md"
        assert f"adapters/{adapter}.pt-BR.md" not in introduced
    assert {path.parent.name for path in ADAPTERS.glob("*/README.pt-BR.md")} == set(PAGES)


@pytest.mark.parametrize(
    ("found", "instead"),
    [
        pytest.param(r"^\| 7 \|.*\n", "", id="a quirk is missing"),
        pytest.param(r"^\| 7 \|(.*\n)\| 8 \|", r"| 8 |\1| 7 |", id="two quirks are in another order"),
        pytest.param(r"\| oficial, 3 \|", "| oficial, 4 |", id="another number of sources"),
        pytest.param(r"\| oficial \|", "| inferido |", id="another certainty"),
        pytest.param("test_the_request`", "test_a_request`", id="another test"),
        pytest.param(r"`(test_no_id)`", r"\1", id="a test without its marks"),
        pytest.param(r"^\| `versao` .*\n", "", id="a field is missing"),
        pytest.param(r"`titulo` \(cortado em 200\)", "`titulo` (cortado em 20)", id="another number in a row"),
        pytest.param(r"^# ascii_json = true", "# ascii_jason = true", id="another key"),
        pytest.param(r"\| empresa_setor", "| empresa_setores", id="another choice"),
        pytest.param(r"^id_unidade = .*\n", "", id="a line of configuration is missing"),
        pytest.param("mania 21", "mania 22", id="another quirk is meant"),
        pytest.param("`with_clients`", "`with_client`", id="another name in the text"),
        pytest.param(r"^- Se um `su_status` vazio.*\n", "", id="an item is missing"),
        pytest.param("^## Campos\n", "### Campos\n", id="another heading"),
        pytest.param(r"\*\*nunca\*\*|\*\*nenhum filtro\*\*", "nenhum filtro", id="a warning is less bold"),
    ],
)
def test_what_is_said_otherwise_is_found(found: str, instead: str) -> None:
    english, other = (page.read_text(encoding="utf-8") for page in (PAGES["ixc"], portuguese(PAGES["ixc"])))
    spoilt, times = re.subn(found, instead, other, count=1, flags=re.MULTILINE)
    assert times == 1
    assert list(differences(english, spoilt))
