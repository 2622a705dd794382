"""The documentation's own pages, as the tests read them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import erp_bridge

ROOT = Path(erp_bridge.__file__).parents[2]
DOCS = ROOT / "docs"
TOOLS = DOCS / "_tools"


def pages() -> list[Path]:
    """Every page written in both languages, the English one of each."""
    return sorted(path.with_name(path.name.replace(".pt-BR", "")) for path in DOCS.rglob("*.pt-BR.md"))


def portuguese(page: Path) -> Path:
    return page.with_suffix(".pt-BR.md")


def fences(text: str, language: str) -> list[str]:
    """The blocks of that language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def shell_blocks(text: str) -> list[tuple[str, str]]:
    """Each block marked ``sh``, and what the comment above it says of it: ``run: NAME`` or ``not run: REASON``."""
    pattern = r"(?:^<!-- ((?:not )?run: .+?) -->\n)?^```sh\n(.*?)^```$"
    return [(block, said) for said, block in re.findall(pattern, text, re.MULTILINE | re.DOTALL)]


def commands(block: str) -> list[str]:
    """The lines of such a block, without what is said about them."""
    return [line.partition(" #")[0].rstrip() for line in block.splitlines() if line.strip()]


@dataclass(frozen=True)
class Step:
    """One command of a page, and the lines that are shown below it."""

    command: str
    shown: tuple[str, ...]


def steps(text: str) -> list[Step]:
    """The commands of the blocks marked ``console``, in their order."""
    found: list[Step] = []
    for block in fences(text, "console"):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Step(line.removeprefix("$ "), ()))
            elif line.strip():
                last = found.pop()
                found.append(Step(last.command, (*last.shown, line)))
    return found


def prepared(text: str) -> str:
    """What must be so before a page's commands are run: ``<!-- prepare: NAME -->``."""
    found = re.search(r"<!-- prepare: (\w+) -->", text)
    return found[1] if found else ""


def shows(output: str, shown: tuple[str, ...]) -> bool:
    """Whether the output is what is shown: ``...`` stands for anything, a line of it alone for any lines."""
    lines = [" ".join(line.split()) for line in output.splitlines() if line.strip()]
    pattern = ""
    for line in shown:
        words = " ".join(line.split())
        if words == "...":
            pattern += r"(?:.*\n)*"
        else:
            pattern += ".*".join(re.escape(piece) for piece in words.split("...")) + r"\n"
    return not shown or re.fullmatch(pattern, "".join(f"{line}\n" for line in lines)) is not None
