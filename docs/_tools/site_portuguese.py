"""Pages that exist in English only, in the Portuguese site: an introduction in Portuguese, and where English begins.

``intros`` holds the introductions, by the page they belong to. A page without one says at least that it is in English.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

INTROS = Path(__file__).parent / "intros"
NOTICE = """!!! info "{title}"

    {why}
"""
WHY = {
    "reference/library.md": "A referência é gerada do código, e os textos do código são em inglês.",
    "performance.md": "As tabelas são resultados que o comando escreve de novo a cada medição.",
    "changelog.md": "A lista de mudanças existe só em inglês.",
}
USUAL = "O texto completo existe só em inglês."


def introductions() -> dict[str, str]:
    """Page → its introduction in Portuguese, which begins with the title."""
    return {path.relative_to(INTROS).as_posix(): path.read_text(encoding="utf-8") for path in INTROS.rglob("*.md")}


def introduced(page: str, english: str, introductions: Mapping[str, str]) -> str:
    """The page as the Portuguese site shows it; ``english`` begins with a title as well."""
    title, _newline, rest = english.partition("\n")
    first = introductions.get(page, title).strip()
    begins = "Daqui em diante, em inglês" if page in introductions else "Em inglês"
    return f"{first}\n\n{NOTICE.format(title=begins, why=WHY.get(page, USUAL))}\n{rest.lstrip()}"
